"""Words of a secret: which of them is the value, and who says it still."""

from __future__ import annotations

import pytest

from memcli.memory.vault.words import (
    SpokenSecret,
    choose_value,
    ids_that_say,
    kinds_marked,
    read_turns,
    said_in,
    words_of,
)
from store import Store
from store.errors import BadUsage, InputNotFound
from tests.support.talked_stores import grow, line

SAID = ("What is the PIN of the safe?", "4471", "My password is heron-Quiet-7731.", "44712 ducks")


@pytest.fixture
def snapshot(empty_store):
    opened = Store.open(empty_store)
    grow(opened, [line(text, f"2031-05-01T10:0{n}:00Z", "a") for n, text in enumerate(SAID)])
    return opened.snapshot()


def test_an_answer_is_read_with_its_question(snapshot):
    ids = [row["id"] for row in snapshot.rows(["id"])]
    turns = read_turns(snapshot, ids)
    assert [row["text"] for row in turns] == list(SAID)
    assert [word.value for word in words_of(snapshot, turns)] == ["4471", "heron-Quiet-7731"]
    assert [said.text for said in said_in(turns)] == list(SAID)


def test_a_value_is_said_as_a_word_of_its_own(snapshot):
    assert len(ids_that_say(snapshot, "4471")) == 1
    assert ids_that_say(snapshot, "447") == []


TURNS = [{"text": "PIN 4471"}, {"text": "code 12"}]
TWO = [SpokenSecret("pin", "4471"), SpokenSecret("door code", "12")]


def test_one_of_several_has_to_be_said():
    assert choose_value(TURNS, TWO, ["pin"], whole=False) == "4471"
    assert choose_value(TURNS, TWO, [], whole=True) == "PIN 4471\ncode 12"
    assert choose_value(TURNS, [], ["pin"], whole=False) == "PIN 4471\ncode 12"
    with pytest.raises(BadUsage, match="2 secrets are in it: pin, door code") as failed:
        choose_value(TURNS, TWO, [], whole=False)
    assert "4471" not in str(failed.value)
    with pytest.raises(InputNotFound, match="no password is found in it"):
        choose_value(TURNS, TWO, ["password"], whole=False)


def test_marks_of_what_was_derived_name_kinds():
    assert kinds_marked(["The code is [secret:door-code].", "x"]) == {"door code"}
