"""Days: what was said in the conversations of one day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest

from memcli.consolidation.summaries.days import by_day, day_row

NOON = datetime(2031, 5, 4, 12, tzinfo=UTC)


def session(id_, at):
    times = {"happened_at": at, "valid_from": at and at - timedelta(minutes=9), "valid_to": at}
    return {"id": id_, "session_id": id_, "text": f"Summary of {id_}.", **times}


def statement(text, **fields):
    names = "speaker subject attribute value happened_at valid_from valid_to superseded_by"
    common = dict.fromkeys(names.split()) | {"id": text, "tags": None, "entities": None}
    common |= {"type": "semantic", "keywords": ["boat"]}
    numbers = {"importance": 0.7, "n_words": len(text.split()), "vector": np.eye(4)[0]}
    return {"text": text, **common, **numbers, **fields}


SESSIONS = [session("a", NOON), session("b", NOON + timedelta(hours=2))]


def test_a_day_has_at_least_two_conversations_and_is_told_in_utc():
    late = NOON.replace(hour=23).astimezone(timezone(timedelta(hours=5)))
    found = by_day([*SESSIONS, session("c", late), session("d", NOON + timedelta(days=1))])
    assert {day: [row["id"] for row in rows] for day, rows in found.items()} == {
        date(2031, 5, 4): ["a", "b", "c"]
    }


def test_a_row_spans_its_sessions_and_is_made_of_statements():
    row = day_row(SESSIONS, [statement("The boat is red."), statement("PIN 1", type="vault")], None)
    assert row["text"] == "The boat is red."
    assert row["context"] == "4 May 2031, 2 conversations."
    assert (row["valid_from"], row["valid_to"]) == (
        NOON - timedelta(minutes=9),
        NOON + timedelta(hours=2),
    )
    assert (row["keywords"], row["metadata"]) == (["boat"], {"told": ["The boat is red."]})


@pytest.mark.parametrize(
    ("written", "metadata"),
    [("A red boat.", {"abstractive": True}), ("", {"told": ["The boat is red."]})],
)
def test_what_a_model_writes_goes_before(written, metadata):
    asked = []

    def write(context, texts):
        asked.append((context, list(texts)))
        return written or None

    row = day_row(SESSIONS, [statement("The boat is red.")], write)
    assert asked == [("4 May 2031, 2 conversations.", ["The boat is red."])]
    assert row["text"] == (written or "The boat is red.")
    assert row["metadata"] == metadata
