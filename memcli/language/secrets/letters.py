"""
Letters: a password that is spelled, one letter, digit and sign after the other, in any language.

"Capital T, r, zero, u, b, dash, nine": units of one letter, a digit, a word for a digit, for a sign
or for a letter, each with a word for its size before or behind it, joined by spaces and commas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from memcli.language.data import read_data
from memcli.language.secrets.cues import WORDLESS, digits_of, languages
from memcli.language.secrets.rules import Found

if TYPE_CHECKING:
    from memcli.language.secrets.evidence import Evidence

LEAST_UNITS: Final = 4
# Of single letters and digits among them; words alone are talk.
LEAST_SINGLE: Final = 2
TELLING: Final = frozenset(("password", "pin", "spell", "code", "net"))
# Two single characters with no more between them than joins units.
_SINGLES = re.compile(r"(?<!\w)\w[ ,\u2013-]{1,3}\w(?!\w)")
_SINGLE = re.compile(r"(?<!\w)\w(?!\w)")


def spelled_out(evidence: Evidence) -> Iterator[Found]:
    """Yield kinds and places of what is spelled beside a word for passwords."""
    if evidence.classes.isdisjoint(TELLING):
        return
    if not _SINGLES.search(evidence.folded) and not _has_names(evidence.folded):
        return
    for match in _units().finditer(evidence.folded):
        n_units = len(re.findall(r"[^\s,\u2013-]+", match[0]))
        n_single = len(_SINGLE.findall(match[0]))
        is_named = n_single < LEAST_SINGLE and not _has_names(match[0])
        if n_units < LEAST_UNITS or is_named or _is_list_of_digits(match[0]):
            continue
        number = evidence.number_at(match.start())
        classes = frozenset().union(*(cue.classes for cue in evidence.cues_of(number)))
        if not TELLING.isdisjoint(classes | evidence.asked | evidence.others(number)):
            yield "password", *match.span()


def _is_list_of_digits(said: str) -> bool:
    return re.fullmatch(r"[\d\s,\u2013-]+", said) is not None


def _has_names(folded: str) -> bool:
    """Tell whether three words in a row are names of letters."""
    found = [word in _names() for word in re.findall(r"[^\W\d_]+(?:-ray)?", folded)]
    return any(all(found[at : at + 3]) for at in range(len(found) - 2))


@cache
def _names() -> frozenset[str]:
    return frozenset(read_data("secrets_told")["letters"]["names"].split())


@cache
def _units() -> re.Pattern[str]:
    """Return what matches units one after the other."""
    data = read_data("secrets_told")["letters"]
    digits = {w for name in languages() if name not in WORDLESS for w in digits_of(name)}
    words = digits | set(data["names"].split()) | {w.replace("_", " ") for w in data["signs"].split()}
    said = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    size = "|".join(sorted(set(map(re.escape, data["sizes"].split())), key=len, reverse=True))
    join = "|".join(map(re.escape, data["join"].split()))
    unit = rf"(?:(?:{size})\s)?(?:{said}|[^\W_]|[!#$%&*+=?@_.])(?:\s(?:{size}))?(?!\w)"
    return re.compile(
        rf"(?<![\w'\u2019-]){unit}(?:[ ,\u2013-]{{1,3}}(?:(?:{join})\s)?{unit}){{3,40}}"
    )
