"""The last turns of a conversation."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from memcli.context.recent_turns import recent_turns
from store import Store


def line(text, session, minute, space="n", **fields):
    at = f"2025-03-01T10:{minute:02}:00Z"
    record = {"content": text, "session_id": session, "timestamp": at, "namespace": space, **fields}
    return json.dumps({"kind": "message", "v": 1, "name": "Ida", **record}) + "\n"


@pytest.fixture
def snapshot(empty_store, run):
    given = [line("a1", "a", 0), line("a2", "a", 1), line("a3", "a", 3), line("b1", "b", 2)]
    given.append(line("c1", "c", 9, space="other"))
    run("ingest", "--store", empty_store, stdin="".join(given))
    return Store.open(empty_store).snapshot()


def texts(*given, **options):
    return [row["text"] for row in recent_turns(*given, **options)]


def test_the_newest_session_is_meant_where_none_is_named(snapshot):
    assert texts(snapshot, "n", None, 2) == ["a3", "a2"]
    assert texts(snapshot, None, None, 5) == ["c1"]


def test_a_session_is_read_from_its_end(snapshot):
    assert texts(snapshot, "n", "a", 10) == ["a3", "a2", "a1"]
    assert texts(snapshot, "n", "b", 1) == ["b1"]
    assert texts(snapshot, "other", "a", 10) == []


def test_what_was_said_later_is_not_there(snapshot):
    now = datetime(2025, 3, 1, 10, 2, tzinfo=UTC)
    assert texts(snapshot, "n", None, 5, now=now) == ["b1"]
    assert texts(snapshot, "n", "a", 5, now=now) == ["a2", "a1"]
    assert texts(snapshot, "n", None, 5, now=now.replace(year=2020)) == []
