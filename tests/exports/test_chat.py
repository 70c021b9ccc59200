"""Conversations in the chat format."""

from __future__ import annotations

import json

from memcli.exports.chat import as_messages
from memcli.exports.dialogue import find_dialogues
from tests.support.dialogue_rows import rows_of


def messages(*said, has_assistant):
    (dialogue,) = find_dialogues(rows_of(*said), set())
    found = as_messages(dialogue, has_assistant)
    return [(one["role"], one.get("name"), one["content"]) for one in found]


def test_who_talks_with_an_assistant_is_the_user_and_both_keep_their_names():
    nova = {"speaker": "Nova", "text": "B.", "extra": '{"role": "assistant"}'}
    assert messages(("Mara", "A?"), nova, has_assistant=True) == [
        ("user", "Mara", "A?"),
        ("assistant", "Nova", "B."),
    ]


def test_among_people_who_speaks_first_is_answered():
    said = ("Mara", "A"), ("Jonas", "B"), ("Kim", "C"), ("Mara", "D")
    assert messages(*said, has_assistant=False) == [
        ("user", "Mara", "A"),
        ("assistant", "Jonas", "B"),
        ("assistant", "Kim", "C"),
    ]


def test_it_begins_with_a_user_and_ends_with_an_answer():
    said = ("assistant", "Hello"), ("user", "A?"), ("assistant", "B."), ("user", "Bye")
    assert messages(*said, has_assistant=True) == [
        ("user", None, "A?"),
        ("assistant", None, "B."),
    ]


def test_nothing_is_learnt_of_who_is_not_answered():
    assert messages(("user", "A"), has_assistant=True) == []
    assert messages(("assistant", "A"), ("user", "B"), has_assistant=True) == []
    assert messages(("Mara", "A"), has_assistant=False) == []


def test_through_the_program(run, empty_store):
    chat = [("user", "A?"), ("assistant", "B."), ("user", "My PIN is 4711."), ("assistant", "N.")]
    lines = [json.dumps({"role": role, "content": text, "session_id": "s"}) for role, text in chat]
    run("ingest", "--store", empty_store, stdin="\n".join(lines))
    assert run("export", "-f", "chat", "--store", empty_store).stdout == (
        '{"messages":[{"role":"user","content":"A?"},{"role":"assistant","content":"B."}]}\n'
    )
