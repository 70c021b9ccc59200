"""
Packing: pieces of several sections in one budget, each section with a soft share of it.

Every section first fills its own share; then those without one take what is left, and what they
leave goes to the others in their order. Within a section pieces are taken in their given order,
those that do not fit are passed over (the greedy rule of the knapsack), so at the end nothing that
was left out would still fit.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from math import floor


@dataclass(frozen=True)
class Piece:
    """
    What can be taken, as a whole or not at all.

    cost: units of the budget, 0 or more. heads: what it has to stand under, each with its own cost,
    paid once by the first that needs it. covers: keys of what it says; it is left out when a piece
    that was taken covers one of the keys `unless`.
    """

    section: str
    cost: int
    heads: tuple[tuple[Hashable, int], ...] = ()
    covers: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()


@dataclass
class _Bag:
    """What was taken so far."""

    pieces: Sequence[Piece]
    budget: int
    spent: int = 0
    chosen: dict[int, None] = field(default_factory=dict)
    paid: set[Hashable] = field(default_factory=set)
    covered: set[str] = field(default_factory=set)

    def price(self, piece: Piece) -> int:
        """Return what a piece costs now, with the heads that are not there yet."""
        return piece.cost + sum(cost for head, cost in piece.heads if head not in self.paid)

    def fill(self, indices: Sequence[int], limit: int) -> None:
        """Take what fits of some pieces for `limit` units, in their order."""
        limit = min(limit, self.budget - self.spent)
        fits = True
        while fits:  # a head that was paid makes what comes under it cheaper
            fits = False
            for index in indices:
                piece = self.pieces[index]
                price = self.price(piece)
                if index in self.chosen or price > limit or piece.unless & self.covered:
                    continue
                self._take(index, piece, price)
                limit -= price
                fits = True

    def _take(self, index: int, piece: Piece, price: int) -> None:
        self.chosen[index] = None
        self.spent += price
        self.paid.update(head for head, _ in piece.heads)
        self.covered |= piece.covers


def pack(pieces: Sequence[Piece], budget: int, shares: Mapping[str, float]) -> list[int]:
    """
    Return the indices of the pieces to take, in the order taken; they cost `budget` or less.

    pieces: in each section those to take first at the front. shares: by section, in the order in
    which they are filled, the part of the budget in [0, 1] that it may fill at first; sections that
    are not named there take what is left. Raises ValueError for what is out of range.
    """
    if any(piece.cost < 0 or any(c < 0 for _, c in piece.heads) for piece in pieces):
        raise ValueError("a cost is 0 or more")
    if any(not 0.0 <= share <= 1.0 for share in shares.values()):
        raise ValueError(f"shares out of range: {dict(shares)}")
    sections: dict[str, list[int]] = {name: [] for name in shares}
    for index, piece in enumerate(pieces):
        sections.setdefault(piece.section, []).append(index)
    bag = _Bag(pieces, budget)
    for name, share in shares.items():
        bag.fill(sections[name], floor(share * budget))
    for name in [*(name for name in sections if name not in shares), *shares]:
        bag.fill(sections[name], budget)
    return list(bag.chosen)


def conflicts(pieces: Sequence[Piece], taken: Sequence[int], index: int) -> bool:
    """Say whether a piece is left out because of what those that were taken cover."""
    return any(pieces[index].unless & pieces[other].covers for other in taken)
