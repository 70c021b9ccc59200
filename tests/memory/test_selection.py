"""The memories that a user means: by id, the unique beginning of one, or a ref."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.memory.selection import find_each, matching, require_one, select, select_each
from store import Store
from store.errors import BadUsage, InputNotFound
from store.reading import IDS_PER_FILTER
from tests.conftest import run_here

FIXED = {"kind": "memory", "v": 1, "type": "semantic", "level": 1, "encoder": "static-256"}
IDS = ("aaaabbbbccccdddd", "aaaabbbbccccddde", "bbbbccccddddeeee", "ccccddddeeeeffff")
# The second ref looks like the beginning of an id, the third like a whole one.
REFS = ("one", "bbbb", "ccccddddeeeeffff", "one")
SPACES = ("here", "here", "here", "there")


@pytest.fixture(scope="module")
def snapshot(empty_once, tmp_path_factory):
    """A store of four memories, the last in another namespace and in the archive."""
    import shutil

    path = shutil.copytree(empty_once, tmp_path_factory.mktemp("named") / "store")
    rows = [
        {**FIXED, "id": id_, "ref": ref, "namespace": space, "text": f"It is {id_}."}
        | {"recorded_at": "2026-01-01T00:00:00Z"}
        for id_, ref, space in zip(IDS, REFS, SPACES, strict=True)
    ]
    run_here("ingest", "--from", "export", "--store", path, stdin="\n".join(map(json.dumps, rows)))
    run_here("forget", IDS[3], "--store", path)
    return Store.open(path).snapshot()


def ids_of(snapshot, *names, namespace=None):
    return [record["id"] for record in select(snapshot, names, namespace)]


def test_a_name_is_an_id_else_a_ref_else_the_beginning_of_one_id(snapshot):
    assert ids_of(snapshot, IDS[3]) == [IDS[3]]
    assert ids_of(snapshot, IDS[0].upper()) == [IDS[0]]
    assert ids_of(snapshot, "one") == [IDS[0], IDS[3]]
    assert ids_of(snapshot, "bbbb") == [IDS[1]]
    assert ids_of(snapshot, "BBBBc") == [IDS[2]]
    assert select(snapshot, [IDS[3]], None)[0]["archived"]


def test_they_come_in_order_and_each_once(snapshot):
    assert ids_of(snapshot, "bbbbc", "one", IDS[0], "bbbbcc") == [IDS[2], IDS[0], IDS[3]]
    assert ids_of(snapshot) == []


def test_a_namespace_bounds_them(snapshot):
    assert ids_of(snapshot, "one", namespace="there") == [IDS[3]]
    with pytest.raises(InputNotFound, match="no memory 'bbbb' in namespace 'there'"):
        select(snapshot, ["one", "bbbb"], "there")


def test_what_is_not_there_is_named_some_of_it(snapshot):
    assert find_each(snapshot, ["one", "bbb"], None)["bbb"] == []
    with pytest.raises(InputNotFound) as caught:
        select_each(snapshot, ["one", *map(str, range(1, 8))], None)
    assert caught.value.what == "no memory '1', '2', '3', '4', '5' and 2 more"
    assert "4 or more characters" in caught.value.remedy


def test_the_beginning_of_several_is_refused_with_the_candidates(snapshot):
    with pytest.raises(BadUsage, match=f"2 ids begin with 'aaaab': {IDS[0]}, {IDS[1]}"):
        select(snapshot, ["aaaab"], None)
    with pytest.raises(BadUsage, match=r"6 ids begin with 'a': a0, a1, a2, a3, a4, \.\.\."):
        require_one("a", (f"a{n}" for n in range(6)))


def test_more_names_than_one_filter_takes_are_looked_up(snapshot):
    names = [f"ref {n}" for n in range(IDS_PER_FILTER)] + ["one"]
    found = find_each(snapshot, names, "here")
    assert [record["id"] for record in found["one"]] == [IDS[0]]
    assert sum(map(len, found.values())) == 1


@given(st.text("ab", max_size=6), st.sets(st.text("ab", min_size=5, max_size=6)))
def test_a_whole_id_matches_itself_alone_and_a_beginning_all_that_it_begins(name, ids):
    found = matching(name, ids)
    assert found <= ids
    if name in ids:
        assert found == {name}
    elif len(name) < 4:
        assert not found
    else:
        assert found == {id_ for id_ in ids if id_.startswith(name)}
