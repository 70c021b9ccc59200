import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from memcli.algorithms.reranking import discounted, interpolate, spread_out, windows

unit = st.floats(0, 1)
finite = st.floats(-1e300, 1e300)
any_value = st.one_of(finite, st.just(math.nan), st.just(math.inf), st.just(-math.inf))
hits = st.lists(st.tuples(unit, any_value), max_size=30)


def apart(pairs):
    return np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])


def test_the_best_gets_one_and_the_worst_zero():
    assert spread_out([-8.0, -10.0, -9.0]).tolist() == [1.0, 0.0, 0.5]


def test_what_was_not_seen_gets_nothing():
    assert spread_out([math.nan, -5.0, -7.0, math.inf]).tolist() == [0.0, 1.0, 0.0, 0.0]
    assert spread_out([math.nan]).tolist() == [0.0]
    assert spread_out([]).tolist() == []


def test_equal_scores_are_all_the_best():
    assert spread_out([3.0, 3.0, math.nan]).tolist() == [1.0, 1.0, 0.0]


@given(st.lists(any_value, max_size=30))
def test_spread_out_stays_in_the_unit_interval(values):
    result = spread_out(values)
    assert ((result >= 0) & (result <= 1)).all()


@given(st.lists(finite, min_size=2, max_size=30))
def test_spread_out_keeps_the_order(values):
    result = spread_out(values)
    places = np.argsort(values, kind="stable")
    assert (np.diff(result[places]) >= 0).all()


def test_the_weight_decides_between_search_and_reranker():
    first, values = [0.4, 0.3, 0.2], [-9.0, -8.0, -3.0]
    assert interpolate(first, values, 0.0).order.tolist() == [0, 1, 2]
    assert interpolate(first, values, 1.0).order.tolist() == [2, 1, 0]


def test_both_are_weighed_where_they_disagree():
    result = interpolate([0.8, 0.4, 0.4], [0.0, 10.0, 5.0], 0.6)
    # Relative: 1, 0.5, 0.5; the reranker's stretched over the same: 0.5, 1, 0.75.
    assert result.order.tolist() == [1, 0, 2]
    assert result.scores == pytest.approx([0.7, 0.8, 0.65])
    assert result.shares["first"] == pytest.approx([0.4, 0.2, 0.2])
    assert result.shares["rerank"] == pytest.approx([0.3, 0.6, 0.45])


def test_of_equal_sums_the_reranker_decides_and_then_the_search():
    assert interpolate([0.8, 0.4], [1.0, 2.0], 0.5).order.tolist() == [1, 0]
    assert interpolate([0.4, 0.4, 0.4], [1.0, 1.0, 1.0], 0.5).order.tolist() == [0, 1, 2]


@given(hits, unit, st.floats(0.001, 1000), st.integers(-1000, 1000))
def test_the_unit_of_the_rerankers_scores_does_not_matter(pairs, weight, unit_of, zero):
    first = [a for a, _ in pairs]
    values = np.arange(len(pairs), dtype=float)
    one = interpolate(first, values, weight)
    other = interpolate(first, values * unit_of + zero, weight)
    assert one.scores == pytest.approx(other.scores, abs=1e-6)


@given(hits, unit)
def test_shares_sum_to_the_score_and_the_best_score_stays(pairs, weight):
    first, values = apart(pairs)
    result = interpolate(first, values, weight)
    assert sorted(result.order.tolist()) == list(range(len(pairs)))
    assert ((result.scores >= 0) & (result.scores <= 1)).all()
    total = sum(result.shares.values(), np.zeros(len(pairs)))
    assert total == pytest.approx(result.scores, abs=1e-9)
    assert (np.diff(result.scores[result.order]) <= 1e-12).all()
    if len(pairs) and result.scores.max() > 0:
        assert result.scores.max() == pytest.approx(first.max())


@given(hits, unit)
def test_without_a_word_of_the_reranker_the_order_is_that_of_the_search(pairs, weight):
    first = np.sort(apart(pairs)[0])[::-1]
    result = interpolate(first, np.full(len(first), math.nan), weight)
    assert result.order.tolist() == list(range(len(first)))
    assert result.scores == pytest.approx(first)


@given(hits, unit)
def test_hits_that_were_not_seen_never_pass_a_better_one_that_was(pairs, weight):
    assume(len(pairs) > 1)
    first, values = apart(pairs)
    first = np.sort(first)[::-1]
    values[-1] = math.nan
    assert interpolate(first, values, weight).order[-1] == len(pairs) - 1


def test_a_reranker_that_saw_nothing_takes_no_part_of_the_score():
    assert interpolate([0.8, 0.4], [math.nan, math.nan], 1.0).scores.tolist() == [0.8, 0.4]


def test_a_search_without_scores_is_ordered_by_the_reranker_all_the_same():
    result = interpolate([0.0, 0.0], [1.0, 2.0], 0.5)
    assert result.order.tolist() == [1, 0]
    assert result.scores.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("weight", [-0.1, 1.1, math.nan])
def test_a_weight_out_of_range_is_refused(weight):
    with pytest.raises(ValueError, match="weight"):
        interpolate([0.5], [1.0], weight)


def test_places_are_discounted_by_rank():
    values = discounted(4, [2, 0])
    assert values.tolist() == pytest.approx([1 / math.log2(3), 0.0, 1.0, 0.0])
    assert discounted(2, []).tolist() == [0.0, 0.0]


@given(st.permutations(range(12)), st.integers(0, 12))
def test_discounted_scores_keep_the_given_order(places, length):
    ranked = places[:length]
    values = discounted(12, ranked)
    assert np.argsort(-values, kind="stable")[:length].tolist() == ranked
    assert np.count_nonzero(values) == length


def test_windows_go_from_the_end_to_the_front():
    assert list(windows(50, 50, 25)) == [(0, 50)]
    assert list(windows(110, 50, 25)) == [(60, 110), (35, 85), (10, 60), (0, 35)]
    assert list(windows(0, 50, 25)) == []


@given(st.integers(1, 300), st.integers(1, 40), st.data())
def test_windows_reach_every_hit_and_overlap(n, size, data):
    step = data.draw(st.integers(1, size))
    found = list(windows(n, size, step))
    assert {i for start, end in found for i in range(start, end)} == set(range(n))
    assert found[-1][0] == 0
    assert all(0 < end - start <= size for start, end in found)
