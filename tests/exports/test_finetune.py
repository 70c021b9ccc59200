"""Pairs for fine-tuning."""

from __future__ import annotations

import json

import pytest

from memcli.exports.finetune import find_pairs


def turns(*said, **more):
    """Rows of a session: (speaker, text), or a dict that says more."""
    rows = []
    for number, one in enumerate(said):
        given = one if isinstance(one, dict) else {"speaker": one[0], "text": one[1]}
        plain = {
            "id": str(number),
            "level": 0,
            "type": "episodic",
            "extra": None,
            "archived": False,
        }
        rows.append({**plain, **given, **more})
    return rows


def pairs(*said, closed=()):
    return list(find_pairs(turns(*said), set(closed)))


def test_a_person_asks_and_the_assistant_answers():
    said = ("user", "A?"), ("assistant", "B."), ("user", "C?"), ("assistant", "D.")
    assert pairs(*said) == [("A?", "B."), ("C?", "D.")]


def test_the_assistant_is_known_by_its_role_whatever_its_name():
    nova = {"speaker": "Nova", "text": "B.", "extra": '{"role": "assistant"}'}
    assert pairs(("Mara", "A?"), nova, ("Mara", "Thanks")) == [("A?", "B.")]


def test_among_people_each_answers_the_one_before():
    said = ("Mara", "A"), ("Jonas", "B"), ("Mara", "C")
    assert pairs(*said) == [("A", "B"), ("B", "C")]


def test_turns_of_one_speaker_in_a_row_are_one():
    said = ("user", "A"), ("user", "B?"), ("assistant", "C."), ("assistant", "D.")
    assert pairs(*said) == [("A\nB?", "C.\nD.")]


def test_tools_and_statements_are_not_between_question_and_answer():
    tool = {"speaker": "tool", "text": "{}"}
    statement = {"speaker": "user", "text": "S", "level": 1}
    assert pairs(("user", "A?"), tool, statement, ("assistant", "B.")) == [("A?", "B.")]


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
def test_no_pair_has_or_goes_across_what_may_not_be_told(closed):
    turn = {"speaker": "user", "text": "B"} | closed
    said = ("user", "A"), turn, ("assistant", "C"), ("user", "D"), ("assistant", "E")
    assert pairs(*said, closed=["gone"]) == [("D", "E")]


def test_through_the_program(run, empty_store, tmp_path):
    chat = [("user", "A?", "1"), ("assistant", "B.", "2"), ("user", "My PIN is 4711.", "3")]
    lines = [
        json.dumps({"role": role, "content": text, "id": id_, "session_id": "s"})
        for role, text, id_ in [*chat, ("assistant", "Noted.", "4"), ("user", "C?", "5"),
                                ("assistant", "D.", "6")]
    ]  # fmt: skip
    rows = run("ingest", "--from", "export", "--store", empty_store, stdin="\n".join(lines)).records
    run("hide", rows[-1]["id"], "--store", empty_store)
    shown = run("export", "-f", "finetune", "--store", empty_store).stdout
    assert shown == (
        '{"messages":[{"role":"user","content":"A?"},{"role":"assistant","content":"B."}]}\n'
    )
    path = tmp_path / "pairs.jsonl"
    done = run("export", "-f", "finetune", "-o", path, "--store", empty_store)
    assert f"wrote 1 pairs to {path}" in done.stderr
    assert path.read_text() == shown
