"""From message records to rows: ids, defaults, places in sessions."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from memcli.ingestion.turns import (
    Defaults,
    TurnMaker,
    message_id,
    turn_words,
    turns_to_batch,
)
from memcli.memory.recall_blocks import EMPTY
from memcli.memory.search_columns import count_words, search_keys
from memcli.memory.times import zone_of
from memcli.records import Message
from schemas import tables
from store.errors import BadUsage

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2025, 4, 1, tzinfo=UTC)


def message(content="Hi", **fields):
    return Message(v=1, content=content, **fields)


def turn(message, path="a.jsonl", **defaults):
    return TurnMaker(Defaults(now=NOON, **defaults)).turn(message, path)


def test_a_turn_has_what_the_message_says_and_else_the_defaults():
    said = turn(message(name="Ida", session_id="s", timestamp=LATER, id="m1", role="user"))
    assert (said.speaker, said.session_id, said.happened_at, said.ref) == ("Ida", "s", LATER, "m1")
    assert (said.namespace, said.extra) == ("default", '{"role":"user"}')
    given = turn(
        message(namespace="own"), namespace="given", session="g", name="Ugo", timestamp=LATER
    )
    assert (given.namespace, given.session_id, given.speaker) == ("given", "g", "Ugo")
    assert given.happened_at == LATER


@pytest.mark.parametrize(
    ("fields", "path", "session"),
    [
        ({"timestamp": LATER}, "a.b.jsonl", "a.b"),
        ({}, "x/a.b.jsonl", "a.b"),
        ({}, "-", "stdin"),
        ({"timestamp": LATER}, "-", "2025-04-01"),
    ],
)
def test_a_session_without_a_name_is_the_file_or_on_stdin_the_day(fields, path, session):
    assert turn(message(**fields), path).session_id == session


def test_a_file_below_a_folder_is_a_session_by_its_path():
    maker = TurnMaker(Defaults(now=NOON, sessions={"x/a.txt": "x/a"}))
    assert maker.turn(message(), "x/a.txt").session_id == "x/a"
    assert maker.turn(message(session_id="x/a/2025"), "x/a.txt").session_id == "x/a/2025"


def said(path, *texts, sessions=None, **fields):
    maker = TurnMaker(Defaults(now=NOON, sessions=sessions or {}))
    return [maker.turn(message(text, name="Ida", **fields), path).id for text in texts]


def test_the_same_words_again_in_a_conversation_are_another_turn():
    assert len(set(said("a.json", "yes", "no", "yes"))) == 3
    assert said("a.json", "yes", "no", "yes", "more")[:3] == said("a.json", "yes", "no", "yes")
    dated = said("a.json", "yes", "yes", timestamp=NOON)
    assert len(set(dated)) == 1


def test_conversations_that_begin_otherwise_share_no_turns_and_may_be_moved():
    one, other = said("x/a.json", "Hello", "yes"), said("y/a.json", "Good day", "yes")
    assert one[1] != other[1]
    moved = said("z/a.json", "Hello", "yes", sessions={"z/a.json": "z/a"})
    assert moved == one
    named = said("x/a.txt", "Hi", session_id="x/a", sessions={"x/a.txt": "x/a"})
    assert named == said("a.txt", "Hi", session_id="a", sessions={"a.txt": "a"})


def test_notes_are_no_conversation():
    maker = TurnMaker(Defaults(now=NOON))
    assert maker.turn(message("buy milk"), "a.md").id == maker.turn(message("buy milk"), "b.md").id
    assert dict(maker.defaults.unspoken) == {"a.md": 1, "b.md": 1}


def test_an_id_that_is_unique_holds_in_any_session():
    maker = TurnMaker(Defaults(now=NOON))
    ids = {maker.turn(message(id="u1", session_id=s), "a", True).id for s in ("one", "two")}
    assert len(ids) == 1
    assert maker.turn(message(id="u1", session_id="one"), "a").id not in ids


def test_a_note_is_found_by_its_heading_and_has_its_tags():
    row = turn(message("Planted by the wall.", metadata={"heading": "Pears", "tags": ["garden"]}))
    assert "Pears" in row.found_by
    assert row.tags == ["garden"]


def test_rows_are_found_by_what_was_said_and_by_who_said_it():
    said = message("我们在公园门口", name="Mara Lind", metadata={"heading": "Pears"})
    turns = [turn(said), turn(message("one two", name=None))]
    rows = as_rows(turns).to_pylist()
    assert [row["keys"] for row in rows] == [
        search_keys("Pears 我们在公园门口", "Mara Lind"),
        search_keys("one two", None),
    ]
    assert [row["n_words"] for row in rows] == [count_words("我们在公园门口"), 2]


def test_a_time_that_is_not_said_is_that_of_the_turn_before_the_file_or_now():
    defaults = Defaults(now=NOON, file_time=lambda path: LATER if path == "b" else None)
    maker = TurnMaker(defaults)
    assert maker.turn(message(), "a").happened_at == NOON
    assert maker.turn(message(), "b").happened_at == LATER
    early = datetime(2020, 1, 1, tzinfo=UTC)
    maker.turn(message(timestamp=early, session_id="s"), "b")
    assert maker.turn(message(session_id="s"), "b").happened_at == early
    assert maker.turn(message(session_id="t"), "b").happened_at == LATER
    assert {path: count for path, (count, _) in defaults.assumed.items()} == {"a": 1, "b": 3}


def test_the_id_is_of_what_was_said_and_not_of_what_was_assumed():
    plain = message_id(message(), "n", Defaults(now=NOON))
    assert message_id(message(), "n", Defaults(now=LATER)) == plain
    others = [
        message_id(message("Ho"), "n", Defaults()),
        message_id(message(), "m", Defaults()),
        message_id(message(name="Ida"), "n", Defaults()),
        message_id(message(timestamp=NOON), "n", Defaults()),
        message_id(message(extra={"occurrence": 2}), "n", Defaults()),
        message_id(message(), "n", Defaults(session="s")),
    ]
    assert len({plain, *others}) == 7


def test_what_is_no_text_is_refused():
    with pytest.raises(BadUsage, match="is not text"):
        Defaults(name="\udce9")


def test_recalled_blocks_are_taken_out_and_a_message_of_nothing_else_goes():
    maker = TurnMaker(Defaults())
    assert maker.without_recall(message("no block")).content == "no block"
    assert maker.n_stripped == 0
    assert maker.without_recall(message(f"Hello {EMPTY}")).content == "Hello"
    assert maker.without_recall(message(EMPTY)) is None
    with_file = message(EMPTY, attachments=[{"name": "a.png"}])
    assert maker.without_recall(with_file).content == ""
    assert maker.n_stripped == 3


def as_rows(turns):
    vectors = np.eye(8)[[0] * len(turns)]
    return turns_to_batch(turns, turn_words(turns), vectors, tables.memories(8), NOON, "toy")


def batch(*pairs):
    maker = TurnMaker(Defaults(now=NOON))
    turns = [maker.turn(message(text, session_id=session), "-") for session, text in pairs]
    return as_rows(turns)


def test_rows_have_all_columns_of_the_table():
    rows = batch(("s", "one"))
    assert rows.schema.equals(tables.memories(8))
    (row,) = rows.to_pylist()
    assert (row["level"], row["type"], row["encoder"], row["seq"]) == (0, "episodic", "toy", None)
    assert row["recorded_at"] == NOON


def test_the_offset_is_that_of_the_record_else_of_the_zone_at_its_time():
    paris = zone_of("Europe/Paris")
    maker = TurnMaker(Defaults(now=NOON, zone=paris))
    july = datetime(2025, 7, 1, tzinfo=UTC)
    offsets = [
        maker.turn(message(timestamp=moment, utc_offset=stated), "a").utc_offset
        for moment, stated in ((NOON, None), (july, None), (july, -300))
    ]
    assert offsets == [60, 120, -300]
    assert turn(message(timestamp=NOON)).utc_offset is None
