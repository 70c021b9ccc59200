"""
Context building: what a prompt is told of the past, packed into a budget.

Sections fill soft shares of the budget; what they leave goes to what is relevant. The budget is a
limit and no goal: what is not relevant is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from memcli.algorithms.packing import Piece, conflicts, pack
from memcli.context.gathering import Gathering
from memcli.context.rendering import BlockFormat, ContextEntry, bulleted, frame, head, render
from memcli.context.requests import Request

if TYPE_CHECKING:
    from memcli.context.tokens import Meter
    from memcli.search.retriever import Retriever

# Shares of the budget, in the order in which they are filled; `relevant` has what is left.
SHARES: Final = {
    "core": 0.1,
    "tasks": 0.1,
    "lessons": 0.1,
    "recent": 0.15,
    "profile": 0.2,
    "earlier": 0.35,
}


@dataclass(frozen=True)
class ContextBlock:
    """Entries, the block that they make, and how many tokens it has."""

    entries: list[ContextEntry]
    text: str
    tokens: int

    def recalled(self) -> list[tuple[str, int]]:
        """Return the ids of all that is shown with ranks from 1, what is relevant first."""
        order = sorted(self.entries, key=lambda e: (e.section != "relevant", -e.item.score))
        ids = dict.fromkeys(id_ for entry in order for id_ in entry.item.ids)
        return [(id_, rank) for rank, id_ in enumerate(ids, 1)]


def build_context(
    retriever: Retriever, request: Request, meter: Meter, form: BlockFormat = BlockFormat.md
) -> ContextBlock:
    """Return the context of a request, its block never above `max_tokens` by the meter."""
    limit = meter.limit(request.max_tokens)
    if meter.units([frame()])[0] >= limit:
        return ContextBlock([], "", 0)
    entries = Gathering(retriever, request, meter, limit).entries()
    chosen = choose(entries, meter, limit, form)
    text = render(chosen, form)
    return ContextBlock(chosen, text, meter.tokens(meter.units([text])[0]))


def choose(
    entries: Sequence[ContextEntry], meter: Meter, limit: int, form: BlockFormat = BlockFormat.md
) -> list[ContextEntry]:
    """
    Return the entries that make a block of `limit` units or less, as full as can be.

    entries: in each section those to take first at the front.
    """
    heads = sorted({key for entry in entries for key in entry.heads}, key=str)
    texts = [*(head(key, form) for key in heads), *(bulleted(e.item.text) for e in entries)]  # type: ignore[arg-type]
    costs = meter.units(texts)
    of_head = dict(zip(heads, costs, strict=False))
    pieces = [
        Piece(
            entry.section,
            cost,
            tuple((key, of_head[key]) for key in entry.heads),
            entry.covers,
            entry.unless,
        )
        for entry, cost in zip(entries, costs[len(heads) :], strict=True)
    ]
    rest = limit - meter.units([frame()])[0]
    taken = pack(pieces, rest, SHARES) if rest > 0 else []
    if not meter.is_additive:
        taken = _settled(taken, pieces, entries, meter, limit, form)
    return [entries[i] for i in taken]


def _settled(
    taken: list[int],
    pieces: Sequence[Piece],
    entries: Sequence[ContextEntry],
    meter: Meter,
    limit: int,
    form: BlockFormat,
) -> list[int]:
    """
    Return what was taken by the sum of its parts as it fits when measured as a whole.

    For tokenizers to which lines are not apart; for others the sum is exact, and nothing is done.
    """

    def whole(indices: Sequence[int]) -> int:
        return meter.units([render([entries[i] for i in indices], form)])[0]

    heads = {head_ for i in taken for head_ in pieces[i].heads}
    parts = sum(pieces[i].cost for i in taken) + sum(cost for _, cost in heads)
    if not taken or whole(taken) == parts + meter.units([frame()])[0]:
        return taken
    while taken and whole(taken) > limit:
        taken = taken[:-1]
    for index in range(len(pieces)):
        if index not in taken and not conflicts(pieces, taken, index):
            more = [*taken, index]
            taken = more if whole(more) <= limit else taken
    return taken
