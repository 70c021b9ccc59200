"""
Tables of the user's own: what they are called in commits and on disk, and when one may go.

Each is a Lance table in the same commits as the rest. Its key says by which commit it was made, so
that a name that is given again, after the first table was dropped, means another folder: what older
commits name stays as it was. Beside the user's columns each row has an id, a namespace and a time.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from store.files import io_errors, sync

if TYPE_CHECKING:
    from store.commits import Commit
    from store.layout import Layout

# In commits and on disk; `sql` knows each by its name alone.
KEY: Final = re.compile(r"user\.([a-z][a-z0-9_]*)\.([0-9]{8,})")
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
ROW_ID: Final = "_id"
NAMESPACE: Final = "_namespace"
RECORDED_AT: Final = "_recorded_at"
# What the store keeps of each row, and `sql` does not show.
ROW_COLUMNS: Final = (ROW_ID, NAMESPACE, RECORDED_AT)


def key_of(name: str, number: int) -> str:
    """Key of a table in commits: its name, and the number of the commit that makes it."""
    return f"user.{name}.{number:08d}"


def is_user_table(key: str) -> bool:
    """Say whether a table of a commit is one of the user's own."""
    return KEY.fullmatch(key) is not None


def name_of(key: str) -> str:
    """Return what the user calls a table of a commit."""
    match = KEY.fullmatch(key)
    return match[1] if match else key


def born_at(key: str) -> int:
    """Return the number of the commit that made a table, 0 for one that is not the user's own."""
    match = KEY.fullmatch(key)
    return int(match[2]) if match else 0


def user_tables(tables: Iterable[str]) -> dict[str, str]:
    """Return the keys of the user's own tables among some by their names, in alphabetical order."""
    return {name_of(key): key for key in sorted(tables) if is_user_table(key)}


def shown_columns(source: Any) -> list[str]:
    """Return the columns of a table, or of what DuckDB scans, that the user gave it."""
    return [name for name in source.schema.names if name not in ROW_COLUMNS]


def folders(layout: Layout) -> Iterator[tuple[str, Path]]:
    """Yield the keys and folders of the user's own tables on disk, whatever names them."""
    for path in sorted(layout.tables.glob("user.*.lance")):
        key = path.name.removesuffix(".lance")
        if is_user_table(key) and path.is_dir() and not path.is_symlink():
            yield key, path


def remove_unborn(layout: Layout, head: Commit) -> None:
    """Remove tables whose commit never came to be; only under the writers' lock."""
    for key, path in folders(layout):
        if born_at(key) > head.number:
            _remove(path)


def remove_dropped(layout: Layout, kept: Iterable[Commit]) -> int:
    """
    Remove the tables that none of some commits names, and return the bytes freed.

    Only under the writers' lock.
    """
    named = {key for commit in kept for key in commit.tables}
    freed = 0
    for key, path in folders(layout):
        if key not in named:
            freed += sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
            _remove(path)
    return freed


def has_dropped(layout: Layout, kept: Mapping[str, Any]) -> bool:
    """Say whether there is a table on disk that is not among those of a commit."""
    return any(key not in kept for key, _ in folders(layout))


def _remove(path: Path) -> None:
    with io_errors(f"remove {path}"):
        shutil.rmtree(path)
        sync(path.parent)
