"""Question-answer pairs."""

from __future__ import annotations

import json

from memcli.exports.dialogue import SessionDialogues, find_dialogues
from memcli.exports.pages import SessionPage
from memcli.exports.pairs import find_pairs
from tests.support.dialogue_rows import rows_of

SESSION = SessionPage("", "default", "s", 0, 0, None, None, [])


def pairs(*said):
    spoken = SessionDialogues(SESSION, [*find_dialogues(rows_of(*said), set())])
    return [(asked.text, answered.text) for asked, answered in find_pairs(spoken)]


def test_whatever_is_said_to_an_assistant_asks_it():
    said = ("user", "A?"), ("assistant", "B."), ("user", "Do C."), ("assistant", "D.")
    assert pairs(*said) == [("A?", "B."), ("Do C.", "D.")]


def test_the_assistant_is_known_by_its_role_whatever_its_name():
    nova = {"speaker": "Nova", "text": "B.", "extra": '{"role": "assistant"}'}
    assert pairs(("Mara", "A?"), nova, ("Mara", "Thanks")) == [("A?", "B.")]


def test_among_people_only_questions_ask():
    said = ("Mara", "I moved."), ("Jonas", "Where to? I had no idea."), ("Mara", "Oslo.")
    assert pairs(*said) == [("Where to? I had no idea.", "Oslo.")]


def test_through_the_program(run, empty_store, tmp_path):
    said = ["A?", "B.", "My PIN is 4711.", "Noted.", "C?", "D."]
    chat = zip(("user", "assistant") * 3, said, "123456", strict=True)
    lines = [
        json.dumps({"role": role, "content": text, "id": id_, "session_id": "s"})
        for role, text, id_ in chat
    ]
    rows = run("ingest", "--store", empty_store, stdin="\n".join(lines)).records
    run("hide", rows[-1]["id"], "--store", empty_store)
    done = run("export", "-f", "pairs", "--store", empty_store)
    (pair,) = done.records
    assert (pair["prompt"], pair["completion"]) == ("A?", "B.")
    assert (pair["asked_by"], pair["answered_by"]) == ("user", "assistant")
    assert pair["source_ids"] == [row["id"] for row in rows[:2]]
    path = tmp_path / "pairs.jsonl"
    written = run("export", "-f", "pairs", "-o", path, "--store", empty_store)
    assert f"wrote 1 pairs to {path}" in written.stderr
    assert path.read_text() == done.stdout
