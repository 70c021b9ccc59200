"""Suggestions: what was said that there is to do, and what takes it away again"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from memcli.context.tasks.reading import read_tasks
from memcli.context.tasks.suggestions import read_suggestions, suggestion_named
from memcli.models.parser import Parser
from store import Store
from store.errors import BadUsage, InputNotFound

SAID = datetime(2026, 3, 4, 12, tzinfo=UTC)
DENTIST = "I need to call the dentist on Monday."


@pytest.fixture(scope="session")
def parser():
    return Parser.load(threads=1)


@pytest.fixture
def heard(run, empty_store, parser):
    """Return what is suggested after some turns, an hour after each other, were taken in."""

    def hear(*turns, now=SAID, everything=False, namespace=None):
        lines = ""
        for hour, turn in enumerate(turns):
            name, text = turn if isinstance(turn, tuple) else ("Ana", turn)
            time = (SAID + timedelta(hours=hour)).isoformat()
            record = {"kind": "message", "v": 1, "session_id": "s", "timestamp": time}
            lines += json.dumps({**record, "name": name, "content": text}) + "\n"
        if turns:
            run("ingest", "--store", empty_store, stdin=lines)
        snapshot = Store.open(empty_store).snapshot()
        tasks = read_tasks(snapshot, namespace)
        return read_suggestions(snapshot, namespace, tasks, lambda: parser, now, everything)

    hear.store = empty_store
    return hear


def texts(found):
    return [each.text for each in found]


def test_a_suggestion_has_the_words_the_day_and_the_turn(heard, run):
    (found,) = heard(DENTIST, "The weather is nice.")
    (turn,) = run(
        "sql", f"SELECT id FROM memories WHERE text = '{DENTIST}'", "--store", heard.store
    ).records
    record = found.record()
    assert (record["text"], record["due"]) == ("call the dentist", "2026-03-09T00:00:00Z")
    assert (record["speaker"], record["source_ids"]) == ("Ana", [turn["id"]])
    assert (record["status"], record["tags"]) == ("suggested", ["suggestion"])


def test_what_is_due_comes_first_then_the_newest(heard):
    turns = ("Remind me to buy flour.", "I have to mend the gate.", DENTIST)
    assert texts(heard(*turns)) == ["call the dentist", "mend the gate", "buy flour"]


@pytest.mark.parametrize(
    "later",
    [
        "I called the dentist.",
        "I've called the dentist and the plumber.",
        "I don't need to call the dentist any more.",
    ],
)
def test_it_goes_when_its_speaker_says_that_it_is_done_or_need_not_be(heard, later):
    assert heard(DENTIST, later) == []


@pytest.mark.parametrize(
    "later", [("Tom", "I called the dentist."), "I called the plumber.", "I saw the dentist's car."]
)
def test_it_stays_when_others_or_other_things_were_done(heard, later):
    assert texts(heard(DENTIST, later)) == ["call the dentist"]


def test_what_was_done_before_is_to_be_done_again(heard):
    assert texts(heard("I called the dentist.", DENTIST)) == ["call the dentist"]


def test_what_is_said_twice_is_suggested_once_with_both_turns(heard):
    (found,) = heard(DENTIST, "I still need to call the dentist.")
    assert (found.text, found.due) == ("call the dentist", None)
    assert len(found.source_ids) == 2


def test_an_assistant_and_a_list_of_his_have_no_intentions(heard):
    said = "I need to call the dentist.\n\n- [ ] buy flour\n\nTODO: order toner"
    assert heard(("assistant", said)) == []
    assert heard(("user", "We need to refactor the parser.")) == []


def test_a_secret_is_in_no_suggestion(heard):
    assert (
        heard("I need to change my password hunter2-Zebra!99 on Monday. password: hunter2Zebra")
        == []
    )


def test_old_ones_are_left_out_unless_all_are_asked_for(heard):
    heard(DENTIST, "Remind me to buy flour.")
    assert texts(heard(now=SAID + timedelta(days=40))) == ["buy flour"]
    later = SAID + timedelta(days=100)
    assert heard(now=later) == []
    assert texts(heard(now=later, everything=True)) == ["call the dentist", "buy flour"]


@pytest.mark.parametrize("step", [("hide",), ("forget",), ("forget", "--purge")])
def test_what_is_hidden_forgotten_or_purged_suggests_nothing(heard, run, step):
    (found,) = heard(DENTIST)
    run(*step, found.turn["id"], "--store", heard.store)
    assert heard() == []


def test_a_namespace_has_its_own(heard):
    heard(DENTIST)
    assert heard(namespace="other") == []
    assert len(heard(namespace="default")) == 1


def test_open_boxes_and_todo_lines_of_a_file_are_suggested(heard, run, tmp_path):
    notes = tmp_path / "notes.md"
    notes.write_text(
        "# Jobs\n\n- [ ] sweep the chimney\n- [x] buy oats\n\nTODO: order toner\n\n"
        "I must pay the rent tomorrow.\n"
    )
    run("ingest", notes, "--store", heard.store)
    assert sorted(texts(heard(everything=True))) == ["order toner", "sweep the chimney"]


def test_one_is_named_by_the_beginning_of_its_id(heard):
    found = heard(DENTIST, "Remind me to buy flour.")
    assert suggestion_named(found, found[0].id[:8]) is found[0]
    with pytest.raises(InputNotFound, match="no suggestion"):
        suggestion_named(found, "zzzzzz")
    twins = [found[0], type(found[0])(found[0].id[:8] + "q" * 8, "x", found[0].turn)]
    with pytest.raises(BadUsage, match="begin with"):
        suggestion_named(twins, found[0].id[:8])
