"""How much is left of each level."""

from __future__ import annotations

from datetime import UTC, datetime

from memcli.config import DecayConfig
from memcli.retention.anchors import DecaySettings
from memcli.retention.decay import DecayStep
from memcli.retention.levels import by_level
from store import Store


def test_each_kind_has_its_count_and_its_retention(extracted_once):
    settings = DecaySettings.of(DecayConfig(clock="days"))
    step = DecayStep(Store.open(extracted_once.path), settings, datetime(2026, 6, 1, tzinfo=UTC))
    rows = {row["of"]: row for row in by_level(step, None)}
    assert list(rows) == ["turn", "statement", "segment", "session"]
    assert rows["turn"]["memories"] == 290
    assert all(0 <= row["lowest"] <= row["retention"] <= 1 for row in rows.values())
    assert by_level(step, "nowhere") == []
