"""Files that begin with what was said last."""

from __future__ import annotations

import json

import pytest

from memcli.ingestion.transcripts import Accepted, Intake, read_source
from memcli.ingestion.transcripts.order import LOOKED_AT, MAX_HELD, is_newest_first, oldest_first
from memcli.memory.times import parse_time
from memcli.records import Message


def turns(*moments, session="s"):
    return [
        Accepted(
            Message(
                v=1,
                content=str(moment),
                timestamp=None if moment is None else parse_time(1772445600 + moment),
                session_id=session,
            ),
            "in",
            0,
        )
        for moment in moments
    ]


@pytest.mark.parametrize(
    ("moments", "is_newest"),
    [
        ((3, 2, 1), True),
        ((2, 1), True),
        ((2, 2, 1), True),
        ((1, 2, 3), False),
        ((3, 2, 4), False),
        ((1, 1), False),
        ((None, None), False),
        ((1,), False),
    ],
)
def test_turns_stand_the_newest_first_where_none_goes_on_in_time(moments, is_newest):
    assert is_newest_first(turns(*moments)) is is_newest


def test_each_session_has_its_own_order():
    assert is_newest_first([*turns(2, 1), *turns(9, 8, session="t")])
    assert not is_newest_first([*turns(2, 1), *turns(8, 9, session="t")])


def test_what_follows_the_first_ones_is_turned_round_too(source):
    given = turns(*range(LOOKED_AT * 2, 0, -1))
    intake = Intake()
    found = list(oldest_first(iter(given), source(b"")._replace(intake=intake)))
    assert found == given[::-1]
    assert intake.mended == {"turns that stood the newest first": LOOKED_AT * 2}


def test_more_than_is_held_is_told_and_stays(source, monkeypatch):
    monkeypatch.setattr("memcli.ingestion.transcripts.order.MAX_HELD", LOOKED_AT + 5)
    given, intake = turns(*range(LOOKED_AT * 2, 0, -1)), Intake()
    assert list(oldest_first(iter(given), source(b"")._replace(intake=intake))) == given
    assert "the order of turns" in intake.unread
    assert MAX_HELD > LOOKED_AT


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv"])
def test_lists_and_tables_are_read_in_order(tmp_path, name):
    rows = [
        {"content": f"turn {n}", "name": "Ida", "timestamp": f"2026-03-02T10:0{n}:00Z"}
        for n in (3, 2, 1)
    ]
    lines = "\n".join(map(json.dumps, rows))
    table = "\n".join(["content,name,timestamp", *(",".join(row.values()) for row in rows)])
    text = {"a.json": json.dumps(rows), "a.jsonl": lines, "a.csv": table}[name]
    (tmp_path / name).write_text(text)
    found = [item.record.content for item in read_source(str(tmp_path / name))]
    assert found == ["turn 1", "turn 2", "turn 3"]
