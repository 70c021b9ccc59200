"""Asking a store the questions of a suite, and judging what comes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from memcli.suites.cases import Case

if TYPE_CHECKING:
    from memcli.search.resident import ResidentMemory

HITS: Final = 10
# What is wanted has to be among these, as an agent reads the head of a list.
HEAD: Final = 5
BLOCK_TOKENS: Final = 1_000
# How a context tells since when something holds that took another's place, and that it has ended.
_SINCE: Final = re.compile(r"\(since (\d{4}-\d\d-\d\d)\)")
_ENDED: Final = re.compile(r"\((?:[^()]*: )?until ")


class BlockLine(NamedTuple):
    """A line of a block: its words, and the day under which it stands, or that it names."""

    text: str
    day: date | None = None

    @classmethod
    def of(cls, text: str, day: date | None) -> BlockLine:
        """Return a line as it stands in a block."""
        since = _SINCE.search(text)
        return cls(text, day or (date.fromisoformat(since[1]) if since else None))


@dataclass(frozen=True)
class CaseVerdict:
    """
    Whether `query` and `context` gave what a case asks for, and whether nothing was left.

    is_marked: whatever the block tells that holds no longer says so; is_absent: no hit tells it.
    """

    case: Case
    query: bool
    context: bool
    is_marked: bool = True
    is_absent: bool = True
    is_gone: bool = True

    @property
    def passed(self) -> bool:
        """Whether all of it is right; what is dated needs no other mark."""
        return self.query and self.context and self.is_gone


def ask(
    memory: ResidentMemory, cases: Sequence[Case], progress: Callable[[int], None]
) -> Iterator[CaseVerdict]:
    """Verdicts on what `query` and `context` of a store give for each case."""
    for case in cases:
        hits, lines = _hits(memory, case.question), _block(memory, case.question)
        absent = not any(has(text, case.unwanted) for text in hits)
        right = judge_hits(case, hits), judge_block(case, lines)
        yield CaseVerdict(case, *right, is_marked(case, lines), absent)
        progress(1)


def told_before(
    memory: ResidentMemory, cases: Sequence[Case], progress: Callable[[int], None]
) -> Iterator[tuple[Case, bool]]:
    """Cases, and whether `query` tells what they are to make a store forget."""
    for case in cases:
        hits = _hits(memory, case.question)
        yield case, any(has(text, case.unwanted) for text in hits)
        progress(1)


def _hits(memory: ResidentMemory, question: str) -> list[str]:
    from memcli.agents.recalling import find
    from memcli.records import Query

    return [hit.text for hit in find(memory, Query(v=1, query=question), None, HITS)]


def _block(memory: ResidentMemory, question: str) -> list[BlockLine]:
    """Return the lines of a block, without the last turns: they stand there whatever is asked."""
    from memcli.agents.recalling import context_block
    from memcli.context.requests import Request

    request = Request(question, BLOCK_TOKENS, recent=0, asked_at=memory.now)
    entries = context_block(memory, request).entries
    return [BlockLine.of(entry.item.text, entry.day) for entry in entries]


def judge_hits(case: Case, texts: Sequence[str]) -> bool:
    """
    Whether hits, best first, are right.

    What is wanted stands in the first five, before what held earlier; where nothing is wanted,
    what is unwanted stands nowhere. What is asked for in its order stands in any of them, for a hit
    has its day.
    """
    if case.in_order:
        return all(any(has(text, [each]) for text in texts) for each in case.in_order)
    old = [n for n, text in enumerate(texts) if has(text, case.unwanted)]
    if not case.wanted:
        return not old
    places = [n for n, text in enumerate(texts) if has(text, [case.wanted])]
    return bool(places) and places[0] < HEAD and not (old and old[0] < places[0])


def judge_block(case: Case, lines: Sequence[BlockLine]) -> bool:
    """
    Whether a block for a prompt is right.

    What is wanted is told. What is not stands nowhere, or in lines that say until when it held, or
    as said on a day before the one on which what is wanted was said. What is asked for in its order
    stands under days, each later than the one before.
    """
    if case.in_order:
        days = [min(_days(lines, each), default=None) for each in case.in_order]
        return None not in days and all(a < b for a, b in pairwise(filter(None, days)))
    old = _as_holding(case, lines)
    if not case.wanted:
        return not old
    told = [line for line in lines if has(line.text, [case.wanted])]
    newest = max((line.day for line in told if line.day), default=None)
    return bool(told) and all(line.day and newest and line.day < newest for line in old)


def _days(lines: Sequence[BlockLine], value: str) -> list[date]:
    """The days under which a block tells something."""
    return [line.day for line in lines if line.day and has(line.text, [value])]


def is_marked(case: Case, lines: Sequence[BlockLine]) -> bool:
    """Whether each line of what holds no longer says until when it held."""
    return not _as_holding(case, lines)


def _as_holding(case: Case, lines: Sequence[BlockLine]) -> list[BlockLine]:
    """The lines of what is unwanted that do not say that it has ended."""
    return [
        line
        for line in lines
        if has(line.text, case.unwanted)
        and not (case.wanted and (_ENDED.search(line.text) or has(line.text, [case.wanted])))
    ]


def has(text: str, values: Iterable[str]) -> bool:
    """Whether one of some values stands in a text, as words of its own."""
    return any(
        re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE) for value in values
    )
