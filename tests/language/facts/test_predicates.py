"""Predications: tense, polarity and effect, and what a question or another's words are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.facts.predicates import is_question, predications, retracts
from memcli.language.facts.reading import find_facts
from memcli.language.syntax import Parse, Word

FORMS = [
    ("I live in Bergen.", "live", "present", False, "state"),
    ("I'm not working at Shell.", "working", "progressive", True, "state"),
    ("I've never lived in Rome.", "lived", "perfect", True, "state"),
    ("I no longer live in Rome.", "live", "present", False, "end"),
    ("I used to live in Rome.", "live", "present", False, "past"),
    ("I stopped working at Shell.", "working", "present", False, "end"),
    ("We'll move to Turin.", "move", "future", False, "state"),
    ("I don't just work.", "work", "present", False, "state"),
]
RELATIONS = """
nsubj obj obl xcomp ccomp advcl conj appos nmod nmod:poss case cop aux mark acl acl:relcl
nsubj:outer root
""".split()
TAGS = "NOUN/NN PROPN/NNP VERB/VBD VERB/VBG AUX/VBP PRON/PRP PUNCT/, ADP/IN NUM/CD ADJ/JJ".split()
TEXTS = "I my sister Nora love was going to live in Rome not a cat , ( : 2019 at".split()


@pytest.mark.parametrize(("sentence", "word", "tense", "denied", "effect"), FORMS)
def test_a_predicate_has_tense_polarity_and_effect(parsed, sentence, word, tense, denied, effect):
    one = next(p for p in predications(parsed(sentence)) if p.head.text == word)
    assert (one.tense, one.is_negated, one.effect) == (tense, denied, effect)


@st.composite
def trees(draw):
    """Any tree over any words: the parser is wrong in one arc of eight."""
    texts = draw(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=9))
    words, start = [], 0
    for index, text in enumerate(texts, 1):
        head = draw(st.integers(0, index - 1)) if index > 1 else 0
        upos, _, xpos = draw(st.sampled_from(TAGS)).partition("/")
        relation = draw(st.sampled_from(RELATIONS)) if head else "root"
        name = draw(st.sampled_from(["O", "B-PER", "B-LOC", "I-ORG"]))
        end = start + len(text)
        words.append(Word(index, text, start, end, text.lower(), upos, xpos, head, relation, name))
        start = end + 1
    return Parse(" ".join(texts), tuple(words))


@given(trees(), trees())
def test_any_tree_gives_facts_that_stand_in_it(parse, other):
    for fact in find_facts(parse, "Ida", before=other, heading=other):
        assert 0 <= fact.place[0] < fact.place[1] <= len(parse.text)
        assert fact.subject
        assert fact.value


def test_a_sentence_may_take_back_the_one_before_it():
    taken_back = ("Just kidding!", "Well, not a village, Dover.", "Or rather, two.")
    others = ("Well, I was going to.", "I wish.", "No, I didn't.", "Or I will, in May.")
    assert all(map(retracts, (*taken_back, *others)))
    meant = ("Well, nothing new.", "I was just kidding.", "Kiddings", "I wish you were here.")
    assert not any(
        map(
            retracts,
            (*meant, "Well, what did you think?", "No, really, I did.", "Well, see you on Friday."),
        )
    )


def test_a_question_may_do_without_its_mark(parsed):
    asked = ("does Tom work at Siemens", "who told Mia about my job", "is your sister coming")
    assert all(is_question(parsed(each)) for each in asked)
    assert not is_question(parsed("Tom does work at Siemens"))
