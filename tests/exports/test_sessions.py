"""Sessions of an export: whole, in order, few at a time."""

from __future__ import annotations

import pytest

from memcli.exports import sessions
from memcli.exports.pages import SessionPage
from memcli.exports.sessions import SESSIONS, grouped, read_group

COLUMNS = "id session_id seq level text happened_at".split()


def pages_of(snapshot, namespace=None):
    rows = snapshot.sql(SESSIONS, namespace=namespace).to_pylist()
    return [SessionPage(path="", **row) for row in rows]


def test_sessions_come_by_namespace_and_time_and_count_their_turns(small_store):
    pages = pages_of(small_store.snapshot())
    assert [(p.namespace, p.session_id, p.rows, p.turns) for p in pages] == [
        ("default", "B?c", 1, 1), ("default", "b/c", 3, 2), ("work", "stdin", 1, 1),
        ("work", None, 1, 0),
    ]  # fmt: skip
    assert pages[1].speakers == ["Bo", "Ida"]


@pytest.mark.parametrize("size", [1, 20_000])
def test_groups_are_of_one_namespace_and_no_larger_than_need_be(small_store, monkeypatch, size):
    monkeypatch.setattr(sessions, "ROWS_AT_ONCE", size)
    groups = list(grouped(pages_of(small_store.snapshot())))
    assert [len(group) for group in groups] == ([1, 1, 1, 1] if size == 1 else [2, 2])
    assert all(len({page.namespace for page in group}) == 1 for group in groups)


def test_a_session_is_read_in_the_order_of_the_talk_with_what_is_archived(small_store):
    snapshot = small_store.snapshot()
    first, second = grouped(pages_of(snapshot))
    rows = read_group(snapshot, first, COLUMNS)
    assert [row["text"] for row in rows["b/c"]] == [
        "The boat is called Zwaluw.\nIt leaks.",
        "I will fix it | *soon*.",
        "Ida's boat is called Zwaluw.",
    ]
    assert [row["archived"] for row in rows["B?c"]] == [True]
    other = read_group(snapshot, second, COLUMNS)
    assert [row["text"] for row in other["stdin"]] == ["Elsewhere."]
    assert [row["text"] for row in other[None]] == ["Ida's boat is called Zwaluw."]
