"""Learned retention: the contract of a policy, and what a fit finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.algorithms.decay import Anchors, Recalls
from memcli.algorithms.retention_model import SIGNS, TERMS, Learned, as_retention, features, fit
from memcli.retention.contract import check_policy

SIZES = st.floats(0, 4)


@settings(max_examples=12)
@given(st.tuples(*(SIZES for _ in TERMS)), st.floats(-5, 5), st.integers(0, 20))
def test_any_model_with_the_signs_holds_to_the_contract(sizes, bias, seed):
    signs = np.array([SIGNS.get(name, 1) for name in TERMS])
    check_policy(Learned(terms=tuple((signs * sizes).tolist()), bias=bias), seed)


def memories(n, random):
    ages = random.exponential(50.0, n)
    none = Recalls(np.zeros(0, np.int64), np.zeros(0))
    ones = np.ones(n)
    return Anchors(ages, random.random(n), 0 * ones, ones, none, random.random(n), random.random(n))


def test_a_fit_finds_what_is_recalled():
    random = np.random.default_rng(3)
    anchors = memories(4_000, random)
    labels = (random.random(4_000) < np.where(anchors.rarity > 0.5, 0.8, 0.2)).astype(float)
    model = fit(features(anchors), labels, np.ones(4_000))
    weights = dict(zip(TERMS, model.terms, strict=True))
    assert weights["rarity"] > 2
    assert abs(weights["surprise"]) < 0.3
    left = model.retention(anchors)
    assert left[anchors.rarity > 0.5].mean() > left[anchors.rarity < 0.5].mean() + 0.3


def test_a_term_of_the_wrong_sign_is_left_out():
    random = np.random.default_rng(4)
    anchors = memories(2_000, random)
    labels = (anchors.age_days > 50).astype(float)  # old ones alone are recalled
    model = fit(features(anchors), labels, np.ones(2_000))
    weights = dict(zip(TERMS, model.terms, strict=True))
    assert [weights[name] * sign >= 0 for name, sign in SIGNS.items()] == [True] * len(SIGNS)
    check_policy(model)


def test_as_many_fade_as_by_the_formula():
    random = np.random.default_rng(5)
    anchors = memories(1_000, random)
    model = Learned(terms=(-1.0, *(0.0,) * (len(TERMS) - 2), 2.0), bias=3.0)
    left = np.concatenate([np.full(30, 0.001), np.full(170, 0.05), np.full(800, 0.6)])
    scores = features(anchors) @ np.array(model.terms) + model.bias
    scaled = as_retention(model, scores, left, 0.1, 0.01)
    assert all(type(value) is float for value in (*scaled.terms, scaled.bias))
    found = scaled.retention(anchors)
    assert np.mean(found < 0.1) == pytest.approx(0.2, abs=0.002)
    assert np.mean(found < 0.01) == pytest.approx(0.03, abs=0.002)
    assert (np.argsort(found) == np.argsort(model.retention(anchors))).all()
    kept = as_retention(model, scores, np.ones(1_000), 0.1, 0.01).retention(anchors)
    assert kept.min() > 0.1
