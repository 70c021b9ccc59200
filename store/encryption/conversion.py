"""
Conversion of a store, in place: a plain one is encrypted, an encrypted one decrypted.

Under the writers' lock, all that is there is first written anew, beside it: `encrypted.new`, or
`plain.new`. That is synced, read again and compared. Then it gets its name, and `store.json` says
in one write of which form the store is: only now is it converted. What it was before goes last.
Whenever the process dies, the store is what `store.json` says, whole, and what else is there is
removed: by the next writer of an encrypted store, or when it is converted again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Final

from store.copying import all_files
from store.digests import digest
from store.encryption.container import ASIDE, FOLDER, KINDS, Container
from store.encryption.key_source import Secret
from store.encryption.keyring import Keyring, UserKey
from store.encryption.leftovers import FOLDERS, remove_plain
from store.encryption.runtime import hooks_folder
from store.encryption.streams import DamagedStream
from store.encryption.working_copy import is_passing
from store.errors import BadUsage, StoreCorrupt
from store.files import io_errors, sync, write_whole
from store.layout import Layout, identity_of, write_readme
from store.sealing import DIGEST_BYTES
from store.store import Store

NEW_CONTAINER: Final = f"{FOLDER}.new"
NEW_PLAIN: Final = "plain.new"

Advance = Callable[[int], None]


def encrypt_store(
    store: Store, secret: Secret, keep_lines: Callable[[Path, Path], None], advance: Advance
) -> int:
    """
    Encrypt a plain store in place by a user's key, and return how many files it is.

    keep_lines: puts what waits in one folder of hooks into another one; advance: is told of each
    file.
    """
    root = store.layout.root
    user = UserKey.new(secret)
    with store.locked():
        store.head()
        for name in (NEW_CONTAINER, NEW_PLAIN, FOLDER):
            _remove(root / name)
        container = Container(root / NEW_CONTAINER, Keyring.new(store.id))
        container.make()
        container.ring.save(container.folder, user)
        count = 0
        for name in _names(root):
            container.put(name, root / name, is_durable=True)
            advance(1)
            count += 1
        container.sync(*KINDS)
        _require_same(container, root, advance)
        with io_errors(f"encrypt {root}"):
            sync(container.folder)
            os.replace(container.folder, root / FOLDER)
            sync(root)
            keep_lines(root / "hooks", hooks_folder(root, store.id))
            _switch(root, store.id, encrypted=True)
        remove_plain(root)
    return count


def write_container(
    work: Path, target: Path, names: Iterable[str], store_id: str, user: UserKey
) -> None:
    """Write files of a decrypted store as those of an encrypted one, with keys of its own."""
    container = Container(target / FOLDER, Keyring.new(store_id))
    container.make()
    container.ring.save(container.folder, user)
    for name in names:
        container.put(name, work / name, is_durable=True)
    container.sync(*KINDS)


def decrypt_store(store: Store, advance: Advance) -> int:
    """Decrypt an encrypted store in place, and return how many files it is."""
    root, vault = store.layout.root, store.layout.disk_vault
    if vault is None:
        raise BadUsage(f"{root} is not encrypted", "there is nothing to decrypt")
    with store.locked():
        vault.require_sound()
        _remove(root / NEW_PLAIN)
        target = root / NEW_PLAIN
        count = sum(1 for _ in _decrypted(vault.container, target, advance))
        with io_errors(f"decrypt {root}"):
            for folder in (target, *(p for p in target.rglob("*") if p.is_dir())):
                sync(folder)
            for path in sorted(target.iterdir()):
                os.replace(path, root / path.name)
            sync(root)
            _switch(root, store.id, encrypted=False)
        vault.retire()
        for name in (NEW_PLAIN, FOLDER):
            _remove(root / name)
    return count


def finish_decrypting(root: Path) -> bool:
    """Remove the encrypted files that a conversion that was killed left; say whether it did."""
    there = [path for name in (NEW_PLAIN, FOLDER, NEW_CONTAINER) if (path := root / name).exists()]
    for path in there:
        _remove(path)
    return bool(there)


def rekey_store(store: Store, secret: Secret) -> None:
    """Let another key of the user's open an encrypted store, and no earlier one."""
    vault = store.layout.disk_vault
    if vault is None:
        raise BadUsage(f"{store.layout.root} is not encrypted", "leave out --rekey")
    user = UserKey.new(secret)
    with store.locked():
        vault.rekey(user)


def _names(root: Path) -> Iterator[str]:
    """Yield what the files of a plain store are called that are encrypted; the rest stays."""
    for path in all_files(root):
        name = path.as_posix()
        is_part = path.parts[0] in FOLDERS or (len(path.parts) == 1 and path.suffix == ".key")
        if is_part and not is_passing(name):
            yield name


def _require_same(container: Container, root: Path, advance: Advance) -> None:
    """Read all that was encrypted again; StoreCorrupt unless it is what is in plain."""
    for place in container.listing():
        try:
            name, content, _ = container.read(place)
            found = blake2b(digest_size=DIGEST_BYTES)
            for piece in content:
                found.update(piece)
        except DamagedStream as error:
            raise _not_same(place) from error
        with io_errors(f"read {root / name}"):
            try:
                is_same = digest(root / name) == found.hexdigest()
            except FileNotFoundError:
                is_same = place.startswith(ASIDE)  # a query cleaned up beside us
        if not is_same and not place.startswith(ASIDE):
            raise _not_same(name)
        advance(1)


def _not_same(name: str) -> StoreCorrupt:
    what = f"{name} is not read as it was written; nothing was changed"
    return StoreCorrupt(what, "is the disk at fault? run it again")


def _decrypted(container: Container, target: Path, advance: Advance) -> Iterator[Path]:
    """Write the files of a container below a folder, durably, and yield their paths."""
    for place in sorted(container.listing()):
        with io_errors(f"decrypt {container.folder / place}"):
            try:
                name, content, mtime_ns = container.read(place)
                path = target / name
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with open(number, "wb") as file:
                    for piece in content:
                        file.write(piece)
                    file.flush()
                    os.utime(file.fileno(), ns=(mtime_ns, mtime_ns))
                    os.fsync(file.fileno())
            except DamagedStream as error:
                if place.startswith(ASIDE):
                    continue
                what = f"{container.folder / place} is damaged: {error}"
                raise StoreCorrupt(what, "run memcli repair") from error
        advance(1)
        yield path


def _switch(root: Path, store_id: str, encrypted: bool) -> None:
    """Say in store.json of which form the store is from now on."""
    layout = Layout(root)
    write_readme(layout, encrypted)
    write_whole(layout.identity, identity_of(store_id, encrypted))


def _remove(path: Path) -> None:
    with io_errors(f"remove {path}"):
        if path.exists():
            shutil.rmtree(path)
            sync(path.parent)
