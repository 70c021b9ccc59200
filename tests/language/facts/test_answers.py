"""Facts that a question and its answer, or a heading and its item, state together."""

from __future__ import annotations

import pytest

from memcli.language.facts.reading import find_facts

ANSWERED = [
    ("Where do you work?", "At a brewery in Ghent.", "employer", "brewery in Ghent", "positive"),
    ("Are you still vegan?", "Yes, since 2019.", "diet", "vegan", "positive"),
    ("Do you like jazz?", "Nope", "likes", "jazz", "negative"),
    ("What's your sister's name?", "Vera.", "sister", "Vera", "positive"),
    ("Do you have kids?", "A daughter, Layla.", "daughter", "Layla", "positive"),
    ("Any pets?", "A tortoise.", "pet", "tortoise", "positive"),
    ("How old are you?", "34", "age", "34", "positive"),
    ("Do you still have the Skoda?", "Sold it in May.", "possession", "Skoda", "negative"),
    ("Do you still have a dog?", "I rehomed him last year.", "pet", "dog", "negative"),
    ("What is your favourite colour?", "Blue", "favourite colour", "Blue", "positive"),
]


@pytest.mark.parametrize(("question", "answer", "attribute", "value", "polarity"), ANSWERED)
def test_an_answer_states_what_was_asked(parsed, question, answer, attribute, value, polarity):
    facts = find_facts(parsed(answer), "Ida", before=parsed(question))
    found = [(f.subject, f.attribute, f.value, f.polarity) for f in facts]
    assert found == [("Ida", attribute, value, polarity)]


@pytest.mark.parametrize(
    ("prior", "sentence", "attribute", "value"),
    [
        ("That's Rex!", "I fetched him from the shelter.", "pet", "Rex"),
        ("The soup had almonds in it.", "I'm allergic.", "allergy", "almonds"),
        ("The water board called.", "I got the job!", "employer", "water board"),
    ],
)
def test_a_sentence_states_with_the_one_before(parsed, prior, sentence, attribute, value):
    facts = find_facts(parsed(sentence), "Ida", prior=parsed(prior))
    assert [(f.attribute, f.value) for f in facts] == [(attribute, value)]


def test_who_is_called_is_no_answer(parsed):
    facts = find_facts(parsed("Vera!"), "Ida", before=parsed("What do you like?"))
    assert facts == []


def test_an_answer_with_words_of_its_own_states_those(parsed):
    facts = find_facts(parsed("No, that was a friend of ours."), "Ida", before=parsed("You moved?"))
    assert facts == []


@pytest.mark.parametrize(
    ("heading", "item", "attribute"),
    [("My allergies:", "walnuts", "allergy"), ("I like:", "Thai food", "likes")],
)
def test_an_item_states_what_its_heading_says(parsed, heading, item, attribute):
    facts = find_facts(parsed(item), "Ida", heading=parsed(heading))
    assert [(f.subject, f.attribute, f.value) for f in facts] == [("Ida", attribute, item)]
