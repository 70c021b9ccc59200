"""
Purge of history, which only `forget --purge` may rewrite.

A deletion only marks rows, and every older version keeps them. So every table is written anew as
a transaction like any other, and after that is published all that was before it goes: older
versions with their tags, and what crashed writers left. What holds, and the order that keeps it:

1. What no transaction covers comes first, and may be done twice: commit arguments, `accesses`.
   A purge that is killed there has not happened; run again, it does all of it.
2. The tables are written and published as one commit, marked as a purge. From now on the new state
   is the only one there is: no earlier commit is kept, not even what an undo left.
3. What is older is removed. It needs nothing but the store to go on with, so whoever purges or
   compacts next finishes what was killed here.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from store import _lance, lance_versions
from store.commits import commit_numbers, read_commit, rewrite_commit, without_verdicts_on
from store.compact import MIN_ROWS_FOR_VECTOR_INDEX
from store.digests import CHANGING
from store.errors import NotAllPurged, StoreIOError
from store.files import io_errors
from store.table_files import list_files, sync_files, tag_number
from store.traces import rows_with
from store.user_tables import has_dropped, remove_dropped
from store.wholeness import DATA, INDEXES, whole_or_restored

if TYPE_CHECKING:
    import pyarrow as pa

    from store.commits import Commit
    from store.layout import Layout
    from store.store import Store
    from store.transaction import Transaction

PURGED: Final = "[purged]"
# A file has such a name until all of it is written, and then gets its own.
UNNAMED: Final = re.compile(r".*#\d+", re.DOTALL)
# What a query that is running writes is younger than that.
ORPHAN_AGE_S: Final = 60.0

Change = Callable[[str, "pa.RecordBatch"], "pa.RecordBatch"]


def rewrite(
    transaction: Transaction,
    change: Change,
    more: dict[str, pa.RecordBatch] | None = None,
    now: datetime | None = None,
) -> Commit:
    """
    Write every table anew and publish that as the oldest commit that is kept.

    change: returns the rows of a batch of a table that stay, as they are to be; more: rows to add
    at the end of a table.
    """
    forget_completions(transaction.layout)
    # In a bucket, what is purged is deleted, with its versions.
    if transaction.layout.disk_vault:
        transaction.layout.disk_vault.begin_epoch()
    for name in transaction.names:
        _rewrite_table(transaction, name, change, (more or {}).get(name))
    transaction.keeps_from = transaction.head.number + 1
    return transaction.publish(now)


def _rewrite_table(
    transaction: Transaction, name: str, change: Change, more: pa.RecordBatch | None
) -> None:
    import pyarrow as pa

    table = transaction.table(name)
    is_indexed = table.has_vector_index()

    def rows() -> Iterable[pa.RecordBatch]:
        yield from (change(name, batch) for batch in table.batches())
        if more is not None:
            yield more

    transaction.overwrite(name, pa.RecordBatchReader.from_batches(table.schema, rows()))
    if is_indexed and transaction.table(name).count() >= MIN_ROWS_FOR_VECTOR_INDEX:
        transaction.writable(name).create_vector_index()


# ---------------------------------------------------------------- what is older


def unfinished_purge(store: Store) -> Commit | None:
    """Return the newest purge if something older than it is still there."""
    newest = next((commit for commit in store.commits() if commit.is_purge), None)
    if newest is None:
        return None
    older = (_older_manifests(store.layout.table(n), s.version) for n, s in newest.tables.items())
    if any(older):
        return newest
    if store.layout.remote and store.layout.remote.has_unneeded(store.kept()):
        return newest
    is_newest = newest.number == store.head().number
    return newest if is_newest and has_dropped(store.layout, newest.tables) else None


def _older_manifests(path: Path, version: int) -> bool:
    manifests = (path / lance_versions.VERSIONS).glob("*.manifest")
    return any(lance_versions.manifest_version(manifest) < version for manifest in manifests)


def remove_history(store: Store) -> int:
    """
    Remove what no kept commit names, and what crashed writers left; return the bytes freed.

    Only under the writers' lock.
    """
    commits = {commit.number: commit for commit in store.commits()}
    kept = [commits[number] for number in store.kept_commits()]
    freed = _clean_up_accesses(store) + _remove_spools(store) + remove_dropped(store.layout, kept)
    for name in store.head().tables:
        path = store.layout.table(name)
        needed = {commit.tables[name].version for commit in kept if name in commit.tables}
        table = _lance.Table.open(name, path)
        tags = {tag: version for tag, version in table.tags().items() if tag_number(tag)}
        table.untag([tag for tag, version in tags.items() if version not in needed])
        freed += table.clean_up(only_writer=True) + _remove_unnamed(path)
        # What rolled back a crashed writer is newer than the commits.
        _require_gone(name, path, needed | {table.version})
        # What is gone has to stay gone when the power fails.
        sync_files(list_files(path), path)
    return store.layout.remote.collect(kept) if store.layout.remote else freed


def _remove_unnamed(path: Path) -> int:
    """Remove what Lance wrote of a table and had not yet given its name; it never finds that."""
    unnamed = [Path(file) for file in list_files(path) if UNNAMED.fullmatch(file)]
    freed = sum(file.stat().st_size for file in unnamed)
    with io_errors(f"clean up {path}"):
        for file in unnamed:
            file.unlink(missing_ok=True)
    return freed


def require_no_versions(store: Store) -> None:
    """
    Delete what a bucket keeps of objects that are gone; on a disk there is nothing of the kind.

    NotAllPurged where that cannot be done.
    """
    remote = store.layout.remote
    if remote is not None and not remote.objects.delete_old_versions():
        raise NotAllPurged(
            f"what is purged may still be in earlier versions of objects, which {remote.url} keeps",
            "delete its noncurrent versions: memcli help object-storage",
        )


def _require_gone(name: str, path: Path, needed: Collection[int]) -> None:
    """Raise StoreIOError for a version, a data file or an index that should have been removed."""
    opened = [_lance.Table.open(name, path, version) for version in needed]
    stay = {
        lance_versions.VERSIONS: {lance_versions.manifest_path(path, v).name for v in needed},
        DATA: {file for table in opened for file in table.data_sizes()},
        INDEXES: {index for table in opened for index in table.index_sizes()},
    }
    for folder, names in stay.items():
        for file in (path / folder).glob("*"):
            is_empty = file.is_dir() and not any(file.iterdir())
            if file.name not in names and file.name != CHANGING and not is_empty:
                what = f"{file} could not be removed"
                raise StoreIOError(what, "mend the disk, then run memcli compact")


def _remove_spools(store: Store) -> int:
    """Remove the temporary files of writers that were killed before they had no name."""
    freed = 0
    for path in store.layout.work.glob("tmp????????"):
        with suppress(OSError):
            size = path.stat().st_size
            path.unlink()
            freed += size
    return freed


# ---------------------------------------------------------------- what no transaction covers


def forget_completions(layout: Layout) -> None:
    """
    Remove what shells offer at TAB, half-written ones too; only under the writers' lock.

    They are written under it, of the head alone, so that none of before a purge comes after it.
    """
    kept = layout.completions
    for path in (kept, *kept.parent.glob(f".{kept.name}.*.tmp")):
        with io_errors(f"remove {path}"):
            path.unlink(missing_ok=True)


def rewrite_accesses(
    store: Store,
    ids: Iterable[str],
    answers: Iterable[str],
    texts: Sequence[str],
    is_told: Callable[[str], bool] = lambda text: False,
) -> tuple[int, int]:
    """
    Take memories out of `accesses`, and the questions that told of them.

    ids: the memories whose rows go. A question goes that one of `answers` was an answer to, in
    which one of some texts stands, or of which `is_told` says that it tells of them; that it was
    answered by other memories stays. Returns how many rows went and how many questions.
    """
    import pyarrow as pa

    path = store.layout.table("accesses")
    table = lance_versions.open_mended("accesses", path)
    gone = pa.array(sorted(ids), pa.string())
    hit = pa.array(sorted(answers), pa.string())
    said = pa.array(sorted(_questions_about(table, hit, texts, is_told)), pa.string())
    counts = [0, 0]
    for batch in table.batches(["id", "query"]):
        stay, is_said = _accesses_left(batch, gone, said)
        counts[0] += batch.num_rows - stay.num_rows
        counts[1] += is_said.true_count
    if any(counts):
        rows = (_without_queries(*_accesses_left(b, gone, said)) for b in table.batches())
        with whole_or_restored(table, path):
            table.overwrite(pa.RecordBatchReader.from_batches(table.schema, rows))
    # Even when nothing was found: the one that rewrote it may have been killed right here.
    _clean_up_accesses(store)
    if store.layout.remote:
        store.layout.remote.replace_recalls(lance_versions.open_mended("accesses", path).read())
    return counts[0], counts[1]


def _questions_about(
    table: _lance.Table, answers: pa.Array, texts: Sequence[str], is_told: Callable[[str], bool]
) -> set[str]:
    """Return the questions that something was an answer to, or that tell of it."""
    import pyarrow.compute as pc

    asked: set[str] = set()
    about: set[str] = set()
    for batch in table.batches(["id", "query"]):
        is_answer = pc.is_in(batch["id"], value_set=answers)
        about.update(pc.unique(batch["query"].filter(is_answer)).to_pylist())
        asked.update(pc.unique(batch["query"]).to_pylist())
    wanted = sorted((plain for text in texts if (plain := _folded(text))), key=len)
    rest = asked - about - {None}
    about |= {q for q in rest if is_told(q) or _quotes(_folded(q), wanted)}
    return about - {None}


def _quotes(question: str, texts: Sequence[str]) -> bool:
    """Say whether a question has one of some texts in it, the shortest of which come first."""
    return any(text in question for text in takewhile(lambda t: len(t) <= len(question), texts))


def _accesses_left(
    batch: pa.RecordBatch, gone: pa.Array, said: pa.Array
) -> tuple[pa.RecordBatch, pa.BooleanArray]:
    """Return the accesses of what is not gone, and for each whether its question is to go."""
    import pyarrow.compute as pc

    stay = batch.filter(pc.invert(pc.is_in(batch["id"], value_set=gone)))
    return stay, pc.is_in(stay["query"], value_set=said)


def _without_queries(batch: pa.RecordBatch, said: pa.BooleanArray) -> pa.RecordBatch:
    import pyarrow as pa
    import pyarrow.compute as pc

    place = batch.schema.get_field_index("query")
    queries = pc.if_else(said, pa.scalar(None, pa.string()), batch["query"])
    return batch.set_column(place, batch.schema.field(place), queries)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _clean_up_accesses(store: Store) -> int:
    """
    Remove the older versions of `accesses`, and files that no version has.

    Queries write it without the lock: what one of them may be writing stays.
    """
    path = store.layout.table("accesses")
    table = lance_versions.open_mended("accesses", path)
    freed = table.clean_up()
    named = table.data_files()
    for file in (path / "data").glob("*"):
        with suppress(FileNotFoundError):
            status = file.stat()
            if file.name not in named and time.time() - status.st_mtime > ORPHAN_AGE_S:
                file.unlink()
                freed += status.st_size
    sync_files(set(), path)
    return freed


def redact_commits(
    store: Store,
    texts: Sequence[str],
    ids: Collection[str] = (),
    is_told: Callable[[str], bool] = lambda text: False,
) -> int:
    """
    Replace what the arguments of commits say with one of some texts in it; return how many.

    is_told: says whether an argument names what is to go in other words. The questions that
    memories of some ids were judged for are taken out too.
    """
    folder = store.layout.commits
    n_redacted = 0
    for number in commit_numbers(folder):
        commit = read_commit(folder, number)
        verdicts = without_verdicts_on(commit.verdicts, ids)
        arguments = _redacted(commit.arguments, texts, is_told)
        if arguments != commit.arguments or verdicts != commit.verdicts:
            rewrite_commit(folder, structs.replace(commit, verdicts=verdicts, arguments=arguments))
            n_redacted += 1
    return n_redacted


def _redacted(value: Any, texts: Sequence[str], is_told: Callable[[str], bool]) -> Any:
    """Return a JSON value without the strings in which one of some texts stands."""
    if isinstance(value, str):
        return PURGED if _says(value, texts) or is_told(value) else value
    if isinstance(value, list):
        return [_redacted(item, texts, is_told) for item in value]
    if isinstance(value, dict):
        # Names of arguments are memcli's own words, though not below them.
        return {
            PURGED if _says(key, texts) else key: _redacted(item, texts, is_told)
            for key, item in value.items()
        }
    return value


def _says(value: str, texts: Sequence[str]) -> bool:
    import pyarrow as pa

    return bool(rows_with(pa.array([value]), texts))
