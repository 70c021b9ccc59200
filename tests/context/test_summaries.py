"""Summaries in a block: which tell what others do."""

from __future__ import annotations

from datetime import UTC, datetime

from memcli.context.summaries import summary_entry, without_lines


def summary(id_: str, kind: str, first: int, last: int, told: list[str]) -> dict:
    """Return a summary of some days of March."""
    days = [datetime(2026, 3, day, tzinfo=UTC) for day in (first, last)]
    return {
        "id": id_, "context": "Ida", "text": "sailed\n a lot", "tags": [kind], "told": told,
        "valid_from": days[0], "happened_at": days[1],
    }  # fmt: skip


def test_a_week_is_not_told_where_its_month_is():
    week, month = summary("w", "week", 2, 8, ["t"]), summary("m", "month", 1, 31, [])
    other = summary("o", "week", 9, 15, [])
    entry = summary_entry(week, 1, {"t": frozenset({"key"})}, [week, month, other])
    assert entry.unless == {"w", "m"}
    assert entry.covers == {"w", "key"}
    assert (entry.item.text, entry.item.score) == ("Ida sailed a lot", 0.5)
    assert summary_entry(month, 0, {}, [week, month]).unless == {"m"}


def test_lines_of_what_is_told_otherwise_are_left_out():
    assert without_lines("a\nb\nc", {"b"}) == "a\nc"
    assert without_lines("b", {"b"}) == ""
