"""
Updates of older statements by newer ones, contradictions, segments that were cut anew.

Nothing is deleted: what was replaced says by what, and until when it held, and a link says why.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from memcli.algorithms.updates import Claim, Verdict, by_slot, settle
from memcli.language.facts.finding import replaces, slot
from memcli.language.parts import Fact
from memcli.language.statements import Reading
from memcli.memory.arrow import json_text
from memcli.memory.writing import link_row, update_columns, with_columns, write_links
from store.literals import quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from memcli.extraction.derived import DerivedMemories
    from memcli.jsonl import Row
    from store import Snapshot, Transaction

CLAIM_COLUMNS: Final = (
    "id namespace subject attribute value valid_from valid_to happened_at metadata superseded_by"
).split()
CLAIMS: Final = "level = 1 AND attribute IS NOT NULL"
PARTS: Final = "level IN (2, 3) AND superseded_by IS NULL"


@dataclass(frozen=True)
class Change:
    """New values of columns of a memory; `ruling` goes into its metadata, beside what is there."""

    superseded_by: str | None
    valid_to: datetime | None
    decision: dict[str, Any] | None = None

    def columns(self) -> Row:
        """Return the columns that change, as `with_columns` takes them."""
        columns: Row = {"superseded_by": self.superseded_by, "valid_to": self.valid_to}
        if self.decision is not None:
            columns["metadata"] = self._with_ruling
        return columns

    def _with_ruling(self, metadata: str | None) -> str | None:
        return json_text({**json.loads(metadata or "{}"), "ruling": self.decision})


@dataclass(frozen=True, slots=True)
class Decision:
    """
    What another extractor decided about a memory that was there already.

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


class Updates:
    """Collects the claims of one run and settles them with those that the store has."""

    def __init__(self, snapshot: Snapshot, now: datetime) -> None:
        self.snapshot = snapshot
        self.now = now
        self.changes: dict[str, Change] = {}
        self.links: list[Row] = []
        self.superseded = 0
        self.contradicting = 0
        self._claims: dict[str, list[Claim]] = {}
        self._states: dict[str, Change] = {}
        self._new: set[str] = set()
        # What was ruled to have ended, and by what: never judged again.
        self._ruled: set[str] = set()
        self._beaten: dict[str, set[str]] = {}

    def add(self, rows: Iterable[Row]) -> None:
        """Take the claims of new statements."""
        for row in rows:
            self._new.add(row["id"])
            if row["level"] == 1:
                self._take(row, row.get("metadata") or {})

    def _take(self, row: Row, metadata: dict[str, Any]) -> None:
        """Keep the claim that a statement makes, if it makes one."""
        since = row["valid_from"] or row["happened_at"]
        if row["subject"] is None or row["attribute"] is None or since is None:
            return
        if "ruling" in metadata:
            self._end(row["id"], row["superseded_by"])
        negated = bool(metadata.get("fact_negated"))
        claim = Claim(
            id=row["id"],
            fact=Fact(row["subject"], row["attribute"], row["value"] or "", negated),
            valid_from=since,
            said_at=row["happened_at"] or since,
            is_correction=bool(metadata.get("correction")),
            valid_to=row["valid_to"],
        )
        self._claims.setdefault(row["namespace"], []).append(claim)
        self._states[row["id"]] = Change(row.get("superseded_by"), row["valid_to"])

    def rule(self, decisions: Iterable[Decision]) -> None:
        """Take what another extractor decided; it goes before what `settle` would decide."""
        for decision in decisions:
            self.links.append(_ruling_link(decision, self.now))
            if decision.kind != "noop":
                kept = {"op": decision.kind, "turn": decision.turn_id, "reason": decision.reason}
                self._end(decision.old_id, decision.new_id)
                self.changes[decision.old_id] = Change(decision.new_id, decision.valid_to, kept)
                self.superseded += 1

    def _end(self, old: str, new: str | None) -> None:
        """Note that a memory was ruled to have ended, and by what if by any."""
        self._ruled.add(old)
        if new is not None:
            self._beaten.setdefault(new, set()).add(old)

    def settle(self) -> None:
        """Decide which claims of the touched slots hold, and note what changes."""
        for namespace, new in list(self._claims.items()):
            touched = set(by_slot(new, slot))
            self._load(namespace, touched)
        for claims in self._claims.values():
            for group in by_slot(claims, slot).values():
                if len(group) > 1:
                    self._judge(group, self._verdicts(group))

    def _verdicts(self, claims: Sequence[Claim]) -> dict[str, Verdict]:
        """Settle the claims of a slot, except what was ruled; no claim loses to one it ended."""
        verdicts = settle(claims, replaces)
        for claim in claims:
            verdict = verdicts.pop(claim.id, None)
            beaten = self._beaten.get(claim.id)
            if verdict is not None and beaten:
                rest = [other for other in claims if other.id not in beaten]
                verdict = settle(rest, replaces).get(claim.id)
            if verdict is not None and claim.id not in self._ruled:
                verdicts[claim.id] = verdict
        return verdicts

    def _load(self, namespace: str, touched: set[tuple[str, str]]) -> None:
        """Take the claims of the store in the slots that new ones touch."""
        where = f"{CLAIMS} AND namespace = {quoted([namespace])}"
        for row in self.snapshot.rows(CLAIM_COLUMNS, where):
            fact = Fact(row["subject"], row["attribute"], row["value"] or "")
            if slot(fact) in touched and row["id"] not in self._new:
                self._take(row, json.loads(row["metadata"] or "{}"))

    def _judge(self, claims: Sequence[Claim], verdicts: dict[str, Verdict]) -> None:
        for claim in claims:
            verdict = verdicts.get(claim.id)
            if verdict is None:
                continue
            if verdict.superseded_by is not None:
                self._supersede(claim.id, verdict.superseded_by, verdict.valid_to, verdict.reason)
            for other in verdict.contradicts:
                self.links.append(
                    link_row(claim.id, other, "contradicts", 1.0, verdict.reason, self.now)
                )
                self.contradicting += 1

    def _supersede(self, old: str, new: str, valid_to: datetime | None, reason: str) -> None:
        before = self._states.get(old)
        if before is not None and before.superseded_by == new and before.valid_to == valid_to:
            return
        self.changes[old] = Change(new, valid_to)
        self.links.append(link_row(new, old, "supersedes", 1.0, reason, self.now))
        self.superseded += 1

    def replace_parts(self, derived: DerivedMemories) -> None:
        """Note which segments and summaries of a session took the place of older ones."""
        key = derived.session.key
        session = "IS NULL" if key.session_id is None else f"= {quoted([key.session_id])}"
        where = f"{PARTS} AND namespace = {quoted([key.namespace])} AND session_id {session}"
        kept = {row["id"] for row in (*derived.segments, *derived.summary)}
        columns = ["id", "level", "source_ids", "valid_to", "tags"]
        for row in self.snapshot.rows(columns, where):
            # Days and topics have no session either, but are not of that of turns without one.
            is_above = key.session_id is None and (row["tags"] or [""])[0] in ("day", "topic")
            if row["id"] in kept or is_above:
                continue
            successor = (
                derived.summary[0] if row["level"] == 3 else _most_shared(row, derived.segments)
            )
            self._supersede(
                row["id"], successor["id"], row["valid_to"], "cut anew as the session grew"
            )

    # ---------------------------------------------------------------- writing

    def patched(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return new rows with what was decided about them."""
        return with_columns(batch, {id_: each.columns() for id_, each in self.changes.items()})

    def write(self, transaction: Transaction) -> None:
        """Change the rows that the store had, and write the links that say why."""
        older = sorted(set(self.changes) - self._new)
        update_columns(transaction, {id_: self.changes[id_].columns() for id_ in older})
        write_links(transaction, self.links)


def _most_shared(row: Row, segments: Sequence[Row]) -> Row:
    """Return the segment that has the most turns of another."""
    turns = set(row["source_ids"] or ())
    return max(segments, key=lambda segment: len(turns & set(segment["source_ids"])))


def _ruling_link(decision: Decision, now: datetime) -> Row:
    """Return the link that says why: from the statement, or the turn, that a ruling rests on."""
    relations = {"supersede": "supersedes", "invalidate": "contradicts", "noop": "supports"}
    relation = "supersedes" if decision.new_id else relations[decision.kind]
    source = decision.new_id or decision.turn_id
    return link_row(source, decision.old_id, relation, 1.0, decision.reason, now)
