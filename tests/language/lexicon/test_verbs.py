import pytest

from memcli.language.lexicon.verbs import (
    has_finite_verb,
    is_finite,
    is_participle,
    is_past,
    third_person,
)


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("like", "likes"),
        ("try", "tries"),
        ("play", "plays"),
        ("go", "goes"),
        ("have", "has"),
        ("do", "does"),
        ("watch", "watches"),
        ("miss", "misses"),
        ("fix", "fixes"),
        ("buy", "buys"),
        ("echo", "echoes"),
        ("woo", "woos"),
    ],
)
def test_the_third_person_is_spelled_right(verb, expected):
    assert third_person(verb) == expected


@pytest.mark.parametrize("word", ["went", "moved", "was", "put", "found", "studied"])
def test_past_forms_are_known(word):
    assert is_past(word)


@pytest.mark.parametrize("word", ["go", "need", "feed", "exceed", "goes", "red"])
def test_other_forms_are_not_past(word):
    assert not is_past(word)


def test_a_form_that_is_also_a_base_is_no_sure_participle():
    assert is_participle("gone")
    assert not is_participle("come")


@pytest.mark.parametrize("word", ["lives", "watches", "tries", "is", "can't", "left", "goes"])
def test_finite_forms_are_known(word):
    assert is_finite(word)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("the old red house", False), ("it's late", True), ("she teaches", True), ("", False)],
)
def test_a_clause_is_told_from_a_phrase(text, expected):
    assert has_finite_verb(text) is expected
