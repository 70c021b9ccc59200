import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from memcli.algorithms import mixture
from memcli.algorithms.mixture import Mixture, fit, upper_members

similarity = st.floats(-1, 1, width=32)
rows = hnp.arrays(np.float64, st.integers(0, 40), elements=similarity)
gappy = hnp.arrays(
    np.float64,
    st.tuples(st.integers(0, 8), st.integers(0, 25)),
    elements=st.one_of(similarity, st.just(np.nan), st.sampled_from([0.2, 0.8])),
)


def heaps(low=16, high=4, apart=0.5, spread=0.04, seed=0):
    """Similarities of many far neighbours and a few near ones, the near ones last."""
    rng = np.random.default_rng(seed)
    far = rng.normal(0.3, spread, low)
    return np.concatenate([far, rng.normal(0.3 + apart, spread, high)])


def fitted(values):
    """The mixture that fits one row of similarities."""
    return Mixture(*(part[0] for part in fit(np.asarray(values, np.float64).reshape(1, -1))))


def members_of(values, *limits, **named):
    """The upper members of one row of similarities."""
    return upper_members(np.asarray(values, np.float64).reshape(1, -1), *limits, **named)[0]


def test_two_heaps_are_found():
    means, variances, weights = fitted(heaps(300, 100))
    assert means == pytest.approx([0.3, 0.8], abs=0.02)
    assert np.sqrt(variances) == pytest.approx([0.04, 0.04], abs=0.01)
    assert weights == pytest.approx([0.75, 0.25], abs=0.02)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("low", "high"), [(16, 4), (28, 2), (5, 5), (4, 16)])
def test_the_near_ones_are_members_and_no_others(seed, low, high):
    members = members_of(heaps(low, high, seed=seed))
    assert members.tolist() == [False] * low + [True] * high


def test_one_heap_has_no_upper_members_nineteen_times_of_twenty():
    drawn = np.random.default_rng(3).normal(0.4, 0.1, (2000, 30))
    assert upper_members(drawn).any(axis=1).mean() < 0.05


@pytest.mark.parametrize(
    "values",
    [
        [],
        [0.9],
        [0.1, 0.9],
        [0.1, 0.1, 0.9],
        [0.5] * 4,
        [0.5] * 30,
        [np.nan] * 6,
        [0.1, 0.9, np.nan, np.nan, 0.2],
        [0.500001, 0.5, 0.5, 0.5, 0.5],
    ],
)
def test_too_few_or_equal_values_have_no_members_of(values):
    assert not members_of(values).any()
    assert np.isfinite(fitted(values)).all()


def test_one_that_stands_out_among_equals_is_a_member():
    assert members_of([0.2] * 9 + [0.9]).tolist() == [False] * 9 + [True]
    assert members_of([0.2] + [0.9] * 9).tolist() == [False] + [True] * 9


def test_members_are_limited_to_the_most_similar():
    values = [0.1, 0.12, 0.1, 0.11, 0.1, 0.13, 0.82, 0.85, 0.8, 0.85]
    assert np.flatnonzero(members_of(values)).tolist() == [6, 7, 8, 9]
    assert np.flatnonzero(members_of(values, max_members=3)).tolist() == [6, 7, 9]
    assert np.flatnonzero(members_of(values, max_members=1)).tolist() == [7]
    assert not members_of(values, max_members=0).any()


def test_what_lies_below_the_floor_is_no_member():
    assert np.flatnonzero(members_of(heaps(), floor=0.9)).tolist() == [
        i for i, value in enumerate(heaps()) if value >= 0.9
    ]
    assert not members_of(heaps(), floor=1.5).any()


@given(values=rows)
@settings(deadline=None)
def test_a_fit_is_a_mixture_with_the_lower_mean_first(values):
    means, variances, weights = fitted(values)
    assert means[0] <= means[1]
    assert np.all(variances >= mixture.MIN_VARIANCE)
    assert weights.sum() == pytest.approx(1.0, abs=1e-5)
    if len(values):
        assert np.all((means >= values.min() - 1e-9) & (means <= values.max() + 1e-9))


@given(values=rows, most=st.one_of(st.none(), st.integers(0, 10)), floor=st.floats(-1, 1))
@settings(deadline=None)
def test_a_more_similar_one_is_never_left_out(values, most, floor):
    members = members_of(values, most, floor)
    assert members.shape == values.shape
    assert values[members].min(initial=2.0) >= values[~members].max(initial=-2.0) or (
        not members.any()
    )
    assert np.all(values[members] >= floor)
    assert most is None or members.sum() <= most


@given(values=rows, seed=st.integers(0, 100))
@settings(deadline=None)
def test_the_order_of_the_values_does_not_matter(values, seed):
    order = np.random.default_rng(seed).permutation(len(values))
    fit, shuffled = fitted(values), fitted(values[order])
    assert np.concatenate(fit) == pytest.approx(np.concatenate(shuffled), abs=1e-3)


@given(values=gappy, most=st.one_of(st.none(), st.integers(0, 5)))
@settings(deadline=None)
def test_a_batch_judges_each_row_by_itself(values, most):
    members = upper_members(values, most, -1.0)
    alone = [members_of(row, most, -1.0).tolist() for row in values]
    assert members.tolist() == alone
    assert not members[np.isnan(values)].any()


def test_chunks_do_not_show(monkeypatch):
    drawn = np.stack([heaps(seed=seed) for seed in range(9)])
    whole = upper_members(drawn)
    monkeypatch.setattr(mixture, "CHUNK", 2)
    assert (upper_members(drawn) == whole).all()
