"""What a statement has of its draft: text with brackets, type, validity, sources, names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from memcli.extraction.statements import ASSERTED, HEDGED, OF_ASSISTANT, confidence, memory_type
from memcli.language.facts.fact import Fact


@pytest.mark.parametrize(
    ("fact", "happened", "secret", "expected"),
    [
        (None, True, True, "vault"),
        (Fact("Ida", "residence", "Lund"), True, False, "core"),
        (Fact("Nora", "residence", "Lund"), True, False, "semantic"),
        (Fact("Ida", "residence", "Lund", effect="past"), False, False, "semantic"),
        (Fact("Ida", "event", "met Nora"), False, False, "episodic"),
        (None, True, False, "episodic"),
        (None, False, False, "semantic"),
    ],
)
def test_the_first_type_that_applies_is_taken(fact, happened, secret, expected):
    assert memory_type("I said so.", fact, "Ida", happened, secret) == expected


def test_routines_are_procedural():
    assert memory_type("Always run the tests first.", None, "Ida", False, False) == "procedural"


def test_doubts_and_assistants_are_trusted_less():
    assert confidence("I moved to Lund.", False) == ASSERTED
    assert confidence("I guess she moved to Lund.", False) == HEDGED
    assert confidence("I moved to Lund.", True) == OF_ASSISTANT


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("I met Vera on Monday.", "I met Vera on Monday [2025-03-03]."),
        ("I met Vera on 3 March 2025.", "I met Vera on 3 March 2025."),
        (
            "I met Vera yesterday and Tom in 2019.",
            "I met Vera yesterday [2025-03-04] and Tom in 2019.",
        ),
    ],
)
def test_times_that_are_relative_get_a_date(told, said, text):
    assert {each.text for each in told(said)} == {text}


def day(year, month, day_):
    return datetime(year, month, day_, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "since", "until"),
    [
        ("I've lived in Lund since 2019.", day(2019, 1, 1), None),
        ("I moved to Lund last month.", day(2025, 2, 1), None),
        ("I live in Lund.", day(2025, 3, 5), None),
        ("I used to live in Lund.", None, day(2025, 3, 5)),
        ("I met Vera in Lund yesterday.", day(2025, 3, 4), day(2025, 3, 5)),
    ],
)
def test_a_fact_holds_from_what_dates_it_or_from_when_it_is_told(told, said, since, until):
    (fact,) = told(said)
    found = [t and t.replace(hour=0, minute=0) for t in (fact.valid_from, fact.valid_to)]
    assert found == [since, until]


def test_a_fact_has_its_canonical_sentence_and_an_answer_its_question(told):
    assert {each.context for each in told("My sister Juno lives in Lund.")} == {
        "Ida's sister is Juno",
        "Juno lives in Lund",
    }
    asked, answer = "When did you get to Lund?", "We arrived there with Vera in May 2024."
    assert told(("Ben", asked), answer)[-1].context == asked
    secret = told(("Ben", f"My PIN is 4929. {asked[:-1]}, with PIN 4929?"), answer)
    assert secret[-1].context is None


def test_who_is_named_is_an_entity_once_and_a_secret_has_none(told):
    (fact,) = told("I work at Acme with Vera in Porto on Mondays.")
    assert {each.name for each in fact.entities} == {"Ida", "Acme", "Vera", "Porto"}
    assert {each.type for each in fact.entities} >= {"person", "place"}
    (secret,) = told("My PIN at Shell is 4929.")
    assert (secret.entities, secret.keywords, secret.tags) == ((), (), ())
    assert (secret.type, secret.importance) == ("vault", 1.0)


def test_an_id_is_of_what_is_said_and_of_the_fact(told):
    residence, employer = told("I live in Lund and I work at Shell.")
    assert residence.text == employer.text
    assert residence.id("n") != employer.id("n")
    assert residence.id("n") == replace(residence, importance=0.1, keywords=()).id("n")
    assert residence.id("n") != residence.id("other")
