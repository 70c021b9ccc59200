"""
Receipts of purges: a signed record of what was removed, as hashes, and the check of one.

The hashes are those of the tombstones, so a receipt tells nothing of the words: whoever has a text
and the key of the store can look whether it is among them. It is signed with Ed25519, by a key that
lies in the store, over its JSON without the signature, with keys in order and no spaces.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from memcli.algorithms.replication import LIFTED
from memcli.jsonl import Json, format_time
from memcli.memory.tombstones import COLUMNS, Marker, marker_of, read_tombstones
from store.commits import read_commit
from store.errors import BadRecord, BadUsage, InputNotFound, MemcliError, StoreCorrupt, StoreExists
from store.files import io_errors, write_whole
from store.keys import make_key, read_key
from store.layout import TOMBSTONES
from store.problems import problem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from store import Commit, Problem, Snapshot, Store

KIND: Final = "receipt"
# A record of what thousands of turns left is a megabyte.
LARGEST: Final = 256 << 20
# Columns that name memories and entities, by table.
NAMING: Final = {
    "entities": ("id",),
    "links": ("source_id", "target_id"),
    "strengths": ("id",),
    "stamps": ("id",),
    "accesses": ("id",),
}


@dataclass(frozen=True)
class Removed:
    """
    What a purge did, for a receipt.

    hashes: by kind; counts: how many rows of each table, questions, answers and arguments; scan:
    how many files were searched for how many texts, in how many one was found, and how many texts
    were not looked for as memories that are left say them too.
    """

    hashes: Mapping[str, Sequence[str]]
    counts: Mapping[str, int]
    scan: Mapping[str, int]


def require_place(path: Path, root: Path) -> None:
    """
    Raise before a purge where its receipt cannot be written: StoreExists where something is there.

    root: of the store, which is no place for it, as what is purged may be named in that of others,
    and what proves something about a store had better not be lost with it.
    """
    if path.resolve().is_relative_to(root.resolve()):
        raise BadUsage(f"{path} lies in the store", "name a file outside of it")
    if path.exists() or path.is_symlink():
        raise StoreExists(f"{path} exists already", "name a new file")
    if not path.parent.is_dir():
        raise InputNotFound(f"there is no folder {path.parent}", "make it, or name another")


def write_receipt(
    path: Path, store: Store, commit: Commit, removed: Removed, is_new: bool = True
) -> None:
    """Write the signed receipt of a purge that is done, in the place of one that was begun."""
    told = {
        "hashes": {kind: sorted(hashes) for kind, hashes in removed.hashes.items()},
        "removed": dict(removed.counts),
        "scan": dict(removed.scan),
    }
    written(path, signed_record(store, commit, told), is_new)


def signed_record(store: Store, commit: Commit, told: Json) -> Json:
    """Return a record about a commit, signed with the key of the store."""
    # What is made outside of the lock is not kept in an encrypted store.
    with store.locked() if store.layout.vault or store.layout.remote else nullcontext():
        key = _private_key(make_key(store.layout.receipt_key))
    record: Json = {
        "kind": KIND,
        "v": 1,
        "store": store.id,
        "commit": commit.number,
        "time": format_time(commit.time),
        "hashes": {},
        "removed": {},
        "scan": {},
        **told,
        "public_key": key.public_key().public_bytes_raw().hex(),
    }
    return {**record, "signature": key.sign(_signed(record)).hex()}


def written(path: Path, record: Json, is_new: bool) -> None:
    """Write a receipt; StoreExists where something is there though it `is_new`."""
    with io_errors(f"write {path}"):
        try:
            write_whole(path, json.dumps(record, indent=1).encode() + b"\n", is_new=is_new)
        except FileExistsError:
            raise StoreExists(f"{path} exists already", "name a new file") from None


def removed_by(store: Store, commit: Commit) -> Removed:
    """
    Return what is known of a purge that was cut short once it is finished.

    Its tombstones and the counts of rows are in its commit; what it did beside the tables, and that
    no file has the words, nobody can tell any more, so that is left out.
    """
    assert commit.parent is not None  # a purge is no first commit
    before, after = read_commit(store.layout.commits, commit.parent).tables, commit.tables
    rows = {name: before[name].rows - after[name].rows for name in before if name != TOMBSTONES}
    known = before[TOMBSTONES].rows if TOMBSTONES in before else 0
    hashes: dict[str, list[str]] = {}
    # New ones stand at the end.
    buried = list(store.snapshot(commit.number).rows(["hash", "kind"], tables=[TOMBSTONES]))
    for row in buried[known:]:
        hashes.setdefault(row["kind"], []).append(row["hash"])
    return Removed(hashes, rows, {})


def _private_key(seed: bytes) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed)


def _signed(record: Json) -> bytes:
    """Return the bytes of a receipt that are signed."""
    rest = {name: value for name, value in record.items() if name != "signature"}
    return json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()


# ---------------------------------------------------------------- the check


def read_receipt(path: Path) -> Json:
    """Return a receipt as it stands in a file; BadRecord for what is none."""
    with io_errors(f"read {path}"):
        if not path.is_file():
            raise InputNotFound(f"there is no file {path}", "name the receipt of a purge")
        if path.stat().st_size > LARGEST:
            raise BadRecord("too large for a receipt", path=str(path))
        text = path.read_bytes()
    try:
        record = json.loads(text)
        hashes = record["hashes"]
        is_whole = record["kind"] == KIND and all(isinstance(h, list) for h in hashes.values())
        bytes.fromhex(record["signature"] + record["public_key"])
        int(record["commit"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadRecord("not a receipt", path=str(path)) from error
    if not is_whole:
        raise BadRecord("not a receipt", path=str(path))
    return dict(record)


def check_receipt(store: Store, record: Json) -> Iterator[Problem]:
    """Yield what is wrong with its signature or store, what is back and what would come back."""
    if not is_signed(record):
        yield problem("error", "the signature of the receipt is not right", "it was changed")
        return
    if record["store"] != store.id:
        what = f"the receipt is of the store {record['store']}, this is {store.id}"
        yield problem("error", what, "name the store with --store")
        return
    if record["public_key"] != _own_public_key(store):
        what = "the receipt was not signed by the key of this store"
        yield problem("error", what, "restore receipts.key from a backup, or it is not ours")
        return
    yield from _check_commit(store, int(record["commit"]))
    yield from _check_hashes(store.snapshot(), record)


def is_signed(record: Json) -> bool:
    """Say whether the signature of a receipt is that of the key that it names."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(record["public_key"]))
        key.verify(bytes.fromhex(record["signature"]), _signed(record))
    except (InvalidSignature, ValueError):
        return False
    return True


def _own_public_key(store: Store) -> str | None:
    store.look()  # a machine that is new to a bucket has no key of it yet
    seed = read_key(store.layout.receipt_key)
    return _private_key(seed).public_key().public_bytes_raw().hex() if seed else None


def _check_commit(store: Store, number: int) -> Iterator[Problem]:
    try:
        is_purge = read_commit(store.layout.commits, number).is_purge
    except MemcliError:
        is_purge = False
    if not is_purge:
        what = f"commit {number} of this store is no purge"
        yield problem("error", what, "is it an older copy of the store?")


def _check_hashes(snapshot: Snapshot, record: Json) -> Iterator[Problem]:
    """What was removed is not there, and its tombstones are."""
    marker = _marker(snapshot)
    hashes = {hash_ for some in record["hashes"].values() for hash_ in some}
    found = sorted(set(_found(snapshot, marker, hashes)))
    if found:
        what = f"{len(found)} memories or names are there again, or are named"
        yield problem("error", what, "memcli forget --purge them", ids=found)
    known = {row["hash"] for row in read_tombstones(snapshot) if row["kind"] != LIFTED}
    if missing := hashes - known:
        what = f"{len(missing)} of {len(hashes)} tombstones are gone: what they were of was allowed"
        yield problem("error", what, "memcli forget --purge it again", TOMBSTONES)


def _marker(snapshot: Snapshot) -> Marker:
    key = read_key(snapshot.layout.tombstone_key)
    if key is None:
        what = f"{snapshot.layout.tombstone_key} is missing: nothing can be compared"
        raise StoreCorrupt(what, "restore it from a backup")
    return marker_of(snapshot, key)


def _found(snapshot: Snapshot, marker: Marker, hashes: set[str]) -> Iterator[str]:
    """Yield the ids of memories that some hashes are of, and ids that are named."""
    for row in snapshot.rows(COLUMNS):
        own = {marker.id(row["id"]), marker.content(row), *marker.facts(row)}
        if not hashes.isdisjoint(own):
            yield row["id"]
    for table, columns in NAMING.items():
        for batch in snapshot.scan(table, columns):
            for id_ in {id_ for name in columns for id_ in batch[name].to_pylist()}:
                if marker.id(id_) in hashes:
                    yield id_


def tells_of(snapshot: Snapshot, record: Json, text: str, namespaces: Iterable[str]) -> bool:
    """Say whether a text is among what a receipt says was removed, in one of some namespaces."""
    marker = _marker(snapshot)
    row: dict[str, Any] = {"level": 0, "type": "episodic", "text": text}
    contents = {marker.content({**row, "namespace": namespace}) for namespace in namespaces}
    return not contents.isdisjoint(record["hashes"].get("content", ()))
