"""Receipts of purges: what they say, who signed them, and whether they hold."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest

from memcli.ingestion.turns import Defaults, TurnMaker
from memcli.memory.step import given_options
from memcli.memory.writing import link_row, write_links
from memcli.records import from_wire
from memcli.retention.purge.plan import plan_purge
from memcli.retention.purge.purging import PurgeStep
from memcli.retention.purge.receipts import (
    check_receipt,
    read_receipt,
    removed_by,
    require_place,
    tells_of,
    write_receipt,
)
from store import Store
from store.errors import BadRecord, BadUsage, InputNotFound, StoreCorrupt, StoreExists
from store.sealing import sealed, unsealed
from tests.support.program import run_here
from tests.support.talked_stores import grow, line

NOW = datetime(2031, 6, 1, tzinfo=UTC)
SECRET = "My cousin Ottilie moved to Tihany in 2020."
SAID = ("I keep two goats in the yard.", SECRET, "I am allergic to walnuts.")


@pytest.fixture(scope="module")
def written(empty_once, tmp_path_factory):
    """A store after a purge, beside its receipt. No test may change them."""
    folder = tmp_path_factory.mktemp("purged")
    store = Store.open(shutil.copytree(empty_once, folder / "store"))
    grow(store, [line(text, f"2031-05-01T10:0{n}:00Z", "a") for n, text in enumerate(SAID)])
    snapshot = store.snapshot()
    (row,) = snapshot.rows(["id"], "level = 0 AND text LIKE '%Ottilie%'")
    step = PurgeStep(store, snapshot, plan_purge(snapshot, [row["id"]]), NOW)
    commit = step.commit(given_options(purge=True))
    write_receipt(folder / "receipt.json", store, commit, step.removed(commit))
    return folder


@pytest.fixture
def folder(written, tmp_path):
    return shutil.copytree(written, tmp_path / "copy")


@pytest.fixture
def store(folder):
    return Store.open(folder / "store")


@pytest.fixture
def record(folder):
    return read_receipt(folder / "receipt.json")


def wrong(store, record):
    return [problem.what for problem in check_receipt(store, record)]


def test_it_says_what_was_removed_and_nothing_of_the_words(folder, store, record):
    assert wrong(store, record) == []
    assert from_wire(record).signature == record["signature"]
    assert (record["store"], record["commit"]) == (store.id, store.head().number)
    assert record["removed"]["memories"] >= 2
    assert record["removed"]["links"] > 0
    assert record["scan"]["found"] == 0
    assert record["scan"]["files"] > 10
    assert record["scan"]["texts"] >= 1
    assert {len(hash_) for some in record["hashes"].values() for hash_ in some} == {32}
    assert set(record["hashes"]) == {"id", "content", "fact"}
    text = (folder / "receipt.json").read_text().lower()
    assert not any(word in text for word in ("ottilie", "tihany", "cousin"))


def test_who_has_the_text_and_the_key_can_tell_that_it_is_of_it(store, record):
    snapshot = store.snapshot()
    assert tells_of(snapshot, record, SECRET.upper(), ["default"])
    assert not tells_of(snapshot, record, SECRET, ["other"])
    assert not tells_of(snapshot, record, SAID[0], ["default"])


@pytest.mark.parametrize(
    "change",
    [
        {"commit": 1},
        {"scan": {"files": 1, "texts": 0, "found": 0}},
        {"hashes": {"id": ["0" * 32]}},
        {"more": 1},
        {"signature": "00" * 64},
        {"public_key": "00"},
    ],
)
def test_what_was_changed_is_not_signed(store, record, change):
    assert "signature" in wrong(store, {**record, **change})[0]


def test_it_is_of_one_store_and_its_key(store, record, folder):
    identity = folder / "store" / "store.json"
    about = {**unsealed(identity.read_bytes()), "id": "another"}
    identity.write_bytes(sealed(about))
    assert "of the store" in wrong(Store.open(folder / "store"), record)[0]
    (folder / "store" / "receipts.key").write_bytes(b"x" * 32)
    assert "not signed by the key" in wrong(store, record)[0]
    (folder / "store" / "receipts.key").unlink()
    assert "not signed by the key" in wrong(store, record)[0]


def test_what_is_there_again_is_found(store, record):
    run_here("add", SECRET, "--allow", "--store", store.layout.root)
    again, missing = wrong(store, record)
    assert again.startswith("1 memories or names are there again")
    assert "tombstones are gone" in missing


def test_what_is_only_named_is_found_too(store, record):
    told = from_wire(line(SECRET, "2031-05-01T10:01:00Z", "a"))
    turn = TurnMaker(Defaults(now=NOW)).turn(told, "-")
    with store.transaction("link") as transaction:
        write_links(transaction, [link_row(turn.id, "x", "similar", 1.0, None, NOW)])
        transaction.publish()
    assert wrong(store, record) == ["1 memories or names are there again, or are named"]


def test_an_older_copy_of_the_store_has_no_such_purge(store, record, folder):
    path = folder / "store" / "commits" / f"{record['commit']:08d}.json"
    path.write_bytes(sealed({**unsealed(path.read_bytes()), "arguments": {}}))
    assert "is no purge" in wrong(store, record)[0]


def test_without_the_key_of_the_hashes_nothing_can_be_said(store, record, folder):
    (folder / "store" / "tombstones.key").unlink()
    with pytest.raises(StoreCorrupt, match="nothing can be compared"):
        wrong(store, record)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"kind": "receipt"}', "[" * 10_000, "\udcff"])
def test_what_is_no_receipt_is_refused(tmp_path, text):
    path = tmp_path / "receipt"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(BadRecord, match="not a receipt"):
        read_receipt(path)


def test_places_of_receipts(folder, store, tmp_path):
    root = folder / "store"
    require_place(tmp_path / "new", root)
    with pytest.raises(StoreExists):
        require_place(folder / "receipt.json", root)
    with pytest.raises(InputNotFound):
        require_place(tmp_path / "none" / "new", root)
    (tmp_path / "link").symlink_to(root)
    for place in (root / "new", root / "cache" / ".." / "new", tmp_path / "link" / "new"):
        with pytest.raises(BadUsage, match="lies in the store"):
            require_place(place, root)
    with pytest.raises(InputNotFound):
        read_receipt(tmp_path / "none")


def test_what_is_known_of_a_purge_that_was_cut_short_is_what_its_commit_tells(store, record):
    later = removed_by(store, store.head())
    assert {kind: sorted(hashes) for kind, hashes in later.hashes.items()} == record["hashes"]
    assert later.counts.items() <= record["removed"].items()
    assert later.scan == {}
