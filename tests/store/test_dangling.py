"""Dangling references: nothing leads to what is gone, and nothing that had ended holds again."""

from __future__ import annotations

from datetime import UTC, datetime

from store.check import check
from store.dangling import mend_dangling

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def test_what_leads_nowhere_is_taken_back_or_ended(store, save, memories, links):
    save(store, "a", "b")
    with store.transaction("write") as transaction:
        transaction.append("memories", memories("x", source_ids=["a", "gone"], superseded_by="no"))
        transaction.append("memories", memories("y", source_ids=["a"], superseded_by="b"))
        transaction.append("links", links(("a", "b"), ("a", "gone"), ("gone", "b")))
        transaction.publish()
    with store.transaction("mend", may_shrink=True) as transaction:
        assert mend_dangling(transaction, NOW) == {"links": 2, "memories": 1}
        transaction.publish()
    rows = {row["id"]: row for row in store.snapshot().read("memories").to_pylist()}
    assert (rows["x"]["source_ids"], rows["x"]["superseded_by"]) == (["a"], None)
    assert rows["x"]["valid_to"] == NOW
    assert (rows["y"]["superseded_by"], rows["y"]["valid_to"]) == ("b", None)
    assert list(check(store)) == []


def test_where_all_leads_somewhere_nothing_is_written(store, save):
    save(store, "a")
    with store.transaction("mend") as transaction:
        assert mend_dangling(transaction, NOW) == {}
        assert not transaction.changed
