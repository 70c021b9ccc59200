"""
Repair: what is damaged is made whole again as far as that can be, and never less than was there.

All that is there is copied first. Then, under the writers' lock:

1. `store.json` that is damaged is written anew, with the id that it had if that can be read.
2. A commit that is damaged, or missing among others, is written anew: the tags of the tables say
   which versions it made. What it was told to do is lost with it. Where these versions do not open,
   it gets the state of the one before: a torn head steps back to the newest commit that is whole.
3. Tables of which rows are damaged are salvaged, see store/salvage.py; their indexes are new.
4. Other damaged indexes are built anew, tags are set again, files that nothing is read from go.
5. What leads to rows that are lost is taken back, or told to have ended.

Steps 3 to 5 are one transaction. The commits whose states are broken are named in it and are no
longer kept; those that are whole stay.
"""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from store import _lance, lance_versions
from store.check import check
from store.commits import Commit, TableState
from store.compact import MIN_ROWS_FOR_VECTOR_INDEX
from store.copying import ENCRYPTED, all_files, copy_files
from store.damage import numbers_in_words
from store.dangling import mend_dangling
from store.digests import CHANGING
from store.errors import MemcliError, StoreCorrupt, StoreNotFound
from store.files import io_errors, sync, write_whole
from store.integrity import DAMAGED, Survey, broken_indexes, survey
from store.layout import DEFAULT_LOCK_WAIT_S, TOMBSTONES, Layout, identity_of, read_identity
from store.lost_commits import COMMAND, write_stand_ins
from store.lost_key import drop_unknown
from store.rescues import rescue_of
from store.salvage import Rescue, Salvaged, newest_version
from store.store import Store
from store.table_files import list_files, tag_name, tag_number
from store.transaction import Transaction
from store.trust import Trust
from store.upkeep import TAGS
from store.user_tables import name_of, user_tables

if TYPE_CHECKING:
    from store.encryption.vault import Vault

MAX_FILLERS: Final = 10_000
ID: Final = re.compile(rb'"id": "([0-9a-f]{16})"')


@dataclass
class Repaired:
    """
    What a repair did, in words: nothing without steps.

    copy: where the store is as it was; left: the errors that check still finds.
    """

    steps: list[str] = field(default_factory=list)
    salvaged: list[Salvaged] = field(default_factory=list)
    commit: Commit | None = None
    copy: Path | None = None
    left: list[str] = field(default_factory=list)

    @property
    def lost(self) -> dict[str, int]:
        """How many rows of each table could not be saved."""
        return {done.table: done.lost for done in self.salvaged if done.lost}

    def to_json(self) -> dict[str, Any]:
        """Return it as the counts of a summary record."""
        counts: dict[str, Any] = {"steps": self.steps, "left": len(self.left)}
        counts |= {"saved": {done.table: done.saved for done in self.salvaged}, "lost": self.lost}
        return counts | ({"copy": str(self.copy)} if self.copy else {})


def copy_beside(root: Path) -> Path:
    """Return a new place for a copy of a store, beside it."""
    path = root.resolve()
    return path.with_name(f"{path.name}.before-repair-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")


def repaired(
    root: Path, trust: Trust, copy: Path, lock_wait_s: float = DEFAULT_LOCK_WAIT_S
) -> Repaired:
    """Repair a store after copying it; a copy that was not needed is removed again."""
    copy_files(root, copy, all_files(root), may_link=True)
    done = repair_in_place(root, trust, lock_wait_s)
    if done.steps:
        done.copy = copy
    else:
        shutil.rmtree(copy)
    return done


def repair_copy(root: Path, trust: Trust) -> Repaired:
    """Repair a copy of a store and remove it: what `repaired` would do."""
    copy = copy_beside(root)
    try:
        copy_files(root, copy, all_files(root), may_link=True)
        return repair_in_place(copy, trust)
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def repair_in_place(
    root: Path,
    trust: Trust,
    lock_wait_s: float = DEFAULT_LOCK_WAIT_S,
    needs_digests: bool = False,
) -> Repaired:
    """
    Repair a store of which there is a copy.

    needs_digests: take those of files of which no commit has one, which a disk can be without.
    """
    done = Repaired()
    _mend_identity(Layout(root, trust), done)
    store = Store.open(root, lock_wait_s, trust=trust)
    if store.layout.disk_vault:
        _look_through(store.layout.disk_vault, done)
    with store.locked():
        _mend_commits(store, done)
        _mend_accesses(store, done)
        found = survey(store)
        _mend_tables(store, found, done, needs_digests)
    done.left = [one.what for one in check(store) if one.severity == "error"]
    return done


def _mend_identity(layout: Layout, done: Repaired) -> None:
    """Write store.json anew where it is damaged."""
    try:
        read_identity(layout)
        return
    except (StoreCorrupt, StoreNotFound):
        encrypted = (layout.root / ENCRYPTED).is_dir()
        if layout.unfinished.is_file() or encrypted == layout.commits.is_dir():
            raise
        known = ID.search(layout.identity.read_bytes()) if layout.identity.is_file() else None
    found = known[1].decode() if known else None
    if encrypted:
        from store.encryption.keyring import store_id_of

        found = store_id_of(layout.root / ENCRYPTED) or found
    store_id = found or secrets.token_hex(8)
    with io_errors(f"write {layout.identity}"):
        write_whole(layout.identity, identity_of(store_id, encrypted))
    done.steps.append(f"store.json is written anew, with {'its' if found else 'a new'} id")


def _look_through(vault: Vault, done: Repaired) -> None:
    """Find what is damaged of the encrypted files: the rest of the repair goes on without it."""
    vault.is_tolerant = True
    for place, why in vault.verify():
        done.steps.append(f"encrypted/{place} was damaged, and is written anew or removed: {why}")
    for copy in vault.ring.unreadable:
        done.steps.append(f"encrypted/{copy} is written anew")


def _mend_commits(store: Store, done: Repaired) -> None:
    for number, has_rows in write_stand_ins(store.layout).items():
        what = "its rows are as its tags say" if has_rows else "it is as the one before it"
        done.steps.append(f"commit {number} was damaged or missing and is written anew: {what}")


def _mend_accesses(store: Store, done: Repaired) -> None:
    """Make the table that no transaction covers anew, where it cannot be opened."""
    from schemas.tables import accesses

    path = store.layout.table("accesses")
    try:
        lance_versions.open_mended("accesses", path).validate()
    except MemcliError:
        shutil.rmtree(path, ignore_errors=True)
        _lance.Table.create("accesses", path, accesses())
        done.steps.append("accesses is made anew, empty: what was learnt of use is lost")


def _mend_tables(store: Store, found: Survey, done: Repaired, needs_digests: bool) -> None:
    """Salvage tables, build indexes, set tags, and publish that as one commit."""
    from schemas.tables import table_schemas

    head = store.head()
    known = {*table_schemas(head.encoder.dimension), *user_tables(head.tables).values()}
    broken = found.broken_tables(head.number)
    rescues = {name: rescue_of(store, head, name, found) for name in sorted(broken & known)}
    done.salvaged = [rescue.run() for rescue in rescues.values()]
    made = set[str]()
    bases = {name: _base(store.layout, rescue, made) for name, rescue in rescues.items()}
    alien = sorted(broken - known)
    done.steps += [f"{name} is no table of a store, and is named no more" for name in alien]
    sound = {name: state for name, state in head.tables.items() if name not in alien}
    doctored = structs.replace(head, tables={**sound, **bases})
    lost = sorted({commit.number for commit in found.commits} - set(found.whole))
    arguments = {"lost": lost} if lost else {}
    transaction = Transaction(store.layout, doctored, COMMAND, arguments, may_shrink=True)
    transaction.digest_too(made)
    if needs_digests:
        paths = (store.layout.tables / name for name in sorted(found.undigested))
        undigested = [str(path) for path in paths if path.is_file()]
        transaction.digest_too(undigested)
        if undigested:
            done.steps.append(f"digests are taken of {len(undigested):,} files that had none")
    try:
        _write_salvaged(transaction, rescues)
        _rebuild_indexes(store, transaction, done)
        _set_tags(transaction, found, set(lost), done)
        if rescues:
            _mend_references(transaction, done)
        if unknown := drop_unknown(transaction):
            done.steps.append(
                f"what was purged may come again: {unknown:,} hashes of it lack their key"
            )
        if transaction.changed or lost:
            done.commit = transaction.publish()
    finally:
        if done.commit is None:
            with suppress(MemcliError):
                transaction.roll_back()
    _remove_unneeded(store.layout, found, set(lost), made, done)
    done.steps += [_in_words(salvaged) for salvaged in done.salvaged]
    if lost:
        gone = numbers_in_words(lost)
        done.steps.append(f"what {gone} left cannot be read as it was, and is no longer kept")


def _base(layout: Layout, rescue: Rescue, made: set[str]) -> TableState:
    """
    Return the version to write a salvaged table over, not older than the one that is broken.

    made: gets the files that this takes.
    """
    folder = layout.table(rescue.name)
    version = newest_version(folder, rescue.name, rescue.whole)
    there = [lance_versions.manifest_version(path) for path in _manifests(folder)]
    # The data files stay: a repair that is killed from here on is done by the next, out of them.
    _remove_manifests(folder, after=version or 0)
    before = list_files(folder) if folder.is_dir() else set[str]()
    if version is None:
        table = _lance.Table.create(rescue.name, folder, rescue.schema)
    else:
        table = _lance.Table.open(rescue.name, folder, version)
    # What the broken version is called, or one that another writer left, must not come to mean
    # something else, unless it is a number that no table comes to: then that is what is broken.
    most = table.newest_version + MAX_FILLERS
    beyond = max((number for number in (rescue.asked, *there) if number <= most), default=0)
    while table.newest_version < beyond:
        table.restore(table.version)
    made |= list_files(folder) - before
    return TableState(table.version, 0)


def _manifests(folder: Path) -> Iterator[Path]:
    return (folder / lance_versions.VERSIONS).glob("*.manifest")


def _remove_manifests(folder: Path, after: int) -> None:
    """Remove versions that cannot be read: Lance writes nothing beside these."""
    (folder / lance_versions.VERSIONS / CHANGING).unlink(missing_ok=True)
    for manifest in list(_manifests(folder)):
        if lance_versions.manifest_version(manifest) > after:
            with io_errors(f"remove {manifest}"):
                manifest.unlink(missing_ok=True)


def _write_salvaged(transaction: Transaction, rescues: dict[str, Rescue]) -> None:
    for name, rescue in rescues.items():
        transaction.overwrite(name, rescue.batches())
        rows = transaction.table(name).count()
        if rows < rescue.done.saved:
            raise StoreCorrupt(
                f"repair would leave {rows} of {rescue.done.saved} rows of {name}",
                "this is a bug, please report it",
            )
        if name == "memories" and rows >= MIN_ROWS_FOR_VECTOR_INDEX:
            transaction.writable(name).create_vector_index()
        # Each step looks anew for what it has to do.
        transaction.watermarks = {}


def _rebuild_indexes(store: Store, transaction: Transaction, done: Repaired) -> None:
    for name, broken in broken_indexes(store, transaction.head).items():
        if name not in transaction.written:
            transaction.writable(name).rebuild_indexes(broken)
            done.steps.append(f"indexes of {name} are built anew")


def _set_tags(transaction: Transaction, found: Survey, lost: set[int], done: Repaired) -> None:
    """Protect every version that a kept commit names, in the place of tags that are damaged."""
    damaged = {damage.path for damage in found.damages if damage.kind == "tag"}
    for name in transaction.names:
        table, folder = transaction.table(name), transaction.layout.table(name)
        for path in _files_of(transaction.layout, damaged, name):
            path.unlink(missing_ok=True)
        table.remove_unreadable_tags()
        versions = {
            commit.tables[name].version: commit.number
            for commit in found.commits
            if commit.number not in lost and name in commit.tables
        }
        if name not in transaction.written:
            versions.setdefault(transaction.head.tables[name].version, transaction.head.number)
        tagged = {version for tag, version in table.tags().items() if tag_number(tag)}
        for version, number in versions.items():
            if version not in tagged:
                table.tag_version(tag_name(number), version)
                path = folder / TAGS / f"{tag_name(number)}.json"
                sync(path)
                transaction.digest_too([str(path)])
                done.steps.append(f"commit {number} protects its version of {name} again")


def _files_of(layout: Layout, paths: set[str], name: str) -> Iterator[Path]:
    folder = layout.table(name)
    return (layout.tables / path for path in paths if (layout.tables / path).is_relative_to(folder))


def _mend_references(transaction: Transaction, done: Repaired) -> None:
    counts = mend_dangling(transaction, datetime.now(UTC))
    for name, count in counts.items():
        done.steps.append(f"{count:,} rows of {name} led to what is lost")


def _remove_unneeded(
    layout: Layout, found: Survey, lost: set[int], made: Collection[str], done: Repaired
) -> None:
    """Remove damaged files that no state is read from any more."""
    for damage in found.damages:
        path = layout.tables / damage.path
        # Tags were set, and versions of what was salvaged may have been written anew.
        is_done = damage.kind == "tag" or str(path) in made or not path.is_file()
        if damage.fault == DAMAGED and not is_done and lost.issuperset(damage.commits):
            with io_errors(f"remove {damage.path}"):
                path.unlink(missing_ok=True)
            done.steps.append(f"{damage.path} is removed: nothing is read from it")


def _in_words(done: Salvaged) -> str:
    """Return what was saved of a table as a line."""
    more = [
        (done.from_older, "from what was merged into lost files"),
        (done.from_damaged, "from damaged files, as they could be read"),
        (done.lost, "are lost"),
    ]
    parts = [f"{count:,} {what}" for count, what in more if count]
    without = f"; without {', '.join(sorted(done.emptied))}" if done.emptied else ""
    if done.lost and done.table == TOMBSTONES:
        without += "; what was purged may come again"
    parts_ = f" ({', '.join(parts)}{without})" if parts or without else ""
    return f"{done.saved:,} of {done.expected:,} rows of {name_of(done.table)} are saved{parts_}"
