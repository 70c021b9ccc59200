import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.relations import cue_of
from tests.support.growth import assert_grows_with_its_input


@pytest.mark.parametrize(
    ("sentence", "relation", "forward"),
    [
        ("That's why I sold the boat.", "causes", True),
        ("As a result, the roof leaks.", "causes", True),
        ("Because of that we stayed home.", "causes", True),
        ("And therefore the shop closed.", "causes", True),
        ("It made me quit the choir.", "causes", True),
        ("That was because the bridge was closed.", "causes", False),
        ("The reason is the noise.", "causes", False),
        ("Once that is done, I can paint the wall.", "depends_on", False),
        ("It depends on the weather.", "depends_on", False),
        ("That's part of the new course.", "part_of", False),
        ("That\u2019s why I sold the boat.", "causes", True),
    ],
)
def test_a_cue_at_the_beginning_names_the_relation_to_the_sentence_before(
    sentence, relation, forward
):
    cue = cue_of(sentence)
    assert cue is not None
    assert (cue.relation, cue.forward) == (relation, forward)


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "I sold the boat.",
        "So I went home.",
        "Since May I live in a tent.",
        "I like the part of the garden by the well.",
        "我住在里斯本",
    ],
)
def test_what_may_mean_much_is_no_cue(sentence):
    assert cue_of(sentence) is None


@given(st.text())
def test_the_words_of_a_cue_stand_in_the_sentence(sentence):
    cue = cue_of(sentence)
    assert cue is None or cue.words in sentence.replace("\u2019", "'")


@pytest.mark.parametrize("unit", ["that ", "and ", '"', "it made "])
def test_time_grows_with_the_length_of_the_input(unit):
    assert_grows_with_its_input(cue_of, unit)
