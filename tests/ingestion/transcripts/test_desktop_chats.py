"""Chats of LM Studio and Zed."""

from __future__ import annotations

import json

from memcli.ingestion.transcripts.desktop_chats import (
    is_lm_studio,
    is_zed,
    read_lm_studio,
    read_zed,
)
from memcli.ingestion.transcripts.outline import outline


def step(words, style=None):
    block = {"type": "contentBlock", "content": [{"type": "text", "text": words}]}
    return {**block, "style": {"type": style}} if style else block


ASKED = {"type": "singleStep", "role": "user", "content": [{"type": "text", "text": "Where?"}]}
OLD = {"type": "multiStep", "role": "assistant", "steps": [step("Old")]}
NEW = {"type": "multiStep", "role": "assistant", "steps": [step("hm", "thinking"), step("Here.")]}
CHAT = {
    "name": "Oar",
    "messages": [
        {"versions": [ASKED], "currentlySelected": 0},
        {"versions": [OLD, NEW, OLD], "currentlySelected": 1},
        {"versions": [], "currentlySelected": 0},
    ],
}
FIRST, SECOND = "Où est la rame ?", "In the shed."
THREAD = {
    "id": "z",
    "zed": "context",
    "text": f"{FIRST}\n{SECOND}\n",
    "messages": [
        {"id": 1, "start": len(FIRST.encode()) + 1, "metadata": {"role": "assistant"}},
        {"id": 0, "start": 0, "metadata": {"role": "user"}},
    ],
}


def test_of_each_message_the_version_that_is_shown_is_read(read_with):
    found = read_with(read_lm_studio, CHAT)
    assert found.turns("role", "content") == [("user", "Where?"), ("assistant", "Here.")]
    assert found.items[0]["metadata"] == {"heading": "Oar"}


def test_a_thread_is_cut_where_its_messages_begin(read_with):
    assert read_with(read_zed, THREAD).turns("role", "content", "session_id") == [
        ("user", FIRST, "z"),
        ("assistant", SECOND, "z"),
    ]


def test_each_is_known_by_its_keys():
    chat, thread = (outline(json.dumps(raw).encode()) for raw in (CHAT, THREAD))
    assert [is_lm_studio(chat), is_zed(chat)] == [True, False]
    assert [is_lm_studio(thread), is_zed(thread)] == [False, True]
