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
from memcli.language.patterns import lazy_pattern
from memcli.language.secrets.around import is_told
from memcli.language.secrets.rules import Found

if TYPE_CHECKING:
    from memcli.language.secrets.cues import Cue
    from memcli.language.secrets.evidence import Evidence

# Of a run that is a token by itself, and of one beside a word for keys.
LONG_RUN: Final = 20
LONG_HEX: Final = 32
SHORT_RUN: Final = 12
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
_KEY: Final = frozenset(("key",))
SERIAL: Final = frozenset(("key", "serial", "password", "net", "backup"))
# A run, and what names its kind before a point.
_RUN = lazy_pattern(
    r"(?<![A-Za-z0-9_+/=@.%-])(?:[A-Za-z0-9]{1,8}\.){0,2}"
    r"([A-Za-z0-9][A-Za-z0-9_+/-]{11,200}={0,2})(?![A-Za-z0-9_+/@%-]|\.[A-Za-z0-9])"
)
_ADDRESS = lazy_pattern(r"\w+://\S+|\S+@\S+|data:\S+")
_HEX = lazy_pattern(r"(?:0x)?[0-9a-fA-F-]+")
# Groups of four small letters or capitals and digits, as seeds and keys are printed.
_ROW = lazy_pattern(
    r"(?<![A-Za-z0-9-])"
    r"(?:(?:[a-z0-9]{4}[ -]){3,15}[a-z0-9]{4}|(?:[A-Z0-9]{4}[ -]){3,15}[A-Z0-9]{4})(?![A-Za-z0-9-])"
)
SHORT: Final = 400
# "Backup" beside an account is that of its codes.
_SPARE: Final = frozenset(("backup", "spare"))
_LOST: Final = frozenset(("account", "factor"))
_SPARE_CODE = lazy_pattern(
    r"(?:\s(?:code|ones?|codes|is|are)){0,2}\s?[:=\u2192]?\s?(?=[\w-]{0,8}\d)"
    r"(?:[a-z0-9]{4,5}-[a-z0-9]{4,5}|\d{4} \d{4}|\d{6}(?:\d\d)?)(?!\w)"
)
_NAMED = lazy_pattern(r"[A-Za-z][a-z]{0,11}\d{0,3}[_-]")
_SERIAL = lazy_pattern(
    r"(?<![A-Za-z0-9_-])(?=[A-Z0-9-]{0,40}\d)[A-Z0-9]{3,8}(?:-[A-Z0-9]{3,8}){2,7}(?![A-Za-z0-9_-])"
)
_BASE32 = re.compile(
    r"(?<![A-Za-z0-9_])(?:[A-Z2-7]{16,64}|[a-z2-7]{16,64}|"
    r"(?:[A-Za-z2-7]{4}[ -]){3,15}[A-Za-z2-7]{4})={0,6}(?![A-Za-z0-9_])"
)
_CODE = lazy_pattern(
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
        if is_within:
            continue
        if rest := _behind_name(match[1]):
            yield "token", match.end(1) - rest, match.end()
        elif _is_key(evidence, *match.span(1)):
            yield "token", *match.span()
    yield from _serials(evidence)
    if len(evidence.text) <= SHORT:
        yield from (("token", *m.span()) for m in _ROW.finditer(evidence.text) if _is_row(m[0]))
    if not evidence.classes.isdisjoint(_SPARE):
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


def _has(evidence: Evidence, place: int, wanted: frozenset[str], end: int = 0) -> bool:
    """Tell whether a word of some classes stands in the sentence of a run that ends at `end`."""
    number = evidence.number_at(place)
    # What a run calls itself says nothing: "api-7d9f8b6c5-x2k4q".
    cues = [cue for cue in evidence.cues_of(number) if not place <= cue.start < end]
    classes = frozenset().union(*(cue.classes for cue in cues))
    return not wanted.isdisjoint(classes | evidence.asked | evidence.others(number))


def _is_key(evidence: Evidence, start: int, end: int) -> bool:
    value = evidence.text[start:end].rstrip("=")
    if _public().search(evidence.text, max(0, start - LEAD), start) or value.startswith("AAAA"):
        return False
    changes = _changes(value)
    share = changes / len(value)
    if _HEX.fullmatch(value):
        return _is_hex_key(evidence, start, end, value)
    if changes >= LEAST_CHANGES and share >= MOST_WORDLIKE and len(value) >= LONG_RUN:
        return not _NAMED.match(value) and not _is_parts(value)
    if len(value) < SHORT_RUN or share < LEAST_WORDLIKE or not any(map(str.isdigit, value)):
        return False
    return changes >= 3 and not _is_parts(value) and _has(evidence, start, KEYED, end)


def _behind_name(value: str) -> int:
    """Return how long the token is behind the name of its kind: "vcp_8KdLm..."; 0 for none."""
    named = _NAMED.match(value)
    rest = value[named.end() :] if named and "_" in named[0] else ""
    is_token = len(rest) >= LONG_RUN and _is_random(rest) and not _is_parts(rest)
    is_hex = (
        len(rest) >= LONG_HEX and _HEX.fullmatch(rest) and not _public().search(value[: -len(rest)])
    )
    is_token |= bool(is_hex) and not rest.isdigit()
    return len(rest) if is_token else 0


def _is_random(value: str) -> bool:
    """Tell a run that goes to and fro between capitals, small letters and digits."""
    changes = _changes(value)
    return changes >= LEAST_CHANGES and changes / len(value) >= MOST_WORDLIKE


def _is_hex_key(evidence: Evidence, start: int, end: int, value: str) -> bool:
    """Tell digits of base 16 that are a key by what is said before them, and no checksum."""
    cues = evidence.cues_of(evidence.number_at(start))
    if any("hash" in cue.classes and cue.end <= start for cue in cues):
        return False
    n_digits = len(value.replace("-", ""))
    is_linked = is_told(evidence.folded[max(0, start - LEAD) : start])
    is_mixed = not value.isdigit() and not value.isalpha()
    if n_digits >= LONG_HEX:
        # A number of a thing that a machine gave out is told with hyphens, and seldom told.
        is_said = is_linked and "-" not in value and len(evidence.text) <= SHORT
        return is_said or _has(evidence, start, KEYED, end)
    return n_digits >= SHORT_RUN and is_mixed and is_linked and _has(evidence, start, _KEY, end)


def _is_row(value: str) -> bool:
    """Tell groups of four that are no words: two of letters and digits, with few vowels."""
    groups = re.split("[ -]", value)
    n_mixed = sum(not group.isalpha() and not group.isdigit() for group in groups)
    return n_mixed >= 2 and _is_base32(value)


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
        cues = cues or _spare(evidence, number)
        if not cues:
            continue
        found = list(_CODE.finditer(evidence.text, cues[0].end, cues[0].end + BEHIND))
        if not any(map(str.isdigit, "".join(match[0] for match in found))):
            found = list(
                _CODE.finditer(evidence.text, max(0, cues[0].start - BEHIND), cues[0].start)
            )
        forms = Counter(_form(match[0]) for match in found)
        # Groups as long as those of the first are of the same kind, however many stand in a row.
        lengths = {len(group) for group in re.split("[ -]", found[0][0])} if found else set()
        for match in found:
            is_code = sum(map(str.isalnum, match[0])) >= LEAST_CODE
            is_like = {len(group) for group in re.split("[ -]", match[0])} <= lengths
            if is_code and (forms[_form(match[0])] > 1 or is_like):
                yield "recovery codes", *match.span()
        return


def _spare(evidence: Evidence, number: int) -> list[Cue]:
    """Return the word "backup" right before what looks like a code, beside an account."""
    cues = evidence.cues_of(number)
    if len(evidence.text) > SHORT or not any(cue.classes & _LOST for cue in cues):
        return []
    spare = [cue for cue in cues if "spare" in cue.classes]
    return [cue for cue in spare if _SPARE_CODE.match(evidence.text, cue.end)][:1]


def _form(value: str) -> str:
    """Return of how many characters the groups of a code are."""
    return re.sub(r"\w", "x", value)


@cache
def _public() -> re.Pattern[str]:
    """Return what matches a word right before a run that says that it may be seen."""
    words = read_data("secrets_told")["runs"]["public"].split()
    stems = "|".join(re.escape(word).replace(r"\*", r"[\w-]+") for word in words)
    return re.compile(rf"(?:{stems})[^\n.!?]{{0,20}}$|base64,$", re.IGNORECASE)
