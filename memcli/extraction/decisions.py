"""Decisions about the memories that are there already: of a model, or of later turns."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Self

from memcli.extraction.statements import Reading
from memcli.jsonl import Row
from memcli.memory.writing import link_row

if TYPE_CHECKING:
    from memcli.extraction.statements import Statement


@dataclass(frozen=True, slots=True)
class Decision:
    """
    What was decided about a memory that was there already.

    supersede: the memory held until `valid_to`, then `new_id` took its place; invalidate: it held
    until then, and `new_id` may say what is known now; noop: the turn says the same once more.
    `turn_id` is the turn that the decision rests on.
    """

    old_id: str
    kind: Literal["supersede", "invalidate", "noop"]
    turn_id: str
    new_id: str | None = None
    valid_to: datetime | None = None
    reason: str | None = None


@dataclass
class ReadingWithDecisions(Reading):
    """A reading by an extractor that also rules on the memories that there are."""

    decisions: list[Decision] = field(default_factory=list)

    def without(self, gone: Collection[str], stay: list[list[Statement]]) -> Self:
        """Return the same with the statements that stay: no decision rests on one that is gone."""
        decisions = [replace(d, new_id=None) if d.new_id in gone else d for d in self.decisions]
        return replace(super().without(gone, stay), decisions=decisions)


def ruling_link(decision: Decision, now: datetime) -> Row:
    """Return the link that says why: from the statement, or the turn, that a ruling rests on."""
    relations = {"supersede": "supersedes", "invalidate": "contradicts", "noop": "supports"}
    relation = "supersedes" if decision.new_id else relations[decision.kind]
    source = decision.new_id or decision.turn_id
    return link_row(source, decision.old_id, relation, 1.0, decision.reason, now)
