"""What helped with a question stands higher when it is asked again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.question_feedback import (
    BOUND,
    HALF_LIFE_DAYS,
    Given,
    leanings,
    likeness,
    moved_by,
    signature,
)

CHANCE = np.random.default_rng(3)
ASKED = CHANCE.standard_normal(64)
SAME = ASKED + 0.1 * CHANCE.standard_normal(64)
OTHER = CHANCE.standard_normal(64)


@given(st.floats(0.0, np.pi))
def test_signatures_tell_the_cosine_of_their_vectors(angle):
    one = np.array([1.0, 0.0, 0.0])
    other = np.array([np.cos(angle), np.sin(angle), 0.0])
    assert likeness(signature(one), signature(other)) == pytest.approx(np.cos(angle), abs=0.25)
    assert likeness(signature(one), signature(one)) == 1.0


def test_signatures_of_other_sizes_are_of_other_questions():
    assert likeness("00", "0000") == 0.0


def test_only_nearly_the_same_question_counts():
    verdicts = [Given(signature(SAME), "a", True, 0.0), Given(signature(OTHER), "b", True, 0.0)]
    assert leanings(verdicts, signature(ASKED)).keys() == {"a"}


def test_verdicts_fade_and_add_up_within_bounds():
    asked = signature(ASKED)
    fresh, old = Given(asked, "a", True, 0.0), Given(asked, "a", True, HALF_LIFE_DAYS)
    assert leanings([fresh], asked) == {"a": 1.0}
    assert leanings([old], asked) == {"a": pytest.approx(0.5)}
    assert leanings([fresh, old, old], asked) == {"a": 1.0}
    assert leanings([fresh._replace(helped=False)], asked) == {"a": -1.0}


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(-1, 1)), max_size=12))
def test_scores_stay_in_bounds_and_move_by_half_of_the_best_at_most(pairs):
    scores = np.array([score for score, _ in pairs])
    added = moved_by(scores, [leaning for _, leaning in pairs])
    assert (scores + added >= 0).all()
    assert (scores + added <= 1).all()
    assert (np.abs(added) <= BOUND * scores.max(initial=0.0) + 1e-12).all()
