"""Logistic regression: its value, and that of statements."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.logistic import logistic, salience


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
