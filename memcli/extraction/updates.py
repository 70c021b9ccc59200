"""
Updates of older statements by newer ones, contradictions, segments that were cut anew.

Nothing is deleted: what was replaced says by what, and until when it held, and a link says why.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from memcli.algorithms.updates import Claim, Verdict, moment_of, settle
from memcli.extraction.claims import claim_of, is_unwanted, ruled
from memcli.extraction.decisions import Decision, ruling_link
from memcli.jsonl import Json, Row, format_time
from memcli.language.data import read_data
from memcli.language.facts.attributes import about, linked, slot_of
from memcli.language.values import read_value
from memcli.memory.arrow import json_text
from memcli.memory.entities import meant_names
from memcli.memory.writing import link_row, update_columns, with_columns, write_links
from store.literals import quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from memcli.memory.sessions import SessionKey
    from store import Snapshot, Transaction

CLAIM_COLUMNS: Final = (
    "id namespace subject attribute value polarity seq valid_from valid_to happened_at source_ids"
    " metadata superseded_by"
).split()
CLAIMS: Final = "level = 1 AND attribute IS NOT NULL"
Slot = tuple[str, str, str]
PARTS: Final = "level IN (2, 3) AND superseded_by IS NULL"


@dataclass
class Change:
    """New values of a memory: its end, more columns, and what is noted in its metadata."""

    superseded_by: str | None
    valid_to: datetime | None
    noted: Json = field(default_factory=dict)
    more: Row = field(default_factory=dict)

    def columns(self) -> Row:
        """Return the columns that change, as `with_columns` takes them."""
        columns = {"superseded_by": self.superseded_by, "valid_to": self.valid_to, **self.more}
        return {**columns, "metadata": self._with_notes} if self.noted else columns

    def _with_notes(self, metadata: str | None) -> str | None:
        return json_text({**json.loads(metadata or "{}"), **self.noted})


class Updates:
    """Collects the claims of one run and settles them with those that the store has."""

    def __init__(self, snapshot: Snapshot, now: datetime) -> None:
        self.snapshot = snapshot
        self.now = now
        self.changes: dict[str, Change] = {}
        self.links: list[Row] = []
        self.superseded = 0
        self.contradicting = 0
        # New rows that are not written: what they say is there, or was ruled to have ended.
        self.dropped: set[str] = set()
        self._stays: dict[str, str] = {}
        self._slots: dict[Slot, dict[str, Claim]] = {}
        self._rows: dict[str, Row] = {}
        self._new: set[str] = set()
        self._rulings: dict[str, Decision] = {}
        self._names: dict[str, Callable[[str], str]] = {}

    def add(self, rows: Iterable[Row]) -> None:
        """Take the facts of new statements."""
        for row in rows:
            self._new.add(row["id"])
            if row["level"] == 1:
                self._take(row, row.get("metadata") or {}, is_stored=False)

    def _take(self, row: Row, metadata: Json, is_stored: bool) -> None:
        """Keep the claim that a statement makes, if it states a fact."""
        slot = self._slot(row)
        claim = slot and claim_of(row, metadata, is_stored)
        if slot and claim:
            self._slots.setdefault(slot, {})[claim.id] = claim
            self._rows[row["id"]] = {**row, "metadata": metadata}

    def _slot(self, row: Row) -> Slot | None:
        """Return the slot of a fact: namespace, whom it is about by any name, attribute."""
        if not row["subject"] or not row["attribute"]:
            return None
        namespace = row["namespace"]
        if namespace not in self._names:
            self._names[namespace] = meant_names(self.snapshot, namespace)
        return namespace, self._names[namespace](row["subject"]), slot_of(row["attribute"])

    def rule(self, decisions: Iterable[Decision]) -> None:
        """Take what another extractor decided; it goes before what `settle` would decide."""
        for decision in decisions:
            self.links.append(ruling_link(decision, self.now))
            if decision.kind != "noop":
                kept = {"op": decision.kind, "turn": decision.turn_id, "reason": decision.reason}
                self._rulings[decision.old_id] = decision
                by = decision.new_id or decision.turn_id
                self.changes[decision.old_id] = Change(by, decision.valid_to, {"ruling": kept})
                self.superseded += 1

    def settle(self) -> None:
        """Decide which facts of the touched slots hold, and note what changes."""
        gone = self._load()
        self._end_with_life()
        self._end_with_status()
        self._end_with_having()
        for slot, claims in sorted(self._slots.items(), key=lambda one: one[0][2] != "name"):
            for lost in [c for c in claims.values() if is_unwanted(c, gone.get(slot, []))]:
                self.dropped.add(claims.pop(lost.id).id)
            told = [self._ruled(c) for c in claims.values()]
            own = {c.id for c in told if self._slot(self._rows[c.id]) == slot}
            verdicts = {id_: each for id_, each in settle(told).items() if id_ in own}
            for claim in (c for c in told if c.id in own):
                if claim.is_stored or not verdicts[claim.id].merged_into:
                    self._judge(claim, verdicts[claim.id])
            self._merge(claims, verdicts)
            if slot[2] == "name":
                self._end_with_name(slot, claims, verdicts)
        self._point_to_what_stays()

    def _end_with_life(self) -> None:
        """Let what ends for one end what others had of it: "Minka died" ends "my cat Minka"."""
        ends = [
            (slot, claim)
            for slot, claims in self._slots.items()
            for claim in claims.values()
            if claim.effect == "end" and about(slot[2]).get("ends")
        ]
        for (namespace, subject, attribute), end in ends:
            named = self._names[namespace]
            for slot, claims in self._slots.items():
                if slot[0] != namespace or slot[2] not in about(attribute)["ends"].split():
                    continue
                for held in list(claims.values()):
                    if named(self._rows[held.id]["value"] or "") == subject:
                        claims[end.id] = replace(end, value=held.value, is_single=False)

    def _end_with_status(self) -> None:
        """Let the end of a relationship end who it was with: "We got divorced" a husband."""
        ends = [
            (slot, claim)
            for slot, claims in self._slots.items()
            for claim in claims.values()
            if about(slot[2]).get("parts")
        ]
        for (namespace, subject, _), end in ends:
            for other in _parted(end):
                if had := self._slots.get((namespace, subject, other)):
                    # "I quit my job and started at Bosch": what is told with it is not over.
                    beside = [
                        c for c in had.values() if (c.said_at, c.seq) == (end.said_at, end.seq)
                    ]
                    since = min([end.times[0], *(c.times[0] for c in beside)])
                    none, times = read_value(""), (since, *end.times[1:])
                    over = replace(end, value=none, times=times, effect="end")
                    had[end.id] = replace(over, is_negative=True, is_single=True)

    def _end_with_having(self) -> None:
        """Let "I have no dog" end what was had under a name, and "no car" what the car was."""
        denials = [
            (slot, claims, claim)
            for slot, claims in self._slots.items()
            for claim in claims.values()
            if about(slot[2]).get("had") and claim.is_negative and claim.effect != "past"
        ]
        for slot, claims, denial in denials:
            namespace, subject, _ = slot
            over = replace(denial, value=read_value(""), effect="end", is_single=True)
            for other in had_under(denial.value.key):
                if held := self._slots.get((namespace, subject, other)):
                    held[denial.id] = over
            claims[denial.id] = replace(denial, also=self._named_of_kind(slot, denial.value.key))

    def _named_of_kind(self, slot: Slot, kind: str) -> frozenset[str]:
        """Return the keys of values of a slot that name one of a kind: of dogs, those of dogs."""
        named, found = self._names[slot[0]], set()
        for held in self._slots[slot].values():
            whose = named(self._rows[held.id]["value"] or "")
            known = self._slots.get((slot[0], whose, "kind"), {})
            if had_under(kind) == ("*",) or kind in {each.value.key for each in known.values()}:
                found.add(held.value.key)
        return frozenset(found - {kind})

    def _end_with_name(
        self, slot: Slot, claims: Mapping[str, Claim], verdicts: Mapping[str, Verdict]
    ) -> None:
        """Let a new name end what was had under the old one: "the cat is called Admiral now"."""
        for id_, verdict in verdicts.items():
            owner, _, thing = self._rows[id_]["subject"].partition("'s ")
            had = self._slots.get((slot[0], self._names[slot[0]](owner), "pet"), {})
            if not (thing and verdict.superseded_by and verdict.valid_to):
                continue
            by = replace(claims[verdict.superseded_by], times=(verdict.valid_to,))
            for held in [each for each in had.values() if each.value.key == claims[id_].value.key]:
                ended = replace(by, value=held.value, is_negative=True, is_single=False)
                had[by.id] = replace(ended, effect="end")

    def _ruled(self, claim: Claim) -> Claim:
        """Return a claim with what was ruled about it in this run."""
        decision = self._rulings.get(claim.id)
        if decision is None:
            return claim
        return ruled(claim, decision.new_id or decision.turn_id, decision.valid_to)

    def _load(self) -> dict[Slot, list[Claim]]:
        """Take the store's claims of the touched slots; return what was ruled."""
        gone: dict[Slot, list[Claim]] = {}
        touched = set(self._slots)
        also = self._also_touched({attribute for *_, attribute in touched})
        for namespace in sorted({namespace for namespace, *_ in touched}):
            where = f"{CLAIMS} AND namespace = {quoted([namespace])}"
            for row in self.snapshot.rows(CLAIM_COLUMNS, where):
                slot = self._slot(row)
                if slot and (slot in touched or slot[2] in also) and row["id"] not in self._new:
                    self._take(row, json.loads(row["metadata"] or "{}"), is_stored=True)
                    claim = self._slots[slot].get(row["id"])
                    if claim and claim.is_ruled:
                        gone.setdefault(slot, []).append(claim)
        return gone

    def _also_touched(self, attributes: set[str]) -> frozenset[str]:
        """Return the attributes whose values may end with those that were touched."""
        also = linked() if linked() & attributes else frozenset[str]()
        if not any(about(attribute).get("had") for attribute in attributes):
            return also
        denied = [
            claim.value.key
            for (*_, attribute), claims in self._slots.items()
            for claim in claims.values()
            if claim.is_negative and about(attribute).get("had")
        ]
        return also | {"kind", *(other for noun in denied for other in had_under(noun))}

    def _judge(self, claim: Claim, verdict: Verdict) -> None:
        """Note what changes of a fact, and why."""
        if claim.is_ruled:
            return
        row = self._rows[claim.id]
        end = verdict.valid_to if verdict.superseded_by else claim.valid_to
        was = (row.get("superseded_by"), row["valid_to"])
        if was != (verdict.superseded_by, end):
            self.changes[claim.id] = Change(verdict.superseded_by, end)
        if verdict.valid_from < claim.times[0] and claim.effect != "past":
            self._change(claim.id).more["valid_from"] = verdict.valid_from
        if verdict.superseded_by and was[0] != verdict.superseded_by:
            by = verdict.superseded_by
            reason = _reason(self._rows[by], row)
            self.links.append(link_row(by, claim.id, "supersedes", 1.0, reason, self.now))
            self.superseded += 1
        for other in verdict.contradicts:
            why = "both are said of the same time"
            self.links.append(link_row(claim.id, other, "contradicts", 1.0, why, self.now))
            self.contradicting += 1

    def _change(self, id_: str) -> Change:
        """Return what changes of a fact, to add to it."""
        row = self._rows[id_]
        unchanged = Change(row.get("superseded_by"), row["valid_to"])
        return self.changes.setdefault(id_, unchanged)

    def _merge(self, claims: Mapping[str, Claim], verdicts: Mapping[str, Verdict]) -> None:
        """Put what only says the same again into the row that stays: its turns and its times."""
        for id_, verdict in verdicts.items():
            if verdict.merged_into is None:
                continue
            self.dropped.add(id_)
            self._stays[id_] = verdict.merged_into
            stays, row = self._rows[verdict.merged_into], self._rows[id_]
            new = [turn for turn in row["source_ids"] if turn not in stays["source_ids"]]
            if new:
                stays["source_ids"] = [*stays["source_ids"], *new]
                said = format_time(moment_of(claims[id_]))
                again = [*stays["metadata"].get("again", ()), said]
                stays["metadata"] = {**stays["metadata"], "again": again}
                change = self._change(stays["id"])
                change.more["source_ids"] = stays["source_ids"]
                change.noted["again"] = again

    def _point_to_what_stays(self) -> None:
        """
        Let what a fact ended that said the same again be ended by the row that stays for both.

        A fact ends what is in other slots, too: "Biscuit isn't Biscuit any more" whose cat he was.
        """
        for change in self.changes.values():
            change.superseded_by = self._staying(change.superseded_by)
        for link in self.links:
            link["source_id"] = self._staying(link["source_id"])

    def _staying(self, id_: str | None) -> str | None:
        while id_ in self._stays:
            id_ = self._stays[id_]
        return id_

    def _supersede(self, old: str, new: str, valid_to: datetime | None, reason: str) -> None:
        self.changes[old] = Change(new, valid_to)
        self.links.append(link_row(new, old, "supersedes", 1.0, reason, self.now))
        self.superseded += 1

    def replace_parts(self, key: SessionKey, parts: Sequence[Row]) -> None:
        """Note which segments and summaries of a session took the place of older ones."""
        session = "IS NULL" if key.session_id is None else f"= {quoted([key.session_id])}"
        where = f"{PARTS} AND namespace = {quoted([key.namespace])} AND session_id {session}"
        kept = {row["id"] for row in parts}
        segments = [row for row in parts if row["level"] == 2]
        (summary,) = (row for row in parts if row["level"] == 3)
        columns = ["id", "level", "source_ids", "valid_to", "tags"]
        for row in self.snapshot.rows(columns, where):
            # Days and topics have no session either, but are not of that of turns without one.
            is_above = key.session_id is None and (row["tags"] or [""])[0] in ("day", "topic")
            if row["id"] in kept or is_above:
                continue
            successor = summary if row["level"] == 3 else _most_shared(row, segments)
            self._supersede(
                row["id"], successor["id"], row["valid_to"], "cut anew as the session grew"
            )

    # ---------------------------------------------------------------- writing

    def patched(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return new rows with what was decided about them, without those that say nothing new."""
        import pyarrow as pa

        kept = [id_ not in self.dropped for id_ in batch["id"].to_pylist()]
        changes = {id_: each.columns() for id_, each in self.changes.items()}
        return with_columns(batch.filter(pa.array(kept, pa.bool_())), changes)

    def write(self, transaction: Transaction) -> None:
        """Change the rows that the store had, and write the links that say why."""
        older = sorted(set(self.changes) - self._new)
        changes = {id_: self.changes[id_].columns() for id_ in older}
        update_columns(transaction, changes, now=self.now)
        write_links(transaction, self.links)


def had_under(noun: str) -> tuple[str, ...]:
    """Return the attributes that tell of what one has, by its noun; ("*",) of whatever it is."""
    others: dict[str, str] = read_data("values")["had"]
    return tuple(others.get(noun, noun).split())


def _parted(claim: Claim) -> Sequence[str]:
    """Return the relations that are over by a marital status."""
    if claim.effect == "past":
        return ()
    over: dict[str, str] = read_data("values")["denied" if claim.is_negative else "parted"]
    return over.get(claim.value.key, "").split()


def _reason(newer: Row, older: Row) -> str:
    """Return in words why a fact ended another."""
    attribute, value = newer["attribute"], newer["value"]
    effect = newer["metadata"].get("effect")
    if effect == "correct":
        return f"corrected: {attribute} is {value}"
    if newer.get("polarity") == "negative" or effect == "past":
        return f"{attribute} {value} ended"
    same = attribute == older["attribute"]
    return f"{attribute} is now {value}" if same else f"{attribute} {value} now"


def _most_shared(row: Row, segments: Sequence[Row]) -> Row:
    """Return the segment that has the most turns of another."""
    turns = set(row["source_ids"] or ())
    return max(segments, key=lambda segment: len(turns & set(segment["source_ids"])))
