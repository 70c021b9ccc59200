"""What a pin changes: the mark, and the state of what has faded."""

from __future__ import annotations

import pytest

from memcli.memory.states import State
from memcli.retention.pinning import FADED, pin_or_unpin


@pytest.mark.parametrize("state", State)
def test_a_pin_brings_back_what_has_faded_and_nothing_else(state):
    changes = pin_or_unpin([{"id": "a", "archived": True}], {"a": state}, True)
    assert changes.pinned == {"a": True}
    assert changes.states == ({State.active: ["a"]} if state in FADED else {})
    assert changes.records == [
        {"id": "a", "pinned": True} | ({} if state in FADED else {"archived": True})
    ]


def test_what_is_pinned_already_changes_only_where_it_has_faded():
    records = [{"id": "a", "pinned": True}, {"id": "b", "pinned": True}]
    changes = pin_or_unpin(records, {"a": State.active, "b": State.dormant}, True)
    assert (changes.pinned, changes.records) == ({}, [records[1]])


def test_unpinning_leaves_the_state_and_what_was_never_pinned():
    records = [{"id": "a", "pinned": True}, {"id": "b"}]
    changes = pin_or_unpin(records, {"a": State.dormant, "b": State.dormant}, False)
    assert (changes.pinned, changes.states, changes.records) == ({"a": False}, {}, [{"id": "a"}])
