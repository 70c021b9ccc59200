"""Dials: the numbers to which the dial of a safe is turned, left and right, told as one code."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from memcli.language.patterns import lazy_pattern
from memcli.language.secrets import around
from memcli.language.secrets.around import next_word
from memcli.language.secrets.clues import NAME, SHORT_TURN
from memcli.language.secrets.cues import classes_of, listed
from memcli.language.secrets.rules import Found

if TYPE_CHECKING:
    from memcli.language.secrets.evidence import Evidence

# So many numbers has a lock with a dial.
FEWEST_TURNS: Final = 3
MOST_TURNS: Final = 5
_TURNS = lazy_pattern(r"(?<![\d.,/:-])\d{1,2}(?![\d\u00b0%/:-]|\s?[\u00b0%/])")
# Of a sentence that says how a dial is turned.
LONGEST_DIAL: Final = 160
# Between two of its numbers.
MOST_BETWEEN: Final = 5
_TURNED: Final = frozenset(("turn", "enter"))
_SHUT: Final = frozenset(("lock", "keypad"))
_DIALLED: Final = _SHUT | {"code"}


def told_of_dials(evidence: Evidence) -> Iterator[Found]:
    """Yield the numbers to which a dial is turned left and right, with the turns between them."""
    if evidence.classes.isdisjoint(_TURNED) or evidence.classes.isdisjoint(_DIALLED):
        return
    for number, end in enumerate(evidence.ends):
        start = evidence.ends[number - 1] if number else 0
        places = turns_of_dial(evidence.text, start, min(end, start + LONGEST_DIAL))
        if not places or end - start > LONGEST_DIAL or not _is_dial(evidence, number):
            continue
        if all(_ends_there(evidence, place[1]) for place in places):
            if _is_row(evidence, places):
                yield "code", places[0][0], places[-1][1]
            else:
                yield from (("code", *place) for place in places)


def _is_dial(evidence: Evidence, number: int) -> bool:
    """Tell a sentence that says how something is turned that is locked by it."""
    cues = evidence.cues_of(number)
    classes = evidence.asked.union(*(cue.classes for cue in cues))
    n_turns = sum(not _TURNED.isdisjoint(cue.classes) for cue in cues)
    if n_turns > 1 and len(evidence.text) <= SHORT_TURN:
        classes |= evidence.others(number) & _SHUT
    return bool(n_turns) and ((n_turns > 1 and "code" in classes) or not classes.isdisjoint(_SHUT))


def _is_row(evidence: Evidence, places: list[tuple[int, int]]) -> bool:
    """Tell numbers between which no more is said than how to turn."""
    for (_, start), (end, _) in pairwise(places):
        words = NAME.findall(evidence.folded, start, end)
        is_turn = any(classes_of(word) & _TURNED for word in words)
        if len(words) > MOST_BETWEEN or (words and not is_turn):
            return False
    return True


def _ends_there(evidence: Evidence, end: int) -> bool:
    """Tell a number of a dial, behind which no noun stands."""
    word = next_word(evidence.folded, end)
    if "turn" in classes_of(word) or word in listed("joins"):
        return True
    return not around.is_amount(evidence.folded, end) and around.goes_on(evidence.folded, end)


def turns_of_dial(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return where the small numbers of a sentence stand, to which a dial may be turned."""
    found = [match.span() for match in _TURNS.finditer(text, start, end)]
    return found if FEWEST_TURNS <= len(found) <= MOST_TURNS else []
