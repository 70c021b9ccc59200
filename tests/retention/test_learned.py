"""The model of a store: what a commit has of it, and what is no model."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.algorithms.retention_model import TERMS, Learned
from memcli.retention.learned import as_stored, learned_of

NOW = datetime(2031, 6, 1, tzinfo=UTC)
MODEL = Learned(terms=(-1.5, 0.0, 0.25, *(0.5,) * (len(TERMS) - 3)), bias=-2.0)
STORED = as_stored(MODEL, {"area": 0.61234}, NOW)


def test_it_comes_out_as_it_went_in():
    assert learned_of({"retention": STORED}) == MODEL
    assert STORED["figures"] == {"area": 0.6123}
    assert "age" not in STORED["terms"]  # a weight of 0
    assert learned_of({}) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"v": 2},
        {"bias": "x"},
        {"bias": float("nan")},
        {"terms": {"idle": 1.0}},
        {"terms": {"nonesuch": 1.0}},
    ],
)
def test_what_cannot_be_one_is_none(wrong):
    assert learned_of({"retention": {**STORED, **wrong}}) is None
