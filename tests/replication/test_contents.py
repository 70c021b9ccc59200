"""What of a store goes to another."""

from __future__ import annotations

import pytest

from memcli.replication.contents import ReplicaContents, Since, earlier_snapshot, mark_of
from memcli.replication.parts import (
    ENTITIES,
    LINKS,
    MEMORIES,
    PARTS,
    STAMPS,
    STRENGTHS,
    TOMBSTONES,
)
from store import Store
from store.errors import StoreCorrupt


def contents_of(path, since=None, namespace=None):
    store = Store.open(path, mode="read")
    earlier = store.snapshot(since) if since else None
    return ReplicaContents(store, store.snapshot(), earlier, namespace)


def test_all_goes_but_what_follows_from_it(linked_once):
    contents = contents_of(linked_once.path)
    snapshot = contents.snapshot
    rows = {part.name: list(contents.rows(part)) for part in PARTS}
    assert len(rows["memories"]) == snapshot.total("true")
    assert len(rows["entities"]) == snapshot.count("entities")
    assert len(rows["links"]) == snapshot.count("links", "relation != 'next'")
    keys = [tuple(row[name] for name in LINKS.key) for row in rows["links"]]
    assert keys == sorted(keys)


def test_what_changed_since_a_commit_goes(run, sample):
    first = run("sql", "SELECT id FROM memories LIMIT 1", "--store", sample).records[0]["id"]
    run("hide", first, "--store", sample)
    kept = run("add", "a kettle", "--store", sample).records[0]["id"]
    contents = contents_of(sample, since=2)
    assert [row["id"] for row in contents.rows(MEMORIES)] == [kept]
    assert [row["id"] for row in contents.rows(STRENGTHS)] == [first]
    assert [(row["id"], row["register"]) for row in contents.rows(STAMPS)] == [(first, "state")]
    assert list(contents.rows(ENTITIES)) == []


def test_one_namespace_goes_with_what_is_said_of_it(run, sample):
    kept = run("add", "a kettle", "--namespace", "work", "--store", sample).records[0]["id"]
    run("pin", kept, "--store", sample)
    contents = contents_of(sample, namespace="work")
    assert [row["id"] for row in contents.rows(MEMORIES)] == [kept]
    assert [row["id"] for row in contents.rows(STAMPS)] == [kept]
    assert list(contents.rows(LINKS)) == []


def test_a_commit_is_known_by_more_than_its_number(run, sample, empty_store):
    store = Store.open(sample)
    head = store.head()
    since = Since.of(store.id, head)
    assert Since.parse(str(since)) == since
    assert Since.parse("12") is None
    assert Since.parse(f"{store.id}:x@{mark_of(head)}") is None
    run("add", "a kettle", "--store", sample)
    found = earlier_snapshot(store, [Since(store.id, 1, "0" * 12), since])
    assert found is not None
    assert found.commit.number == head.number
    assert earlier_snapshot(store, [Since(store.id, 99, since.mark)]) is None
    assert earlier_snapshot(store, [Since("0" * 16, 2, since.mark)]) is None


def test_hashes_of_what_was_purged_go_with_the_names_of_their_keys(run, sample):
    first = run("sql", "SELECT id FROM memories LIMIT 1", "--store", sample).records[0]["id"]
    run("forget", "--purge", first, "--store", sample)
    contents = contents_of(sample)
    (name,) = contents.keys()
    assert {row["key"] for row in contents.rows(TOMBSTONES)} == {name}
    contents.snapshot.layout.tombstone_key.unlink()
    with pytest.raises(StoreCorrupt, match=r"tombstones\.key is missing"):
        contents.keys()
