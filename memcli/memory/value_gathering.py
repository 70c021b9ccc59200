"""
Gathering of the values that a shell offers at TAB: names, sessions, and the newest ids with text.

What is hidden, archived or replaced is not told, of the vault the names alone; what is secret in a
text is `[secret ID]`, and a name with a secret in it is left out. To look for secrets takes most of
the time, so what was looked through for the values before is not looked through again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from memcli.jsonl import Json
from memcli.language.secrets import find_secrets
from memcli.memory.states import State, ids_in_state
from memcli.memory.telling import day, without_secrets
from memcli.memory.value_cache import PINNED, TASK, VERSION, mark_of, read_kept
from memcli.memory.value_ids import DAY_LENGTH, ID_LENGTH, NO_DAY
from memcli.memory.vault.entries import VaultEntry, read_entries
from schemas.version import VERSION as VERSION_OF_PROGRAM
from store import Store
from store.errors import MemcliError
from store.files import write_whole

if TYPE_CHECKING:
    import pyarrow as pa

    from store import Snapshot

# Ids that are kept of one namespace, and all kept names of a kind.
IDS_EACH: Final = 500
NAMES: Final = 2_000
TEXT_LENGTH: Final = 80
# So many names are looked through for secrets as one text: one by one takes ten times as long.
TOGETHER: Final = 100
BETWEEN: Final = "\n\n"
# As much of a text is looked through for secrets; far more than is shown, or one could be cut.
READ_LENGTH: Final = 4_000
# Ids that are kept with their days alone: forty megabytes, read in a tenth of a second.
IDS_IN_ALL: Final = 2_000_000
SEEN: Final = "superseded_by IS NULL AND type != 'vault'"
COLUMNS: Final = (
    "_rowid id namespace speaker session_id happened_at pinned level attribute tags entities"
).split()


@dataclass(frozen=True)
class Tellable:
    """
    What of a store may be told.

    texts: of memories by id, and names: those that were found to be so before; they are not looked
    through for secrets again.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()

    @classmethod
    def of_values(cls, kept: Json | None) -> Tellable:
        """Return what values tell that this version has gathered; nothing of others."""
        if kept is None or kept.get("by") != VERSION_OF_PROGRAM:
            return cls()
        named = [row[0] for row in kept["namespaces"]]
        named += [row[1] for kind in ("speakers", "sessions", "entities") for row in kept[kind]]
        return cls({row[0]: row[4] for row in kept["memories"]}, frozenset(named))

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
        return clipped(without_secrets(text[:READ_LENGTH], id_)) if known is None else known


def gather(root: Path) -> Json:
    """Return the values of a store, and keep them there where it can be written."""
    store = Store.open(root, lock_wait_s=0.0)
    snapshot = store.snapshot()
    path = store.layout.completions
    mark = mark_of(snapshot.commit.to_json())
    told = gathered(snapshot, _told_before(path))
    values = {"v": VERSION, "by": VERSION_OF_PROGRAM, "at": mark, **told}
    # Another writer, or a store that is not ours to write, only makes the next TAB slow.
    with suppress(MemcliError, OSError), store.locked():
        if store.head().number == snapshot.commit.number:
            text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
            path.parent.mkdir(mode=0o700, exist_ok=True)
            write_whole(path, text.encode("utf-8", "replace"), mode=0o600)
    return values


def _told_before(path: Path) -> Tellable:
    """Return what the values in a file tell; nothing where they are in no good form."""
    with suppress(LookupError, TypeError, AttributeError):
        return Tellable.of_values(read_kept(path))
    return Tellable()


def gathered(snapshot: Snapshot, tellable: Tellable) -> Json:
    """Return the values of a snapshot, each kind with the most likely first."""
    hidden = ids_in_state(snapshot, State.hidden)
    everything = snapshot.read("memories", COLUMNS, SEEN)
    rows = everything.filter(_is_among(everything, hidden, wanted=False))
    return {
        "namespaces": _counted(rows, ["namespace"], tellable),
        "speakers": _counted(rows, ["namespace", "speaker"], tellable),
        "sessions": _sessions(rows, tellable),
        "memories": _told(snapshot, rows, tellable),
        "ids": _all_ids(rows),
        "unseen": _unseen(snapshot, hidden),
        "entities": _entities(snapshot, rows, tellable),
        "secrets": [[one.namespace, one.name, _day(one.recorded_at)] for one in _vault(snapshot)],
    }


def _vault(snapshot: Snapshot) -> list[VaultEntry]:
    """Return the entries of the vault whose names can be typed; what they hold stays sealed."""
    return [entry for entry in read_entries(snapshot)[:NAMES] if can_be_typed(entry.name)]


def _all_ids(rows: pa.Table) -> list[list[str]]:
    """Return namespace, and all ids in it with their days as `value_ids` packs them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = rows.filter(pc.equal(pc.utf8_length(rows["id"]), ID_LENGTH))
    rows = rows.slice(max(0, rows.num_rows - IDS_IN_ALL))
    days = pc.cast(pc.cast(rows["happened_at"], pa.date32()), pa.int32())
    days = pc.if_else(pc.greater_equal(days, 0), days, None)
    padded = pc.utf8_lpad(pc.cast(days, pa.string()), DAY_LENGTH, "0")
    packed = pc.binary_join_element_wise(
        rows["id"], pc.fill_null(padded, NO_DAY), "", null_handling="emit_null"
    )
    found = pa.table({"namespace": rows["namespace"], "packed": packed}).sort_by("packed")
    return [
        [space, "".join(found.filter(pc.equal(found["namespace"], space))["packed"].to_pylist())]
        for space in pc.unique(found["namespace"]).to_pylist()
    ]


def _is_among(rows: pa.Table, ids: set[str], wanted: bool) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.is_in(rows["id"], value_set=pa.array(sorted(ids), pa.string()))
    return found if wanted else pc.invert(found)


def _counted(rows: pa.Table, columns: list[str], tellable: Tellable) -> list[list[str | int]]:
    """Return the values of columns together and how often they are there, most first."""
    groups = rows.select(columns).drop_null().group_by(columns).aggregate([([], "count_all")])
    ordered = groups.sort_by([("count_all", "descending"), (columns[-1], "ascending")])
    return tellable.those_of([list(row.values()) for row in ordered.to_pylist()], len(columns) - 1)


def _sessions(rows: pa.Table, tellable: Tellable) -> list[list[str | int]]:
    """Return namespace, session, its last day and its number of memories, the newest first."""
    columns = ["namespace", "session_id"]
    named = rows.filter(rows["session_id"].is_valid())
    totals = [("happened_at", "max"), ([], "count_all")]
    groups = named.select([*columns, "happened_at"]).group_by(columns).aggregate(totals)
    ordered = groups.sort_by([("happened_at_max", "descending"), ("session_id", "ascending")])
    listed = [
        [row["namespace"], row["session_id"], _day(row["happened_at_max"]), row["count_all"]]
        for row in ordered.slice(0, NAMES).to_pylist()
    ]
    return tellable.those_of(listed, 1)


def _told(snapshot: Snapshot, rows: pa.Table, tellable: Tellable) -> list[list[str]]:
    """Return id, namespace, day, speaker, text and marks of the newest, the pinned and tasks."""
    pinned, tasks = _places(rows["pinned"]), _task_places(rows)
    places = sorted({*_newest_places(rows), *pinned, *tasks}, reverse=True)
    if not places:
        return []
    chosen = rows.take(places).to_pylist()
    texts = snapshot.take([row["_rowid"] for row in chosen], ["text"])["text"].to_pylist()
    found = []
    for place, row, text in zip(places, chosen, texts, strict=True):
        marks = PINNED * (place in pinned) + TASK * (place in tasks)
        told, day_ = tellable.text(row["id"], text), _day(row["happened_at"])
        speaker = row["speaker"] if row["speaker"] and tellable.name(row["speaker"]) else ""
        found.append([row["id"], row["namespace"], day_, speaker, told, marks])
    return found


def _newest_places(rows: pa.Table) -> list[int]:
    """Return the places of the rows that were written last of each namespace."""
    import numpy as np

    codes = rows["namespace"].combine_chunks().dictionary_encode().indices.to_numpy()
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], codes[order], side="right")
    return [int(place) for place in order[ends - np.arange(len(order)) <= IDS_EACH]]


def _places(flags: pa.ChunkedArray) -> set[int]:
    """Return where a column says yes."""
    import pyarrow.compute as pc

    return set(pc.indices_nonzero(flags.fill_null(False)).to_pylist())


def _task_places(rows: pa.Table) -> set[int]:
    """Return the places of the tasks among rows."""
    import pyarrow.compute as pc

    likely = pc.and_(pc.equal(rows["level"], 4), pc.equal(rows["attribute"], "status"))
    tags = rows["tags"]
    return {place for place in _places(likely) if "task" in (tags[place].as_py() or ())}


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


def _entities(snapshot: Snapshot, rows: pa.Table, tellable: Tellable) -> list[list[str | int]]:
    """Return namespace, name, type and number of memories of the entities, the most named first."""
    import pyarrow as pa
    import pyarrow.compute as pc

    known = {
        (row["namespace"], row["name"]): row["type"] or ""
        for row in snapshot.read("entities", ["namespace", "name", "type"]).to_pylist()
    }
    spaces = rows["namespace"].take(pc.list_parent_indices(rows["entities"]))
    named = pa.table({"namespace": spaces, "name": pc.list_flatten(rows["entities"])})
    return [
        [space, name, known[space, name], n]
        for space, name, n in _counted(named, ["namespace", "name"], tellable)
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
