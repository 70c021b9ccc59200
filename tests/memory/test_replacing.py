from datetime import UTC, datetime

import pytest

from memcli.memory.replacing import ended_by, told_with

MAY, JUNE, JULY = (datetime(2025, month, 1, tzinfo=UTC) for month in (5, 6, 7))


def statement(id_, text, attribute=None, turns=("t",)):
    return {
        "id": id_, "level": 1, "text": text, "attribute": attribute, "source_ids": list(turns)
    }  # fmt: skip


ROWS = [
    statement("quote", "I live in Ghent and bake."),
    statement("home", "I live in Ghent and bake.", "residence"),
    statement("work", "I live in Ghent and bake.", "occupation"),
    statement("other", "I have a cat."),
    statement("shared", "I have a dog.", "pet", ("t", "u")),
]
TURN = {"id": "t", "level": 0, "text": "I live in Ghent and bake. I have a cat."}


class Source:
    """Statements that can be looked up by their turns."""

    def rows_of(self, ids, columns, on, where):
        return [row for row in ROWS if set(row["source_ids"]) & set(ids)]


@pytest.mark.parametrize(
    ("named", "along"),
    [
        (ROWS[0], {"home", "work"}),
        (ROWS[1], {"quote"}),
        (ROWS[4], set()),
        (TURN, {"quote", "home", "work", "other"}),
    ],
)
def test_what_goes_along_is_what_says_the_same(named, along):
    assert {row["id"] for row in told_with(Source(), [named])} == along


def test_a_memory_ends_no_later_than_it_would_have_and_not_before_it_began():
    row = {"valid_from": MAY, "valid_to": JUNE}
    assert ended_by(row, "n", JULY)["valid_to"] == JUNE
    assert ended_by({**row, "valid_from": JUNE, "valid_to": None}, "n", MAY)["valid_to"] == JUNE
