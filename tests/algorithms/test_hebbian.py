from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.hebbian import (
    DAY_S,
    DEFAULT_PLASTICITY,
    CoRecall,
    HebbianWeight,
    Plasticity,
    co_recalls,
    rank_factor,
    strengthen,
)

PLASTICITY = Plasticity(eta=0.5, tau_s=10.0)
NOW = 1000.0

ids = st.sampled_from("abcd")
events = st.lists(
    st.builds(CoRecall, st.floats(0, NOW), ids, ids, st.integers(1, 20), st.integers(1, 20)),
    max_size=40,
)


def left(strength, now, plasticity=DEFAULT_PLASTICITY):
    """What is left of a strength at a moment."""
    return strength.weight * exp(-(now - strength.at) / plasticity.tau_s)


def test_one_recall_at_the_top_goes_eta_of_the_way_and_then_fades():
    event = CoRecall(0.0, "tea", "cup", 1, 1)
    known = strengthen([event], NOW, None, PLASTICITY)
    assert known == {("cup", "tea"): HebbianWeight(0.5, 0.0)}
    weakly = CoRecall(10.0, "tea", "cup", 10**9, 10**9)
    after = strengthen([weakly], NOW, known, PLASTICITY)["cup", "tea"]
    assert after == (pytest.approx(0.5 / exp(1), abs=1e-3), 10.0)


def test_a_second_recall_adds_to_what_is_left_of_the_first():
    twice = [CoRecall(0.0, "a", "b", 1, 1), CoRecall(10.0, "b", "a", 1, 1)]
    rest = 0.5 / exp(1)
    expected = rest + 0.5 * (1 - rest)
    assert strengthen(twice, NOW, None, PLASTICITY)["a", "b"] == (pytest.approx(expected), 10.0)


def test_hits_at_the_top_are_tied_more_than_those_below():
    found = strengthen(co_recalls(0.0, ["a", "b", "c"]), 0.0)
    weights = [found[pair].weight for pair in (("a", "b"), ("a", "c"), ("b", "c"))]
    assert weights[0] > weights[1] > weights[2] > 0.0


def test_a_memory_returned_twice_keeps_its_better_rank_and_is_not_tied_to_itself():
    assert co_recalls(5.0, ["a", "b", "a"]) == [CoRecall(5.0, "a", "b", 1, 2)]
    assert strengthen([CoRecall(5.0, "a", "a", 1, 2)], NOW) == {}


def test_what_comes_after_now_does_not_count():
    assert strengthen([CoRecall(20.0, "a", "b", 1, 1)], 19.0) == {}


def test_after_a_year_without_recall_little_is_left():
    once, again = CoRecall(0.0, "a", "b", 1, 1), CoRecall(365 * DAY_S, "a", "b", 1, 1)
    alone = strengthen([again], 365 * DAY_S)["a", "b"].weight
    assert 0.0 < strengthen([once, again], 365 * DAY_S)["a", "b"].weight - alone < 0.001


def test_thousands_of_recalls_stay_below_one():
    many = [CoRecall(0.0, "a", "b", 1, 1)] * 5000
    assert 0.99 < strengthen(many, 0.0)["a", "b"].weight < 1.0


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


@given(drawn=events)
def test_weights_are_in_range_and_reading_does_not_change_them(drawn):
    known = strengthen(drawn, NOW)
    assert all(0.0 < strength.weight < 1.0 for strength in known.values())
    assert all(a < b for a, b in known)
    assert strengthen([], NOW, known) == known


@given(drawn=events, late=st.floats(0, NOW))
def test_a_late_event_strengthens_and_never_moves_a_strength_back(drawn, late):
    known = strengthen(drawn, NOW)
    after = strengthen([CoRecall(late, "a", "b", 2, 3)], NOW, known)
    before = known.get(("a", "b"), HebbianWeight(0.0, 0.0))
    assert after["a", "b"].at >= before.at
    assert left(after["a", "b"], NOW) >= left(before, NOW)


@given(drawn=events, earlier=st.floats(0, NOW))
def test_the_past_is_computed_from_the_events_up_to_then(drawn, earlier):
    until = [event for event in drawn if event.at <= earlier]
    assert strengthen(drawn, earlier) == strengthen(until, earlier)
