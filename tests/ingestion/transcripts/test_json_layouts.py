"""JSON of other programs whose places are data."""

from __future__ import annotations

import json
from functools import partial

import pytest

from memcli.ingestion.transcripts.json_layouts import is_layout, read_layout, value_at
from memcli.ingestion.transcripts.layout_forms import LAYOUTS
from memcli.ingestion.transcripts.outline import outline
from memcli.language.data import read_toml
from tests.support.layout_samples import AT, LATER, SAMPLES

ASKED, ANSWERED = ("user", "Where is the oar?", AT), ("assistant", "In the shed.", LATER)
TURNS = {
    "grok": [ASKED, ANSWERED],
    "typingmind": [ASKED, ANSWERED],
    "gemini-activity": [ASKED, ("assistant", "In the shed.", AT)],
    "openai-log": [ANSWERED],
    "discord-package": [ASKED],
    "dayone": [(None, "The oar is in the shed.", AT)],
    "simplenote": [(None, "The oar", AT)],
    "roam": [(None, "The oar", AT), (None, "is in the shed", LATER), (None, "It leaks", LATER)],
    "canvas": [(None, "The oar", None)],
    "anythingllm": [("ida", "Where is the oar?", AT), ("assistant", "In the shed.", AT)],
    "openai-batch": [("user", "Where is the oar?", None), ("user", "Who rows?", None)],
    "openai-batch-output": [ANSWERED, ("assistant", "Ida.", LATER)],
    "mattermost": [("ida", "Where is the oar?", AT), ("ben", "In the shed.", LATER)],
    "openai-response": [ANSWERED],
    "librechat": [ASKED, ANSWERED],
    "snapchat": [("ida", "Where is the oar?", AT), ("ben", "In the shed.", LATER)],
    "tiktok": [("ida", "Where is the oar?", AT), ("ben", "In the shed.", LATER)],
    "mastodon": [("ida", "Where is the oar?", AT)],
    "rocket-chat": [("ida", "Where is the oar?", AT), ("ben", "In the shed.", LATER)],
    "rocket-chat-messages": [("ida", "Where is the oar?", AT), ("Ben", "In the shed.", LATER)],
    "rocket-chat-room": [("ida", "Where is the oar?", AT)],
    "webex": [
        ("ida@x.example", "Where is the oar?", AT), ("ben@x.example", "In the shed.", LATER)],
    "google-chat": [("ida", "Where is the oar?", AT)],
    "twitch": [("ida", "Where is the oar?", AT)],
    "discourse": [("ida", "Where is the oar?", AT), ("Ben", "In the shed.", LATER)],
    "fireflies": [("ida", "Where is the oar?", None)],
    "deepgram": [
        ("Speaker 0", "Where is the oar?", None), ("Speaker 1", "In the shed.", None)],
    "aws-transcribe": [("spk_0", "Where is the oar?", None), ("spk_1", "In the shed.", None)],
    "standard-notes": [(None, "The oar", AT)],
    "goose": [ASKED, ANSWERED],
    "continue": [("user", "Where is the oar?", None), ("assistant", "In the shed.", None)],
}  # fmt: skip
SESSIONS = {"grok": "g", "typingmind": "t", "roam": "Boat", "anythingllm": "Boat",
            "openai-batch": "q1", "openai-batch-output": "q1", "mattermost": "quay",
            "librechat": "c", "continue": "c",
            "rocket-chat-messages": "quay", "rocket-chat-room": "quay",
            "snapchat": "ben", "tiktok": "ben", "webex": "r", "twitch": "v",
            "discourse": "7", "aws-transcribe": "j"}  # fmt: skip


def test_all_layouts_are_formats():
    assert set(LAYOUTS) == set(read_toml("ingestion/transcripts/json_layouts.toml")) == set(SAMPLES)


@pytest.mark.parametrize("name", SAMPLES)
def test_words_speakers_and_times_stand_where_the_layout_has_them(read_with, name):
    found = read_with(partial(read_layout, name), SAMPLES[name])
    assert found.turns("who", "content", "timestamp") == TURNS[name]
    assert found.items[0]["session_id"] == SESSIONS.get(name, "in")


@pytest.mark.parametrize("name", SAMPLES)
def test_a_document_is_of_one_layout(name):
    seen = outline(SAMPLES[name].encode())
    assert [each for each in SAMPLES if is_layout(each, seen)] == [name]


def test_titles_and_tags_stand_beside_the_words(read_with):
    grok = read_with(partial(read_layout, "grok"), SAMPLES["grok"]).items[0]
    dayone = read_with(partial(read_layout, "dayone"), SAMPLES["dayone"]).items[0]
    assert grok["metadata"] == {"heading": "Oar"}
    assert dayone["metadata"] == {"tags": ["boat"]}


def test_what_is_no_turn_is_counted(read_with):
    assert read_with(partial(read_layout, "canvas"), SAMPLES["canvas"]).left_out == {
        "service lines": 1
    }


def test_of_answers_that_were_asked_for_again_the_last_is_read(read_with):
    found = read_with(partial(read_layout, "librechat"), SAMPLES["librechat"])
    assert "No idea." not in [item["content"] for item in found.items]


def test_what_tells_of_people_who_come_and_go_is_none(read_with):
    found = read_with(partial(read_layout, "rocket-chat"), SAMPLES["rocket-chat"])
    assert found.left_out == {"service lines": 1}


def test_what_has_a_kind_of_its_own_is_of_no_chat_of_rocket_chat():
    raw = [{"type": "message", "msg": "Ahoy", "username": "ida", "ts": AT}]
    assert not is_layout("rocket-chat", outline(json.dumps(raw).encode()))


def test_messages_of_rocket_chat_may_be_lines(read_with):
    lines = "".join(f"{json.dumps(e)}\n" for e in json.loads(SAMPLES["rocket-chat-messages"]))
    assert is_layout("rocket-chat-messages", outline(lines.encode()))
    found = read_with(partial(read_layout, "rocket-chat-messages"), lines)
    assert found.turns("who", "content", "timestamp") == TURNS["rocket-chat-messages"]


def test_turns_that_stand_in_their_order_are_not_turned_round(read_with):
    chat = json.loads(SAMPLES["snapchat"])
    found = read_with(partial(read_layout, "snapchat"), {"ben": chat["ben"][::-1]})
    assert found.turns("who", "content", "timestamp") == TURNS["snapchat"]


def test_voices_are_told_apart_where_no_utterances_are_given(read_with):
    whole = json.loads(SAMPLES["deepgram"])
    del whole["results"]["utterances"]
    told = {"speaker": 1, "sentences": [{"text": "Where"}, {"text": "is it?"}]}
    whole["results"]["channels"][0]["alternatives"][0]["paragraphs"] = {"paragraphs": [told]}
    found = read_with(partial(read_layout, "deepgram"), whole)
    assert found.turns("who", "content") == [("Speaker 1", "Where\nis it?")]


def test_the_older_place_of_messages_of_tiktok(read_with):
    told = [{"Date": "2026-03-02 10:00:00", "From": "ida", "Content": "Ahoy"}]
    raw = {"Direct Messages": {"Chat History": {"ChatHistory": {"Chat History with ben:": told}}}}
    assert is_layout("tiktok", outline(json.dumps(raw).encode()))
    assert read_with(partial(read_layout, "tiktok"), raw).turns("who", "session_id") == [
        ("ida", "ben")
    ]


def test_a_path_leads_through_lists():
    raw = {"a": [{"b": 1}, {"b": 2}, {}]}
    assert value_at(raw, "a.1.b") == 2
    assert value_at(raw, "a.*.b") == [1, 2]
    assert value_at(raw, "a.7.b") is None
    assert value_at(raw, "a.b") is None
    assert value_at({"x": [{"b": 1}], "y": 3}, "*.0.b") == [1]
