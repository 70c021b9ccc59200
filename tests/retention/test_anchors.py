"""Settings of forgetting."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from memcli.algorithms import decay
from memcli.config import DecayConfig, read_config
from memcli.retention.anchors import TYPES, DecaySettings, Fading, clock_day, part, retention
from store.errors import BadUsage


def test_a_type_has_its_own_policy_and_the_rest_of_the_common_one():
    config = DecayConfig(
        policy={"initial_days": 7.0}, types={"semantic": {"name": "power", "noise": 0.5}}
    )
    settings = DecaySettings.of(config)
    assert set(settings.policies) == set(TYPES)
    semantic, episodic = settings.policies["semantic"], settings.policies["episodic"]
    assert (semantic.name, semantic.policy) == ("power", decay.Power(noise=0.5))
    assert (episodic.name, episodic.policy) == ("ebbinghaus", decay.Ebbinghaus(initial_days=7.0))
    assert semantic.stability == episodic.stability == decay.Ebbinghaus(initial_days=7.0)


def test_the_defaults_are_those_of_the_algorithm():
    settings = DecaySettings.of(DecayConfig())
    assert settings.thresholds == decay.Thresholds()
    plain = Fading("ebbinghaus", decay.Ebbinghaus(), decay.Ebbinghaus(), decay.Heat())
    assert set(settings.policies.values()) == {plain}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"policy": {"name": "dream"}}, "'dream'"),
        ({"policy": {"name": ["power"]}}, "power"),
        ({"policy": {"nmae": "power"}}, "'nmae'"),
        ({"policy": {"noise": "loud"}}, "noise"),
        ({"policy": {"noise": True}}, "noise"),
        ({"policy": {"rate": -1.0}}, "rate"),
        ({"policy": {"rate": float("nan")}}, "rate"),
        ({"policy": {"rate": float("inf")}}, "rate"),
        *(
            ({"policy": {name: 0.0}}, name)
            for name in ("initial_days", "half_days", "noise", "short_days", "mid_days")
        ),
        *(({"policy": {name: 0}}, name) for name in ("long_days", "recency_days", "cooling_days")),
        ({"policy": {"mid_kept": 1.5}}, "mid_kept"),
        ({"policy": {"mid_points": 90}}, "mid_points"),
        ({"types": {"dreams": {}}}, "'dreams'"),
        ({"types": {"semantic": {"rat": 1}}}, "'rat'"),
        ({"archive_below": 0.5}, "archive_below"),
    ],
)
def test_wrong_settings_are_refused_by_name(wrong, says):
    with pytest.raises(BadUsage, match=says):
        DecaySettings.of(DecayConfig(**wrong))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('clock = "sun"', "clock"),
        ("dormant_below = 2.0", "dormant_below"),
        ("dormant_below = nan", "dormant_below"),
        ("importance_floor = nan", "importance_floor"),
        ("promote_heat = 0", "promote_heat"),
        ("promote_heat = nan", "promote_heat"),
        ("floor = 1", "floor"),
        ("types = 3", "types"),
    ],
)
def test_wrong_lines_of_the_file_are_refused_by_name(tmp_path, line, says):
    path = tmp_path / "config.toml"
    path.write_text(f"[decay]\n{line}\n")
    with pytest.raises(BadUsage, match=says):
        DecaySettings.of(read_config(path).decay)


@pytest.mark.parametrize("name", sorted(decay.POLICIES))
@pytest.mark.parametrize("extreme", [0.0, 1e-300, 1e300])
def test_extreme_settings_that_are_allowed_give_shares_without_warnings(name, extreme):
    fields = ("recall_days", "exponent", "spacing_days", "rate", "visits", "recall_points")
    policy = {"name": name} | dict.fromkeys(fields, extreme)
    settings = DecaySettings.of(DecayConfig(policy=policy))
    recalls = decay.Recalls(np.array([1, 1]), np.array([3.0, 0.0]))
    anchors = decay.Anchors(
        np.array([0.0, 9.0]), np.array([0.0, 1.0]), np.zeros(2), np.ones(2), recalls
    )
    left = retention(anchors, settings.policies["core"])
    assert np.all((left >= 0) & (left <= 1))


def test_other_settings_have_another_fingerprint():
    prints = {
        DecaySettings.of(config).fingerprint()
        for config in (
            DecayConfig(),
            DecayConfig(clock="days"),
            DecayConfig(promote_heat=6.0),
            DecayConfig(dormant_below=0.2),
            DecayConfig(types={"vault": {"name": "none"}}),
        )
    }
    assert len(prints) == 5
    assert DecaySettings.of(DecayConfig()).fingerprint() in prints


def test_the_clock_stands_still_while_a_store_is_idle():
    now = datetime(1970, 4, 11, 12, tzinfo=UTC)
    active = DecaySettings.of(DecayConfig())
    assert clock_day(np.array([3, 50]), now, active) == 50
    assert clock_day(np.array([3, 50]), now, DecaySettings.of(DecayConfig(clock="days"))) == 100
    assert clock_day(np.array([], np.int64), now, active) == 100


def test_a_part_of_anchors_has_its_own_recalls_only():
    recalls = decay.Recalls(np.array([2, 0, 2]), np.array([1.0, 2.0, 3.0]))
    ages = np.array([4.0, 5.0, 6.0])
    some = part(decay.Anchors(ages, ages, ages, ages, recalls), np.array([1, 2]))
    assert some.age_days.tolist() == [5.0, 6.0]
    assert some.recalls.owner.tolist() == [1, 1]
    assert some.recalls.age_days.tolist() == [1.0, 3.0]
