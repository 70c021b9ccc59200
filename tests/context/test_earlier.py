"""Summaries for broad questions"""

from __future__ import annotations

from datetime import UTC, datetime

from memcli.context.earlier import earlier_rows
from store import Store
from tests.support.fact_lines import statement

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def summary(id_, tag, level, **fields):
    return statement(id_, f"All of {id_}.", None, level=level, tags=[tag], **fields)


def test_the_running_one_comes_first_then_topics_and_days_as_they_were_found(run, empty_store):
    lines = [
        summary("run", "running", 4, metadata={"told": ["a", "b"]}),
        summary("old", "running", 4, superseded_by="run" + "x" * 13),
        summary("there", "running", 4, namespace="elsewhere"),
        summary("topic", "topic", 3),
        summary("day", "day", 3),
        summary("later", "day", 3, happened_at="2027-01-01T00:00:00Z"),
        summary("lesson", "concept", 4),
    ]
    run("ingest", "--from", "export", "--store", empty_store, stdin="".join(lines))
    snapshot = Store.open(empty_store).snapshot()
    found = [name.ljust(16, "x") for name in ("day", "later", "lesson", "topic")]
    rows = earlier_rows(snapshot, ["default"], found, NOW)
    assert [row["id"].rstrip("x") for row in rows] == ["run", "day", "topic"]
    assert rows[0]["told"] == ["a", "b"]
    assert earlier_rows(snapshot, ["nowhere"], [], NOW) == []
