"""Neighbours of hits come behind the first answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.evidence import Candidates
from memcli.algorithms.neighbours import N_ANSWERS, neighbours_behind
from memcli.algorithms.ranking import Ranking


def candidates(session, seq, answers=None):
    n = len(session)
    nothing = np.zeros(n)
    return Candidates(
        lexical=nothing,
        cosine=nothing,
        session=np.array(session, np.int64),
        seq=np.array(seq, np.int64),
        speaker_match=nothing,
        superseded=np.zeros(n, bool),
        words=np.ones(n, np.int64),
        answers=None if answers is None else np.array(answers, bool),
    )


def ranking(own, beside):
    shares = {"dense": np.array(own, float), "contiguity": np.array(beside, float)}
    scores = shares["dense"] + shares["contiguity"]
    return Ranking(np.argsort(-scores, kind="stable"), scores, shares)


OWN, BESIDE = [0.8, 0.1, 0.4, 0.3, 0.2, 0.1], [0.1, 0.6, 0.1, 0.1, 0.1, 0.05]
SESSIONS, PLACES = [0, 0, 1, 2, 3, 4], [5, 6, 0, 0, 0, 0]


def test_a_mere_neighbour_comes_behind_the_first_answers():
    moved = neighbours_behind(ranking(OWN, BESIDE), candidates(SESSIONS, PLACES))
    assert moved.order.tolist() == [0, 2, 3, 1, 4, 5]
    assert moved.scores[1] == pytest.approx(moved.scores[3])
    assert sum(part[1] for part in moved.shares.values()) == pytest.approx(moved.scores[1])


def test_what_hardly_fits_does_not_come_before_a_neighbour():
    own = ranking([0.8, 0.1, 0.4, 0.1, 0.05, 0.02], BESIDE)
    moved = neighbours_behind(own, candidates(SESSIONS, PLACES))
    assert moved.order.tolist() == [0, 2, 1, 3, 4, 5]


def test_what_answers_a_question_is_an_answer():
    answers = [False, True, False, False, False, False]
    before = ranking(OWN, BESIDE)
    assert neighbours_behind(before, candidates(SESSIONS, PLACES, answers)) is before


def test_what_stands_elsewhere_or_says_it_itself_stays():
    before = ranking(OWN, BESIDE)
    assert neighbours_behind(before, candidates(SESSIONS, [5, 9, 0, 0, 0, 0])) is before
    own = ranking([0.8, 0.6, 0.4, 0.3, 0.2, 0.1], BESIDE)
    assert neighbours_behind(own, candidates(SESSIONS, PLACES)) is own


@given(
    st.lists(
        st.tuples(st.floats(0, 0.5), st.floats(0, 0.5), st.integers(-1, 2), st.integers(0, 6)),
        max_size=20,
    )
)
def test_every_row_stays_once_and_scores_fall(rows):
    own, beside = [row[0] for row in rows], [row[1] for row in rows]
    before = ranking(own, beside)
    moved = neighbours_behind(before, candidates([r[2] for r in rows], [r[3] for r in rows]))
    assert sorted(moved.order.tolist()) == list(range(len(rows)))
    assert (np.diff(moved.scores[moved.order]) <= 1e-12).all()
    assert (moved.scores <= before.scores + 1e-12).all()
    assert N_ANSWERS > 0
