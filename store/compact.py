"""
Compaction: fewer, larger files, complete indexes, no versions that nothing needs.

What is kept: the newest commits, as many as asked for, and every state that an undo left, for it
may hold rows that are nowhere else. Compacting is a transaction like any other, and refuses to
publish when a count changed; only after it is published are unneeded versions cleaned up.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from store import _lance, indexes, lance_versions
from store.commits import is_seal_due
from store.errors import StoreCorrupt
from store.integrity import all_digests, broken_indexes, needed_files
from store.layout import WINDOWS
from store.recall_folds import fold_recalls
from store.symlinks import refuse_symlinks
from store.table_files import list_files, tag_number
from store.transaction import Transaction
from store.user_tables import name_of, remove_dropped
from store.wholeness import whole_or_restored

if TYPE_CHECKING:
    from store.commits import Commit
    from store.indexes import VectorModel
    from store.layout import Layout
    from store.store import Store

DEFAULT_KEEP_COMMITS: Final = 10
COMMAND: Final = "compact"
KEEP: Final = "keep"
# Smaller fragments are merged whenever that makes fewer of them.
ROWS_PER_FRAGMENT: Final = 10_000
# To read rows at random costs by the fragment and column: a search among a million and a half took
# 1.8 times as long with a hundred fragments as with fourteen. But what is merged is there twice as
# long as older commits are kept, so it is done once so many fewer come of it.
ROWS_PER_LARGE_FRAGMENT: Final = 100_000
SPARED_BY_LARGE: Final = 9
# Of a large vector index, which is built in parts, here or by others: some seconds of work.
ROWS_A_PART: Final = 100_000
MIN_ROWS_FOR_VECTOR_INDEX: Final = indexes.MIN_ROWS_FOR_VECTOR_INDEX
# An index over vectors is trained on what was there; it is trained anew when that has doubled.
RETRAIN_GROWTH: Final = 2


@dataclass
class Compaction:
    """What a compact did."""

    commit: Commit
    bytes_before: int
    bytes_after: int
    freed: int = 0
    steps: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return it as the counts of a summary record."""
        return {
            "bytes_before": self.bytes_before,
            "bytes_after": self.bytes_after,
            "freed": self.freed,
            "steps": self.steps,
        }


class VectorTable(NamedTuple):
    """A version of a table whose vectors are to be indexed, and what the parts of that share."""

    name: str
    version: int
    model: VectorModel


# Builds the parts of an index over the vectors in some fragments each, here or elsewhere.
Building = Callable[[VectorTable, list[list[int]]], Iterable[Any]]


def compact(
    store: Store, keep_commits: int = DEFAULT_KEEP_COMMITS, build: Building | None = None
) -> Compaction:
    """
    Compact a store and return what was done.

    build: has the vector index built by others. Raises whatever stopped it; then the store is as
    it was before.
    """
    refuse_symlinks(store.layout)
    store.require_kept()
    before = bytes_on_disk(store)

    def run(transaction: Transaction) -> tuple[Commit, int, list[str]]:
        return _compact(store, transaction, keep_commits, build)

    commit, freed, steps = store.write(COMMAND, run, {KEEP: keep_commits})
    return Compaction(commit, before, bytes_on_disk(store), freed, steps)


def is_compact(head: Commit, keep_commits: int) -> bool:
    """
    Say whether nothing was written since a compact that kept as many commits.

    One more would only read all files of the indexes, to find that none is damaged.
    """
    return head.command == COMMAND and head.arguments.get(KEEP) == keep_commits


def _compact(
    store: Store, transaction: Transaction, keep_commits: int, build: Building | None
) -> tuple[Commit, int, list[str]]:
    """Compact in a transaction, and return its commit, the bytes freed, and what was done."""
    store.require_kept()
    rebuilt = _rebuild_broken_indexes(store, transaction)
    steps = [
        step for name in transaction.names for step in _compact_table(transaction, name, build)
    ]
    _compare_counts(transaction)
    kept_from = _kept_from(store)
    transaction.keeps_from = max(kept_from, _oldest_to_keep(store, keep_commits))
    transaction.digest_too(_undigested(store))
    changed = transaction.changed or transaction.keeps_from > kept_from
    commit = transaction.publish() if changed else transaction.head
    folded = _tend_accesses(store)
    freed = _clean_up(store)
    return commit, freed, [*rebuilt, *steps, *folded]


def _rebuild_broken_indexes(store: Store, transaction: Transaction) -> list[str]:
    """Build the indexes anew of which something is damaged, and return what was done."""
    broken = broken_indexes(store, transaction.head)
    for name in sorted(broken):
        transaction.writable(name).rebuild_indexes(broken[name])
    return [f"{name}: damaged indexes built anew" for name in sorted(broken)]


def _undigested(store: Store) -> set[str]:
    """Return the files that kept commits need, and whose digests no commit has."""
    commits, kept = list(store.commits()), store.kept_commits()
    if all(is_seal_due(store.layout.commits, commit) for commit in commits):
        return set()
    known = {str(store.layout.tables / p) for p in all_digests(store.layout, commits)}
    needed = needed_files(store.layout, [c for c in commits if c.number in kept])
    return set(needed) - known


def _kept_from(store: Store) -> int:
    """Return the oldest commit that an earlier compact kept."""
    return max((c.keeps_from for c in store.commits() if c.keeps_from is not None), default=1)


def _oldest_to_keep(store: Store, keep_commits: int) -> int:
    """Return the oldest of the newest commits; those of compact itself do not count."""
    steps = [commit.number for commit in store.commits() if commit.command != COMMAND]
    return min(steps[:keep_commits], default=1)


def _compact_table(transaction: Transaction, name: str, build: Building | None) -> list[str]:
    """Compact one table, where that gains anything, and return what was done."""
    table, called = transaction.table(name), name_of(name)
    steps = []
    if _merge_fragments(transaction, name):
        steps.append(f"{called}: fragments merged")
    if table.missing_indexes():
        transaction.writable(name).create_indexes()
        steps.append(f"{called}: indexes built")
    if _complete_indexes(transaction, name):
        steps.append(f"{called}: indexes completed")
    if name in ("memories", WINDOWS) and _gains_by_vector_index(table):
        _index_vectors(transaction.writable(name), build)
        steps.append(f"{called}: vector index built")
    return steps


def _index_vectors(table: _lance.Table, build: Building | None) -> None:
    """
    Build the index over the vectors of a table, of a large one in parts, which others may build.

    As a whole, all vectors of the table would lie in memory at once.
    """
    parts = _index_parts(table)
    if build is None and len(parts) < 2:
        table.create_vector_index()
        return
    wanted = VectorTable(table.name, table.version, table.train_vectors())
    if build is None:
        made = [table.build_vector_segment(wanted.model, part) for part in parts]
    else:
        made = list(build(wanted, parts))
    table.take_vector_segments(made)


def _index_parts(table: _lance.Table) -> list[list[int]]:
    """Return the numbers of the fragments of each part, in their order."""
    parts: list[list[int]] = []
    rows = ROWS_A_PART
    for fragment in table.fragments():
        if rows >= ROWS_A_PART:
            parts.append([])
            rows = 0
        parts[-1].append(fragment.number)
        rows += fragment.rows
    return parts


def build_segment(layout: Layout, wanted: VectorTable, fragments: list[int]) -> Any:
    """Build a part of an index in the process of a worker, and return what names it."""
    table = _lance.Table.open(wanted.name, layout.table(wanted.name), wanted.version)
    return table.build_vector_segment(wanted.model, fragments)


def _merge_fragments(transaction: Transaction, name: str) -> bool:
    """Merge small fragments, and many that are not large; say whether that was done."""
    small = _merge_below(transaction, name, ROWS_PER_FRAGMENT, 1)
    return _merge_below(transaction, name, ROWS_PER_LARGE_FRAGMENT, SPARED_BY_LARGE) or small


def _merge_below(transaction: Transaction, name: str, rows: int, least: int) -> bool:
    """
    Merge fragments of fewer rows as long as that makes fewer of them; say whether it did.

    least: how many fewer there must be at the end of it for it to begin.
    """
    table, before = transaction.table(name), None
    while (spare := table.spare_fragments(rows)) >= (least if before is None else 1) and (
        spare != before
    ):
        # Lance merges only neighbours that the same indexes cover, so it can take several rounds.
        # What no index covers yet goes first: there each row that moves is one less to look up.
        if before is not None or not table.unindexed_rows():
            _complete_indexes(transaction, name)
        transaction.writable(name).merge_fragments(rows)
        before = spare
    return before is not None


def _complete_indexes(transaction: Transaction, name: str) -> bool:
    """Make one segment of each index that has all rows; say whether there was none."""
    table = transaction.table(name)
    if lacks := bool(table.unindexed_rows() or table.index_segments_to_merge()):
        transaction.writable(name).extend_indexes(merge=True)
    return lacks


def _gains_by_vector_index(table: _lance.Table) -> bool:
    """Say whether a vector index should be built, or built anew."""
    rows = table.count()
    if rows < MIN_ROWS_FOR_VECTOR_INDEX:
        return False
    return rows >= RETRAIN_GROWTH * table.rows_at_training()


def _compare_counts(transaction: Transaction) -> None:
    """Stop when compacting changed how many rows there are."""
    for name, state in transaction.head.tables.items():
        rows = transaction.table(name).count()
        if rows != state.rows:
            raise StoreCorrupt(
                f"compact would leave {rows} of {state.rows} rows in {name}; nothing was changed",
                "run memcli check",
            )


def _clean_up(store: Store) -> int:
    """Remove the versions that no kept commit names and return the bytes freed."""
    commits = {c.number: c for c in store.commits()}
    kept = [commits[number] for number in store.kept_commits()]
    freed = remove_dropped(store.layout, kept)
    for name in store.head().tables:
        needed = {commit.tables[name].version for commit in kept if name in commit.tables}
        table = _lance.Table.open(name, store.layout.table(name))
        tags = {tag: v for tag, v in table.tags().items() if tag_number(tag)}
        table.untag([tag for tag, version in tags.items() if version not in needed])
        freed += table.clean_up(only_writer=True)
    accesses = lance_versions.open_mended("accesses", store.layout.table("accesses"))
    freed += accesses.clean_up(older_than_s=600.0)
    return store.layout.remote.collect(kept) if store.layout.remote else freed


def _tend_accesses(store: Store) -> list[str]:
    """Fold older recalls and merge the fragments of `accesses`; return what was done."""
    path = store.layout.table("accesses")
    table = lance_versions.open_mended("accesses", path)
    folded = fold_recalls(table, path)
    # Queries may be writing it at the same time.
    if table.fragment_count() > 1:
        with whole_or_restored(table, path):
            table.merge_fragments(1_000_000)
    return [f"accesses: {folded:,} rows fewer, as older recalls are folded"] if folded else []


def bytes_on_disk(store: Store) -> int:
    """Return the size of all tables of a store."""
    total = 0
    for path in list_files(store.layout.tables):
        try:
            total += os.stat(path).st_size
        except FileNotFoundError:
            continue  # cleaned up by another process since it was listed
    return total
