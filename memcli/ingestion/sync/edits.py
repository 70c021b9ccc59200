"""
Edits of a file: which of the turns and notes that are new in it took the place of which old one.

In this order: the same id of the source; the same words, of another time; a turn that went on; and
where both stand between the same neighbours, words that are much the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import product
from typing import Final, NamedTuple

# Share of the telling words of the shorter text, or of the characters, that stay in an edit.
WORDS_KEPT: Final = 1 / 3
CHARACTERS_KEPT: Final = 0.5
COMPARED_CHARACTERS: Final = 500
# More pairs than that in one gap are not compared: they are paired in their order.
MAX_PAIRS: Final = 10_000
_WORD = re.compile(r"\w{4,}|\w*\d\w*")


class Said(NamedTuple):
    """A turn, or a note, which has no speaker."""

    id: str
    text: str
    speaker: str | None = None
    ref: str | None = None
    session_id: str | None = None


def paired(
    old: Sequence[Said], new: Sequence[Said], before: Sequence[str], after: Sequence[str]
) -> dict[str, str]:
    """
    Return the ids of what took the place of what is no more in a file, by the ids of the latter.

    old, new: what is in it no more, and what was not; before, after: all ids of it, in order.
    """
    pairs: dict[str, str] = {}
    for key in (_ref, _words):
        pairs |= _of_one_key(_without(old, pairs), _without(new, pairs.values()), key)
    left, rest = _without(old, pairs), _without(new, pairs.values())
    if len(left) * len(rest) <= MAX_PAIRS:
        for each in left:
            pairs |= next(({each.id: n.id} for n in rest if _gone_on(each, n)), {})
    left, rest = _without(old, pairs), _without(new, pairs.values())
    if left and rest:
        gaps = _gaps([n.id for n in rest], after, set(before))
        places = _gaps([o.id for o in left], before, set(after))
        for gap in dict.fromkeys(places.values()):
            some = [each for each in left if places[each.id] == gap]
            pairs.update(_alike(some, [each for each in rest if gaps[each.id] == gap]))
    return pairs


def _without(some: Sequence[Said], ids: Collection[str]) -> list[Said]:
    gone = set(ids)
    return [each for each in some if each.id not in gone]


def _of_one_key(
    old: Sequence[Said], new: Sequence[Said], key: Callable[[Said], tuple[str | None, ...] | None]
) -> dict[str, str]:
    """Return pairs of those of one key, in their order; a key of None is none."""
    waiting: dict[tuple[str | None, ...] | None, list[Said]] = {}
    for each in reversed(new):
        waiting.setdefault(key(each), []).append(each)
    waiting.pop(None, None)
    return {each.id: some.pop().id for each in old if (some := waiting.get(key(each)))}


def _ref(each: Said) -> tuple[str | None, ...] | None:
    return None if each.ref is None else (each.ref, each.session_id)


def _words(each: Said) -> tuple[str | None, ...]:
    return each.speaker, each.text


def _gone_on(a: Said, b: Said) -> bool:
    """Tell a turn whose end had not been written yet."""
    same = (a.speaker, a.session_id) == (b.speaker, b.session_id)
    return same and a.speaker is not None and b.text.startswith(a.text)


def _gaps(ids: Collection[str], order: Sequence[str], kept: set[str]) -> dict[str, str | None]:
    """Return after which of the ids that are kept each of some ids stands."""
    wanted = set(ids)
    found: dict[str, str | None] = dict.fromkeys(ids)
    last = None
    for id_ in order:
        if id_ in wanted:
            found[id_] = last
        elif id_ in kept:
            last = id_
    return found


def _alike(old: Sequence[Said], new: Sequence[Said]) -> Iterator[tuple[str, str]]:
    """Yield pairs of what is alike, the most alike first, each in one pair at most."""
    every = product(old, new) if len(old) * len(new) <= MAX_PAIRS else zip(old, new, strict=False)
    scored = [(likeness(a.text, b.text), a, b) for a, b in every if _may_be(a, b)]
    taken: set[str] = set()
    for score, a, b in sorted(scored, key=lambda each: -each[0]):
        if score > 0 and taken.isdisjoint((a.id, b.id)):
            taken |= {a.id, b.id}
            yield a.id, b.id


def _may_be(a: Said, b: Said) -> bool:
    """Say whether two may be one: not where the source tells them apart by their ids."""
    return a.speaker == b.speaker and None in (a.ref, b.ref)


def likeness(a: str, b: str) -> float:
    """Return how much alike two texts are, 0 where one is no edit of the other."""
    first, second = ({*_WORD.findall(text.casefold())} for text in (a, b))
    fewer = min(len(first), len(second))
    kept = len(first & second) / fewer if fewer else 0.0
    matcher = SequenceMatcher(None, a[:COMPARED_CHARACTERS], b[:COMPARED_CHARACTERS], False)
    ratio = matcher.ratio()
    return kept + ratio if kept >= WORDS_KEPT or ratio >= CHARACTERS_KEPT else 0.0
