"""Names of fragments beside those of memories."""

from __future__ import annotations

import pytest

from memcli.memory.fragment_names import named_fragment, parted, select_with_fragments
from store import Store
from store.errors import BadUsage, InputNotFound

FIRST = "ikp5z47sbbz4vyua"


@pytest.fixture
def snapshot(sample_once):
    return Store.open(sample_once).snapshot()


def test_memories_and_fragments_come_in_the_order_named_and_each_once(snapshot):
    names = [f"{FIRST}#1", "mj/1:2", f"{FIRST[:4]}#1", FIRST]
    assert parted(snapshot, names, None) == [names[0], names[2]]
    found = select_with_fragments(snapshot, names, None)
    assert [record["id"] for record in found][::2] == [f"{FIRST}#1", FIRST]
    assert found[0]["text"] == found[2]["text"]
    assert found[0]["source_ids"] == [FIRST]


def test_what_is_none_is_refused(snapshot):
    with pytest.raises(InputNotFound, match="1 fragments, and none"):
        named_fragment(snapshot, f"{FIRST}#2", None)
    with pytest.raises((BadUsage, InputNotFound)):
        select_with_fragments(snapshot, ["nope#1"], None)
