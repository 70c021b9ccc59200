"""Names that a store knows count as told, where the turns mean who has them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.extraction.llm.names import KnownNames, naming_turns
from memcli.extraction.llm.operations import Operation
from memcli.extraction.llm.statements import statement_of
from memcli.extraction.statements import Refused
from memcli.language.facts.fact import Fact
from memcli.language.parts import Utterance

NOON = datetime(2031, 5, 5, 12, tzinfo=UTC)


def person(text, speaker="user", number=1):
    return Utterance(f"p{number}", text, speaker, NOON)


def assistant(text):
    return Utterance("a", text, "assistant", NOON, is_assistant=True)


def entity(name, canonical=None):
    return {"id": name, "name": name, "canonical_id": canonical}


@pytest.fixture
def known():
    names = KnownNames()
    names.add_entities([entity("Nora Vance"), entity("Norita", "Nora Vance"), entity("Otto")])
    names.add_entities([entity("Martin Mark"), entity("Martin", "Martin Mark")])
    greetings = [assistant("Hi Martin, good to hear."), assistant("Well done, Martin!")]
    names.add_addressee([person("I ran."), *greetings, assistant("In short, Absolutely.")])
    names.add_facts([Fact("the user", "sister", "Nora Vance"), Fact("user", "loves", "jazz")])
    return names


def foreign(known, text, *cited, people=("user", "assistant")):
    made = statement_of(Operation("add", text, ()), cited, people, known)
    return made.foreign if isinstance(made, Refused) else ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Martin Mark moved to Lund.", "I moved to Lund."),
        ("Nora Vance moved to Lund.", "My sister moved to Lund."),
        ("Nora Vance moved to Lund.", "Norita moved to Lund."),
    ],
)
def test_names_told_elsewhere_are_grounded_where_the_turn_means_them(known, text, said):
    assert foreign(known, text, person(said)) == ()
    assert foreign(KnownNames(), text, person(said)) != ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Otto moved to Lund.", "I moved to Lund."),
        ("Nora moved to Lund.", "My cousin moved to Lund."),
        ("Nora moved to Lund.", "Ben Vance moved to Lund."),
        ("Martin Meyer moved to Lund.", "I moved to Lund."),
    ],
)
def test_a_known_name_of_somebody_else_is_refused(known, text, said):
    assert foreign(known, text, person(said)) != ()


def test_what_one_says_of_oneself_is_not_told_of_the_other():
    cited = person("I moved to Lund.", "Henk")
    assert foreign(KnownNames(), "Wilma moved to Lund.", cited, people=("Henk", "Wilma")) == (
        "Wilma",
    )
    cited = person("You moved to Lund.", "Henk")
    assert foreign(KnownNames(), "Wilma moved to Lund.", cited, people=("Henk", "Wilma")) == ()


def test_an_assistant_bears_out_only_what_a_person_answers(known):
    offer, answer = assistant("Do you mean Lund?"), person("Yes, I moved there.")
    assert foreign(known, "Martin moved to Lund.", offer, answer) == ()
    given = Operation("add", "Martin moved to Lund.", (), type="core")
    made = [
        statement_of(given, cited, ("user",), known) for cited in ([offer, answer], [answer, offer])
    ]
    assert [(each.type, each.source_ids) for each in made] == [
        ("core", ("p1", "a")),
        ("semantic", ("a", "p1")),
    ]


def test_what_an_assistant_alone_said_is_doubtful_no_fact_and_never_core(known):
    fact = {"subject": "Martin", "attribute": "lives in", "value": "Lund"}
    given = Operation("add", "Martin lives in Lund.", (), type="core", confidence=0.9, **fact)
    made = statement_of(given, [assistant("You live in Lund.")], ("user",), known)
    assert (made.type, made.fact) == ("semantic", None)
    assert made.confidence < 0.5
    said = statement_of(given, [person("I live in Lund.")], ("user",), known)
    assert said.type == "core"
    assert said.fact == Fact("the user", "residence", "Lund", is_single=True)


def test_she_brings_along_the_turn_that_names_her():
    before = [person("Nora called."), person("Otto slept.", number=2), person("Hm.", number=3)]
    assert naming_turns(["Nora"], [person("She moved.")], before) == before[:1]
    assert naming_turns(["Nora"], [person("I moved.")], before) == []
    assert naming_turns(["Nora", "Lund"], [person("She moved.")], before) == []
    assert naming_turns(["Nora"], [person("She moved.")], [assistant("Nora?")]) == []
