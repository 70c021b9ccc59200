"""
Values of a store that a shell offers at TAB, from a file that the store keeps of them.

To open a table takes longer than a person waits for a TAB, so what there was at a commit is kept in
the cache of the store. It is used as long as nothing can have gone out of sight since: the tables
of states and of what is archived are those of then. Where they are not, the writer that changed
them makes it anew, so that no TAB has to. A store that cannot be written has no such file, and one
that is damaged is as none.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final

from store.layout import VAULT, Layout

VERSION: Final = 3
COMMIT_NAME: Final = re.compile(r"\d{8,}\.json")
# Marks of a memory among the values.
PINNED: Final = "p"
TASK: Final = "t"
# A file that somebody else left there may be of any size.
LARGEST: Final = 64 << 20
# Tables whose change may have put a memory out of sight, or a name out of the vault.
STATES: Final = ("strengths", "archive", VAULT)
NEWEST_COMMITS: Final = 50

Json = dict[str, Any]


def offered(root: Path, gather: Callable[[Path], Json], refresh: Callable[[Path], None]) -> Json:
    """
    Return the values of a store: those that are kept, else what `gather` finds.

    refresh: called where the kept ones may lack what came since.
    """
    newest = commits(root)
    head = next(newest, None)
    kept = read_kept(Layout(root).completions)
    if head is None:
        return {}
    if kept is None or not is_sound(kept, head, newest):
        return gather(root)
    if kept["at"] != mark_of(head):
        refresh(root)
    return kept


def mark_of(commit: Json) -> Json:
    """Return what tells a commit, and what had been put out of sight by then."""
    tables = commit["tables"]
    # A store of before the vault has no such table.
    versions = {name: tables[name]["version"] for name in STATES if name in tables}
    return {"number": commit["number"], "time": commit["time"], **versions}


def is_sound(kept: Json, head: Json, earlier: Iterable[Json] = ()) -> bool:
    """
    Say whether all that is kept may still be shown, though there may be more by now.

    earlier: the commits before the head, the newest first; an undo among those since then took
    something away unless it went back to no more than what came since.
    """
    then, now = kept["at"], mark_of(head)
    for commit in chain([head], earlier):
        if commit["number"] <= then["number"]:
            is_there = mark_of(commit) == then
            return is_there and all(then.get(name) == now.get(name) for name in STATES)
        if is_undone(then["number"], commit.get("restores")):
            return False
    return False


def is_undone(number: int, restores: int | None) -> bool:
    """Say whether an undo that went back to a commit took away what there was at another."""
    return restores is not None and restores < number


def read_kept(path: Path) -> Json | None:
    """Return what a file of values holds; None without one, and where it is none."""
    try:
        if path.stat().st_size > LARGEST:
            return None
        kept = json.loads(path.read_text(encoding="utf-8"))
        return kept if kept["v"] == VERSION and isinstance(kept["at"]["number"], int) else None
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None


def commits(root: Path) -> Iterator[Json]:
    """Yield the newest commits of a store that can be read, as far as they are kept."""
    folder, oldest = Layout(root).commits, 1
    try:
        names = sorted(filter(COMMIT_NAME.fullmatch, os.listdir(folder)), key=number_of)
    except OSError:
        return
    for name in names[: -NEWEST_COMMITS - 1 : -1]:
        if number_of(name) < oldest:
            return
        try:
            commit = json.loads((folder / name).read_text(encoding="utf-8"))
            oldest = max(oldest, commit.get("keeps_from") or 1)
        except (OSError, ValueError, AttributeError):
            continue
        yield commit


def number_of(name: str) -> int:
    """Return the number of a commit by the name of its file."""
    return int(name.partition(".")[0])
