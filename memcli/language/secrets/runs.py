"""
Runs: letters and digits that nobody would say, which are keys, serials or codes for one use.

A run that goes to and fro between capitals, small letters and digits is a token, whatever is said
of it; a shorter or plainer one is one beside a word for keys. Groups of equal form ("K8F2-ZQ71")
are serials beside a word for those, and some codes of equal form behind "backup codes" are these.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from memcli.language.data import read_data
from memcli.language.secrets.rules import Found

if TYPE_CHECKING:
    from memcli.language.secrets.evidence import Evidence

# Of a run that is a token by itself, and of one beside a word for keys.
LONG_RUN: Final = 20
SHORT_RUN: Final = 12
LONGEST_RUN: Final = 200
# Changes between capitals, small letters and digits, for each character.
MOST_WORDLIKE: Final = 0.25
LEAST_WORDLIKE: Final = 0.16
LEAST_CHANGES: Final = 6
LEAD: Final = 48
# Behind "recovery codes".
BEHIND: Final = 300
LEAST_CODE: Final = 6
# The classes one of which stands beside a run, a serial, or a seed of codes.
KEYED: Final = frozenset(("key", "password", "serial", "factor", "backup"))
SERIAL: Final = frozenset(("key", "serial", "password", "net", "backup"))
_RUN = re.compile(
    r"(?<![A-Za-z0-9_+/=@.%-])[A-Za-z0-9][A-Za-z0-9_+/-]{11,200}={0,2}(?![A-Za-z0-9_+/@%-]|\.[A-Za-z0-9])"
)
_ADDRESS = re.compile(r"\w+://\S+|\S+@\S+|data:\S+")
_HEX = re.compile(r"(?:0x)?[0-9a-fA-F-]+")
_NAMED = re.compile(r"[A-Za-z][a-z]{0,11}\d{0,3}[_-]")
_SERIAL = re.compile(
    r"(?<![A-Za-z0-9_-])(?=[A-Z0-9-]{0,40}\d)[A-Z0-9]{3,8}(?:-[A-Z0-9]{3,8}){2,7}(?![A-Za-z0-9_-])"
)
_BASE32 = re.compile(
    r"(?<![A-Za-z0-9_])(?:[A-Z2-7]{16,64}|[a-z2-7]{16,64}|"
    r"(?:[A-Za-z2-7]{4}[ -]){3,15}[A-Za-z2-7]{4})={0,6}(?![A-Za-z0-9_])"
)
_CODE = re.compile(
    r"(?<![A-Za-z0-9_])(?<!\d[./:-])(?=[A-Za-z-]{0,12}\d)"
    r"[A-Za-z0-9]{3,12}(?:[- ](?=[A-Za-z]{0,6}\d|[A-Z]+\b)[A-Za-z0-9]{3,8}){0,4}(?![A-Za-z0-9_/:-])"
)


def found_in_runs(evidence: Evidence) -> Iterator[Found]:
    """Yield kinds and places of runs that are keys, serials and codes for one use."""
    text = evidence.text
    runs = [
        match
        for match in _RUN.finditer(text)
        if not match[0].isalpha() or len(match[0]) >= LONG_RUN
    ]
    addresses = [match.span() for match in _ADDRESS.finditer(text)] if runs else ()
    for match in runs:
        is_within = any(start <= match.start() < end for start, end in addresses)
        if not is_within and _is_key(evidence, *match.span()):
            yield "token", *match.span()
    yield from _serials(evidence)
    if "backup" in evidence.classes:
        yield from _backup_codes(evidence)


def _serials(evidence: Evidence) -> Iterator[Found]:
    """Yield serials and seeds of codes beside a word for them."""
    if not evidence.classes.isdisjoint(SERIAL):
        for match in _SERIAL.finditer(evidence.text):
            if _is_serial(match[0]) and _has(evidence, match.start(), SERIAL):
                yield "license key", *match.span()
    if not evidence.classes.isdisjoint(("factor",)):
        for match in _BASE32.finditer(evidence.text):
            if _is_base32(match[0]) and _has(evidence, match.start(), frozenset(("factor", "key"))):
                yield "token", *match.span()


def _has(evidence: Evidence, place: int, wanted: frozenset[str]) -> bool:
    """Tell whether a word of some classes stands in the sentence of a place."""
    number = evidence.number_at(place)
    classes = evidence.classes_at(number)
    return not wanted.isdisjoint(classes | evidence.asked | evidence.others(number))


def _is_key(evidence: Evidence, start: int, end: int) -> bool:
    value = evidence.text[start:end].rstrip("=")
    if _public().search(evidence.text, max(0, start - LEAD), start) or value.startswith("AAAA"):
        return False
    changes = _changes(value)
    share = changes / len(value)
    if _HEX.fullmatch(value):
        is_long = len(value.replace("-", "")) >= 32
        return is_long and _has(evidence, start, KEYED) and "hash" not in _classes(evidence, start)
    if changes >= LEAST_CHANGES and share >= MOST_WORDLIKE and len(value) >= LONG_RUN:
        return not _NAMED.match(value) and not _is_parts(value)
    if len(value) < SHORT_RUN or share < LEAST_WORDLIKE or not any(map(str.isdigit, value)):
        return False
    return changes >= 3 and not _is_parts(value) and _has(evidence, start, KEYED)


def _classes(evidence: Evidence, place: int) -> frozenset[str]:
    return evidence.classes_at(evidence.number_at(place))


def _is_parts(value: str) -> bool:
    """Tell a name of parts, each of them plain: "Code_Architecture_Design_1-DM-S2_02-03"."""
    parts = re.split(r"[_+/-]", value)
    return max(_changes(part) for part in parts) < 3


def _changes(value: str) -> int:
    """Return how often a run goes from one of capitals, small letters and digits to another."""
    kinds = ["d" if c.isdigit() else "u" if c.isupper() else "l" for c in value if c.isalnum()]
    return sum(a != b and (a, b) != ("u", "l") for a, b in pairwise(kinds))


def _is_serial(value: str) -> bool:
    """Tell groups of the same length, or of letters and digits mixed."""
    groups = value.split("-")
    is_even = len({len(group) for group in groups}) == 1 and len(groups[0]) >= 4
    is_mixed = sum(any(map(str.isdigit, g)) and any(map(str.isalpha, g)) for g in groups) > 0
    return (is_even and len(value) >= 14) or (is_mixed and len(value) >= 10)


def _is_base32(value: str) -> bool:
    """Tell a seed of codes from words: digits within, or more consonants than words have."""
    plain = re.sub(r"[ =-]", "", value)
    n_vowels = sum(c in "aeiouAEIOU" for c in plain)
    return any(map(str.isdigit, plain)) or n_vowels < len(plain) * 0.22


def _backup_codes(evidence: Evidence) -> Iterator[Found]:
    """Yield the codes beside a word for those of a lost factor: two of a form, or the first."""
    for number in range(len(evidence.ends)):
        cues = [cue for cue in evidence.cues_of(number) if "backup" in cue.classes]
        if not cues:
            continue
        found = list(_CODE.finditer(evidence.text, cues[0].end, cues[0].end + BEHIND))
        if not any(map(str.isdigit, "".join(match[0] for match in found))):
            found = list(
                _CODE.finditer(evidence.text, max(0, cues[0].start - BEHIND), cues[0].start)
            )
        forms = Counter(_form(match[0]) for match in found)
        for match in found:
            is_code = sum(map(str.isalnum, match[0])) >= LEAST_CODE
            if is_code and (forms[_form(match[0])] > 1 or match is found[0]):
                yield "recovery codes", *match.span()
        return


def _form(value: str) -> str:
    """Return of how many characters the groups of a code are."""
    return re.sub(r"\w", "x", value)


@cache
def _public() -> re.Pattern[str]:
    """Return what matches a word right before a run that says that it may be seen."""
    words = read_data("secrets_told")["runs"]["public"].split()
    stems = "|".join(re.escape(word).replace(r"\*", r"[\w-]+") for word in words)
    return re.compile(rf"(?:{stems})[^\n.!?]{{0,20}}$|base64,$", re.IGNORECASE)
