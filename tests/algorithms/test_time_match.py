import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.time_match import order_prior, preference, time_match

INF = float("inf")
NAN = float("nan")
# Days 100 to 110, fading over 5.
TEN_DAYS = (100.0, 110.0, 5.0, 1.0)

day = st.floats(-1e5, 1e5) | st.just(NAN)
rows = st.lists(st.tuples(day, st.floats(0, 1)), max_size=30)
intervals = st.lists(
    st.builds(
        lambda start, width, softness, weight: (start, start + width, softness, weight),
        st.floats(-1e5, 1e5) | st.just(-INF),
        st.floats(1, 400) | st.just(INF),
        st.floats(3, 400),
        st.floats(0.1, 1),
    ).filter(lambda each: each[0] < each[1]),
    max_size=3,
)


def columns(drawn):
    said = np.array([each[0] for each in drawn])
    return said, np.array([each[1] for each in drawn])


def test_inside_is_a_full_match_and_outside_fades_by_the_softness():
    match = time_match([100.0, 105.0, 110.0, 115.0, 90.0, 1000.0], [TEN_DAYS])
    assert match == pytest.approx([1, 1, 1, np.exp(-1), np.exp(-2), 0])


def test_an_open_end_matches_everything_on_its_side():
    before = (-INF, 100.0, 5.0, 1.0)
    assert time_match([-1e4, 99.0, 105.0], [before]) == pytest.approx([1, 1, np.exp(-1)])
    after = (100.0, INF, 5.0, 1.0)
    assert time_match([95.0, 101.0, 1e4], [after]) == pytest.approx([np.exp(-1), 1, 1])


def test_the_best_of_several_intervals_counts_by_its_weight():
    last_year = (0.0, 10.0, 5.0, 0.8)
    assert time_match([105.0, 5.0], [TEN_DAYS, last_year]).tolist() == [1.0, 0.8]


def test_an_unknown_time_neither_gains_nor_loses():
    assert time_match([105.0, 1000.0, NAN], [TEN_DAYS]) == pytest.approx([1.0, 0.0, 0.5])
    assert time_match([NAN], [TEN_DAYS]).tolist() == [0.0]


def test_without_an_interval_or_a_row_there_is_no_match():
    assert time_match([1.0, 2.0], []).tolist() == [0.0, 0.0]
    assert time_match([], [TEN_DAYS]).tolist() == []


@given(rows, intervals)
def test_a_match_lies_between_nothing_and_all(drawn, asked):
    said, _ = columns(drawn)
    match = time_match(said, asked)
    assert match.shape == said.shape
    assert np.all((match >= 0.0) & (match <= 1.0))


@given(rows, intervals)
def test_a_match_does_not_depend_on_the_order_of_the_rows(drawn, asked):
    said, _ = columns(drawn)
    backward = time_match(said[::-1], asked)
    assert time_match(said, asked) == pytest.approx(backward[::-1])


@given(st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=20))
def test_farther_from_the_interval_is_never_a_better_match(days):
    match = time_match(days, [TEN_DAYS])
    gap = [max(100.0 - each, each - 110.0, 0.0) for each in days]
    order = np.argsort(gap)
    assert np.all(np.diff(match[order]) <= 0.0)


def test_a_preference_leaves_the_best_where_it_was():
    assert preference([1.0, 0.5, 0.0], 1.0).tolist() == [1.0, 0.75, 0.5]
    assert preference([0.0, 0.0], 1.0).tolist() == [1.0, 1.0]
    assert preference([], 1.0).tolist() == []
    assert preference([1.0, 0.0], 0.0).tolist() == [1.0, 1.0]


@given(st.lists(st.floats(0, 1), min_size=1), st.floats(0, 10))
def test_a_preference_keeps_the_order_of_matches_and_takes_no_score_away(match, weight):
    factor = preference(match, weight)
    assert factor.max() == 1.0
    assert factor.min() >= 1.0 / (1.0 + weight) - 1e-12
    assert np.all(np.diff(factor[np.argsort(match)]) >= 0.0)


def test_the_latest_of_equals_comes_first_and_the_first_for_the_first():
    said, scores = [10.0, 20.0, 30.0], [1.0, 1.0, 1.0]
    assert order_prior(said, scores, latest=True) == pytest.approx([1 / 6, 1 / 2, 5 / 6])
    assert order_prior(said, scores, latest=False) == pytest.approx([5 / 6, 1 / 2, 1 / 6])


def test_weak_memories_do_not_move_the_good_ones_apart():
    said = [10.0, 20.0, *range(30, 130)]
    crowd = order_prior(said, [1.0, 0.9, *[0.1] * 100], latest=True)
    alone = order_prior(said[:2], [1.0, 0.9], latest=True)
    assert crowd[:2] == pytest.approx(alone, abs=0.01)


def test_one_moment_is_one_place_and_an_unknown_time_is_in_the_middle():
    assert order_prior([5.0, 5.0, NAN], [1.0, 0.5, 1.0], latest=True).tolist() == [0.5, 0.5, 0.5]
    assert order_prior([1.0, 2.0], [0.0, 0.0], latest=True).tolist() == [0.5, 0.5]
    assert order_prior([], [], latest=True).tolist() == []


@given(rows, st.booleans())
def test_later_is_never_placed_lower_for_the_latest_and_never_higher_for_the_first(drawn, latest):
    said, scores = columns(drawn)
    place = order_prior(said, scores, latest)
    assert np.all((place >= -1e-12) & (place <= 1.0 + 1e-12))
    known = ~np.isnan(said)
    steps = np.diff(place[known][np.argsort(said[known], kind="stable")])
    assert np.all(steps >= -1e-12) if latest else np.all(steps <= 1e-12)
