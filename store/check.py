"""
Check for damage: every invariant of a store that can be seen from outside.

Each check yields problems; an `error` means that something is wrong, a `warning` that something
is untidy and will be mended by the next writer or by compact.
"""

from __future__ import annotations

import shlex
import stat
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from store import _lance, lance_versions
from store.commits import commit_numbers, has_seal, is_seal_due, read_commit
from store.damage import MEND_COMMITS, MEND_TABLES, file_problems
from store.debris import debris
from store.encryption.leftovers import plain_parts
from store.errors import Interrupted, MemcliError
from store.integrity import Survey, survey
from store.layout import LATER_TABLES, MEMORY_TABLES, PROTOCOL_TABLES, TOMBSTONES
from store.lost_key import REMEDY, has_key
from store.problems import Problem, problem
from store.row_faults import found_faults
from store.snapshot import Snapshot
from store.table_files import tag_number
from store.user_tables import user_tables

if TYPE_CHECKING:
    from store.encryption.vault import Vault
    from store.store import Store

# As store.encryption.container has them, which is not loaded for a plain store.
FOLDER, ASIDE = "encrypted", "aside/"
OF_OTHERS: Final = "restore it from a backup, or pull again from where it came"
UNIT_TOLERANCE: Final = 0.01  # half precision keeps three digits


def check(store: Store) -> Iterator[Problem]:
    """Yield the problems of a store, nothing when all is well; writes nothing."""
    yield from _checked(store, with_rows=True)


def quick_check(store: Store) -> Iterator[Problem]:
    """Yield what `check` finds without reading the rows of the tables."""
    yield from _checked(store, with_rows=False)


def _checked(store: Store, with_rows: bool) -> Iterator[Problem]:
    yield from _guarded(_check_bucket(store, with_rows))
    yield from _guarded(_check_directory(store))
    yield from _guarded(_check_encryption(store))
    yield from _guarded(_check_commits(store))
    yield from _guarded(_check_keys(store))
    yield from _guarded(_check_purges(store))
    yield from _guarded(_check_content(store, with_rows))
    yield from _guarded(_check_accesses(store, with_rows))


def _guarded(part: Iterator[Problem]) -> Iterator[Problem]:
    """Yield what a part of the check finds, and as one more problem what stops it."""
    try:
        yield from part
    except Interrupted:
        raise
    except MemcliError as error:
        yield problem("error", error.what, "run memcli repair, or restore a backup")
    # Damage can make anything of what is read: that too is something to tell.
    except Exception as error:
        what = f"a part of the store cannot be checked: {type(error).__name__}: {error}"
        yield problem("error", what, "run memcli repair, or restore a backup")


def _check_content(store: Store, with_rows: bool) -> Iterator[Problem]:
    """The files of the kept commits are as they were written, and so are the rows of the head."""
    found = survey(store)
    yield from file_problems(found)
    head = max(commit_numbers(store.layout.commits), default=0)
    if not found.commits or found.commits[0].number != head:
        return  # which state the head left is not known
    snapshot = store.snapshot()
    broken = found.broken_tables(head)
    for name in (*PROTOCOL_TABLES, *user_tables(snapshot.commit.tables).values()):
        if name in broken:
            continue
        for fault in _check_table(store, snapshot, name, found):
            if fault.severity == "error":
                broken.add(name)
            yield fault
    if with_rows and not broken:
        yield from _check_rows(snapshot)


def _check_accesses(store: Store, with_rows: bool) -> Iterator[Problem]:
    """What was recalled can be read; no commit names it, and a row that is lost is no fault."""
    if store.layout.remote:
        return
    try:
        table = lance_versions.open_whole("accesses", store.layout.table("accesses"))
        for _ in table.batches(["id", "accessed_at"]) if with_rows else ():
            pass
    except MemcliError as error:
        yield problem("error", error.what, "run memcli repair", "accesses")


def _check_directory(store: Store) -> Iterator[Problem]:
    """The folder is closed to others and complete."""
    if store.layout.remote:
        return
    mode = stat.S_IMODE(store.layout.root.stat().st_mode)
    if mode & 0o077:
        root = store.layout.root
        remedy = f"chmod 700 {shlex.quote(str(root))}"
        yield problem("warning", f"{root} can be read by others", remedy)
    for path in (store.layout.config, store.layout.root / "README", store.layout.lock):
        if not path.exists():
            yield problem(
                "warning", f"{path.name} is missing", "it is not needed to read the store"
            )


def _check_bucket(store: Store, is_whole: bool) -> Iterator[Problem]:
    """Of a store on object storage, every object that a kept commit needs is there and as long."""
    remote = store.layout.remote
    if remote is None:
        return
    store.head()
    for name in remote.mend_copy() if is_whole else ():
        what = f"the copy of {name} on this machine was damaged, and is fetched anew"
        yield problem("warning", what, "it is done", file=name)
    store.require_kept()
    for name, fault in remote.faults(store.kept()):
        what = f"{name} {fault} in {remote.url}"
        yield problem("error", what, MEND_TABLES, file=name)


def _check_encryption(store: Store) -> Iterator[Problem]:
    """Every encrypted file is as it was written, both copies of the keys are, nothing is plain."""
    if store.layout.vault is None:
        return
    yield from _check_container(store.layout.disk_vault)
    for path in plain_parts(store.layout.root):
        what = f"{path.name} is in plain: a conversion was cut short"
        yield problem("error", what, "run memcli encrypt", file=path.name)


def _check_container(vault: Vault | None) -> Iterator[Problem]:
    if vault is None:
        return
    vault.is_tolerant = True  # what else there is to find comes after it
    for place, why in vault.verify():
        name = f"{FOLDER}/{place}"
        if place.startswith(ASIDE):
            what = f"{name} (recalls, caches) is damaged: {why}"
            yield problem("warning", what, "it is not needed; memcli repair removes it", file=name)
        else:
            yield problem("error", f"{name} is damaged: {why}", "run memcli repair", file=name)
    for copy in vault.ring.unreadable:
        what = f"{FOLDER}/{copy} is damaged, missing or older than the other copy of the keys"
        yield problem("warning", what, "the next writer writes it anew", file=f"{FOLDER}/{copy}")


def _check_commits(store: Store) -> Iterator[Problem]:
    """The commits are whole, numbered without gaps, each the child of the one before."""
    folder = store.layout.commits
    numbers = commit_numbers(folder)
    missing = sorted(set(range(1, numbers[-1] + 1)) - set(numbers)) if numbers else [1]
    if missing:
        what = f"commit files are missing: {', '.join(map(str, missing))}"
        yield problem("error", what, MEND_COMMITS)
    is_due = False
    for number in numbers:
        try:
            commit = read_commit(folder, number)
        except MemcliError as error:
            yield problem("error", error.what, MEND_COMMITS, file=_commit_name(number))
            continue
        if commit.number != number or (commit.parent or 0) != number - 1:
            what = f"commit {number} says it is {commit.number} after {commit.parent}"
            yield problem("error", what, MEND_COMMITS, file=_commit_name(number))
        if is_due and not has_seal(folder, number):
            what = f"commit {number} has lost its seal, which earlier ones have"
            yield problem("error", what, MEND_COMMITS, file=_commit_name(number))
        is_due |= is_seal_due(folder, commit)
    for path in debris(store.layout):
        name = store.layout.named(path)
        what = f"{name} was left by a process that was killed"
        yield problem("warning", what, "the next writer removes it", file=name)


def _commit_name(number: int) -> str:
    """Return the path of a commit file below the store."""
    return f"commits/{number:08d}.json"


def _check_keys(store: Store) -> Iterator[Problem]:
    """The keys of the store are closed to others; that of what was purged is there."""
    for path in sorted(store.layout.work.glob("*.key")):
        if stat.S_IMODE(path.lstat().st_mode) & 0o077:
            yield problem("warning", f"{path.name} can be read by others", f"chmod 600 {path}")
    for name in sorted(
        {row["key"] or "" for row in store.snapshot().rows(["key"], tables=[TOMBSTONES])}
    ):
        path = store.layout.foreign_tombstone_key(name) if name else store.layout.tombstone_key
        if not has_key(path):
            fault = "damaged" if path.exists() else "missing"
            what = f"{path.name} is {fault}: what was purged is not known again"
            yield problem("error", what, OF_OTHERS if name else REMEDY, TOMBSTONES)


def _check_purges(store: Store) -> Iterator[Problem]:
    """Nothing is left of before the newest purge."""
    from store.purge import unfinished_purge

    if unfinished_purge(store) is not None:
        what = "a purge was cut short: what was before it is still in the files"
        yield problem("error", what, "run memcli forget --purge")


def _check_table(store: Store, snapshot: Snapshot, name: str, found: Survey) -> Iterator[Problem]:
    """The head's version opens, is whole, counts what the commit says; kept versions are there."""
    state = snapshot.commit.tables.get(name)
    if state is None and name in LATER_TABLES:
        return
    if state is None:
        yield problem("error", f"the head does not name {name}", MEND_TABLES, name)
        return
    try:
        table = snapshot.table(name)
        table.validate()
        rows = table.count()
    except MemcliError as error:
        yield problem("error", error.what, MEND_TABLES, name)
        return
    if rows != state.rows:
        what = f"{name} has {rows} rows, the head says {state.rows}"
        yield problem("error", what, MEND_TABLES, name)
    if table.newest_version != table.version:
        yield _unpublished(table, snapshot.commit.number + 1)
    yield from _check_kept(store, table, found)


def _unpublished(table: _lance.Table, number: int) -> Problem:
    """Return the problem of a table with versions that no commit names."""
    what = f"{table.name} holds what a crashed or running writer wrote"
    remedy = "the next writer takes it back"
    if any(tag_number(tag) >= number for tag in table.tag_names()):
        what += f", or {_commit_name(number)} is lost"
        remedy += "; if that file was there, put it back from a backup first"
    return problem("warning", what, remedy, table.name)


def _check_kept(store: Store, table: _lance.Table, found: Survey) -> Iterator[Problem]:
    """Every version that a kept commit names is protected by a tag."""
    if store.layout.remote:
        return  # tags are of this machine's copy alone
    name = table.name
    try:
        tagged = {version for tag, version in table.tags().items() if tag_number(tag)}
    except MemcliError as error:
        yield problem("error", error.what, MEND_TABLES, name)
        return
    for commit in found.commits:
        state = commit.tables.get(name)
        if state is not None and state.version not in tagged:
            what = f"version {state.version} of {name}, of commit {commit.number}, has no tag"
            yield problem("error", what, "run memcli repair before the next compact", name)


def _check_rows(snapshot: Snapshot) -> Iterator[Problem]:
    """Ids are unique, places in sessions too, links and sources lead somewhere, vectors fit."""
    for fault, ids in found_faults(snapshot):
        yield problem(fault.severity, f"{len(ids)} {fault.what}", fault.remedy, fault.table, ids)
    for name in MEMORY_TABLES:
        yield from _check_vectors(snapshot, name)


def _check_vectors(snapshot: Snapshot, name: str) -> Iterator[Problem]:
    """Vectors have the encoder's dimension and are of length one, or zero for no known word."""
    import numpy as np

    stamp = snapshot.encoder
    bad: list[str] = []
    for batch in snapshot.scan(name, ["id", "vector", "encoder"]):
        vectors = batch["vector"].flatten().to_numpy(zero_copy_only=False).astype(np.float32)
        if vectors.size != batch.num_rows * stamp.dimension:
            what = f"vectors are not of {stamp.dimension} components"
            yield problem("error", what, "run memcli reembed", name)
            return
        norms = np.linalg.norm(vectors.reshape(batch.num_rows, -1), axis=1)
        wrong = ~(np.abs(norms - 1) < UNIT_TOLERANCE) & (norms != 0)
        wrong |= np.array(batch["encoder"].to_pylist()) != stamp.name
        bad += [batch["id"][int(i)].as_py() for i in np.flatnonzero(wrong)]
    if bad:
        what = f"{len(bad)} vectors are damaged or of another encoder"
        yield problem("error", what, "run memcli reembed", name, bad)
