"""What a decay policy of another package has to hold to, for its own tests: check_policy."""

from __future__ import annotations

import dataclasses

import numpy as np

from memcli.algorithms.decay import Anchors, FloatArray, Policy, Recalls, retention

MEMORIES = 400
EDGES = (0.0, 1e-9, 1.0, 1e5)
# Rounding may move a number by so much.
SLACK = 1e-9


def check_policy(policy: Policy, seed: int = 0) -> None:
    """
    Raise AssertionError, with a sentence, where a policy breaks its contract.

    Retention is in [0, 1], one number a memory, the same each time; it never rises while time
    passes without a recall, never falls by a recall, and memories do not influence each other.
    """
    assert dataclasses.is_dataclass(policy), "a policy is a dataclass of its parameters"
    random = np.random.default_rng(seed)
    anchors = _some(random)
    raw = policy.retention(anchors)
    assert np.shape(raw) == (MEMORIES,), "there is one number a memory"
    left = retention(anchors, policy)
    assert np.array_equal(left, retention(anchors, policy)), "the same anchors, the same number"
    assert ((raw >= -SLACK) & (raw <= 1 + SLACK)).all(), "retention is in [0, 1]"
    later = retention(_later(anchors, random.exponential(100.0, MEMORIES)), policy)
    assert (later <= left + SLACK).all(), "retention never rises without a recall"
    recalled = retention(_recalled(anchors, random), policy)
    assert (recalled >= left - SLACK).all(), "retention never falls by a recall"
    for index in range(0, MEMORIES, 40):
        alone = retention(_one(anchors, index), policy)
        assert np.allclose(alone, left[index]), "memories do not influence each other"


def _some(random: np.random.Generator) -> Anchors:
    """Return memories of all ages, with up to six recalls each."""
    ages = np.concatenate([EDGES, random.exponential(200.0, MEMORIES - len(EDGES))])
    owner = np.repeat(np.arange(MEMORIES), random.integers(0, 7, MEMORIES))
    recalls = Recalls(owner, ages[owner] * random.random(len(owner)))
    importance, links = random.random(MEMORIES), random.integers(0, 20, MEMORIES).astype(float)
    return Anchors(ages, importance, links, random.integers(1, 9, MEMORIES).astype(float), recalls)


def _later(anchors: Anchors, days: FloatArray) -> Anchors:
    owner, ages = anchors.recalls
    return anchors._replace(
        age_days=anchors.age_days + days, recalls=Recalls(owner, ages + days[owner])
    )


def _recalled(anchors: Anchors, random: np.random.Generator) -> Anchors:
    """Return the same memories, each recalled once more at any time of its life."""
    owner, ages = anchors.recalls
    more = anchors.age_days * random.random(MEMORIES)
    recalls = Recalls(np.append(owner, np.arange(MEMORIES)), np.append(ages, more))
    return anchors._replace(recalls=recalls)


def _one(anchors: Anchors, index: int) -> Anchors:
    mine = anchors.recalls.owner == index
    own = Recalls(np.zeros(mine.sum(), np.int64), anchors.recalls.age_days[mine])
    place = slice(index, index + 1)
    age_days, importance, links, length = anchors[:4]
    return Anchors(age_days[place], importance[place], links[place], length[place], own)
