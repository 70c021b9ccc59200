"""What goes with a memory that is removed for good."""

from __future__ import annotations

import pytest

from memcli.retention.purge.plan import with_sources
from memcli.retention.purge.purging import _beyond
from store import Store
from store.errors import BadUsage


def test_a_gap_in_a_session_is_closed_over_all_turns_that_go() -> None:
    following = {"a": ["b"], "b": ["c"], "c": ["d"], "d": ["e"]}
    assert list(_beyond("b", following, {"b", "c"})) == ["d"]
    assert list(_beyond("d", following, {"b", "c"})) == ["d"]
    assert list(_beyond("b", {"b": ["c"], "c": ["b"]}, {"b", "c"})) == []


def test_what_would_be_made_again_goes_only_with_its_sources(run, sample) -> None:
    run("extract", "--store", sample, "--quiet")
    snapshot = Store.open(sample).snapshot()
    (segment,) = snapshot.read("memories", ["id", "source_ids"], "level = 2", 1).to_pylist()
    with pytest.raises(BadUsage, match="--sources"):
        with_sources(snapshot, [segment["id"]], taken=False)
    whole = {segment["id"], *segment["source_ids"]}
    assert with_sources(snapshot, [segment["id"]], taken=True) == whole
    assert with_sources(snapshot, sorted(whole), taken=False) == whole
