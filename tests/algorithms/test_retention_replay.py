"""Replay of recalls: what was there, what laws see of it, and what they come to."""

from __future__ import annotations

import numpy as np
import pytest

from memcli.algorithms.retention_replay import (
    History,
    Moment,
    certainty,
    learning_rows,
    replay,
)


def history(n=6, **more):
    values = {
        "made": np.arange(n, dtype=float),
        "importance": np.linspace(0, 1, n),
        "links": np.zeros(n),
        "length": np.ones(n),
        "surprise": np.zeros(n),
        "rarity": np.zeros(n),
        "space": np.array([0, 0, 0, 0, 1, 1][:n]),
        "may_fade": np.array([True, True, True, False, True, True][:n]),
        "recall_owner": np.array([0, 0, 2]),
        "recall_at": np.array([3.5, 9.0, 3.0]),
    }
    return History(**{**values, **more})


def test_others_are_of_the_same_space_were_there_and_may_fade():
    wanted, others = history().there(Moment(2.5, np.array([1])))
    assert (wanted.tolist(), others.tolist()) == ([1], [0, 2])
    wanted, others = history().there(Moment(9.0, np.array([1, 3])))
    assert (wanted.tolist(), others.tolist()) == ([1], [0, 2])


def test_a_law_sees_nothing_of_the_moment_or_of_later():
    anchors = history().anchors_at(3.5, np.array([0, 2]))
    assert anchors.age_days.tolist() == [3.5, 1.5]
    assert list(zip(*map(np.ndarray.tolist, anchors.recalls), strict=True)) == [(1, 0.5)]
    assert history().anchors_at(9.5, np.array([0])).idle_days.tolist() == [0.5]
    active = history(active_days=np.array([0, 2, 3]))
    assert active.anchors_at(3.5, np.array([0])).age_days.tolist() == [2.0]


def test_the_law_that_ranks_what_is_recalled_first_is_best():
    told = history()
    moments = [Moment(9.0, np.array([2])), Moment(9.5, np.array([2, 5]))]
    laws = {
        "right": lambda anchors, where: anchors.importance,
        "wrong": lambda anchors, where: -anchors.importance,
        "even": lambda anchors, where: np.zeros(len(where)),
    }
    scores = replay(told, moments, laws, np.random.default_rng(0))
    assert scores["right"].area.tolist() == [1.0, pytest.approx(5 / 6)]
    assert scores["wrong"].area.tolist() == [0.0, pytest.approx(1 / 6)]
    assert scores["even"].area.tolist() == [0.5, 0.5]
    assert scores["even"].kept.tolist() == [0.5, 0.5]
    assert scores["right"].kept[0] == 1.0
    right, even = scores["right"].area, scores["even"].area
    assert certainty(right, even, np.random.default_rng(0)) == 1.0
    assert certainty(even, even, np.random.default_rng(0)) == 0.0


def test_both_sides_of_a_moment_weigh_the_same():
    rows, labels, weights = learning_rows(
        history(), [Moment(9.0, np.array([2]))], np.random.default_rng(0)
    )
    assert len(rows) == 3
    assert weights[labels == 1].sum() == weights[labels == 0].sum() == 1.0
    empty = learning_rows(history(), [], np.random.default_rng(0))
    assert [len(part) for part in empty] == [0, 0, 0]
