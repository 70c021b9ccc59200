import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.acts.kinds import DIALOGUE_ACTS, confidence, importance, memory_type
from memcli.language.facts.finding import find_facts
from tests.support.growth import assert_grows_with_its_input


def kind(sentence):
    return memory_type(sentence, find_facts(sentence))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Mara's birthday is 3 May", "core"),
        ("Mara is allergic to nuts", "core"),
        ("Mara lives in Lisbon", "core"),
        ("Mara likes sushi", "semantic"),
        ("Mara's favourite food is lasagna", "semantic"),
        ("Mara swims every Sunday", "procedural"),
        ("Always answer in French", "procedural"),
        ("Make sure to lock the door", "procedural"),
        ("Mara went to the opera yesterday", "episodic"),
        ("Mara met Bo on Tuesday", "episodic"),
        ("Mara has always admired him", "episodic"),
        ("Owls hunt at night", "semantic"),
    ],
)
def test_a_statement_has_the_kind_that_fits(sentence, expected):
    assert kind(sentence) == expected


def test_a_secret_is_for_the_vault_whatever_else_it_says():
    assert memory_type("Mara likes it", [], is_secret=True) == "vault"


def test_identity_matters_more_than_a_passing_event():
    core, passing = "Mara is allergic to nuts", "Mara walked home"
    assert score(core).value > score(passing).value + 0.2


def test_feeling_numbers_and_dates_each_add_a_term():
    why = score("Mara cried on Tuesday in room 12").why
    assert {"emotion", "number", "date"} <= set(why)


def score(sentence):
    return importance(sentence, find_facts(sentence), kind(sentence))


def test_hedges_and_denials_lower_confidence():
    plain = confidence("Mara lives in Rome", find_facts("Mara lives in Rome"))
    assert confidence("Mara probably lives in Rome", []).value < plain.value
    assert confidence("Mara does not live in Rome", []).value < plain.value


def test_less_certainty_gives_less_confidence():
    assert confidence("Mara rests", [], 0.4).value < confidence("Mara rests", [], 0.9).value


def test_what_is_not_the_speakers_own_claim_is_trusted_less():
    stated = confidence("Mara rests", [], stance="stated").value
    for stance in set(DIALOGUE_ACTS) - {"stated"}:
        assert confidence("Mara rests", [], stance=stance).value < stated


@given(st.text(), st.floats(-1, 2), st.sampled_from([*DIALOGUE_ACTS, "unheard of"]))
def test_scores_are_their_clipped_terms(text, certainty, stance):
    facts = find_facts(text)
    for scored in (
        importance(text, facts, memory_type(text, facts)),
        confidence(text, facts, certainty, stance),
    ):
        assert scored.value == min(max(sum(scored.why.values()), 0.0), 1.0)


@pytest.mark.parametrize("unit", ["first ", "a", "never ", "Ana ", "first then"])
def test_time_grows_with_the_length_of_the_input(unit):
    assert_grows_with_its_input(lambda text: importance(text, [], memory_type(text, [])), unit)
    assert_grows_with_its_input(lambda text: confidence(text, []), unit)
