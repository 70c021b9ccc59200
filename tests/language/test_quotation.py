"""What is quoted of a sentence, and what is not worth it."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.quotation import quotations, stands_in, with_before
from memcli.language.syntax import Parse

Parses = Callable[[str], Parse]


def quoted(parsed: Parses, sentence: str, is_assistant: bool = False) -> list[str]:
    """Return the quotations of a sentence, "..." before what needs the sentence before it."""
    parse = parsed(sentence)
    return [
        "... " * each.is_open + sentence[each.start : each.end]
        for each in quotations(parse, is_assistant)
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "I moved to Leiden in March.",
        "My sister Nora works at Acme, and she has two dogs.",
        "I'm allergic to peanuts.",
        "We are flying to Lisbon on Friday.",
        "The appointment with Dr. Smith is on Thursday at 9.",
        "Got the job at Bosch!",
        "I used to love hiking.",
        "Budget: 2,000 EUR",
    ],
)
def test_what_tells_something_is_quoted_whole(parsed: Parses, sentence: str) -> None:
    assert quoted(parsed, sentence) == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "Thanks, Mara!",
        '"I got ninety nine problems."',
        "Nora Berg: Sure.",
        "We agreed on these rules: 1.",
        "",
    ],
)
def test_what_tells_nothing_is_not_quoted(parsed: Parses, sentence: str) -> None:
    assert quoted(parsed, sentence) == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Oh, I moved to Leiden.", "I moved to Leiden."),
        ("Hey Mara, we bought a house in Delft.", "we bought a house in Delft."),
        ("I adopted two cats yesterday, Jon!", "I adopted two cats yesterday"),
        ("I moved to Rome, have you been there?", "I moved to Rome"),
    ],
)
def test_openers_vocatives_and_questions_are_cut_off(
    parsed: Parses, sentence: str, expected: str
) -> None:
    assert quoted(parsed, sentence) == [expected]


def test_an_open_subject_needs_the_sentence_before(parsed: Parses) -> None:
    assert quoted(parsed, "She moved to Oslo with two dogs.") == [
        "... She moved to Oslo with two dogs."
    ]


def test_what_refers_to_a_place_or_somebody_said_before_is_open(parsed: Parses) -> None:
    for said in ("I slept here for the first time last night.", "Mine sells insurance in Leeds."):
        assert quoted(parsed, said) == [f"... {said}"]
    assert quoted(parsed, "I live here in Ghent.") == ["I live here in Ghent."]
    before, after = parsed("He's a coat hanger."), parsed("He hates rain in March.")
    assert with_before(before, after, quotations(after)[0]) is None


def test_what_is_open_is_left_out_alone_and_closed_by_a_name(parsed: Parses) -> None:
    parse = parsed("Her sister lives in Rome, but I live in Porto.")
    (whole,) = quotations(parse)
    (rest,) = quotations(parse, alone=True)
    assert whole.is_open
    assert parse.text[rest.start : rest.end] == "I live in Porto."
    assert not quotations(parse, named={0})[0].is_open


def test_an_open_quotation_follows_a_sentence_that_tells_something(parsed: Parses) -> None:
    after = parsed("She moved to Oslo with two dogs.")
    (quotation,) = quotations(after)
    before = "I met Nora yesterday."
    assert with_before(parsed(before), after, quotation) == f"{before} {after.text}"
    for other in ("How is Nora?", "Thanks!", "Tell me about Nora.", "I flew to Lyon in June."):
        assert with_before(parsed(other), after, quotation) is None


def test_a_clause_is_cut_where_its_end_is_sure(parsed: Parses) -> None:
    told = "My colleague Ben has booked the hall, should I also call Nora?"
    assert quoted(parsed, told) == ["My colleague Ben has booked the hall"]
    listed = "I can see why fans of Federer, Nadal, and Djokovic would be captivating, can't you?"
    assert all(each.endswith("captivating") for each in quoted(parsed, listed))


def test_a_label_is_quoted_where_it_is_of_its_speaker(parsed: Parses) -> None:
    assert quoted(parsed, "Budget: 2,000 EUR") == ["Budget: 2,000 EUR"]
    assert quoted(parsed, "Interest Rate: 22% annually.") == []


def test_an_answer_is_explained_by_its_question(parsed: Parses) -> None:
    said, asked = "We arrived there with Vera in May 2024.", "When did you get to Lund?"
    assert quotations(parsed(said), alone=True) == []
    assert quotations(parsed(said), alone=True, asked=parsed(asked).words)


def test_an_assistant_is_quoted_for_what_was_settled_only(parsed: Parses) -> None:
    settled = "We previously discussed June 1st to June 7th."
    assert quoted(parsed, settled, is_assistant=True) == [settled]
    for sentence in (
        "I live in Boston and I have two children.",
        "The Eiffel Tower is 330 metres tall.",
        "Your income rose to $18,000.",
    ):
        assert quoted(parsed, sentence, is_assistant=True) == []


def test_a_sentence_that_was_too_long_to_be_parsed_is_not_quoted() -> None:
    assert quotations(Parse("word " * 500)) == []


@given(st.text(alphabet="ab*_`# \n-", min_size=1), st.text(alphabet="ab *_|\n"))
def test_a_slice_stands_in_its_turn_whatever_marks_are_left_out(turn: str, after: str) -> None:
    bare = turn.replace("*", "").replace("`", "").replace("\n", " ")
    assert stands_in(bare + " [2026-05-15]", f"{after}{turn}{after}")


def test_other_words_do_not_stand_in_a_turn() -> None:
    assert not stands_in("Ana lives in Porto", "I live in **Porto**")
    assert stands_in("I met her [Nora] in Porto", "Oh, I met *her* in [Porto](http://porto.pt)")
