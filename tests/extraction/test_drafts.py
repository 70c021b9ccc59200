"""Facts and quotations of one sentence, before they are judged."""

from __future__ import annotations

import pytest

from memcli.extraction.drafts import NOBODY, Meant, called, covers, drafts
from memcli.language.quotation import Quotation
from tests.support.talks import talk


@pytest.fixture
def drafted(parsed):
    """Return what drafts of a sentence said by Ida, or another: its lead, words and attribute."""

    def call(sentence, before=None, meant=NOBODY, speaker="Ida", question=None, heard=""):
        (turn,) = talk((speaker, sentence))
        asked = question and parsed(question)
        parse, lead = parsed(sentence), before and parsed(before)
        made = drafts(parse, turn, asked, meant, lead, heard=heard)
        return [(d.lead, d.said, d.fact and d.fact.attribute) for d in made]

    return call


def test_each_fact_has_the_clause_that_states_it_and_the_rest_is_quoted(drafted):
    assert drafted("I sold the Volvo, and the garage in Delft gave us 300 euros.") == [
        (None, "I sold the Volvo, and the garage in Delft gave us 300 euros.", "possession")
    ]
    assert drafted("The storm in May took our roof, and it cost us 4000 euros.") == [
        (None, "The storm in May took our roof, and it cost us 4000 euros.", None)
    ]


def test_what_states_a_fact_is_not_quoted_beside_it(drafted):
    assert drafted("Sorry, I meant 8:30, not 7:30.") == [(None, "I meant 8:30, not 7:30.", "")]


def test_what_the_other_just_said_is_not_told_again_but_of_oneself(drafted):
    echo, own = "The cabin near Oslo burnt down in May.", "My cabin near Oslo burnt down in May."
    assert drafted(echo) == [(None, echo, None)]
    assert drafted(echo, heard="Our cabin near Oslo burnt down in May.") == []
    assert {said for _, said, _ in drafted(own, heard=echo)} == {own}


def test_a_sentence_with_a_secret_is_one_draft_whatever_it_states(drafted):
    sentence = "I live in Lund, and my PIN is 4929."
    assert drafted(sentence) == [(None, sentence, None)]


OPEN = "She moved to Oslo with two dogs."


@pytest.mark.parametrize(
    ("before", "lead"),
    [
        ("Nora and Vera called on Friday.", "Nora and Vera called on Friday."),
        ("Really, truly.", None),
        (None, None),
    ],
)
def test_an_open_quotation_needs_a_telling_sentence_before_it(drafted, before, lead):
    expected = [(lead, OPEN, None)] if lead else []
    assert drafted(OPEN, before) == expected


def test_a_pronoun_with_a_name_needs_no_other_sentence(drafted):
    nora = Meant(((3, "Nora"),), ("t9",), {0: "Nora"})
    assert {lead for lead, *_ in drafted(OPEN, "Nora and Vera called on Friday.", nora)} == {None}
    assert (None, OPEN, "residence") in drafted(OPEN, None, nora)


@pytest.mark.parametrize("speaker", ["assistant", None])
def test_only_a_known_person_states_facts(drafted, speaker):
    said = "We agreed on 3 May 2025 for the launch of Orion, and I live in Lund."
    assert {attribute for *_, attribute in drafted(said, speaker=speaker)} == {None}


def test_a_question_may_give_an_answer_its_attribute(drafted):
    assert drafted("In Lund.", question="Where do you live?") == [(None, "In Lund.", "residence")]
    assert drafted("In Lund.") == []


def test_a_role_is_no_name():
    assert (called("User"), called("Ida")) == ("the user", "Ida")


def test_a_quotation_covers_what_lies_within():
    assert covers(Quotation(2, 9), (2, 9))
    assert not covers(Quotation(2, 9), (1, 9))
    assert not covers(Quotation(2, 9), (2, 10))


def test_a_plan_of_a_time_long_over_is_no_plan(drafted):
    told = drafted("We decided to go to Tulum, Mexico.")
    assert [attribute for *_, attribute in told] == ["plan"]
    for sentence in ("Last year we decided to go to Tulum, Mexico.", "In 2021 we decided to move."):
        assert "plan" not in [attribute for *_, attribute in drafted(sentence)]


def test_a_short_answer_is_explained_by_what_was_asked(drafted):
    said = "We arrived there with Vera in May 2024."
    assert drafted(said) == []
    assert [each for _, each, _ in drafted(said, question="When did you get to Lund?")] == [said]
