"""What the suites are made of."""

from __future__ import annotations

from itertools import permutations
from random import Random

from memcli.suites.asking import has
from memcli.suites.cases import Case, Suite, attributes, entries, names, turn, values_of


def test_no_value_is_part_of_another_and_none_is_of_two_attributes():
    values = [value for attribute in attributes(Random(1)) for value in attribute.values]
    assert len(set(values)) == len(values)
    assert not [one for one, other in permutations(values, 2) if has(one, [other])]
    assert len(set(names(Random(1)))) == 50


def test_a_question_does_not_say_the_value_nor_a_statement_the_name():
    for attribute in attributes(Random(1)):
        assert len(attribute.told) == len(attribute.changed) == len(attribute.asked) == 4
        for form in (*attribute.told, *attribute.changed, *attribute.asked):
            assert form.count("{}") == 1


def test_the_same_chance_gives_the_same():
    assert attributes(Random(3)) == attributes(Random(3)) != attributes(Random(4))
    assert values_of(Random(3), "surnames", "Dr {}")[0].startswith("Dr ")
    assert {"first", "second", "asked"} <= entries("hop")[0].keys()


def test_a_turn_is_a_message_of_its_day():
    said = turn("a/1", "Una", "Hello.", 2, 5, "a")
    assert (said["timestamp"], said["id"]) == ("2025-01-08T09:05:00Z", "a/1")


def test_what_is_to_be_forgotten_is_asked_twice():
    suite = Suite([], [Case("a", "?", "x"), Case("b", "?", unwanted=("y",))])
    assert (suite.questions, [case.kind for case in suite.to_forget]) == (3, ["b"])
