"""What is made of one conversation: statements, topic segments and a summary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from memcli.extraction.derived import central_text, common_of, derive, open_text
from memcli.memory.sessions import Session, SessionKey, read_sessions
from memcli.models.encoder import Encoder
from store import Store

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ENCODER = Encoder.load("static-256")


def session(*texts, speaker="Ida"):
    start = datetime(2025, 3, 1, 10, tzinfo=UTC)
    rows = [
        {
            "id": f"turn{n}",
            "namespace": "n",
            "text": text,
            "speaker": speaker,
            "session_id": "s",
            "seq": n,
            "happened_at": start + timedelta(minutes=n),
            "n_words": len(text.split()),
            "ref": f"ref/{n}",
            "extra": None,
        }
        for n, text in enumerate(texts)
    ]
    vectors = np.asarray(ENCODER.encode(list(texts)), np.float16)
    return Session(SessionKey("n", "s", len(rows), len(rows)), rows, vectors)


TALK = ("I moved to Ghent in May 2024.", "My sister Juno plays the cello.", "My PIN is 4929.")


@pytest.fixture(scope="module")
def made():
    return derive(session(*TALK), ENCODER, NOW)


def test_statements_rest_on_their_turn_and_have_its_place(made):
    (moved,) = [row for row in made.statements if "Ghent" in row["text"]]
    assert moved["source_ids"] == ["turn0"]
    assert (moved["level"], moved["seq"], moved["ref"]) == (1, 0, "ref/0")
    assert (moved["attribute"], moved["value"]) == ("residence", "Ghent")
    assert moved["valid_from"] == datetime(2024, 5, 1, tzinfo=UTC)
    assert moved["recorded_at"] == NOW
    assert np.isclose(np.linalg.norm(moved["vector"]), 1, atol=1e-3)
    assert "Ghent" in moved["derived_keys"]


def test_segments_hold_all_turns_and_the_summary_all_segments(made):
    assert [id_ for row in made.segments for id_ in row["source_ids"]] == [
        "turn0",
        "turn1",
        "turn2",
    ]
    (summary,) = made.summary
    assert summary["source_ids"] == [row["id"] for row in made.segments]
    assert (summary["level"], made.segments[0]["level"]) == (3, 2)
    assert (summary["valid_from"], summary["valid_to"]) == (
        datetime(2025, 3, 1, 10, tzinfo=UTC),
        datetime(2025, 3, 1, 10, 2, tzinfo=UTC),
    )


def test_secrets_are_in_no_text_that_sums_up(made):
    assert not any("4929" in row["text"] for row in (*made.segments, *made.summary))
    assert all("4929" not in row["keywords"] for row in made.segments)


def test_the_same_turns_give_the_same_ids_and_others_do_not(made):
    again = derive(session(*TALK), ENCODER, NOW + timedelta(days=1))
    assert [row["id"] for row in again.rows()] == [row["id"] for row in made.rows()]
    longer = derive(session(*TALK, "I bought a boat."), ENCODER, NOW)
    assert made.summary[0]["id"] != longer.summary[0]["id"]
    assert {row["id"] for row in made.statements} <= {row["id"] for row in longer.statements}


def test_a_session_that_states_nothing_is_stood_for_by_its_longest_turn():
    made = derive(session("Hm.", "Oh well, so so " * 40), ENCODER, NOW)
    assert made.statements == []
    assert made.segments[0]["text"].startswith("Ida: Oh well")
    assert len(made.segments[0]["text"]) == 300


def test_open_text_leaves_out_the_sentences_with_secrets():
    assert open_text("The sun is out.") == "The sun is out."
    assert open_text("The sun is out. My password is hunter2-Zebra99.") == "The sun is out."
    assert open_text("-----BEGIN PRIVATE KEY-----\nabc") == ""


def row(text, **fields):
    common = {"tags": None, "entities": None, "importance": 0.5, "type": "semantic", "n_words": 2}
    return {"text": text, "vector": np.eye(4)[len(text) % 4], **common, **fields}


def test_what_statements_share_is_counted_without_secrets():
    rows = [row("a", tags=["x", "y"]), row("b", tags=["y"]), row("c", type="vault", tags=["z"] * 5)]
    found = common_of(rows)
    assert (found["tags"], found["entities"], found["importance"]) == (["y", "x"], None, 0.5)
    assert common_of([])["importance"] is None


def test_a_central_text_keeps_its_order_and_its_budget():
    rows = [row("one two"), row("three four"), row("five six", type="vault")]
    assert central_text(rows, 100) == "one two three four"
    assert len(central_text(rows, 2).split()) == 2
    assert central_text(rows[2:], 100) == ""


def test_a_session_of_the_store_gives_what_extract_wrote(sample_once, extracted_once):
    key = SessionKey("mara-and-jonas", "mj/2")
    (first,) = read_sessions(Store.open(sample_once).snapshot(), [key])
    rows = derive(first, ENCODER, NOW).rows()
    where = "level > 0 AND session_id = 'mj/2'"
    written = Store.open(extracted_once.path).snapshot().read("memories", ["id"], where)
    assert sorted(row["id"] for row in rows) == sorted(written["id"].to_pylist())
