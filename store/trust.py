"""
Trust in a store: what the user lets one do that they did not make.

A store that was found upward can have come with a repository or an archive, or be somebody else's
on the same machine. It is not written to, and its settings are not obeyed, until it is trusted; one
of another owner is not read either, as git does with a repository. The mark of trust is a file in
the user's own folder of settings, by the real path and the id of the store. It also has a digest of
the programs and services that config.toml names, as direnv has of what it runs: those are used only
while they are what was allowed, whatever way the store was named. The per-user store needs no mark.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from store.errors import Untrusted
from store.files import io_errors, write_whole
from store.location import StorePlace, user_store
from store.sealing import unsealed

# Those of another user may be written to, by sudo, by the one who called it.
CALLER: Final = "SUDO_UID"


@dataclass(frozen=True)
class TrustMark:
    """A store that the user trusts, and the digest of the programs of it that they allow."""

    path: Path
    store_id: str
    commands: str
    trusted_at: str


@dataclass(frozen=True)
class Trust:
    """
    What the user lets a store do; by default all, for one that they named in a program.

    reason: why it may not be written to, nor its settings be obeyed, empty where it may; is_own:
    whether plug-ins that it names are used; allowed: says whether the programs and services with a
    digest may be used, None where all may.
    """

    reason: str = ""
    is_own: bool = True
    allowed: Callable[[str], bool] | None = None

    @property
    def is_full(self) -> bool:
        """Whether the store may be written to, and its settings count."""
        return not self.reason

    def allows(self, commands: str) -> bool:
        """Say whether the programs with a digest may be run; empty is the digest of none."""
        return not commands or self.allowed is None or self.allowed(commands)

    def require_full(self, root: Path, so: str = "it is not written to") -> None:
        """Raise Untrusted for a store that may only be read."""
        if self.reason:
            raise Untrusted(f"{root} {self.reason}: {so}", remedy(root))


# For a store that a program named.
FULL: Final = Trust()


def remedy(root: Path) -> str:
    """Return what to do about a store that is not trusted."""
    return f"if you trust it: memcli trust {root}; or name another with --store"


def trust_in(place: StorePlace) -> Trust:
    """Return what the store at a place may do; Untrusted for one of another owner found upward."""
    root = place.path
    if place.reason == "user":
        return FULL
    if place.is_named:
        return Trust(allowed=lambda commands: _is_users(root) or _is_allowed(root, commands))
    mark = find_mark(root)
    if mark is not None:
        return Trust(allowed=lambda commands: commands == mark.commands)
    if (owner := _other_owner(root)) is not None:
        raise Untrusted(
            f"{root}, found upward from here, is of another owner ({owner})", remedy(root)
        )
    return Trust(_doubt(root), is_own=False, allowed=lambda commands: False)


def _is_users(root: Path) -> bool:
    """Say whether a store that was named is the per-user one."""
    return root.resolve() == user_store().resolve()


def _is_allowed(root: Path, commands: str) -> bool:
    """Say whether the programs of a store with a digest are what the user allowed."""
    mark = find_mark(root)
    return mark is not None and mark.commands == commands


def _doubt(root: Path) -> str:
    """Return why a store of this user, found upward and without a mark, is not trusted."""
    if root.resolve().parent.stat().st_mode & stat.S_IWOTH:
        return "lies in a folder that everybody can write to, and is not trusted"
    # What an archive unpacks has any mode and any form: nothing but a mark tells whose it is.
    return "was not made here by you, or has been moved, and is not trusted"


def _other_owner(root: Path) -> str | None:
    """Return the name of who owns a store, None where it is this user, or nobody can say."""
    if not hasattr(os, "geteuid"):
        return None
    mine = {os.geteuid()}
    if 0 in mine and os.environ.get(CALLER, "").isdecimal():
        mine.add(int(os.environ[CALLER]))
    other = next(iter(_owners(root) - mine), None)
    return None if other is None else _name_of(other)


def _owners(root: Path) -> set[int]:
    """Return who owns a store and its identity, and the links that lead to them if any."""
    with io_errors(f"look into {root}"):
        paths = (root, root / "store.json")
        return {look(path).st_uid for look in (os.lstat, os.stat) for path in paths}


def _name_of(uid: int) -> str:
    import pwd

    with suppress(KeyError):
        return pwd.getpwuid(uid).pw_name
    return str(uid)


# ---------------------------------------------------------------- marks


def marks_folder() -> Path:
    """Return the folder of the marks, below that of the user's settings."""
    from platformdirs import user_config_path

    return user_config_path("memcli") / "trusted"


def put_mark(root: Path, commands: str = "") -> TrustMark:
    """Trust a store, with the programs of some digest; StoreIOError where that cannot be kept."""
    path = root.resolve()
    mark = TrustMark(path, _id_of(path), commands, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    record = {
        "path": str(path),
        "id": mark.store_id,
        "commands": commands,
        "trusted_at": mark.trusted_at,
    }
    file = _file_of(path)
    with io_errors(f"write {file}"):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(file, json.dumps(record).encode("utf-8", "replace") + b"\n", mode=0o600)
    return mark


def find_mark(root: Path) -> TrustMark | None:
    """Return the mark of a store, None where there is none for its path and id."""
    with suppress(OSError):
        path = root.resolve()
        mark = _read(_file_of(path))
        if mark is not None and mark.path == path and mark.store_id == _id_of(path):
            return mark
    return None


def remove_mark(root: Path) -> bool:
    """Trust a store no longer; say whether it was trusted."""
    file = _file_of(root.resolve())
    with io_errors(f"remove {file}"):
        was_there = file.exists()
        file.unlink(missing_ok=True)
    return was_there


def all_marks() -> Iterator[TrustMark]:
    """Yield the stores that the user trusts, by path."""
    with io_errors(f"read {marks_folder()}"):
        found = [mark for file in marks_folder().glob("*.json") if (mark := _read(file))]
    yield from sorted(found, key=lambda mark: mark.path)


def _file_of(path: Path) -> Path:
    """Return where the mark of a store is, by its real path."""
    name = blake2b(os.fsencode(path), digest_size=16).hexdigest()
    return marks_folder() / f"{name}.json"


def _read(file: Path) -> TrustMark | None:
    """Return the mark in a file, None for one that is none."""
    try:
        record: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        path = Path(record["path"])
        return TrustMark(path, record["id"], record["commands"], record["trusted_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _id_of(root: Path) -> str:
    """Return the id of a store, empty where it cannot be read."""
    with suppress(OSError, ValueError, KeyError):
        return str(unsealed((root / "store.json").read_bytes())["id"])
    return ""
