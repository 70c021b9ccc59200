import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.facets.about import About
from memcli.language.facets.finding import Facet, Tense, facet_of_attribute, shown_facet

NOW, PAST, FUTURE = Tense.PRESENT, Tense.PAST, Tense.FUTURE


def facet(predicate, tense=NOW, dated=False, noun=""):
    shown = shown_facet(About("Ada", predicate, noun), tense, dated)
    return shown and shown.facet


@pytest.mark.parametrize(
    ("predicate", "tense", "dated", "expected"),
    [
        ("is a nurse.", NOW, False, Facet.ATTRIBUTES),
        ("works at a bank.", NOW, False, Facet.ATTRIBUTES),
        ("has been painting for seven years.", PAST, False, Facet.ATTRIBUTES),
        ("really enjoys aerial yoga.", NOW, False, Facet.PREFERENCES),
        ("is a big fan of pepperoni.", NOW, False, Facet.PREFERENCES),
        ("can't stand the rain.", NOW, False, Facet.PREFERENCES),
        ("is lucky to have their husband.", NOW, False, Facet.PEOPLE),
        ("is engaged to Jo.", NOW, False, Facet.PEOPLE),
        ("usually goes for a run before work.", NOW, False, Facet.ROUTINES),
        ("swims every Sunday.", NOW, False, Facet.ROUTINES),
        ("wants to visit the cliffs.", NOW, False, Facet.PLANS),
        ("is thinking of joining a band.", NOW, False, Facet.PLANS),
        ("is off to Ireland for a semester.", FUTURE, True, Facet.PLANS),
        ("used to play the drums.", PAST, False, Facet.HISTORY),
        ("ran a charity race last Saturday.", PAST, True, Facet.HISTORY),
    ],
)
def test_the_verb_tells_the_facet(predicate, tense, dated, expected):
    assert facet(predicate, tense, dated) is expected


@pytest.mark.parametrize(
    "predicate",
    [
        "loves it.",
        "loves how that looks.",
        "is so glad.",
        "thinks that is right.",
        "wants to say thanks.",
        "shares an image: a photo of a dog.",
        "agrees.",
        "will check that.",
        "",
    ],
)
def test_what_only_reacts_shows_nothing(predicate):
    assert facet(predicate) is None


@pytest.mark.parametrize(
    ("noun", "says", "expected"),
    [
        ("mother", "is a dentist", Facet.PEOPLE),
        ("favourite book", "is Emma", Facet.PREFERENCES),
        ("dream", "is to sail", Facet.PLANS),
        ("hometown", "is Ghent", Facet.ATTRIBUTES),
        ("idea", "is good", None),
        ("family trip", "must have been great", None),
    ],
)
def test_what_is_theirs_tells_the_facet(noun, says, expected):
    assert facet(says, noun=noun) is expected


def test_facts_have_the_facet_of_their_attribute():
    assert facet_of_attribute("favourite_book") is Facet.PREFERENCES
    assert facet_of_attribute("spouse") is Facet.PEOPLE
    assert facet_of_attribute("habit") is Facet.ROUTINES
    assert facet_of_attribute("residence") is Facet.ATTRIBUTES
    assert facet_of_attribute("status") is None


@given(st.text(max_size=200), st.sampled_from(Tense), st.booleans(), st.text(max_size=20))
def test_any_text_has_a_facet_of_some_strength_or_none(text, tense, dated, noun):
    shown = shown_facet(About("Ada", text, noun), tense, dated)
    assert shown is None or 0.0 < shown.strength <= 1.0
