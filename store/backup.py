"""
Backup: a copy of a store as its head has it, with the states that it keeps, which is a store too.

It is made beside writers, without their lock: what a commit names is never changed. Only a compact
can take files away meanwhile; then it is begun anew. `store.json` comes last, so that a backup that
was cut short is no store. In the end all of it is read and compared with its digests.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from store import lance_versions
from store.check import check
from store.commits import NAME, Commit
from store.copying import ENCRYPTED, all_files, copy_files, require_new
from store.digests import CHANGING
from store.encryption.identity import ENCRYPTED_FORMAT
from store.errors import BadUsage, StoreCorrupt, StoreIOError, StoreLocked, StoreNotFound
from store.files import io_errors, write_synced
from store.layout import (
    Layout,
    begin_restore,
    end_birth,
    identity_of,
    is_store,
    make_root,
    read_identity,
)
from store.remote.urls import REMOTE_FORMAT, SEALED_FORMAT, copied_url, shown
from store.store import Store
from store.user_tables import born_at

if TYPE_CHECKING:
    from store.remote.birth import Birth

TRIES: Final = 3
# Is in a backup from its first moment to its last: one that was cut short is made anew.
UNFINISHED: Final = ".unfinished-backup"
# Of an encrypted store in a bucket, beside what is decrypted of it.
PLAIN: Final = ("README", "config.toml", ".gitignore")
# What is made anew: locks, answers of a language model, what a killed process left.
LEFT_OUT: Final = re.compile(r".*\.lock|cache/.*|tmp.{8}|(.*/)?\..*\.tmp")


@dataclass(frozen=True)
class Backup:
    """A backup that was made: the commit that is its head, its files, how many are links."""

    path: Path
    commit: Commit
    files: int
    linked: int


def back_up(store: Store, target: Path, may_link: bool) -> Backup:
    """
    Make a backup at a new path and verify it; by hard links, if they may be and the disk has them.

    Raises StoreExists, StoreIOError, StoreLocked when it is compacted again and again, and
    StoreCorrupt when what was copied is not sound.
    """
    if target.resolve().is_relative_to(store.layout.root.resolve()):
        raise BadUsage(f"{target} is in the store itself", "choose a folder outside of it")
    for _ in range(TRIES):
        store.require_kept()
        head = store.head()
        files = list(_files_of(store, head))
        try:
            _begin(target)
            linked = _copy(store, target, files, may_link)
        except StoreIOError as error:
            shutil.rmtree(target, ignore_errors=True)
            if isinstance(error.__cause__, FileNotFoundError):
                continue
            raise
        _require_sound(target)
        with io_errors(f"write {target}"):
            (target / UNFINISHED).unlink()
        return Backup(target, head, len(files), linked)
    raise StoreLocked(f"{store.layout.shown} is being compacted", "try again later")


def _copy(store: Store, target: Path, files: list[Path], may_link: bool) -> int:
    """Copy files of a store to a backup, and return how many became links."""
    layout, remote = store.layout, store.layout.remote
    if remote and layout.vault:
        _copy_sealed(store, target, files)
        return 0
    linked = copy_files(layout.root, target, _identity_last(files), may_link, is_new=False)
    if remote:  # the copy of its files is a store on a disk
        write_synced(target / "store.json", identity_of(store.id, encrypted=False))
    return linked


def _copy_sealed(store: Store, target: Path, files: list[Path]) -> None:
    """Copy an encrypted store of a bucket, decrypted here, as an encrypted one on a disk."""
    from store.encryption.conversion import write_container

    layout = store.layout
    assert layout.vault is not None
    apart = [path for path in files if len(path.parts) == 1 and path.suffix != ".key"]
    copy_files(layout.root, target, apart, may_link=False, is_new=False)
    names = [path.as_posix() for path in files if path not in apart]
    write_container(layout.work, target, names, store.id, layout.vault.user)
    write_synced(target / "store.json", identity_of(store.id, encrypted=True))


def _begin(target: Path) -> None:
    """Make the folder of a backup, in the place of one that was cut short, with a mark in it."""
    with io_errors(f"write {target}"):
        if (target / UNFINISHED).is_file():
            shutil.rmtree(target)
    require_new(target)
    with io_errors(f"write {target}", "choose a folder that you can write to"):
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_synced(target / UNFINISHED, b"", 0o600)


def restore_backup(source: Path, target: Path) -> Commit:
    """
    Make a new store of a backup, by copies, and return its head; nothing that is there is touched.

    Raises StoreNotFound, StoreExists, StoreIOError, and StoreCorrupt when the backup is not sound.
    """
    if not is_store(source):
        raise StoreNotFound(f"no backup at {source}", "name a folder that memcli backup made")
    identity = read_identity(Layout(source))
    if identity["format"] == SEALED_FORMAT:
        what = f"{shown(source)} is an encrypted store in a bucket, and no backup"
        raise BadUsage(what, f"memcli backup DIR --store {shown(source)}, and init --from that")
    if identity["format"] == REMOTE_FORMAT:
        Store.open(source, mode="read").require_kept()
    begun = _begun_remotely(target, identity) if copied_url(target) else None
    layout = make_root(target)
    store = Store(layout, "", 0.0)
    with store.locked():
        begin_restore(layout, _identity_of_copy(source, target, identity))
        files = [path for path in all_files(source) if not _is_left_out(path)]
        own = {layout.identity.name, layout.lock.name}
        rest = (path for path in files if str(path) not in own)
        copy_files(source, target, rest, may_link=False, is_new=False)
        if begun is not None:
            begun.fill(identity["id"], store.head().number, store.kept())
            begun.end()
        end_birth(layout)
    _require_sound(target)
    return Store.open(target).head()


def _begun_remotely(target: Path, identity: dict[str, Any]) -> Birth:
    """Begin a store on object storage; BadUsage where the backup is of an encrypted one."""
    from store.remote.birth import Birth

    if identity["format"] == ENCRYPTED_FORMAT:
        what = f"{shown(target)}: a backup of an encrypted store cannot go to object storage"
        raise BadUsage(what, "memcli decrypt, or bundle create with a recipient")
    return Birth.begun(target)


def _identity_of_copy(source: Path, target: Path, identity: dict[str, Any]) -> bytes:
    """Return the store.json of what is made of a backup: one on object storage has its own."""
    if (url := copied_url(target)) is not None or identity["format"] == REMOTE_FORMAT:
        return identity_of(identity["id"], encrypted=False, url=url)
    return (source / "store.json").read_bytes()


def _files_of(store: Store, head: Commit) -> Iterator[Path]:
    """Yield the files that a backup has: of an encrypted store, those that are made of them."""
    layout, vault = store.layout, store.layout.disk_vault
    if layout.vault and not vault:  # in a bucket
        yield from (Path(name) for name in PLAIN if (layout.root / name).is_file())
    if vault:
        vault.keep_aside()
        yield from (path for path in all_files(layout.root) if not _is_of_container(path))
        yield from vault.keys()
    for path in all_files(layout.work):
        if _belongs(path, store, head):
            if not vault:
                yield path
            elif (place := vault.place_of(path)) is not None:
                yield place


def _is_of_container(path: Path) -> bool:
    return path.parts[0] == ENCRYPTED or _is_left_out(path)


def _require_sound(root: Path) -> None:
    """Raise StoreCorrupt for the first error that is found with a copy."""
    for problem in check(Store.open(root, mode="read")):
        if problem.severity == "error":
            raise StoreCorrupt(f"the copy at {root} is not sound: {problem.what}", problem.remedy)


def _identity_last(files: Iterable[Path]) -> list[Path]:
    return sorted(files, key=lambda path: (path == Path("store.json"), path))


def _is_left_out(path: Path) -> bool:
    return LEFT_OUT.fullmatch(path.as_posix()) is not None or path.name == CHANGING


def _belongs(path: Path, store: Store, head: Commit) -> bool:
    """Say whether a file belongs into a backup: nothing does that is newer than the head."""
    if _is_left_out(path):
        return False
    number = NAME.fullmatch(path.name) if path.parts[0] == "commits" else None
    if number is not None:
        return int(number[1]) <= head.number
    if path.parts[0] == "tables" and born_at(path.parts[1].removesuffix(".lance")) > head.number:
        return False
    if path.parts[0] == "tables" and path.suffix == ".manifest":
        state = head.tables.get(path.parts[1].removesuffix(".lance"))
        return state is None or lance_versions.manifest_version(path) <= state.version
    return True
