"""Dialogues: what was said without a gap."""

from __future__ import annotations

import json

import pytest

from memcli.exports.dialogue import find_dialogues
from tests.support.dialogue_rows import rows_of

CORRECTED = [
    {"content": "I live in Bergen.", "name": "Ida", "id": "1", "timestamp": "2024-03-01T10:00:00Z"},
    {"content": "Nice, is it wet?", "name": "Bo", "id": "2", "timestamp": "2024-03-01T10:01:00Z"},
    {"content": "I live in Oslo now.", "name": "Ida", "id": "3",
     "timestamp": "2025-03-01T10:00:00Z"},
    {"content": "Since when?", "name": "Bo", "id": "4", "timestamp": "2025-03-01T10:01:00Z"},
]  # fmt: skip


def told(*said, closed=()):
    return [
        [one.text for one in dialogue] for dialogue in find_dialogues(rows_of(*said), set(closed))
    ]


def test_turns_of_one_speaker_in_a_row_are_one_with_all_ids():
    said = ("user", "A"), ("user", "B?"), ("assistant", "C.")
    (dialogue,) = find_dialogues(rows_of(*said), set())
    assert [(one.text, one.ids) for one in dialogue] == [("A\nB?", ("0", "1")), ("C.", ("2",))]


def test_tools_and_statements_are_not_between_question_and_answer():
    tool = {"speaker": "tool", "text": "{}"}
    statement = {"speaker": "user", "text": "S", "level": 1}
    assert told(("user", "A?"), tool, statement, ("assistant", "B.")) == [["A?", "B."]]


@pytest.mark.parametrize(
    "closed",
    [
        {"text": "My password is hunter2-Xy9!"},
        {"type": "vault"},
        {"archived": True},
        {"id": "gone"},
        {"speaker": None},
    ],
)
def test_no_dialogue_has_or_goes_across_what_may_not_be_told(closed):
    turn = {"speaker": "user", "text": "B"} | closed
    said = ("user", "A"), turn, ("assistant", "C"), ("user", "D"), ("assistant", "E")
    assert told(*said, closed=["gone"]) == [["A"], ["C", "D", "E"]]


def test_a_turn_whose_fact_has_ended_is_left_out(run, empty_store):
    lines = "\n".join(
        json.dumps(turn | {"session_id": turn["timestamp"][:4]}) for turn in CORRECTED
    )
    run("ingest", "--store", empty_store, stdin=lines)
    run("extract", "--store", empty_store)
    shown = run("export", "-f", "chat", "--store", empty_store).stdout
    assert "Oslo" in shown
    assert "Bergen" not in shown
