"""Logistic regression: its value, its fit, the area under ROC, and that of statements."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.logistic import fit_logistic, logistic, roc_area, salience


@given(st.floats(-1e6, 1e6))
def test_the_logistic_is_between_0_and_1_and_odd_around_a_half(x: float) -> None:
    assert 0 <= logistic(x) <= 1
    assert logistic(x) + logistic(-x) == pytest.approx(1)


def test_salience_reads_vectors_of_any_length_and_ignores_those_of_another_encoder() -> None:
    features, of_features, of_vector = [[1.0, 2.0]], [0.5, 0.25], [1.0, 0.0]
    expected = logistic(1.0 + 1.0)
    for scale in (1.0, 127.0):
        assert salience(features, [[scale, 0.0]], of_features, of_vector) == expected
    assert salience(features, [[1.0, 0.0, 0.0]], of_features, of_vector) == logistic(1.0)


def test_a_fit_finds_the_weights_that_made_its_labels() -> None:
    chance = np.random.default_rng(1)
    rows = np.hstack([np.ones((20_000, 1)), chance.normal(size=(20_000, 2))])
    truth = np.array([0.5, 2.0, -1.0])
    labels = chance.random(20_000) < logistic(rows @ truth)
    found = fit_logistic(rows, labels, np.ones(20_000), [1e-6, 1e-6, 1e-6])
    assert found == pytest.approx(truth, abs=0.1)


def test_a_ridge_keeps_weights_finite_and_small() -> None:
    rows, labels = [[1.0, -1.0], [1.0, 1.0]], [0, 1]
    loose, tight = (fit_logistic(rows, labels, [1, 1], [1e-6, r])[1] for r in (0.1, 10.0))
    assert 0 < tight < loose < 100


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=20))
def test_the_area_is_the_share_of_pairs_in_order(pairs: list[tuple[int, bool]]) -> None:
    scores, labels = zip(*pairs, strict=True)
    high = [s for s, label in pairs if label]
    low = [s for s, label in pairs if not label]
    if high and low:
        won = [(a > b) + 0.5 * (a == b) for a in high for b in low]
        assert roc_area(scores, labels) == pytest.approx(sum(won) / len(won))
    else:
        assert np.isnan(roc_area(scores, labels))
