"""
Folders in memory: where encrypted stores are decrypted to, closed to others.

$XDG_RUNTIME_DIR, which ends with the login, else /dev/shm; what is set as `folder` goes before
both. A folder on a disk is refused unless `on_disk` is set.
"""

from __future__ import annotations

import os
import stat
import sys
from hashlib import blake2b
from pathlib import Path
from typing import Final

from store.encryption.settings import read_settings, settings_path
from store.errors import MemcliError, StoreIOError
from store.files import io_errors

IN_MEMORY: Final = frozenset({"tmpfs", "ramfs"})
MOUNTS: Final = Path("/proc/self/mounts")
SHARED_MEMORY: Final = Path("/dev/shm")
# In the folder of a copy: the store as a plain one is.
STORE: Final = "store"


def base_folder() -> Path:
    """Return the folder below which all of this user's copies are; StoreIOError without one."""
    settings = read_settings()
    if settings.folder is not None:
        place = Path(settings.folder).expanduser()
        if not settings.on_disk and not is_in_memory(place):
            raise StoreIOError(
                f"{place} is not in memory: what is decrypted there would reach a disk",
                f"choose another folder, or set on_disk = true in {settings_path()}",
            )
        return _private(place / f"memcli-{_user()}")
    login = os.environ.get("XDG_RUNTIME_DIR")
    for place in (*([Path(login)] if login else []), SHARED_MEMORY):
        if is_in_memory(place) and os.access(place, os.W_OK | os.X_OK):
            return _private(place / f"memcli-{_user()}")
    raise StoreIOError(
        "there is no folder in memory to decrypt the store to",
        f"mount a tmpfs and name it as folder in {settings_path()}; or any, with on_disk = true",
    )


def is_in_memory(path: Path) -> bool:
    """Say whether a folder is of a file system that has no disk."""
    try:
        real = os.path.realpath(path)
        lines = MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return False  # nobody can say
    kinds = {
        _unescaped(words[1]): words[2] for line in lines if len(words := line.split()) > 2
    }  # of those mounted at one place, the last is seen
    over = [at for at in kinds if Path(real).is_relative_to(at)]
    return bool(over) and kinds[max(over, key=len)] in IN_MEMORY


def _unescaped(place: str) -> str:
    for code, sign in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        place = place.replace(code, sign)
    return place


def _user() -> str:
    return str(os.geteuid()) if hasattr(os, "geteuid") else "0"


def _private(folder: Path) -> Path:
    """Make a folder that only this user can look into; StoreIOError for one that is another's."""
    with io_errors(f"make {folder}"):
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    is_mine = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
    if not (stat.S_ISDIR(found.st_mode) and is_mine and not found.st_mode & 0o077):
        raise StoreIOError(f"{folder} is not yours alone", "see who made it, and remove it")
    return folder


def copy_name(root: Path, store_id: str) -> str:
    """Return what the copy of a store is called, by its id and real path."""
    told = f"{store_id}:".encode() + os.fsencode(os.path.realpath(root))
    return blake2b(told, digest_size=16).hexdigest()


def hooks_folder(root: Path, store_id: str) -> Path:
    """Return where what hooks leave for an encrypted store waits, in memory, to be worked on."""
    folder = base_folder() / f"{copy_name(root, store_id)}.hooks"
    return _private(folder)


def kept_copy(root: Path, store_id: str) -> Path | None:
    """Return where a store is decrypted to now; None where it is not, or nobody can say."""
    try:
        path = base_folder() / copy_name(root, store_id) / STORE
    except MemcliError:
        return None
    return path if path.is_dir() else None


def leave_no_core() -> None:
    """Let this process leave no core file, in which what it has decrypted would be."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def shield_process(temporary: Path) -> None:
    """Let this process leave no core file, and put its temporary files into a folder in memory."""
    import tempfile

    leave_no_core()
    with io_errors(f"make {temporary}"):
        temporary.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Lance sorts what it indexes in files there.
    _before.setdefault("TMPDIR", os.environ.get("TMPDIR"))
    os.environ["TMPDIR"] = str(temporary)
    tempfile.tempdir = None


_before: dict[str, str | None] = {}


def unshield_process() -> None:
    """Put temporary files where they went before."""
    import tempfile

    for name, value in _before.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
    _before.clear()
    tempfile.tempdir = None
