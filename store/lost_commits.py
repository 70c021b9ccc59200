"""Lost commits: those whose files are damaged or gone, and what stands for them after a repair."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from msgspec import structs

from store import _lance
from store.commits import (
    Commit,
    TableState,
    commit_numbers,
    commit_path,
    has_seal,
    is_seal_due,
    read_commit,
    replace_commit,
)
from store.errors import MemcliError, StoreCorrupt
from store.layout import LATER_TABLES, PROTOCOL_TABLES, Layout
from store.table_files import tag_name
from store.upkeep import TAGS
from store.user_tables import folders

COMMAND: Final = "repair"


def lost_commits(folder: Path) -> list[int]:
    """Return the numbers of the commits, up to the newest file, that cannot be read or are not."""
    lost, is_due = [], False
    for number in range(1, max(commit_numbers(folder), default=0) + 1):
        is_right = False
        with suppress(MemcliError):
            commit = read_commit(folder, number)
            is_right = (commit.parent or 0) == number - 1 and (
                not is_due or has_seal(folder, number)
            )
            is_due |= is_seal_due(folder, commit)
        if not is_right:
            lost.append(number)
    return lost


def write_stand_ins(layout: Layout) -> dict[int, bool]:
    """
    Write a commit in the place of each that is lost; say of each whether it has that one's rows.

    StoreCorrupt where no commit at all can be read.
    """
    done = {}
    for number in lost_commits(layout.commits):
        commit = _stand_in(layout, number)
        done[number] = commit.restores is None
        # Whether its files are as it wrote them nobody knows: they are looked at as those without.
        replace_commit(layout.commits, commit, {})
    return done


def _stand_in(layout: Layout, number: int) -> Commit:
    """Return a commit with the versions that a lost one tagged, else with the state before it."""
    before = _nearest(layout, number)
    made = _tagged(layout, number, before)
    named = {"stands_for": number}
    stand_in = structs.replace(
        before,
        number=number,
        parent=number - 1 or None,
        time=max(before.time, _time_of(layout, number)) if number > before.number else before.time,
        command=COMMAND,
        arguments=named,
        restores=None,
        keeps_from=None,
        tables={**_tables_before(before, number), **made},
    )
    if made and _fits(layout, stand_in):
        return stand_in
    return structs.replace(stand_in, tables=before.tables, restores=before.number)


def _tables_before(before: Commit, number: int) -> dict[str, TableState]:
    """Return what a commit goes on from; the first had no table that is made when it is needed."""
    is_needed = number > 1
    return {n: state for n, state in before.tables.items() if is_needed or n not in LATER_TABLES}


def _nearest(layout: Layout, number: int) -> Commit:
    """Return the commit before one, after the first the next that can be read."""
    if number > 1:
        return read_commit(layout.commits, number - 1)
    for later in commit_numbers(layout.commits):
        with suppress(MemcliError):
            return read_commit(layout.commits, later)
    raise StoreCorrupt(f"no commit in {layout.commits} can be read", "restore a backup")


def _tagged(layout: Layout, number: int, before: Commit) -> dict[str, TableState]:
    """Return the versions of tables that a commit tagged, those of which can be opened."""
    found = {}
    for name in (*PROTOCOL_TABLES, *(key for key, _ in folders(layout))):
        version = tagged_version(layout.table(name), number)
        if version is not None:
            with suppress(MemcliError):
                rows = _lance.Table.open(name, layout.table(name), version).count()
                found[name] = TableState(version, rows)
    return found


def tagged_version(folder: Path, number: int) -> int | None:
    """Return the version of a table that the tag of a commit protects, None without one."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads((folder / TAGS / f"{tag_name(number)}.json").read_bytes())
        return int(told["version"])
    return None


def _fits(layout: Layout, commit: Commit) -> bool:
    """Say whether the tables of a commit are of its encoder, as far as can be seen."""
    state = commit.tables.get("memories")
    if state is None:
        return False
    with suppress(MemcliError):
        table = _lance.Table.open("memories", layout.table("memories"), state.version)
        names = table.read(["encoder"], limit=1)["encoder"].to_pylist()
        is_same = table.schema.field("vector").type.list_size == commit.encoder.dimension
        return bool(is_same and names in ([], [commit.encoder.name]))
    return False


def _time_of(layout: Layout, number: int) -> datetime:
    """Return when a commit was written, as its file or else its tags have it."""
    tags = (layout.table(name) / TAGS / f"{tag_name(number)}.json" for name in PROTOCOL_TABLES)
    for path in (commit_path(layout.commits, number), *tags):
        with suppress(OSError):
            return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return datetime.fromtimestamp(0, UTC)
