import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from memcli.algorithms.fusion import fuse, length_factor, relative, scaled

any_values = arrays(np.float64, st.integers(0, 20), elements=st.floats(-1e6, 1e6))
unit_pairs = arrays(np.float64, st.tuples(st.just(2), st.integers(1, 20)), elements=st.floats(0, 1))
weight_pairs = st.tuples(st.floats(0, 10), st.floats(0, 10))


@pytest.mark.parametrize(
    ("values", "sharpness", "expected"),
    [
        ([2.0, 1.0, 0.0], 1.0, [1.0, 0.5, 0.0]),
        ([2.0, 1.0, 0.0], 2.0, [1.0, 0.25, 0.0]),
        ([0.4, -0.4], 1.0, [1.0, 0.0]),
        ([0.0, 0.0], 2.0, [0.0, 0.0]),
        ([-1.0, -2.0], 1.0, [0.0, 0.0]),
        ([3.0, np.nan, np.inf], 1.0, [1.0, 0.0, 0.0]),
        ([], 2.0, []),
    ],
)
def test_relative_divides_by_the_best_and_sharpens(values, sharpness, expected):
    assert relative(values, sharpness).tolist() == expected


@given(any_values, st.floats(0.1, 5))
def test_relative_stays_in_the_unit_interval(values, sharpness):
    result = relative(values, sharpness)
    assert ((result >= 0) & (result <= 1)).all()


# Scaled down, the least of floats underflow to nothing.
normal_values = arrays(
    np.float64, st.integers(0, 20), elements=st.integers(-1_000_000, 1_000_000).map(float)
)


@given(normal_values, st.floats(0.001, 1000))
def test_relative_ignores_the_unit_of_the_values(values, unit):
    assert relative(values * unit, 2.0) == pytest.approx(relative(values, 2.0), abs=1e-9)


def test_relative_leaves_its_input_unchanged():
    values = np.array([-1.0, 2.0, np.nan])
    relative(values, 2.0)
    assert values.tolist() == pytest.approx([-1.0, 2.0, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("words", "scale", "expected"),
    [(0, 10.0, 0.0), (10, 10.0, 0.632), (1000, 10.0, 1.0), (3, 0.0, 1.0), (-1, 10.0, 0.0)],
)
def test_length_factor_discounts_short_turns(words, scale, expected):
    assert length_factor([words], scale)[0] == pytest.approx(expected, abs=1e-3)


@given(st.integers(0, 5000), st.just(0.0) | st.floats(0.1, 100))
def test_length_factor_never_falls_with_length(words, scale):
    shorter, longer = length_factor([words, words + 1], scale)
    assert 0 <= shorter <= longer <= 1


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({"a": 1.0, "b": 1.0}, [0.5, 0.75]),
        ({"a": 3.0, "b": 1.0}, [0.75, 0.625]),
        ({"a": 0.0, "b": 2.0}, [0.0, 1.0]),
        ({"a": 0.0, "b": 0.0}, [0.0, 0.0]),
    ],
)
def test_fuse_is_the_weighted_mean(weights, expected):
    assert fuse({"a": [1.0, 0.5], "b": [0.0, 1.0]}, weights).score.tolist() == expected


@given(unit_pairs, weight_pairs)
def test_fuse_stays_in_the_unit_interval_and_shares_sum_to_the_score(signals, weights):
    named = dict(zip("ab", weights, strict=True))
    score, shares = fuse(dict(zip("ab", signals, strict=True)), named)
    assert ((score >= 0) & (score <= 1)).all()
    assert sum(shares.values()) == pytest.approx(score)


@given(unit_pairs, weight_pairs, st.data())
def test_raising_one_signal_never_lowers_a_fused_score(signals, weights, data):
    named = dict(zip("ab", weights, strict=True))
    row = data.draw(st.integers(0, signals.shape[1] - 1))
    raised = signals.copy()
    raised[0, row] = data.draw(st.floats(signals[0, row], 1))
    before = fuse(dict(zip("ab", signals, strict=True)), named).score
    after = fuse(dict(zip("ab", raised, strict=True)), named).score
    assert (after >= before).all()


def test_scaled_multiplies_score_and_shares_alike():
    score, shares = scaled({"a": np.array([0.2, 0.4]), "b": np.array([0.2, 0.0])}, [0.5, 1.0])
    assert score.tolist() == [0.2, 0.4]
    assert {name: part.tolist() for name, part in shares.items()} == {
        "a": [0.1, 0.4],
        "b": [0.1, 0.0],
    }


def test_scaled_keeps_rounding_from_passing_one():
    parts = {str(i): np.array([0.1]) for i in range(12)}
    assert scaled(parts, 1.0).score.tolist() == [1.0]
