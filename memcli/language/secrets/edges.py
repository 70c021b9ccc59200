"""
Edges: what a value is cut off from its turn by: arrows and hands that point at it, signs, faces.

"x9-Lemur ← the server", "card's in my coat, 8842 ok?": no word joins such a value to what it is of.
"""

from __future__ import annotations

from typing import Final

from memcli.language.patterns import lazy_pattern
from memcli.language.secrets.cues import listed

# Small pictures and arrows; what joins and varies them.
PICTURES: Final = (
    "\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\U0001f000-\U0001faff\ufe0f\u200d"
)
_POINTER: Final = (
    r"(?:[\u2190-\u21ff\u2794\u279c\u27a1\u2b05-\u2b07\u25b6\u25ba\u25c0\u261a-\u261f\u2934\u2935"
    r"\U0001f446-\U0001f449\U0001f511\U0001f510\U0001f512\U0001f513\U0001f4cc][\ufe0f\U0001f3fb-\U0001f3ff]*"
    r"|<?[-=~]{1,3}>|>>|<[-=~]{1,3}|\u00bb)"
)
_QUOTES: Final = r"[\"'`*\u201c\u201d\u201e\u00ab\u300c\u300d\[(]{0,3}"
_BEFORE = lazy_pattern(rf"{_POINTER}\s{{0,3}}{_QUOTES}$")
_BEHIND = lazy_pattern(rf"[\"'`*\u201d\u300d\])!.]{{0,3}}\s{{0,3}}{_POINTER}")
# Where a clause of one value begins and ends.
_OPENED = lazy_pattern(
    rf"(?:^|[\n,.;:!?(\[|/\u2014\u2013\u3001\u3002\uff0c\uff01\uff1a\uff1b\uff1f\u061f\u060c{PICTURES}]|\s-)\s{{0,3}}{_QUOTES}$"
)
_SHUT = lazy_pattern(
    rf"[\"'`*\u201d\u300d]{{0,3}}\s{{0,2}}(?:[\n,.;:!?)\]|\u2014\u2013\u3001\u3002\uff0c\uff01\uff1b\uff1f\u060c{PICTURES}](?!\d)|$|-\s)"
)
_NEXT = lazy_pattern(r"\s([^\W\d_]{1,12})(?!\w)")
LEAD: Final = 12


def is_pointed_at(text: str, start: int, end: int) -> bool:
    """Tell whether an arrow or a hand points at a value, from before it or from behind."""
    lead = text[max(0, start - LEAD) : start]
    return _BEFORE.search(lead) is not None or _BEHIND.match(text, end) is not None


def is_clause(text: str, start: int, end: int) -> bool:
    """Tell a value that is a clause of its own, with no more behind it than "ok", "thanks"."""
    lead = text[max(0, start - LEAD) : start]
    if not _OPENED.search(lead):
        return False
    if _SHUT.match(text, end):
        return True
    following = _NEXT.match(text, end)
    return following is not None and following[1].lower() in listed("tags")


def is_first(text: str, start: int) -> bool:
    """Tell whether a value begins a turn or a line of it, whatever signs stand before it."""
    line = text[max(0, text.rfind("\n", 0, start) + 1) : start]
    return len(line) <= LEAD and not any(map(str.isalnum, line))
