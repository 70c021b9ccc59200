"""Pictures of forgetting."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime

import numpy as np
import pytest

from memcli.algorithms.decay import Anchors, Recalls
from memcli.config import DecayConfig
from memcli.retention.anchors import DecaySettings
from memcli.retention.decay import DecayStep
from memcli.retention.plots import chart, days_until, draw_retention, explanation, retention_at
from store import Store
from store.errors import BadUsage, InputNotFound, StoreIOError

GAINS = {"importance_gain": 0.0, "link_gain": 0.0}
PLAIN = DecaySettings.of(DecayConfig(policy=GAINS)).policies["episodic"]


def one(age, *recalls):
    owner = np.zeros(len(recalls), np.int64)
    zero = np.zeros(1)
    return Anchors(np.array([float(age)]), zero, zero, zero + 1, Recalls(owner, np.array(recalls)))


def test_the_past_of_a_curve_knows_no_recall_that_was_yet_to_come():
    anchors = one(20.0, 5.0)
    before, after = retention_at(anchors, PLAIN, [-6.0, -5.0])
    assert before == pytest.approx(np.exp(-14 / 5))
    assert after == 1.0


def test_the_day_on_which_a_limit_is_passed_is_found():
    assert days_until(0.1, one(0), PLAIN) == pytest.approx(5 * np.log(10))
    assert days_until(0.1, one(100), PLAIN) == pytest.approx(0, abs=1e-9)
    assert (
        days_until(
            0.1, one(0), DecaySettings.of(DecayConfig(policy={"name": "none"})).policies["core"]
        )
        is None
    )


def test_a_chart_has_a_mark_in_each_column_at_its_height():
    lines = chart(np.array([0.0, 0.5, 1.0]), 3)
    assert lines == ["  *", " *:", "*::"]


@pytest.fixture(scope="module")
def decaying(sample_once):
    now = datetime(2027, 1, 1, tzinfo=UTC)
    return DecayStep(Store.open(sample_once), DecaySettings.of(DecayConfig(clock="days")), now)


def test_a_memory_is_explained_by_its_terms_and_a_curve(decaying):
    (row,) = decaying.snapshot.read("memories", ["id", "text"], limit=1).to_pylist()
    terms, drawing = explanation(decaying, row["id"], None)
    assert terms["age_days"] == 365
    assert terms["retention"] < 0.01
    assert terms["next_state"] in ("dormant", "archived")
    assert drawing.startswith(row["text"])
    with pytest.raises(InputNotFound):
        explanation(decaying, "nobody", None)
    with pytest.raises(InputNotFound):
        explanation(decaying, row["id"], "elsewhere")


def test_a_plot_is_svg_and_the_same_every_time(decaying, tmp_path):
    path = tmp_path / "plot.svg"
    assert draw_retention(decaying, path, None) == 290
    first = path.read_bytes()
    root = ElementTree.fromstring(first)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    curves = [path.get("d") for path in root.iter() if path.get("class") == "series"]
    assert [curve.count("M") for curve in curves] == [0, 0, 290, 0]
    assert b">dormant (290)<" in first
    assert b"290 memories on 2027-01-01" in first
    assert b"<script" not in first
    assert draw_retention(decaying, path, None) == 290
    assert path.read_bytes() == first
    assert draw_retention(decaying, path, "elsewhere") == 0


def test_a_plot_is_not_written_elsewhere(decaying, tmp_path):
    with pytest.raises(BadUsage):
        draw_retention(decaying, tmp_path / "plot.png", None)
    with pytest.raises(StoreIOError):
        draw_retention(decaying, tmp_path / "none" / "plot.svg", None)
