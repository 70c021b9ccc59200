from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.hebbian import (
    DAY_S,
    CoRecall,
    Plasticity,
    Strength,
    co_recall_strengths,
    co_recalls,
    rank_factor,
    strengthen,
    weight_at,
)

PLASTICITY = Plasticity(eta=0.5, tau_s=10.0)
NOW = 1000.0

ids = st.sampled_from("abcd")
events = st.lists(
    st.builds(CoRecall, st.floats(0, NOW), ids, ids, st.integers(1, 20), st.integers(1, 20)),
    max_size=40,
)


def test_one_recall_at_the_top_goes_eta_of_the_way_and_then_fades():
    event = CoRecall(0.0, "tea", "cup", 1, 1)
    assert strengthen([event], NOW, None, PLASTICITY) == {("cup", "tea"): Strength(0.5, 0.0)}
    weights = co_recall_strengths([event], 10.0, None, PLASTICITY)
    assert weights == {("cup", "tea"): pytest.approx(0.5 / exp(1))}


def test_a_second_recall_adds_to_what_is_left_of_the_first():
    twice = [CoRecall(0.0, "a", "b", 1, 1), CoRecall(10.0, "b", "a", 1, 1)]
    left = 0.5 / exp(1)
    expected = left + 0.5 * (1 - left)
    assert strengthen(twice, NOW, None, PLASTICITY)["a", "b"] == (pytest.approx(expected), 10.0)


def test_hits_at_the_top_are_tied_more_than_those_below():
    weights = co_recall_strengths(co_recalls(0.0, ["a", "b", "c"]), 0.0)
    assert weights["a", "b"] > weights["a", "c"] > weights["b", "c"] > 0.0


def test_a_memory_returned_twice_keeps_its_better_rank_and_is_not_tied_to_itself():
    assert co_recalls(5.0, ["a", "b", "a"]) == [CoRecall(5.0, "a", "b", 1, 2)]
    assert strengthen([CoRecall(5.0, "a", "a", 1, 2)], NOW) == {}


def test_what_comes_after_now_does_not_count():
    assert strengthen([CoRecall(20.0, "a", "b", 1, 1)], 19.0) == {}
    with pytest.raises(ValueError, match="later"):
        weight_at(Strength(0.5, 20.0), 19.0)


def test_after_a_year_without_recall_little_is_left():
    weights = co_recall_strengths([CoRecall(0.0, "a", "b", 1, 1)], 365 * DAY_S)
    assert weights["a", "b"] < 0.001


def test_thousands_of_recalls_stay_below_one():
    many = [CoRecall(0.0, "a", "b", 1, 1)] * 5000
    assert 0.99 < co_recall_strengths(many, 0.0)["a", "b"] < 1.0


def test_ranks_count_from_one():
    assert rank_factor(1) == 1.0
    with pytest.raises(ValueError, match="from 1"):
        strengthen([CoRecall(0.0, "a", "b", 0, 1)], NOW)


@pytest.mark.parametrize("values", [{"eta": 0.0}, {"eta": 1.0}, {"tau_s": 0.0}, {"tau_s": -1.0}])
def test_plasticity_that_explodes_is_refused(values):
    with pytest.raises(ValueError, match="must be"):
        Plasticity(**values)


@given(drawn=events, order=st.randoms(use_true_random=False))
def test_the_order_of_the_events_does_not_matter(drawn, order):
    shuffled = list(drawn)
    order.shuffle(shuffled)
    assert strengthen(drawn, NOW) == strengthen(shuffled, NOW)


@given(drawn=events, splits=st.lists(st.floats(0, NOW), max_size=4))
def test_instalments_give_what_the_events_give_at_once(drawn, splits):
    known = {}
    for start, end in zip([-1.0, *sorted(splits)], [*sorted(splits), NOW], strict=True):
        part = [event for event in drawn if start < event.at <= end]
        known = strengthen(part, end, known, PLASTICITY)
    assert known == strengthen(drawn, NOW, None, PLASTICITY)
    assert co_recall_strengths([], NOW, known, PLASTICITY) == co_recall_strengths(
        drawn, NOW, None, PLASTICITY
    )


@given(drawn=events)
def test_weights_are_in_range_and_reading_does_not_change_them(drawn):
    known = strengthen(drawn, NOW)
    weights = co_recall_strengths([], NOW, known)
    assert all(0.0 < weight < 1.0 for weight in weights.values())
    assert all(a < b for a, b in weights)
    assert co_recall_strengths([], NOW, known) == weights
    assert strengthen([], NOW, known) == known


@given(drawn=events, late=st.floats(0, NOW))
def test_a_late_event_strengthens_and_never_moves_a_strength_back(drawn, late):
    known = strengthen(drawn, NOW)
    after = strengthen([CoRecall(late, "a", "b", 2, 3)], NOW, known)
    before = known.get(("a", "b"), Strength(0.0, 0.0))
    assert after["a", "b"].at >= before.at
    assert weight_at(after["a", "b"], NOW) >= weight_at(before, NOW)


@given(drawn=events, earlier=st.floats(0, NOW))
def test_the_past_is_computed_from_the_events_up_to_then(drawn, earlier):
    until = [event for event in drawn if event.at <= earlier]
    assert co_recall_strengths(drawn, earlier) == co_recall_strengths(until, earlier)
