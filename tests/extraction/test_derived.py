"""What is made of one conversation: statements, topic segments and a summary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from memcli.extraction.derived import common_of, derive, open_text, told_of
from memcli.memory.sessions import Session, SessionKey, read_sessions
from memcli.models.encoder import Encoder
from store import Store
from tests.support.talked_stores import grow, line

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
def derived(reader):
    """Return what derives from turns, as their grammar is read."""

    def call(*texts, now=NOW):
        talk = session(*texts)
        return derive(talk, ENCODER, now, reader.read_turns(talk.utterances()))

    return call


@pytest.fixture(scope="module")
def made(derived):
    return derived(*TALK)


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


def test_a_turn_that_comes_late_in_its_source_does_not_end_the_session(reader):
    talk = session("The roof leaks badly.", "I mend it on Sunday.", "I bought the tiles before.")
    late = datetime(2025, 3, 1, 9, 2, tzinfo=UTC)
    talk.rows[2]["happened_at"] = late
    made = derive(talk, ENCODER, NOW, reader.read_turns(talk.utterances()))
    last = talk.rows[1]["happened_at"]
    for row in (*made.segments, *made.summary):
        assert (row["valid_from"], row["valid_to"], row["happened_at"]) == (late, last, last)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (" ".join(TALK), "4929"),
        ("I moved to Lund in May and my PIN is 4929.", "4929"),
        ("My sister Juno's password is hunter2-Zebra99. She plays the cello.", "hunter2"),
        ("We paid the hotel in Porto with 4111 1111 1111 1111 on Friday.", "4111"),
        ("Nora works at Acme; their key is AKIAIOSFODNN7EXAMPLE.", "AKIA"),
        ("The alarm code is Tulip-4711 since Monday. It cost us 300 euros.", "Tulip"),
        ("I work at Shell.\n-----BEGIN PRIVATE KEY-----\nMIIEow7bq", "MIIE"),
    ],
)
def test_secrets_are_vault_rows_and_in_no_other_word(derived, text, secret):
    rows = derived("I live in Ghent.", text).rows()
    with_secret = [row for row in rows if secret.casefold() in str(row).casefold()]
    assert {row["type"] for row in rows} > {"vault"} >= {row["type"] for row in with_secret}
    assert all(row["keywords"] is row["attribute"] is None for row in with_secret)


def test_the_same_turns_give_the_same_ids_and_others_do_not(made, derived):
    again = derived(*TALK, now=NOW + timedelta(days=1))
    assert [row["id"] for row in again.rows()] == [row["id"] for row in made.rows()]
    longer = derived(*TALK, "I bought a boat.")
    assert made.summary[0]["id"] != longer.summary[0]["id"]
    assert {row["id"] for row in made.statements} <= {row["id"] for row in longer.statements}


def test_a_session_that_states_nothing_is_stood_for_by_its_longest_turn(derived):
    made = derived("Hm.", "Oh well, so so " * 40)
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


def test_what_is_told_keeps_its_order_and_budget_and_says_who_said_it():
    names = "subject attribute value polarity happened_at valid_from valid_to superseded_by"
    bare = dict.fromkeys(names.split()) | {"speaker": "Ida", "importance": 0.6}
    rows = [
        bare | row(text, type=type_) | {"id": text, "importance": importance}
        for text, type_, importance in [
            ("I sold it", "semantic", 0.65), ("I won it", "semantic", 0.8),
            ("PIN 1", "vault", 0.9), ("I see it", "semantic", 0.1),
        ]
    ]  # fmt: skip
    told = told_of(rows, 100)
    assert told["text"] == "Ida: I sold it\nIda: I won it"
    assert told["metadata"] == {"told": ["I sold it", "I won it"]}
    assert told_of(rows, 4)["text"] == "Ida: I won it"
    assert told_of(rows[2:], 100) == {"text": "", "metadata": None}
    fact = rows[0] | {"subject": "Ida", "attribute": "residence", "value": "Ghent"}
    fact |= {"text": "I sold it " * 12, "n_words": 36}
    assert told_of([fact], 100, is_dated=True)["text"] == "Ida lives in Ghent."


def test_a_session_of_the_store_gives_what_extract_wrote(reader, sample_once, extracted_once):
    key = SessionKey("mara-and-jonas", "mj/2")
    (first,) = read_sessions(Store.open(sample_once).snapshot(), [key])
    rows = derive(first, ENCODER, NOW, reader.read_turns(first.utterances())).rows()
    where = "level > 0 AND session_id = 'mj/2'"
    written = Store.open(extracted_once.path).snapshot().read("memories", ["id"], where)
    assert sorted(row["id"] for row in rows) == sorted(written["id"].to_pylist())


def test_a_session_lasts_from_its_earliest_turn_whatever_came_in_late(empty_store):
    store = Store.open(empty_store)
    for minute in (5, 0):
        grow(
            store, [line(f"The {minute} o'clock ferry left.", f"2031-05-01T10:0{minute}:00Z", "a")]
        )
    where = "level IN (2, 3) AND superseded_by IS NULL"
    spans = list(store.snapshot().rows(["level", "valid_from", "valid_to", "happened_at"], where))
    assert {row["level"] for row in spans} == {2, 3}
    for row in spans:
        assert (row["valid_from"].minute, row["valid_to"].minute) == (0, 5)
        assert row["happened_at"] == row["valid_to"]
