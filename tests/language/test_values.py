import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.values import are_rivals, may_mean, read_value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the Panda", "a Fiat Panda"),
        ("olives", "an olive"),
        ("a house in the hills", "the house"),
        ("Mara's cat", "mara cat"),
        ("7:30", "7:30"),
    ],
)
def test_other_words_for_the_same_may_mean_it(one, other):
    assert may_mean(read_value(one), read_value(other))
    assert not are_rivals(read_value(one), read_value(other))


@pytest.mark.parametrize(
    ("one", "other", "rivals"),
    [
        ("Leiden", "Delft", True),
        ("San Francisco", "a dorm", False),
        ("14 June", "24 June", True),
        ("a red car", "the blue car", True),
        ("a car", "a car park", True),
        ("nurse", "teacher", True),
    ],
)
def test_values_of_another_kind_are_no_rivals(one, other, rivals):
    assert are_rivals(read_value(one), read_value(other)) is rivals
    assert not may_mean(read_value(one), read_value(other))


@given(st.text(), st.text())
def test_comparing_is_symmetric_and_anything_means_itself(one, other):
    first, second = read_value(one), read_value(other)
    assert may_mean(first, first)
    assert may_mean(first, second) == may_mean(second, first)
    assert are_rivals(first, second) == are_rivals(second, first)
