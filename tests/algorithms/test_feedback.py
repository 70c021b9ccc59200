from functools import partial
from math import isclose, log

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from memcli.algorithms.feedback import (
    DEFAULT_LEARNING,
    OWN,
    SIGNALS,
    Learning,
    Valuing,
    lowered_importance,
    mixture,
    raised_importance,
)
from memcli.algorithms.feedback import learn_factors as learn_from
from memcli.algorithms.feedback import weights_with as weights_from
from memcli.search.weights import fitted_weights

FITTED = fitted_weights()
learn_factors = partial(learn_from, weights=FITTED)
weights_with = partial(weights_from, weights=FITTED)

WORDS = {"lexical": 0.6, "dense": 0.1, "session": 0.1}
MEANING = {"lexical": 0.1, "dense": 0.6, "session": 0.1}

shares = st.dictionaries(st.sampled_from(SIGNALS), st.floats(0.0, 1.0), max_size=len(SIGNALS))
hits = st.lists(shares, max_size=4)
factors = st.dictionaries(st.sampled_from(SIGNALS), st.floats(0.5, 2.0))
steps = st.lists(st.tuples(hits, hits), max_size=6)
importance = st.floats(0.0, 1.0)


def own_sum(moved):
    return sum(getattr(FITTED, name) * moved[name] for name in OWN)


def test_the_signal_that_sets_used_hits_apart_counts_for_more_and_the_other_for_less():
    moved = learn_factors({}, [WORDS], [MEANING])
    assert moved["lexical"] > 1.0 > moved["dense"]
    moved = learn_factors({}, [MEANING], [WORDS])
    assert moved["dense"] > 1.0 > moved["lexical"]


def test_what_is_around_a_hit_is_learned_against_its_own_evidence():
    alone, company = {"dense": 0.4, "session": 0.1}, {"dense": 0.1, "session": 0.4}
    assert learn_factors({}, [company], [alone])["session"] > 1.0
    assert learn_factors({}, [alone], [company])["session"] < 1.0


def test_one_step_is_that_of_the_logistic_loss_of_the_pair():
    # Equal scores: the order is in doubt by half, so each log weight moves by half its pull.
    learning = Learning(rate=0.2, forgetting=0.0, softness=0.1)
    moved = learn_factors({}, [WORDS], [MEANING], learning=learning)
    between = log(moved["lexical"] / moved["dense"])
    assert isclose(between, 0.2 * 0.5 * (0.5 / 0.8 + 0.5 / 0.8), rel_tol=1e-9)


def test_pairs_in_the_right_order_by_far_move_less_than_pairs_in_the_wrong_order():
    strong, weak = {"lexical": 0.8, "dense": 0.1}, {"lexical": 0.1, "dense": 0.2}
    right = learn_factors({}, [strong], [weak])
    wrong = learn_factors({}, [weak], [strong])
    assert abs(log(right["lexical"])) < abs(log(wrong["lexical"])) / 2


@given(hits, hits, factors)
def test_without_a_difference_nothing_moves(some, others, before):
    kept = {name: before.get(name, 1.0) for name in SIGNALS}
    assert learn_factors(before, some, []) == kept
    assert learn_factors(before, [], others) == kept
    assert learn_factors(before, some[:1], some[:1]) == kept


def test_factors_of_signals_that_there_are_no_more_move_nothing_and_go_with_the_next_move():
    before = {"statement_dense": 1.4, "dense": 1.1}
    assert learn_factors(before, [WORDS], [WORDS]).items() >= before.items()
    moved = learn_factors(before, [WORDS], [MEANING])
    assert set(moved) == set(SIGNALS)
    assert moved == learn_factors({"dense": 1.1}, [WORDS], [MEANING])


@given(steps)
def test_factors_stay_in_their_bounds_and_the_own_weights_keep_their_sum(given_steps):
    moved = {}
    for used, unused in given_steps:
        moved = learn_factors(moved, used, unused, learning=Learning(rate=3.0))
        assert all(0.5 <= factor <= 2.0 for factor in moved.values())
        assert isclose(own_sum(moved), own_sum(dict.fromkeys(SIGNALS, 1.0)), rel_tol=1e-9)


@given(shares, shares)
def test_swapping_used_and_unused_moves_the_other_way(good, bad):
    learning = Learning(rate=1e-4, forgetting=0.0, bound=1e9)
    there = learn_factors({}, [good], [bad], learning=learning)
    back = learn_factors({}, [bad], [good], learning=learning)
    ahead = [log(there[name]) for name in SIGNALS]
    behind = [log(back[name]) for name in SIGNALS]
    # Opposite directions; how far each goes depends on which order was right already.
    product = sum(a * b for a, b in zip(ahead, behind, strict=True))
    lengths = sum(a * a for a in ahead) ** 0.5 * sum(b * b for b in behind) ** 0.5
    assume(lengths > 1e-14)
    assert product / lengths == pytest.approx(-1.0, abs=1e-3)


def test_at_equal_scores_swapping_undoes_the_step_to_first_order():
    learning = Learning(rate=0.01, forgetting=0.0)
    there = learn_factors({}, [WORDS], [MEANING], learning=learning)
    back = learn_factors(there, [MEANING], [WORDS], learning=learning)
    assert all(abs(log(back[name])) < 0.01 * abs(log(there["lexical"])) for name in SIGNALS)


@given(factors, st.lists(shares, max_size=5), st.lists(shares, max_size=5), st.randoms())
def test_the_order_in_which_hits_come_does_not_matter(before, used, unused, random):
    moved = learn_factors(before, used, unused)
    random.shuffle(used)
    random.shuffle(unused)
    assert learn_factors(before, used, unused) == moved


@given(factors, shares)
def test_signals_that_a_query_does_not_have_are_in_no_mixture(before, hit):
    present = [hit.get(name, 0.0) > 0.0 for name in SIGNALS]
    weights = weights_with(before)
    parts = mixture(weights, np.array(present))
    assert all(part == 0.0 for part, there in zip(parts, present, strict=True) if not there)
    # A signal may have been fitted to weigh nothing; contiguity has a kernel, not a weight.
    counts = [getattr(weights, name, 1.0) > 0.0 for name in SIGNALS]
    some = any(there and weighs for there, weighs in zip(present, counts, strict=True))
    assert isclose(parts.sum(), 1.0 if some else 0.0)


def test_scores_of_any_scale_and_shares_that_are_none_are_borne():
    small = [{name: value * 1e-9 for name, value in hit.items()} for hit in (WORDS, MEANING)]
    large = learn_factors({}, [WORDS], [MEANING])
    assert learn_factors({}, [small[0]], [small[1]]) == pytest.approx(large)
    odd = {"lexical": float("nan"), "dense": float("inf"), "session": -1.0, "unheard": 9.0}
    assert learn_factors({}, [odd], [odd]) == dict.fromkeys(SIGNALS, 1.0)


def test_what_was_learned_long_ago_fades_as_more_is_learned():
    moved = {}
    for _ in range(30):
        moved = learn_factors(moved, [WORDS], [MEANING])
    odd_week = moved["lexical"]
    assert odd_week > 1.2
    almost_nothing = {"speaker": 0.5, "dense": 0.5}, {"speaker": 0.4999, "dense": 0.5}
    for _ in range(180):
        moved = learn_factors(moved, [almost_nothing[0]], [almost_nothing[1]])
    assert abs(log(moved["lexical"])) < 0.05 * log(odd_week)


@given(factors)
def test_weights_are_multiplied_and_only_those_of_signals(before):
    weights = weights_with(before | {"sharpness": 2.0, "unheard": 0.5})
    for name in set(SIGNALS) - {"contiguity"}:
        assert getattr(weights, name) == getattr(FITTED, name) * before.get(name, 1.0)
    assert weights.forward == FITTED.forward * before.get("contiguity", 1.0)
    assert weights.backward == FITTED.backward * before.get("contiguity", 1.0)
    for name in ("decay", "window", "sharpness", "words", "superseded", "session_turns"):
        assert getattr(weights, name) == getattr(FITTED, name)


def test_factors_out_of_bounds_are_taken_into_them():
    weights = weights_with({"dense": 100.0, "lexical": 0.0})
    assert weights.dense == FITTED.dense * DEFAULT_LEARNING.bound
    assert weights.lexical == FITTED.lexical / DEFAULT_LEARNING.bound


@given(importance)
def test_helping_brings_importance_nearer_to_one_and_not_helping_takes_a_little(value):
    up, down = raised_importance(value), lowered_importance(value)
    assert value <= up <= 1.0
    assert 0.0 <= down <= value
    assert down >= min(value, Valuing().least)
    assert value - down <= up - value or value > 0.8


@given(importance, importance)
def test_what_matters_more_before_matters_more_after(one, other):
    low, high = sorted((one, other))
    assert raised_importance(low) <= raised_importance(high)
    assert lowered_importance(low) <= lowered_importance(high)


def test_what_was_not_weighed_yet_starts_in_the_middle_and_only_by_helping():
    assert raised_importance(None) == pytest.approx(0.46)
    assert lowered_importance(None) is None


@pytest.mark.parametrize("wrong", [{"rate": 0}, {"forgetting": 1.0}, {"bound": 1}, {"softness": 0}])
def test_learning_that_would_not_settle_is_refused(wrong):
    with pytest.raises(ValueError, match="out of range"):
        Learning(**wrong)


def test_valuing_that_would_leave_its_range_is_refused():
    with pytest.raises(ValueError, match="out of range"):
        Valuing(gain=1.5)
