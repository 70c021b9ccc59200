"""
Repairing of a store in a bucket: what is wrong is put right here, and goes back as one commit.

1. Every object is brought into a folder on this machine, as a store on a disk. What the bucket has
   lost, or has otherwise than its commit says, is taken from the copy here where that has it right.
2. That store is repaired like any other (store.repair).
3. What is new or other is written to the bucket: files, then versions of tables, then commits in
   the place of damaged ones, each only where the bucket has what was seen, and last the commit of
   the repair, put if it is not there. Who was faster outpaces it, and it is begun anew.

Nothing is taken out of the bucket: what is damaged and not needed goes with the next compact.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from store import lance_versions
from store.check import check
from store.commits import read_commit
from store.copying import all_files, copy_files
from store.digests import is_as_written
from store.errors import (
    BadUsage,
    CommitConflict,
    MemcliError,
    Outpaced,
    StoreCorrupt,
    StoreIOError,
    StoreLocked,
    StoreNotFound,
)
from store.files import io_errors, write_whole
from store.integrity import all_digests, needed_files
from store.layout import Layout, identity_of
from store.lost_commits import lost_commits
from store.remote import connecting
from store.remote.commit_files import CommitFile, identity_form, identity_id
from store.remote.connecting import IDENTITY
from store.remote.local_copy import MODE, LocalCopy
from store.remote.naming import COMMITS, CONFIG, KEYS, TABLES, commit_name, number_of
from store.remote.objects import Objects, side_by_side
from store.remote.retrying import pauses
from store.remote.settings import read_settings
from store.remote.urls import remote_identity
from store.repair import ID, Repaired, repair_in_place
from store.sealing import DIGEST_BYTES, unsealed
from store.store import Store
from store.table_files import tag_name
from store.trust import Trust

FOLDER: Final = "repair"
KEYS_OF_FORM: Final = re.compile(r"(encrypted-[0-9a-f]+)/keyring")
TAG: Final = re.compile(rf"{TABLES}/[^/]+\.lance/_refs/tags/commit-(\d+)\.json")


class Seen(NamedTuple):
    """An object as it was brought here: the digest of its bytes, and its tag."""

    digest: str
    tag: str


def repaired_in_bucket(
    url: str, trust: Trust, kept_at: Path | None, wait_s: float, dry_run: bool = False
) -> Repaired:
    """
    Repair the store at a URL, or only say what would be done.

    kept_at: where all that was there is to be kept as it was, if anywhere; wait_s: how long it is
    tried again where other writers are faster. StoreNotFound, StoreExists, StoreIOError, Outpaced.
    """
    bucket, copy, form = _opened(url)
    if form and kept_at is not None:
        raise BadUsage("--copy would have what is encrypted in plain", "leave it out")
    with _alone(copy, url, wait_s) as folder:
        for pause in pauses(wait_s):
            try:
                repair = BucketRepair(bucket, copy, folder, form)
                done = _repaired(repair, trust, kept_at, dry_run)
            except CommitConflict:
                if dry_run or not pause():
                    raise
                continue
            if not dry_run:
                done.left = _left(url, trust)
            return done
    raise AssertionError("there is always a last try")


def _repaired(repair: BucketRepair, trust: Trust, kept_at: Path | None, dry_run: bool) -> Repaired:
    repair.bring_all()
    before = list(all_files(repair.root))
    if kept_at is not None and not dry_run:
        copy_files(repair.root, kept_at, before, may_link=True)
    steps = list(repair.take_from_copy())
    repair.complete()
    done = repair_in_place(repair.root, trust, needs_digests=True)
    done.steps = [*repair.steps, *steps, *done.steps]
    if not dry_run:
        repair.write_back(done)
    if kept_at is not None and not dry_run:
        if done.steps:
            done.copy = kept_at
        else:
            shutil.rmtree(kept_at)
    return done


def _opened(url: str) -> tuple[Objects, LocalCopy, str]:
    """Return the objects of a store, opened if it is encrypted, its copy here, and its form."""
    settings = read_settings()
    copy = LocalCopy.of(url, settings.cache)
    bucket = connecting.objects_of(url, settings)
    copy.make(url)
    store_id, form = _id_and_form(bucket, copy)
    if not form:
        return bucket, copy, form
    from store.remote.sealed_copy import open_sealed
    from store.remote.sealed_objects import SealedObjects

    opened = open_sealed(copy.store, {"id": store_id, "form": form, "url": url})
    return SealedObjects(bucket, form, opened.ring), opened.mirror.copy, form


def _id_and_form(bucket: Objects, copy: LocalCopy) -> tuple[str, str]:
    """Return what store.json says, in the bucket or here, else what the keys in the bucket do."""
    here = copy.path(IDENTITY)
    found = bucket.get(IDENTITY)
    for data in (found.data if found else b"", here.read_bytes() if here.exists() else b""):
        if (form := identity_form(data)) is not None:
            return identity_id(data), form
    for stat in bucket.listing(""):
        if (match := KEYS_OF_FORM.fullmatch(stat.name)) and (ring := bucket.get(stat.name)):
            with suppress(ValueError, KeyError):
                return str(unsealed(ring.data)["store"]), match[1]
    return "", ""


@contextmanager
def _alone(copy: LocalCopy, url: str, wait_s: float) -> Iterator[Path]:
    """Be the only repair of a store on this machine, in an empty folder that goes at the end."""
    from filelock import FileLock, Timeout

    folder = copy.folder / FOLDER
    lock = FileLock(copy.folder / f"{FOLDER}.lock", mode=MODE)
    try:
        lock.acquire(timeout=wait_s)
    except Timeout:
        raise StoreLocked(f"another repair of {url} is at work", "let it finish") from None
    try:
        shutil.rmtree(folder, ignore_errors=True)
        with io_errors(f"make {folder}"):
            folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()


def _left(url: str, trust: Trust) -> list[str]:
    """Return the errors that check still finds."""
    store = Store.open(connecting.connect(url), mode="read", trust=trust)
    return [one.what for one in check(store) if one.severity == "error"]


class BucketRepair:
    """
    All that a bucket has of a store, in a folder where it is a store on a disk.

    seen: what was brought, by the names of the objects; steps: what was found wrong so far.
    """

    def __init__(self, objects: Objects, copy: LocalCopy, root: Path, form: str = "") -> None:
        self.form = form
        self.objects = objects
        self.copy = copy
        self.root = root
        self.layout = Layout(root)
        self.seen: dict[str, Seen] = {}
        self.steps: list[str] = []
        self.store_id = ""

    # ---------------------------------------------------------------- bringing

    def bring_all(self) -> None:
        """Bring in every object, as it is; StoreNotFound where there is none of a store."""
        shutil.rmtree(self.root)
        self.seen, self.steps = {}, []
        for folder in (COMMITS, TABLES):
            (self.root / folder).mkdir(mode=0o700, parents=True)
        names = [stat.name for stat in self.objects.listing("") if _is_of_store(stat.name)]
        if not any(map(number_of, names)):
            raise StoreNotFound(f"no store at {self.objects.url}", "name one with --store")
        side_by_side(self._bring, names)
        self._bring_identity()

    def _bring(self, name: str) -> None:
        try:
            found = self.objects.get(name)
        except StoreCorrupt as error:  # it cannot be decrypted
            self.seen[name] = Seen("", str(error.details.get("tag", "")))
            self._write(name, b"")
            return
        if found is not None:
            self.seen[name] = Seen(_digest(found.data), found.tag)
            self._write(name, found.data)

    def _write(self, name: str, data: bytes) -> None:
        path = self.root / name
        with io_errors(f"write {path}", "free some space, or set cache_folder"):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(path, data, mode=MODE)

    def _bring_identity(self) -> None:
        """Write the store.json of a store on a disk, with the id that the bucket's has."""
        found = self.objects.get(IDENTITY)
        data = found.data if found else b""
        self.store_id = identity_id(data)
        if found and self.store_id:
            self.seen[IDENTITY] = Seen(_digest(data), found.tag)
        else:
            import secrets

            known = ID.search(data)
            self.store_id = known[1].decode() if known else self._id_of_copy()
            has_id = "its" if self.store_id else "a new"
            self.store_id = self.store_id or secrets.token_hex(8)
            self.seen[IDENTITY] = Seen("", found.tag if found else "")
            self.steps.append(f"store.json is written anew, with {has_id} id")
        self._write(IDENTITY, identity_of(self.store_id, encrypted=False))

    def _id_of_copy(self) -> str:
        with suppress(OSError):
            return identity_id(self.copy.path(IDENTITY).read_bytes())
        return ""

    # ---------------------------------------------------------------- the copy on this machine

    def take_from_copy(self) -> Iterator[str]:
        """
        Take from the copy here what the bucket has lost or damaged, and yield what that was.

        Not where the copy may be of before a purge: what was purged does not come back.
        """
        if not self._may_take():
            return
        head = self.copy.read_state().head
        for number in lost_commits(self.layout.commits):
            with suppress(MemcliError):
                if number <= head:
                    self._write(commit_name(number), CommitFile.read(self.copy, number).data)
                    yield f"commit {number} is put back from the copy on this machine"
        store = Store.open(self.root, mode="read")
        known = all_digests(self.layout, store.readable_commits())
        for path, digest in known.items():
            name = f"{TABLES}/{path}"
            if not _is_right(self.root / name, digest) and _is_right(self.copy.path(name), digest):
                self._write(name, self.copy.path(name).read_bytes())
                # What is gone may only have been compacted away.
                if name in self.seen:
                    yield f"{name} is put back from the copy on this machine"

    def _may_take(self) -> bool:
        """Say whether the copy is of this store, and has heeded every purge that there was."""
        head = self.copy.read_state().head
        if self._id_of_copy() != self.store_id or not head:
            return False
        lost = lost_commits(self.layout.commits)
        newer = [n for name in self.seen if (n := number_of(name)) > head and n not in lost]
        is_known = all(number <= head for number in lost)
        return is_known and not any(
            read_commit(self.layout.commits, number).is_purge for number in newer
        )

    def complete(self) -> None:
        """Give the store what is of each machine alone: recalls, and tags of what is kept."""
        from schemas.tables import accesses

        if not self.layout.table("accesses").exists():
            lance_versions.make("accesses", self.layout.table("accesses"), accesses())
        for commit in Store.open(self.root, mode="read").kept():
            for name, state in commit.tables.items():
                with suppress(MemcliError):  # a damaged one is what is to be repaired
                    table = lance_versions.open_at(name, self.layout.table(name), state.version)
                    if state.version not in table.tags().values():
                        table.tag_version(tag_name(commit.number), state.version)

    # ---------------------------------------------------------------- writing back

    def write_back(self, done: Repaired) -> None:
        """Write what is new or other to the bucket, the commit of the repair last."""
        last = commit_name(done.commit.number) if done.commit else ""
        for group in self._in_order():
            side_by_side(self._put, [name for name in group if name != last])
        if last:
            self._put(last)
        if not self.seen[IDENTITY].digest:
            self._put_data(IDENTITY, remote_identity(self.store_id, self.form))

    def _in_order(self) -> Iterator[list[str]]:
        """Yield the names of what is needed, in groups that may be written at once."""
        kept = Store.open(self.root, mode="read").kept()
        paths = {str(Path(path).relative_to(self.root)) for path in needed_files(self.layout, kept)}
        needed = sorted(paths | set(self._tags({commit.number for commit in kept})))
        yield [name for name in needed if "/_versions/" not in name]
        yield [name for name in needed if "/_versions/" in name]
        yield sorted(f"{COMMITS}/{path.name}" for path in self.layout.commits.glob("*.json"))

    def _tags(self, numbers: set[int]) -> Iterator[str]:
        """Yield the tags of kept commits of which a commit has the digest."""
        store = Store.open(self.root, mode="read")
        for path in all_digests(self.layout, store.readable_commits()):
            match = TAG.fullmatch(f"{TABLES}/{path}")
            if match and int(match[1]) in numbers and (self.layout.tables / path).is_file():
                yield f"{TABLES}/{path}"

    def _put(self, name: str) -> None:
        with io_errors(f"read {self.root / name}"):
            self._put_data(name, (self.root / name).read_bytes())

    def _put_data(self, name: str, data: bytes) -> None:
        """Write an object if it is not as it was seen; Outpaced where another wrote it since."""
        seen = self.seen.get(name)
        if seen is not None and seen.digest == _digest(data):
            return
        if seen is not None and seen.tag:
            self.objects.put(name, data, tag=seen.tag)
            return
        try:
            self.objects.put_new(name, data)
        except FileExistsError:
            what = f"{name} was written by another meanwhile"
            raise Outpaced(what, "run it again") from None


def _is_of_store(name: str) -> bool:
    """Say whether an object is a file of a store, and lies where its name says."""
    parts = PurePosixPath(name).parts
    if ".." in parts or not parts or "\\" in name:
        return False
    return parts[0] in (COMMITS, TABLES) or (
        len(parts) == 1 and (name == CONFIG or name.endswith(KEYS))
    )


def _is_right(path: Path, digest: str) -> bool:
    try:
        return is_as_written(path, digest)
    except (OSError, StoreIOError):
        return False


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=DIGEST_BYTES).hexdigest()
