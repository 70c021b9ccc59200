"""Whether a quotation is understood without what was said before it."""

import pytest

from memcli.language.standing import dangling, is_in_quotes, lacks_object
from memcli.language.syntax import Parse, Word


def hanging(parse: Parse) -> list[str]:
    return [word.text for word in dangling(parse, parse.words)]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("I lost my job during that transition.", ["that"]),
        ("The dress was torn on the way to Ghent.", ["dress"]),
        ("I booked a table there for Friday.", ["there"]),
        ("My contract there runs until Christmas.", ["there"]),
        ("I bought the other one in Lund.", ["other", "one"]),
        ("They sold their house in Lund.", ["They", "their"]),
        ("I asked him for the keys of my flat.", ["him"]),
        ("Both rooms in Lund have a balcony.", ["Both"]),
        ("I painted it in May.", ["it"]),
        ("I ran one in 2016.", ["one"]),
        ("My uncle is the chief.", ["chief"]),
        ("We wrote another in May.", ["another"]),
        ("I bring six bottles, my neighbour distils it.", ["it"]),
        ("Then I am stuck with my old phone.", ["Then"]),
    ],
)
def test_what_refers_to_what_was_said_before_dangles(parsed, sentence, words):
    assert hanging(parsed(sentence)) == words


@pytest.mark.parametrize(
    "sentence",
    [
        "I moved to Ghent, and that move cost me 900 euros.",
        "The dress of my sister was torn on the way to Ghent.",
        "I flew to Oslo and met Nora there.",
        "My parents sold their house in Lund.",
        "I ran 10 kilometres this week.",
        'Nora said "I want that lamp" in Lund.',
        "I finished that book by Le Guin yesterday.",
        "The meeting is on 3 May at 9.",
        "I love skiing, it is my favourite sport.",
        "The physio says I can run again in June.",
        "Then I went to Lund with my mother.",
        "My uncle is the chief of the fire station.",
    ],
)
def test_what_is_explained_by_its_own_sentence_stands(parsed, sentence):
    assert hanging(parsed(sentence)) == []


def test_a_sentence_or_a_name_before_it_explains_a_word(parsed):
    parse = parsed("They sold the house in Lund.")
    assert dangling(parse, parse.words, before=parsed("My parents are moving.").words) == []
    assert dangling(parse, parse.words, named={0}) == []
    assert dangling(parse, parse.words, before=parsed("It rains in Lund.").words) != []


def test_a_verb_without_its_object_says_nothing(parsed):
    lacking, told = "I got in Lund a few years ago.", "I got a lamp in Lund a few years ago."
    assert [lacks_object(p, p.root) for p in map(parsed, (lacking, told))] == [True, False]


@pytest.mark.parametrize(
    ("sentence", "lacks"),
    [
        ("I was diagnosed two years ago.", True),
        ("I was diagnosed with asthma.", False),
        ("The doctor said autumn.", True),
        ("The doctor says my knee is fine.", False),
    ],
)
def test_what_is_told_or_found_has_to_be_said(parsed, sentence, lacks):
    parse = parsed(sentence)
    assert lacks_object(parse, parse.root) is lacks


def test_words_between_quotation_marks_are_known():
    parse = Parse('She said "hello" twice.')
    assert not is_in_quotes(parse, _word(parse, "twice"))
    assert is_in_quotes(parse, _word(parse, "hello"))


def _word(parse, text):
    start = parse.text.index(text)
    return Word(1, text, start, start + len(text), text, "NOUN", "NN", 0, "root")
