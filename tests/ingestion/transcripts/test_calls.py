"""Logs of calls of models: each turn once, in the conversation that it is of."""

from __future__ import annotations

import json
from functools import partial

import pytest

from memcli.ingestion.transcripts.calls import is_layout, read_layout
from memcli.ingestion.transcripts.layout_forms import CALLS
from memcli.ingestion.transcripts.outline import outline
from memcli.language.data import read_toml
from tests.support.chat_samples import AT, CALL_SAMPLES, LAST, LATER, bedrock, converse

TALK = [
    ("user", "Where is the oar?", AT, "in/1"),
    ("assistant", "In the shed.", AT, "in/1"),
    ("user", "Which shed?", LATER, "in/1"),
]
FIELDS = ("who", "content", "timestamp", "session_id")


def read(read_with, name, data=None):
    return read_with(partial(read_layout, name), data or CALL_SAMPLES[name])


def test_all_layouts_are_formats():
    assert set(CALLS) == set(read_toml("ingestion/transcripts/calls.toml")) == set(CALL_SAMPLES)


@pytest.mark.parametrize("name", CALL_SAMPLES)
def test_a_log_is_of_one_layout(name):
    seen = outline(CALL_SAMPLES[name])
    assert [each for each in CALL_SAMPLES if is_layout(each, seen)] == [name]


def test_what_a_call_repeats_is_said_once(read_with):
    found = read(read_with, "bedrock")
    assert found.turns(*FIELDS) == [*TALK, ("assistant", "The blue one.", LATER, "in/1")]
    assert found.left_out == {"turns that a later call repeats": 2}


def test_runs_that_stand_the_newest_first_are_turned_round(read_with):
    found = read(read_with, "langsmith")
    assert found.turns(*FIELDS) == [*TALK, ("assistant", "The blue one.", LAST, "in/1")]
    assert found.left_out["runs that are no calls of a model"] == 1
    assert found.left_out["system texts"] == 2


def test_a_thread_that_is_named_is_the_session(read_with):
    run = json.loads(CALL_SAMPLES["langsmith"].splitlines()[2])
    run["extra"] = {"metadata": {"thread_id": "t7"}}
    found = read(read_with, "langsmith", json.dumps([run]))
    assert {item["session_id"] for item in found.items} == {"t7"}


def test_the_pieces_of_a_stream_are_put_together(read_with):
    found = read(read_with, "anthropic-trace")
    assert found.turns("who", "content", "timestamp") == [
        ("user", "Where is the oar?", AT),
        ("assistant", "In the shed.", LATER),
    ]
    pieces = [{"type": "message_start"}, {"delta": {"text": "In "}}, {"delta": {"text": "it."}}]
    asked = {"messages": [converse("user", "Where?")]}
    found = read(read_with, "bedrock", json.dumps(bedrock(AT, asked, pieces)) + "\n")
    assert found.turns("content") == [("Where?",), ("In it.",)]


def test_two_conversations_that_begin_alike_are_two(read_with):
    calls = [
        bedrock(AT, {"messages": [converse("user", "Hi")]}, {"output": {"message": answer}})
        for answer in (converse("assistant", "Ahoy"), converse("assistant", "Hello"))
    ]
    found = read(read_with, "bedrock", json.dumps(calls))
    assert found.turns("content", "session_id") == [
        ("Hi", "in/1"), ("Ahoy", "in/1"), ("Hi", "in/2"), ("Hello", "in/2")]  # fmt: skip


def test_what_is_asked_again_is_answered_again(read_with):
    asked = [converse("user", "Hi"), converse("assistant", "Ahoy"), converse("user", "Who?")]
    calls = [
        bedrock(AT, {"messages": asked[:1]}, {"output": {"message": asked[1]}}),
        *(
            bedrock(at, {"messages": asked}, {"output": {"message": converse("assistant", text)}})
            for at, text in ((LATER, "Me"), (LAST, "You"))
        ),
    ]
    found = read(read_with, "bedrock", json.dumps(calls))
    assert found.turns("content") == [("Hi",), ("Ahoy",), ("Who?",), ("Me",), ("You",)]


def test_an_embedding_is_nothing_said(read_with):
    calls = [bedrock(AT, {"inputText": "Where is the oar?"}, {"embedding": [0.1]})]
    found = read(read_with, "bedrock", json.dumps(calls))
    assert found.items == []
    assert found.left_out == {"blank turns": 1, "runs that are no calls of a model": 1}


def test_an_answer_that_failed_is_none(read_with):
    assert read(read_with, "anthropic-batch-output").turns("session_id", "content") == [
        ("q1", "Hi")
    ]
