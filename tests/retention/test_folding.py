"""The steps of fold and unfold."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.models.encoder import Encoder
from memcli.retention.folding import FoldStep, UnfoldStep
from store import Store
from store.errors import BadUsage
from tests.support.talked_stores import grow, line

NOW = datetime(2031, 6, 1, tzinfo=UTC)
ENCODER = Encoder.load("static-256")


@pytest.fixture
def store(empty_store):
    opened = Store.open(empty_store)
    said = [("Ida moved to Ghent.", "a", "default"), ("Juno plays.", "b", "default")]
    said += [("Other.", "c", "work")]
    grow(opened, [line(t, f"2031-05-01T10:0{n}:00Z", s, ns) for n, (t, s, ns) in enumerate(said)])
    return opened


def turns(store, where="true"):
    rows = store.snapshot().read("memories", ["id"], f"level = 0 AND {where}")
    return rows["id"].to_pylist()


def fold(store, ids, summary="a line"):
    return FoldStep(store, NOW, lambda: ENCODER, ids, summary)


def test_the_same_again_writes_nothing_and_after_unfold_it_stands_again(store):
    ids = turns(store, "namespace = 'default'")
    first = fold(store, ids)
    assert first.commit({}) is not None
    assert fold(store, ids[::-1]).commit({}) is None
    assert UnfoldStep(store, NOW, [ids[0]]).commit({}) is not None
    again = fold(store, ids)
    assert again.fold["id"] == first.fold["id"]
    assert again.commit({}) is not None
    assert store.snapshot().count("archive") == 0


def test_a_fold_can_be_folded(store):
    one, other = turns(store, "namespace = 'default'")
    inner = fold(store, [one], "inner")
    inner.commit({})
    outer = fold(store, [inner.fold["id"], other], "outer")
    outer.commit({})
    assert inner.fold["id"] in outer.fold["metadata"]["fold"]["hidden"]
    step = UnfoldStep(store, NOW, [outer.fold["id"]])
    step.commit({})
    back = {record["id"] for record in step.changes.records}
    assert inner.fold["id"] in back
    assert one not in back


def test_a_line_of_two_sessions_has_none_and_of_two_namespaces_there_is_none(store):
    assert fold(store, turns(store, "namespace = 'default'")).fold["session_id"] is None
    assert fold(store, turns(store, "session_id = 'a'")).fold["session_id"] == "a"
    with pytest.raises(BadUsage, match="default, work"):
        fold(store, turns(store))
