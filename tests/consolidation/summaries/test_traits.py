"""Traits that a model finds, each with what shows it."""

from __future__ import annotations

import json

import pytest

from memcli.consolidation.summaries.traits import (
    SCHEMA,
    SYSTEM,
    Trait,
    TraitWriter,
    shown_statements,
    trait_row,
)
from memcli.models.llm.base import Reply
from store.errors import BudgetExhausted
from tests.consolidation.summaries.test_days import NOON, statement

SAID = ["Ida: I feed the cats of the street.", "Ida: I nurse a fox.", "Ida: I like bread."]


class Model:
    name = "fake"

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def complete(self, system, user, schema):
        assert (system, schema) == (SYSTEM, SCHEMA)
        self.asked.append(user)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Reply(answer if isinstance(answer, str) else json.dumps(answer), 1, 1)


def found(*traits):
    notes = []
    answer = {"traits": [{"trait": text, "statements": at} for text, at in traits]}
    return TraitWriter(Model(answer), note=notes.append)("Ida", SAID), notes


def test_a_trait_rests_on_two_statements_at_least():
    kept, notes = found(("Ida cares for animals.", [1, 2]), ("Ida eats.", [3]), ("Ida is.", [7, 9]))
    assert (kept, notes) == ([Trait("Ida cares for animals.", (0, 1))], [])


def test_what_its_statements_do_not_say_is_left_out_and_told():
    kept, notes = found(("Ida loves Lund.", [1, 2]), ("Ida is " + "so " * 30 + "kind.", [1, 2]))
    assert kept == []
    assert notes == ["A trait of Ida was left out: not in its statements: Lund"]


@pytest.mark.parametrize("answer", ["no json", {"traits": "x"}, BudgetExhausted("spent", "later")])
def test_an_answer_that_is_none_is_told_and_changes_nothing(answer):
    notes = []
    writer = TraitWriter(Model(answer), note=notes.append)
    assert writer("Ida", SAID) is None
    assert len(notes) == 1


def test_secrets_are_not_shown_and_a_row_ends_with_what_shows_it():
    rows = [
        statement("I feed cats.", speaker="Ida", level=1),
        statement("The PIN is 4711.", speaker="Ida"),
    ]
    assert [line for _, line in shown_statements(rows)] == ["Ida: I feed cats."]
    needed = [{**rows[0], "valid_to": NOON, "happened_at": NOON}, {**rows[0], "happened_at": NOON}]
    row = trait_row(Trait("Ida cares.", (0, 1)), "Ida", needed)
    assert (row["subject"], row["valid_to"], row["confidence"]) == ("Ida", NOON, 0.5)
