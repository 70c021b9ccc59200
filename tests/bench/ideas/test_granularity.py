import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ideas.granularity import certainty, route, router_weights

COSINES = st.lists(st.floats(-1.0, 1.0), max_size=30)
TEMPERATURES = st.sampled_from([0.05, 0.1, 0.2, 1.0])
NAMES = ("turn", "segment", "session")
PEAKY, FLAT = [0.9, 0.6, 0.5, 0.4, 0.4], [0.6] * 5


@given(COSINES, TEMPERATURES)
def test_certainty_is_a_share(values, temperature):
    assert 0.0 <= certainty(values, temperature) <= 1.0


@given(COSINES, TEMPERATURES, st.floats(-0.5, 0.5), st.randoms(use_true_random=False))
def test_certainty_depends_on_differences_and_not_on_order(values, temperature, shift, chance):
    moved = [value + shift for value in values]
    chance.shuffle(moved)
    assert certainty(moved, temperature) == pytest.approx(certainty(values, temperature), abs=1e-9)


@given(st.floats(-1.0, 1.0), st.integers(2, 50), TEMPERATURES)
def test_alternatives_that_are_all_alike_leave_all_open(value, n, temperature):
    assert certainty([value] * n, temperature) == pytest.approx(0.0, abs=1e-12)


@given(COSINES.filter(lambda values: len(values) > 1))
def test_the_colder_the_surer(values):
    assert certainty(values, 0.05) >= certainty(values, 0.5) - 1e-9


@given(st.lists(COSINES, min_size=1, max_size=3), TEMPERATURES)
def test_weights_of_granularities_sum_to_one(columns, temperature):
    weights = router_weights(dict(zip(NAMES, columns, strict=False)), temperature)
    assert sum(weights.values()) == pytest.approx(1.0)
    assert min(weights.values()) >= 0.0


@pytest.mark.parametrize("temperature", [0.1, 0.2])
def test_the_flatter_granularity_never_gets_the_greater_weight(temperature):
    # With the entropy in nats it gets 0.87 at 0.2, and at 0.1 the weights have mixed signs.
    weights = router_weights({"turn": PEAKY, "session": FLAT}, temperature)
    assert weights["turn"] > 0.99


def test_one_clear_node_is_certain():
    assert certainty([1.0, 0.0, 0.0], 0.01) == pytest.approx(1.0)
    assert certainty([1e6, -1e6], 0.1) == pytest.approx(1.0)


def test_where_there_is_nothing_to_choose_granularities_count_the_same():
    assert certainty([0.7]) == certainty([]) == certainty([0.7, np.nan, np.inf]) == 0.0
    assert router_weights({"turn": [0.7], "session": []}) == {"turn": 0.5, "session": 0.5}
    assert router_weights({}) == {}


def test_a_temperature_of_zero_is_refused():
    with pytest.raises(ValueError, match="temperature must be above 0"):
        certainty([0.1, 0.2], 0.0)


def test_scores_are_mixed_by_the_weights_and_their_shares_add_up():
    scores = {"turn": [1.0, 0.0], "session": [0.5, 0.5]}
    routed = route(scores, {"turn": 0.75, "session": 0.25})
    np.testing.assert_allclose(routed.score, [0.875, 0.125])
    np.testing.assert_allclose(routed.shares["turn"] + routed.shares["session"], routed.score)
