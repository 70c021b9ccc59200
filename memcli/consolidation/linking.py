"""
Link step: statements, segments and summaries in, typed links out, in one transaction.

A memory is linked once a link leads to what it was made from, so what is pending shows in the
store; the watermark in the head makes having nothing to do cheap. Links are made for what is new
only; what is old is met through neighbours, slots and names.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, get_args

from memcli.algorithms.mentions import Sighting, collect_mentions
from memcli.algorithms.resolution import Alias
from memcli.consolidation.co_recall import co_recall_links
from memcli.consolidation.entity_resolution import names_mark
from memcli.consolidation.evolution import Evolution
from memcli.consolidation.similar import COLUMNS, SimilarMemories
from memcli.jsonl import Row
from memcli.language.glossary import find_definitions
from memcli.language.roles import ROLES
from memcli.language.secrets import has_secret
from memcli.memory.arrow import records_to_table, with_metadata
from memcli.memory.entities import entity_id, said_in, upsert_rows
from memcli.memory.lookup import require_known
from memcli.memory.step import NightlyStep, Tally
from memcli.memory.watermarks import Watermark
from memcli.memory.writing import link_row, write_links
from memcli.records import Relation
from schemas import tables
from store.literals import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from memcli.models.encoder import Encoder
    from store import Store, Transaction

LINKABLE: Final = "level IN (1, 2, 3)"
PENDING: Final = """
SELECT id, namespace FROM memories
WHERE level IN (1, 2, 3) AND id NOT IN (
    SELECT source_id FROM links WHERE relation IN ('derived_from', 'summarizes')
)
ORDER BY namespace, happened_at, level, seq, id
"""


@dataclass
class LinkTally(Tally):
    """What was linked, in numbers."""

    memories: int = 0
    links: Counter[str] = field(default_factory=Counter)
    entities: int = 0
    merged: int = 0
    evolved: int = 0


class LinkStep(NightlyStep):
    """One call of `link`."""

    command = Watermark.LINK

    def __init__(self, store: Store, encoder: Encoder, now: datetime, evolve: bool = False) -> None:
        super().__init__(store, now)
        self.tally: LinkTally = LinkTally()
        self.links: list[Row] = []
        self._entities: list[Row] = []
        self._evolve = evolve
        self._evolution = Evolution(encoder, now)
        self._merged: dict[str, str] = {}
        self._left = 0
        self._total = 0
        self._co_recalled: list[Row] = []
        self._recalled_until = self.mark(Watermark.CO_RECALL)

    def pending(self, namespace: str | None, ids: Sequence[str] | None) -> list[tuple[str, str]]:
        """Return (id, namespace) of what is not linked yet; with `ids`, among these only."""
        given = set(ids or ())
        if given:
            require_known(self.snapshot, sorted(given), "extract")
        self._total = self.snapshot.total(LINKABLE)
        if self._total == self.mark(Watermark.LINK):
            return []
        rows = self.snapshot.sql(PENDING).to_pylist()
        wanted = [
            (row["id"], row["namespace"])
            for row in rows
            if namespace in (None, row["namespace"]) and (not given or row["id"] in given)
        ]
        self._left = len(rows) - len(wanted)
        return wanted

    def run(
        self, namespace: str | None = None, progress: Callable[[int], None] = lambda n: None
    ) -> None:
        """Make the links of all that is not linked yet, with a namespace in it only."""
        self.link(self.pending(namespace, None), progress)

    def link(
        self, pending: Sequence[tuple[str, str]], progress: Callable[[int], None] = lambda n: None
    ) -> None:
        """Make the links of what is pending."""
        by_namespace: dict[str, list[str]] = defaultdict(list)
        for id_, namespace in pending:
            by_namespace[namespace].append(id_)
        for namespace, ids in by_namespace.items():
            rows = self._memories_by_id(ids)
            self._link(namespace, rows)
            self.tally.memories += len(rows)
            progress(len(rows))
        self._recall()

    def _memories_by_id(self, ids: Sequence[str]) -> list[Row]:
        """Return memories with their metadata read, in the order of their ids."""
        table = self.snapshot.read_ids("memories", ids, COLUMNS)
        place = {id_: index for index, id_ in enumerate(ids)}
        return sorted(with_metadata(table.to_pylist()), key=lambda row: place[row["id"]])

    def _link(self, namespace: str, rows: list[Row]) -> None:
        """Make the links of the pending memories of one namespace."""
        statements = [row for row in rows if row["level"] == 1]
        for row in rows:
            self._provenance(row)
        self._name(namespace, rows)
        around = SimilarMemories(self.snapshot, namespace, statements, self.now)
        duplicates = around.duplicates()
        self._merged.update(duplicates.merged)
        self._evolution.take_sources(duplicates.sources)
        self.links += duplicates.links
        similar = around.similar(without=duplicates.merged)
        self.links += similar
        if self._evolve:
            self._evolution.take(around.rows, similar)

    def _provenance(self, row: Row) -> None:
        """Link a memory to what it was made from, and to what it says that it follows."""
        derived = row["level"] == 1
        relation = "derived_from" if derived else "summarizes"
        why = "said there" if derived else "part of it"
        for source in row["source_ids"] or ():
            self.links.append(link_row(row["id"], source, relation, 1.0, why, self.now))
            if row["level"] == 3:
                reason = "segment of the session"
                self.links.append(link_row(source, row["id"], "part_of", 1.0, reason, self.now))
        stated = _stated(row)
        if stated and self.known.contains(stated[1:3]).all():
            name, source, target, words = stated
            reason = f"says {words!r}"
            self.links.append(link_row(source, target, name, 0.8, reason, self.now))

    def _name(self, namespace: str, rows: Sequence[Row]) -> None:
        """Link memories to the names in them, and work out which names mean the same."""
        texts = self._turn_texts(rows)
        aliases = self._aliases(namespace, rows, texts)
        sightings = []
        for row in rows:
            types = _types(row)
            for name in row["entities"] or ():
                target = entity_id(namespace, name)
                why = f"names {name}"
                self.links.append(link_row(row["id"], target, "mentions", 1.0, why, self.now))
            if row["level"] == 1:
                said = texts.get(_first_source(row), "")
                names = [n for n in row["entities"] or () if n.casefold() in said.casefold()]
                speaker = row["speaker"]
                sightings.append(
                    Sighting(
                        namespace,
                        tuple((name, types.get(name, "other")) for name in names),
                        None if speaker is None or speaker.casefold() in ROLES else speaker,
                        row["session_id"],
                        row["happened_at"],
                    )
                )
        where = f"namespace = {quoted([namespace])}"
        known = self.snapshot.read("entities", None, where).to_pylist()
        unsaid = self._replaced(said_in(known))
        written = upsert_rows(known, collect_mentions(sightings), aliases, self.now, unsaid)
        self._entities += _with_all_names(namespace, rows, known, written, self.now)

    def _turn_texts(self, rows: Sequence[Row]) -> dict[str, str]:
        """Return the turns that statements were said in, and those that segments are made of."""
        ids = {_first_source(row) for row in rows if row["level"] == 1} - {""}
        ids |= {id_ for row in rows if row["level"] == 2 for id_ in row["source_ids"] or ()}
        found = self.snapshot.rows_of(sorted(ids), ["id", "text"])
        return {row["id"]: row["text"] for row in found}

    def _aliases(
        self, namespace: str, rows: Sequence[Row], texts: Mapping[str, str]
    ) -> list[Alias]:
        """Return what turns say that words stand for: each turn is part of one new segment."""
        return [
            Alias(namespace, one.meaning, one.term, id_)
            for row in rows
            if row["level"] == 2
            for id_ in row["source_ids"] or ()
            for one in find_definitions(texts.get(id_, ""), row["context"] or "")
            if not has_secret(one.said)
        ]

    def _replaced(self, turns: Collection[str]) -> set[str]:
        """Return those of some turns that another took the place of."""
        rows = self.snapshot.rows_of(sorted(turns), ["id"], where="superseded_by IS NOT NULL")
        return {row["id"] for row in rows}

    def _recall(self) -> None:
        """Strengthen the links between what was recalled together since the last time."""
        links, until = co_recall_links(self.snapshot, self._recalled_until, self.now)
        self._co_recalled, self._recalled_until = links, until

    # ---------------------------------------------------------------- writing

    @property
    def _is_empty(self) -> bool:
        is_marked = self.mark(Watermark.LINK) == self._done()
        return is_marked and not self.links and not self._co_recalled

    def _done(self) -> int:
        return self._total - self._left

    def _watermarks(self, transaction: Transaction) -> dict[str, int]:
        return {
            Watermark.LINK: self._done(),
            Watermark.CO_RECALL: self._recalled_until,
            Watermark.ENTITIES: names_mark(transaction),
        }

    def _write(self, transaction: Transaction) -> None:
        before = transaction.table("links").count()
        write_links(transaction, self.links)
        if self._co_recalled:
            rows = records_to_table(self._co_recalled, tables.links())
            transaction.upsert("links", rows, ["source_id", "target_id", "relation"])
        if self._entities:
            import pyarrow as pa

            rows = pa.Table.from_pylist(self._entities, schema=tables.entities())
            transaction.upsert("entities", rows, ["id"])
        self.tally.evolved, self.tally.merged = self._evolution.write(transaction, self._merged)
        self.tally.entities = len(self._entities)
        new = transaction.table("links").batches(["relation"], offset=before)
        for batch in new:
            self.tally.links.update(batch["relation"].to_pylist())


# What comes from elsewhere need not have sources, nor metadata of our shapes.


def _first_source(row: Row) -> str:
    """Return the turn that a statement was said in, empty where it has none."""
    return next(iter(row["source_ids"] or ()), "")


def _stated(row: Row) -> Sequence[str]:
    """Return the relation that a statement says: its name, both ends, its words; empty for none."""
    said = row["metadata"].get("relation")
    is_ours = isinstance(said, list) and len(said) == 4 and all(isinstance(x, str) for x in said)
    return said if is_ours and said[0] in get_args(Relation) else ()


def _types(row: Row) -> dict[str, str]:
    """Return what names in a memory are, by the name."""
    types = row["metadata"].get("entity_types")
    return types if isinstance(types, dict) else {}


def _with_all_names(
    namespace: str, rows: Sequence[Row], known: Sequence[Row], written: list[Row], now: datetime
) -> list[Row]:
    """Return entity rows to write, so that every name that is linked to has one."""
    present = {row["id"] for row in (*known, *written)}
    for row in rows:
        types = _types(row)
        for name in row["entities"] or ():
            id_ = entity_id(namespace, name)
            if id_ not in present:
                present.add(id_)
                written.append(
                    {
                        "id": id_,
                        "namespace": namespace,
                        "name": name,
                        "type": types.get(name, "other"),
                        "recorded_at": now,
                    }
                )
    return written
