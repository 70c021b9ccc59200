"""Commits as rows for a person."""

import pytest

from memcli.cli.commit_view import COLUMNS, as_row

RECORD = {
    "number": 7,
    "time": "2026-03-01T09:30:00.000250Z",
    "command": "ingest",
    "changes": {"memories": 1290, "links": -3},
    "kept": True,
}


def test_a_row_has_the_time_and_each_gain_with_its_sign():
    row = as_row(RECORD)
    assert [row[name] for name in COLUMNS] == [
        7, RECORD["time"], "ingest", "memories +1,290, links -3", ""
    ]  # fmt: skip
    assert row["line"] == "7\t2026-03-01T09:30:00.000250Z\tingest"


@pytest.mark.parametrize(
    ("more", "command", "state"),
    [
        ({"undone": True}, "ingest", "undone"),
        ({"kept": False}, "ingest", "no longer kept"),
        ({"undone": True, "kept": False}, "ingest", "undone, no longer kept"),
        ({"restores": 0}, "ingest to 0", ""),
    ],
)
def test_it_says_what_became_of_the_commit(more, command, state):
    row = as_row(RECORD | more)
    assert (row["command"], row["state"]) == (command, state)
