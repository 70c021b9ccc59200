"""Facts that a question asks for"""

from __future__ import annotations

from datetime import UTC, datetime

from memcli.context.facts import asked_facts

NOW, SAID = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)


def fact(subject, attribute, value, **fields):
    names = "polarity valid_from valid_to superseded_by"
    known = {
        "id": f"{subject}-{attribute}-{value}",
        "level": 1,
        "type": "semantic",
        "text": "I ...",
    }
    named = {"subject": subject, "attribute": attribute, "value": value, "speaker": subject}
    common = {"happened_at": SAID, "importance": 0.5, "namespace": "default", "source_ids": ["t"]}
    return {**dict.fromkeys(names.split()), **known, **named, **common, **fields}


FACTS = [
    fact("Jonas", "allergy", "hazelnuts"),
    fact("Jonas", "residence", "Ghent"),
    fact("Jonas", "likes", "chess"),
    fact("Jonas", "plan", "sail to Cork", happened_at=datetime(2020, 1, 1, tzinfo=UTC)),
    fact("Mara", "allergy", "pollen"),
    fact("Mara", "likes", "the oboe"),
    fact("user", "diet", "vegan"),
    fact("Mara's sister", "residence", "Lund"),
]


def values(question, rows=FACTS):
    return [row["value"] for _, row in asked_facts(rows, question, NOW)]


def test_the_attribute_of_the_person_is_told_and_without_one_what_matters_to_anybody():
    assert values("what can one cook for Jonas?") == ["hazelnuts"]
    assert values("a letter to Jonas") == ["hazelnuts", "Ghent"]
    assert values("what is Jonas like? an overview") == ["chess", "hazelnuts", "Ghent"]


def test_words_of_a_value_ask_for_it_whoever_it_is_of():
    assert values("who plays the oboe?") == ["the oboe"]


def test_who_asks_of_themselves_is_the_user():
    assert "vegan" in values("what can I eat?")
    assert "vegan" not in values("what can Jonas eat?")


def test_without_a_name_they_are_of_those_of_whom_most_is_known():
    assert values("any allergies?") == ["hazelnuts", "pollen"]
    assert values("configure the proxy") == []
    assert set(values("what has been going on?")) == {
        "hazelnuts",
        "Ghent",
        "chess",
        "pollen",
        "the oboe",
    }


def test_what_is_no_longer_planned_or_only_said_by_an_assistant_is_left_out():
    assert "sail to Cork" not in values("what does Jonas plan?")
