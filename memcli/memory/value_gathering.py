"""
Gathering of the values that a shell offers at TAB: names, sessions, and the newest ids with text.

What is hidden, archived or replaced is not told, of the vault the names alone; what is secret in a
text is `[secret ID]`, and a name with a secret in it is left out. To look for secrets takes most of
the time, so what was looked through for the values before is not looked through again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from memcli.jsonl import Json
from memcli.language.secrets import find_secrets
from memcli.memory.packed_ids import PackedIds
from memcli.memory.states import State, ids_in_state
from memcli.memory.telling import day, without_secrets
from memcli.memory.value_cache import PINNED, TASK, VERSION, mark_of, read_kept
from memcli.memory.value_rows import COUNT, LAST, SeenRows, is_task
from memcli.memory.vault.entries import VaultEntry, read_entries
from schemas.version import VERSION as VERSION_OF_PROGRAM
from store import Store
from store.errors import MemcliError
from store.files import write_whole

if TYPE_CHECKING:
    import pyarrow as pa

    from store import Snapshot

# Names of a kind that are kept.
NAMES: Final = 2_000
TEXT_LENGTH: Final = 80
# So many names are looked through for secrets as one text: one by one takes ten times as long.
TOGETHER: Final = 100
BETWEEN: Final = "\n\n"
# As much of a text is looked through for secrets; far more than is shown, or one could be cut.
READ_LENGTH: Final = 1_000
SEEN: Final = "superseded_by IS NULL AND type != 'vault'"
COLUMNS: Final = (
    "_rowid id namespace speaker session_id happened_at pinned level attribute tags entities"
).split()
# Of rows that are to be written.
WRITTEN: Final = [*COLUMNS[1:], "text"]


@dataclass(frozen=True)
class Tellable:
    """
    What of a store may be told.

    texts: of memories by id, and names: those that were found to be so before; clean: texts in
    which no secret was found. None is looked through for secrets again.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    clean: frozenset[str] = frozenset()

    @classmethod
    def of_values(cls, kept: Json | None) -> Tellable:
        """Return what values tell that this version has gathered; nothing of others."""
        if kept is None or kept.get("by") != VERSION_OF_PROGRAM:
            return cls()
        named = [row[0] for row in kept["namespaces"]]
        named += [row[1] for kind in ("speakers", "sessions", "entities") for row in kept[kind]]
        return cls({row[0]: row[4] for row in kept["memories"]}, frozenset(named))

    @classmethod
    def of_rows(cls, batches: Iterable[pa.RecordBatch]) -> Tellable:
        """Look through rows that are to be written: their names, and the texts of the newest."""
        seen = SeenRows(())
        for batch in batches:
            seen.add(batch.select(WRITTEN))
        kinds = (seen.namespaces.most(), 0), (seen.speakers.most(), 1), (_newest_sessions(seen), 1)
        names = {str(row[at]) for rows, at in kinds for row in cls().those_of(rows, at)}
        texts = {row["text"][:READ_LENGTH] for row in seen.chosen()}
        return cls({}, frozenset(names), frozenset(t for t in texts if not find_secrets(t)))

    def with_others(self, others: Tellable) -> Tellable:
        """Return what these or others tell."""
        texts = {**self.texts, **others.texts}
        return Tellable(texts, self.names | others.names, self.clean | others.clean)

    def name(self, name: str) -> bool:
        """Say whether a name may be offered."""
        return name in self.names or is_tellable(name)

    def those_of(self, rows: list[list[str | int]], place: int) -> list[list[str | int]]:
        """Return the first rows, but those whose name, at a place of theirs, is not told."""
        rows = rows[:NAMES]
        new = [str(row[place]) for row in rows if row[place] not in self.names]
        parts = (new[start : start + TOGETHER] for start in range(0, len(new), TOGETHER))
        told = self.names.union(*map(tellable_of, parts))
        return [row for row in rows if row[place] in told]

    def text(self, id_: str, text: str) -> str:
        """Return a text of a memory as one short line without secrets."""
        known = self.texts.get(id_)
        if known is not None:
            return known
        read = text[:READ_LENGTH]
        return clipped(read if read in self.clean else without_secrets(read, id_))


def gather(root: Path) -> Json:
    """Return the values of a store, and keep them there where it can be written."""
    values, ids = _kept_values(root)
    parts = groupby(ids.pieces(), itemgetter(0))
    return {**values, "ids": [[name, "".join(text for _, text in some)] for name, some in parts]}


def renew(root: Path, ahead: Tellable | None = None) -> None:
    """
    Keep the values of a store there, where it can be written.

    ahead: what was looked through before it was written.
    """
    _kept_values(root, ahead)


def _kept_values(root: Path, ahead: Tellable | None = None) -> tuple[Json, PackedIds]:
    """Return the values of a store without ids, which may be many, and these; keep all of them."""
    store = Store.open(root, lock_wait_s=0.0)
    snapshot = store.snapshot()
    path = store.layout.completions
    mark = mark_of(snapshot.commit.to_json())
    known = _told_before(path)
    told, ids = gathered(snapshot, known.with_others(ahead) if ahead else known)
    values = {"v": VERSION, "by": VERSION_OF_PROGRAM, "at": mark, **told}
    # Another writer, or a store that is not ours to write, only makes the next TAB slow.
    with suppress(MemcliError, OSError), store.locked():
        if store.head().number == snapshot.commit.number:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            write_whole(path, _encoded(values, ids), mode=0o600)
    return values, ids


def _encoded(values: Json, ids: PackedIds) -> Iterator[bytes]:
    """Yield values and ids as one JSON object, in parts."""
    yield msgspec.json.encode(values)[:-1] + b',"ids":['
    between = b""
    for name, pieces in groupby(ids.pieces(), itemgetter(0)):
        yield between + b"[" + msgspec.json.encode(name) + b',"'
        yield from (msgspec.json.encode(text)[1:-1] for _, text in pieces)
        yield b'"]'
        between = b","
    yield b"]}"


def _told_before(path: Path) -> Tellable:
    """Return what the values in a file tell; nothing where they are in no good form."""
    with suppress(LookupError, TypeError, AttributeError):
        return Tellable.of_values(read_kept(path))
    return Tellable()


def gathered(snapshot: Snapshot, tellable: Tellable) -> tuple[Json, PackedIds]:
    """Return the values of a snapshot, each kind with the most likely first, and all ids."""
    hidden = ids_in_state(snapshot, State.hidden)
    ids = PackedIds(snapshot.layout.work)
    seen = SeenRows(hidden, ids)
    for batch in snapshot.scan("memories", COLUMNS, SEEN):
        seen.add(batch)
    values = {
        "namespaces": tellable.those_of(seen.namespaces.most(), 0),
        "speakers": tellable.those_of(seen.speakers.most(), 1),
        "sessions": _sessions(seen, tellable),
        "memories": _told(snapshot, seen, tellable),
        "unseen": _unseen(snapshot, hidden),
        "entities": _entities(snapshot, seen, tellable),
        "secrets": [[one.namespace, one.name, _day(one.recorded_at)] for one in _vault(snapshot)],
    }
    return values, ids


def _vault(snapshot: Snapshot) -> list[VaultEntry]:
    """Return the entries of the vault whose names can be typed; what they hold stays sealed."""
    return [entry for entry in read_entries(snapshot)[:NAMES] if can_be_typed(entry.name)]


def _sessions(seen: SeenRows, tellable: Tellable) -> list[list[str | int]]:
    """Return namespace, session, its last day and its number of memories, the newest first."""
    return tellable.those_of(_newest_sessions(seen), 1)


def _newest_sessions(seen: SeenRows) -> list[list[str | int]]:
    total = seen.sessions.total()
    if total is None:
        return []
    ordered = total.sort_by([(LAST, "descending"), ("session_id", "ascending")])
    return [
        [row["namespace"], row["session_id"], _day(row[LAST]), row[COUNT]]
        for row in ordered.slice(0, NAMES).to_pylist()
    ]


def _told(snapshot: Snapshot, seen: SeenRows, tellable: Tellable) -> list[list[str]]:
    """Return id, namespace, day, speaker, text and marks of the newest, the pinned and tasks."""
    if not (chosen := seen.chosen()):
        return []
    texts = snapshot.take([row["_rowid"] for row in chosen], ["text"])["text"].to_pylist()
    found = []
    for row, text in zip(chosen, texts, strict=True):
        marks = PINNED * bool(row["pinned"]) + TASK * is_task(row)
        told, day_ = tellable.text(row["id"], text), _day(row["happened_at"])
        speaker = row["speaker"] if row["speaker"] and tellable.name(row["speaker"]) else ""
        found.append([row["id"], row["namespace"], day_, speaker, told, marks])
    return found


def _unseen(snapshot: Snapshot, hidden: set[str]) -> list[list[str]]:
    """Return id, namespace, day and state of what `restore` brings back, without a word of it."""
    found = []
    columns = ["id", "namespace", "happened_at"]
    for state, rows in (
        (State.hidden, snapshot.read_ids("memories", sorted(hidden), columns)),
        (State.archived, snapshot.read("archive", columns)),
    ):
        newest = rows.slice(max(0, rows.num_rows - NAMES)).to_pylist()[::-1]
        found += [[r["id"], r["namespace"], _day(r["happened_at"]), str(state)] for r in newest]
    return found


def _entities(snapshot: Snapshot, seen: SeenRows, tellable: Tellable) -> list[list[str | int]]:
    """Return namespace, name, type and number of memories of the entities, the most named first."""
    known = {
        (row["namespace"], row["name"]): row["type"] or ""
        for row in snapshot.read("entities", ["namespace", "name", "type"]).to_pylist()
    }
    return [
        [space, name, known[space, name], n]
        for space, name, n in tellable.those_of(seen.entities.most(), 1)
        if (space, name) in known
    ]


def is_tellable(name: str) -> bool:
    """Say whether a name may be offered: it can be typed, and holds no secret."""
    return can_be_typed(name) and not find_secrets(name)


def can_be_typed(name: str) -> bool:
    """Say whether a shell can be given a name."""
    return 0 < len(name) <= 256 and name.isprintable()


def tellable_of(names: Sequence[str]) -> set[str]:
    """Return the names that may be offered, which are looked through together at first."""
    names = list(filter(can_be_typed, names))
    if find_secrets(BETWEEN.join(names)):
        names = list(filter(is_tellable, names))
    return set(names)


def clipped(text: str) -> str:
    """Return a text as one line of bounded length."""
    line = " ".join(text[: 4 * TEXT_LENGTH].split())
    return line if len(line) <= TEXT_LENGTH else line[: TEXT_LENGTH - 1] + "…"


def _day(moment: datetime | None) -> str:
    return day(moment) if moment else ""
