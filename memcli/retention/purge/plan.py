"""
Purge plan: what has to go with a memory, and what is to be made anew.

Whatever was made of it goes: the statements that cite it, the segments of its session, whose
keywords hold the words of turns beside theirs too, and upward the summaries and profiles that
contain those. So do statements of its session that say a word which only it brought there: a
reference was resolved in them. What was replaced by, merged into or ruled out by what goes may hold
again, so it is made anew as well. `extract` finds the sessions pending, and turns give the same
ids again.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from memcli.jsonl import Row
from memcli.memory.folds import FOLD, is_fold, put_away
from memcli.memory.naming import evolved_by, named_in
from memcli.retention.purge.words import row_words
from store.errors import BadUsage
from store.layout import MEMORY_TABLES
from store.literals import quoted

if TYPE_CHECKING:
    from store import Snapshot

Session = tuple[str, str | None]
COLUMNS: Final = (
    "id namespace level session_id happened_at valid_from superseded_by pinned source_ids metadata"
).split()
SAID_COLUMNS: Final = (
    "id text context keywords tags entities subject attribute value speaker metadata"
).split()
# Links from what was made to what it was made of, and the other way round.
MADE_OF: Final = ("summarizes", "derived_from")
PART_OF: Final = "part_of"
# A task is a part of another as well, which is no summary of it.
SUMMARIES: Final = (2, 3)


@dataclass
class Plan:
    """
    What a purge does to the memories.

    named: what was asked for; gone: that and all that goes with it; statements: which of that are;
    anew: which of that extract makes again from what is left; said: what was asked for and what was
    stated in it, which nothing that is left states; parts: that, and what sums it up: no memory of
    these ids may come back; held: by id, when what replaced a
    memory began to hold, for memories that stay and were replaced by what goes; unruled: those
    that stay and whose metadata names what goes; unfolded: those that a fold
    which goes put out of sight; texts: what must not be found any more; places: of
    each session, the places of its turns that go, in order.
    """

    named: set[str]
    gone: set[str] = field(default_factory=set)
    statements: set[str] = field(default_factory=set)
    anew: set[str] = field(default_factory=set)
    said: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    sessions: set[Session] = field(default_factory=set)
    held: dict[str, set[datetime]] = field(default_factory=dict)
    unruled: set[str] = field(default_factory=set)
    unfolded: set[str] = field(default_factory=set)
    pinned: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    places: dict[Session, list[int]] = field(default_factory=dict)


def plan_purge(snapshot: Snapshot, named: Iterable[str]) -> Plan:
    """Return what goes with some memories, all of which the snapshot has."""
    return _Planner(snapshot, set(named)).plan()


class _Planner:
    """Follows what was made of what."""

    def __init__(self, snapshot: Snapshot, named: set[str]) -> None:
        self.snapshot = snapshot
        self._plan = Plan(named)
        self.turns: dict[str, Session] = {}
        self.hot: set[str] = set()
        self.rows: dict[str, Row] = {}
        self.made_of: dict[str, list[str]] = defaultdict(list)
        self.replaced_by: dict[str, list[str]] = defaultdict(list)
        self.evolved_by: dict[str, list[str]] = defaultdict(list)
        self.naming: dict[str, list[str]] = defaultdict(list)
        self.segments: dict[Session, list[str]] = defaultdict(list)
        self.merged: set[str] = set()
        self.folds: dict[str, list[str]] = {}
        # By id, the times of turns that replaced something.
        self.said_at: dict[str, Row] = {}
        self._load()

    def _load(self) -> None:
        for table in MEMORY_TABLES:
            columns = ["id", "namespace", "session_id"]
            for batch in self.snapshot.scan(table, columns, "level = 0"):
                ids, *place = (batch[name].to_pylist() for name in columns)
                self.turns.update(zip(ids, zip(*place, strict=True), strict=True))
                self.hot.update(ids if table == "memories" else ())
        for row in self.snapshot.rows(COLUMNS, "level > 0"):
            self._note_sources(row)
        self.hot -= self._plan.named
        self._load_replaced_turns()
        self._load_links()

    def _load_replaced_turns(self) -> None:
        """Note which turns and notes were replaced, and when what replaced them was said."""
        columns = ["id", "superseded_by", "metadata"]
        for row in self.snapshot.rows(columns, "level = 0 AND superseded_by IS NOT NULL"):
            self.replaced_by[row["superseded_by"]].append(row["id"])
            for name in named_in(row["metadata"]):
                self.naming[name].append(row["id"])
        enders = sorted(self.replaced_by.keys() & self.turns.keys())
        for row in self.snapshot.rows_of(enders, ["id", "happened_at", "valid_from"]):
            self.said_at[row["id"]] = row

    def _note_sources(self, row: Row) -> None:
        """Note what a derived memory was made of, replaced by and names."""
        id_ = row["id"]
        self.rows[id_] = row
        for source in row["source_ids"] or ():
            self.made_of[source].append(id_)
        if row["superseded_by"]:
            self.replaced_by[row["superseded_by"]].append(id_)
        if row["level"] == 2:
            self.segments[_session(row)].append(id_)
        metadata = row.pop("metadata")
        if metadata and '"again"' in metadata:
            self.merged.add(id_)
        if metadata and f'"{FOLD}"' in metadata:
            self.folds[id_] = put_away(metadata)
        for name in named_in(metadata):
            self.naming[name].append(id_)
        for name in evolved_by(metadata):
            self.evolved_by[name].append(id_)

    def _load_links(self) -> None:
        relations = (*MADE_OF, PART_OF)
        columns = ["source_id", "target_id", "relation"]
        for batch in self.snapshot.scan("links", columns, f"relation IN ({quoted(relations)})"):
            triples = zip(*(batch[name].to_pylist() for name in columns), strict=True)
            for source, target, relation in triples:
                part, whole = (source, target) if relation == PART_OF else (target, source)
                row = self.rows.get(whole)
                if row and (relation != PART_OF or row["level"] in SUMMARIES):
                    self.made_of[part].append(whole)

    # ---------------------------------------------------------------- what goes

    def plan(self) -> Plan:
        """Return all that goes."""
        plan = self._plan
        self._follow(plan.named)
        for session in sorted({self.turns[i] for i in plan.named if i in self.turns}, key=str):
            self._follow(self._tainted(session))
        texts = self._texts_of(plan.named | self._lost())
        self._follow(self._placed_by(set(texts.values())))
        plan.statements = {i for i in plan.gone if self.rows.get(i, {}).get("level") == 1}
        plan.anew = plan.gone - plan.named - self._lost()
        plan.said = {id_ for id_ in plan.gone if id_ in plan.named or self._is_own(id_)}
        plan.parts = self._summed_up(plan.said)
        plan.texts = sorted({text for text in texts.values() if text.strip()})
        plan.places = self._turn_places()
        plan.held = {i: times for i, times in plan.held.items() if i not in plan.gone}
        plan.unruled -= plan.gone
        away = {i for fold, ids in self.folds.items() if fold in plan.gone for i in ids}
        plan.unfolded = away - plan.gone
        plan.pinned += sorted(i for i in plan.gone if i in self.rows and self.rows[i]["pinned"])
        return plan

    def _lost(self) -> set[str]:
        """Return the statements, and what has no level of its own, that are not made anew."""
        derived = (self.rows[i] for i in self._plan.gone if i in self.rows)
        return {r["id"] for r in derived if r["level"] == 1 and not self._can_be_made_anew(r)}

    def _is_own(self, id_: str) -> bool:
        """
        Say whether a statement was made in what was named alone.

        The first of its turns is its own, the others say who is meant; one that was said again has
        a turn of its own each time.
        """
        row = self.rows.get(id_)
        if row is None or row["level"] != 1:
            return False
        turns = row["source_ids"] or []
        own = turns if id_ in self.merged else turns[:1]
        return bool(own) and self._plan.named.issuperset(own)

    def _summed_up(self, ids: set[str]) -> set[str]:
        """Return some memories, and the segments, summaries and profiles that were made of them."""
        found, queue = set(ids), deque(sorted(ids))
        while queue:
            above = [i for i in self.made_of[queue.popleft()] if self.rows[i]["level"] > 1]
            queue.extend(id_ for id_ in above if id_ not in found)
            found.update(above)
        return found

    def _can_be_made_anew(self, row: Row) -> bool:
        """Say whether extract makes a statement again: it reads the turns that are not archived."""
        sources = set(row["source_ids"] or ())
        return row["level"] == 1 and bool(sources) and sources <= self.hot

    def _follow(self, ids: Iterable[str]) -> None:
        """Let memories go with all that their going brings about."""
        plan, queue = self._plan, deque(sorted(ids))
        while queue:
            id_ = queue.popleft()
            if id_ in plan.gone:
                continue
            plan.gone.add(id_)
            queue.extend(self.made_of[id_])
            queue.extend(self.evolved_by[id_])
            queue.extend(self._freed(id_))
            queue.extend(self._unruled(id_))
            queue.extend(self._touched(id_))

    def _freed(self, id_: str) -> Iterator[str]:
        """Yield what is to be made anew as nothing replaces it any more; note what just stays."""
        row = self.rows.get(id_) or self.said_at.get(id_, {})
        times = {time for time in (row.get("valid_from"), row.get("happened_at")) if time}
        for other in self.replaced_by[id_]:
            derived = self.rows.get(other)
            if derived and (self._can_be_made_anew(derived) or derived["level"] in SUMMARIES):
                yield other
            else:
                self._plan.held[other] = times

    def _unruled(self, id_: str) -> Iterator[str]:
        for other in self.naming[id_]:
            derived = self.rows.get(other)
            if derived and self._can_be_made_anew(derived):
                yield other
            else:
                self._plan.unruled.add(other)

    def _touched(self, id_: str) -> Iterator[str]:
        """Yield the segments of the sessions that a turn or statement belongs to."""
        row = self.rows.get(id_)
        if row is not None and row["level"] != 1:
            return
        turns = [id_] if row is None else row["source_ids"] or ()
        for session in {self.turns[turn] for turn in turns if turn in self.turns}:
            if session not in self._plan.sessions:
                self._plan.sessions.add(session)
                yield from self.segments[session]

    def _tainted(self, session: Session) -> list[str]:
        """Return the statements of a session that say what only turns that go have said."""
        own: set[str] = set()
        secret: set[str] = set()
        where = _within(session)
        for row in self.snapshot.rows(["id", "text", "speaker"], f"level = 0 AND {where}"):
            (secret if row["id"] in self._plan.named else own).update(row_words(row))
        secret -= own
        statements = self.snapshot.rows(SAID_COLUMNS, f"level = 1 AND {where}") if secret else ()
        return [row["id"] for row in statements if not secret.isdisjoint(row_words(row))]

    def _placed_by(self, texts: set[str]) -> list[str]:
        """Return the statements that have one of some texts as their context."""
        rows = self.snapshot.rows(["id", "context"], "level = 1 AND context IS NOT NULL")
        return [row["id"] for row in rows if row["context"] in texts]

    # ---------------------------------------------------------------- what they say

    def _texts_of(self, ids: set[str]) -> dict[str, str]:
        return {row["id"]: row["text"] for row in self._by_id(ids, ["id", "text"])}

    def _by_id(self, ids: set[str], columns: list[str]) -> Iterator[Row]:
        return self.snapshot.rows_of(sorted(ids), columns)

    def _turn_places(self) -> dict[Session, list[int]]:
        """Return the places of the turns that go; their pins are noted on the way."""
        places: dict[Session, list[int]] = {}
        turns = {id_ for id_ in self._plan.named if id_ in self.turns}
        for row in self._by_id(turns, ["id", "namespace", "session_id", "seq", "pinned"]):
            if row["pinned"]:
                self._plan.pinned.append(row["id"])
            if row["seq"] is not None and row["session_id"] is not None:
                places.setdefault(_session(row), []).append(row["seq"])
        return {session: sorted(seqs) for session, seqs in places.items()}


def _session(row: Row) -> Session:
    return row["namespace"], row["session_id"]


def _within(session: Session) -> str:
    """Return the condition for what is in a session."""
    namespace, name = session
    named = "IS NULL" if name is None else f"= {quoted([name])}"
    return f"namespace = {quoted([namespace])} AND session_id {named}"


def with_sources(snapshot: Snapshot, ids: Sequence[str], taken: bool) -> set[str]:
    """
    Return some memories, and if `taken` all that they were made of, down to the turns.

    BadUsage if not `taken` and a source of one stays, for it would be made again from that; a fold
    is not.
    """
    named, new = set(ids), set(ids)
    while new:
        rows = list(snapshot.rows_of(sorted(new), ["id", "level", "tags", "source_ids"]))
        made = [row for row in rows if not is_fold(row)]
        sources = {source for row in made for source in row["source_ids"] or ()}
        new = {row["id"] for row in snapshot.rows_of(sorted(sources - named), ["id"])}
        if new and not taken:
            some = ", ".join(sorted(new)[:3]) + (", ..." if len(new) > 3 else "")
            what = f"what is to be purged was made of {some}, and would be made of that again"
            raise BadUsage(what, "add --sources to purge these too, or forget it without --purge")
        named |= new
    return named
