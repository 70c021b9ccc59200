import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from memcli.algorithms import decay
from memcli.algorithms.decay import (
    POLICIES,
    Age,
    Anchors,
    Ebbinghaus,
    Heat,
    Layered,
    Power,
    Recalls,
    Thresholds,
    Unfading,
)

# As in the papers: nothing but time and recalls.
PLAIN = {"importance_gain": 0.0, "link_gain": 0.0}

policies = st.sampled_from([policy() for policy in POLICIES.values()])
days = st.floats(0, 2_000, allow_subnormal=False)
recall_ages = st.lists(days, max_size=8)
unit = st.floats(0, 1)


def anchors(age, recalls=(), importance=0.0, links=0.0, length=1.0):
    """One memory; recalls that are older than it are of its making."""
    ages = np.minimum(np.array(recalls, float), age)
    return Anchors(
        np.array([float(age)]),
        np.array([importance]),
        np.array([links]),
        np.array([length]),
        Recalls(np.zeros(len(ages), np.int64), ages),
    )


def left(policy, *args, **more):
    return float(decay.retention(anchors(*args, **more), policy)[0])


# ---------------------------------------------------------------- hand-computed values


@pytest.mark.parametrize(
    ("age", "recalls", "expected"),
    [
        (0, (), 1.0),
        (5, (), math.exp(-1)),  # one unit of five days with S = 1
        (15, (), math.exp(-3)),
        # Recalled four times, well apart: S = 5, three days ago: the value that the paper means.
        (163, (123, 83, 43, 3), 0.887),
    ],
)
def test_ebbinghaus_is_exp_of_minus_time_over_stability(age, recalls, expected):
    assert left(Ebbinghaus(**PLAIN), age, recalls) == pytest.approx(expected, abs=1e-3)


def test_a_unit_of_one_day_gives_the_law_of_the_paper():
    policy = Ebbinghaus(**PLAIN, initial_days=1.0, recall_days=1.0)
    assert left(policy, 1) == pytest.approx(0.3679, abs=1e-4)
    assert left(policy, 62, (32, 2)) == pytest.approx(math.exp(-2 / 3), abs=1e-6)


@pytest.mark.parametrize(
    ("age", "recalls", "expected"),
    [
        (30, (), 0.5),
        (120, (), 1 / (1 + 4**1.25)),  # d / s = 0.5 / 0.4
        # Two encounters, 100 and 30 days ago: 1 + (30 / 100) ** 0.5 times the threshold.
        (100, (30,), 1 - 1 / (1 + (1 + 0.3**0.5) ** 2.5)),
    ],
)
def test_power_is_the_base_level_of_act_r(age, recalls, expected):
    policy = Power(**PLAIN)
    assert left(policy, age, recalls) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("importance", "age", "expected"),
    [
        (0.0, 14, math.exp(-1)),
        (0.5, 28, math.exp(-2)),
        # 90 points are above 80 for ln(90/80)/-ln(.988) = 9.757 days.
        (0.9, 5, math.exp(-5 / 365)),
        # then above 60 for ln(80/60)/-ln(.967) = 8.573 days, then short.
        (0.9, 40, math.exp(-(9.7566 / 365 + 8.5731 / 90 + 21.6703 / 14))),
    ],
)
def test_layers_are_slower_the_deeper_and_points_decide_on_them(importance, age, expected):
    policy = Layered(**PLAIN)
    assert left(policy, age, importance=importance) == pytest.approx(expected, rel=1e-4)


def test_recalls_promote_to_a_deeper_layer():
    policy = Layered(**PLAIN)
    recalls = [400.0 - 30 * n for n in range(13)]
    assert left(policy, 430, recalls, importance=0.5) > 2 * left(policy, 40, importance=0.5)


def test_heat_is_that_of_memoryos_at_the_moment_of_a_visit_and_cools_after_it():
    policy = Heat(**PLAIN)
    visited = anchors(300, (200, 100, 0), length=2.0)
    assert policy.heat(visited)[0] == pytest.approx(3 + 2 + 1)
    later = anchors(330, (230, 130, 30), length=2.0)
    assert policy.heat(later)[0] == pytest.approx(5 * math.exp(-1) + math.exp(-30))
    assert left(policy, 300, (200, 100, 0), length=2.0) == pytest.approx(1 - math.exp(-6))


def test_age_takes_the_same_share_every_day_whatever_is_recalled():
    policy = Age(**PLAIN)
    assert left(policy, 30) == pytest.approx(math.exp(-0.3))
    assert left(policy, 30, (1,)) == left(policy, 30)


def test_nothing_fades_by_the_policy_none():
    assert left(Unfading(**PLAIN), 1e9) == 1.0


def test_what_matters_and_what_is_tied_fades_slower():
    policy = Ebbinghaus(importance_gain=1.0, link_gain=0.05)
    assert left(policy, 20, importance=1.0) == pytest.approx(math.exp(-2))
    assert left(policy, 20, links=10) == pytest.approx(math.exp(-4 / 1.5))
    assert left(policy, 20, links=500) == left(policy, 20, links=10)


def test_massed_recalls_count_as_one_and_spaced_ones_in_full():
    minutes = [10 - n / 1440 for n in range(1, 51)]
    assert decay.spaced_recalls(anchors(10, minutes), 1.0)[0] < 0.05
    assert decay.spaced_recalls(anchors(100, (80, 60, 40)), 1.0)[0] == pytest.approx(3.0)


# ---------------------------------------------------------------- properties


@given(policies, days, recall_ages, unit, st.integers(0, 30))
def test_retention_is_a_share(policy, age, recalls, importance, links):
    value = left(policy, age, recalls, importance, links)
    assert 0.0 <= value <= 1.0


@given(policies, days, recall_ages, unit, st.floats(0, 1_000))
def test_retention_never_rises_while_time_passes_without_a_recall(
    policy, age, recalls, importance, later
):
    kept = np.minimum(recalls, age)
    before = left(policy, age, kept, importance)
    assert left(policy, age + later, kept + later, importance) <= before + 1e-9


@given(policies, days, recall_ages, days, unit)
def test_retention_never_falls_by_a_recall_at_any_time(policy, age, recalls, another, importance):
    assume(another <= age)
    before = left(policy, age, recalls, importance)
    assert left(policy, age, [*recalls, another], importance) >= before - 1e-9


@given(policies, days, recall_ages, st.lists(st.floats(0, 100), min_size=1, max_size=5))
def test_one_jump_in_time_equals_many_small_ones(policy, age, recalls, jumps):
    moment, values = 0.0, []
    for jump in jumps:
        moment += jump
        values.append(left(policy, age + moment, np.minimum(recalls, age) + moment))
    assert left(policy, age + moment, np.minimum(recalls, age) + moment) == values[-1]


@given(policies, st.lists(st.tuples(days, recall_ages, unit), max_size=6))
def test_memories_do_not_influence_each_other(policy, memories):
    alone = [left(policy, age, recalls, importance) for age, recalls, importance in memories]
    owner = [i for i, (_, recalls, _) in enumerate(memories) for _ in recalls]
    ages = [min(r, age) for age, recalls, _ in memories for r in recalls]
    together = Anchors(
        np.array([age for age, _, _ in memories], float),
        np.array([importance for _, _, importance in memories], float),
        np.zeros(len(memories)),
        np.ones(len(memories)),
        Recalls(np.array(owner, np.int64), np.array(ages, float)),
    )
    assert decay.retention(together, policy).tolist() == pytest.approx(alone)


def test_recalls_may_come_in_any_order():
    policy = Power()
    assert left(policy, 50, (40, 3, 20)) == left(policy, 50, (3, 20, 40))


# ---------------------------------------------------------------- steps


@pytest.mark.parametrize(
    ("kept", "importance", "protected", "step"),
    [
        (0.5, 0.1, False, decay.ACTIVE),
        (0.05, 0.1, False, decay.DORMANT),
        (0.001, 0.1, False, decay.ARCHIVED),
        (0.001, 0.3, False, decay.DORMANT),  # the importance floor
        (0.0, 0.0, True, decay.ACTIVE),
        (0.1, 0.0, False, decay.ACTIVE),  # limits are exclusive
        (0.01, 0.0, False, decay.DORMANT),
    ],
)
def test_what_fades_is_dormant_then_archived_unless_it_matters(kept, importance, protected, step):
    assert decay.steps([kept], [importance], [protected], Thresholds()).tolist() == [step]


# ---------------------------------------------------------------- the store's clock


def test_days_without_use_do_not_count():
    used = [0, 1, 2, 100, 101]
    assert decay.active_age_days([0.5], 100.5, used)[0] == 3
    assert decay.active_age_days([0.5], 99.5, used)[0] == 2
    assert decay.active_age_days([100.25], 101.0, used)[0] == 0.75


@given(
    st.floats(0, 1_000),
    st.lists(st.integers(0, 1_000), unique=True).map(sorted),
    st.floats(0, 500),
    st.floats(0, 500),
)
def test_the_clock_never_runs_ahead_of_time_or_back(since, used, first, second):
    near, far = sorted((since + first, since + second))
    age_near = decay.active_age_days([since], near, used)[0]
    age_far = decay.active_age_days([since], far, used)[0]
    assert 0 <= age_near <= near - since
    assert age_near <= age_far <= age_near + (far - near) + 1
