from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.cli.browser import reading
from memcli.cli.browser.reading import ScreenReader
from memcli.memory.filters import Filters
from store.errors import InputNotFound
from tests.cli.browser.conftest import SAID


def test_without_a_question_the_newest_turns_come_first(reader):
    assert [hit["text"] for hit in reader.find(" ")] == [*SAID[::-1]]


def test_a_question_finds_what_answers_it_with_its_state(reader, actions):
    first = reader.find("where is the key?")[0]
    assert first["text"] == SAID[0]
    assert (first["pinned"], first["state"]) == (False, None)
    actions.pin(first)
    assert reader.find("where is the key?")[0]["pinned"]


def test_what_is_hidden_is_found_only_where_everything_is(reader, actions):
    hidden = reader.find("key")[0]
    actions.hide(hidden)
    for question in ("", "key"):
        assert hidden["id"] not in [hit["id"] for hit in reader.find(question)]
        found = {hit["id"]: hit["state"] for hit in reader.find(question, everything=True)}
        assert found[hidden["id"]] == "hidden"


def test_around_a_hit_stand_the_turns_of_its_session(reader):
    middle = reader.whole(reader.find("")[2]["id"])
    assert [turn["text"] for turn in reader.around(middle, 1)] == [*SAID[1:4]]
    assert len(reader.around(middle)) == len(SAID) <= 2 * reading.AROUND + 1


def test_a_statement_is_read_where_it_was_said_and_a_turn_knows_its_statements(reader):
    turn = reader.whole(next(hit for hit in reader.find("") if hit["text"] == SAID[3])["id"])
    of, made = reader.sources(turn)
    assert of == []
    statement = next(one for one in made if one["level"] == 1)
    assert [one["id"] for one in reader.sources(statement)[0]] == [turn["id"]]
    assert turn["id"] in [one["id"] for one in reader.around(statement, 1)]


def test_history_tells_each_change(reader, actions):
    record = reader.find("")[0]
    actions.pin(record)
    assert [one["change"] for one in reader.history(record)] == ["added", "changed"]


def test_what_is_gone_is_said_so(reader):
    with pytest.raises(InputNotFound, match="is gone"):
        reader.whole("aaaabbbbccccdddd")


def test_a_namespace_bounds_what_is_seen(reader):
    reader.memory.namespace = "elsewhere"
    assert reader.find("") == reader.find("key") == []


def test_bounds_are_those_of_every_question(memory):
    until = datetime(2031, 1, 1, 10, 1, tzinfo=UTC)
    bounded = ScreenReader(memory, Filters(until=until))
    assert [hit["text"] for hit in bounded.find("")] == [SAID[1], SAID[0]]
    assert {hit["text"] for hit in bounded.find("boat green island")} <= {*SAID[:2]}
