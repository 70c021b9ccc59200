"""Fitting of retention: on what recalls and feedback say, judged on what came later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from memcli.config import DecayConfig
from memcli.ingestion.step import IngestStep
from memcli.ingestion.transcripts.items import Accepted
from memcli.ingestion.turns import Defaults
from memcli.models.encoder import Encoder
from memcli.records import from_wire
from memcli.retention.anchors import LEARNED, DecaySettings
from memcli.retention.decay import DecayStep
from memcli.retention.fitting import MODEL, FitStep, require_enough
from memcli.retention.learned import learned_of
from schemas.tables import accesses
from store import Store
from store.errors import BadRecord
from tests.support.talked_stores import grow, line

SETTINGS = DecaySettings.of(DecayConfig())
FIRST = datetime(2031, 6, 1, tzinfo=UTC)
NOW = FIRST + timedelta(days=90)
N = 120


def told(path, is_needed, seed=0):
    """Return a store with turns, and questions on 80 days, each for another of those needed."""
    store = Store.open(path)
    texts = [f"Plain thing number {n}." for n in range(N)]
    texts += [f"Quarxilon brummel {n * 7919:x} tessellates {n * 104729:x}." for n in range(N)]
    lines = [
        line(text, f"2031-05-01T{n // 60:02}:{n % 60:02}:00Z", "a") for n, text in enumerate(texts)
    ]
    ingestion = IngestStep(store, Encoder.of_stamp(store.head().encoder), Defaults(now=FIRST))
    ingestion.add([Accepted(from_wire(turn), "-", n) for n, turn in enumerate(lines)])
    ingestion.commit({})
    rows = list(store.snapshot().rows(["id", "text"], "level = 0"))
    wanted = [row["id"] for row in rows if is_needed(row["text"])]
    order = np.random.default_rng(seed).permutation(wanted)[: 2 * 60]
    asked = [
        {"id": str(id_), "accessed_at": FIRST + timedelta(days=1 + n / 2), "query": "q", "rank": 1}
        for n, id_ in enumerate(order)
    ]
    store.record_accesses(pa.Table.from_pylist(asked, schema=accesses()))
    return store


def test_it_learns_what_is_needed_and_decay_goes_by_it(empty_store):
    store = told(empty_store, lambda text: "Quarxilon" in text)
    step = FitStep(store, SETTINGS, NOW)
    found = step.run()
    assert found.is_better
    assert found.scores[MODEL].area.mean() > found.scores[found.best_formula].area.mean() + 0.1
    assert step.commit({"action": "fit-retention"}) is not None
    model = learned_of(store.head().models)
    assert model is not None
    decaying = DecayStep(Store.open(empty_store), SETTINGS, NOW)
    assert {fading.name for fading in decaying.settings.policies.values()} == {LEARNED}
    assert decaying.settings.fingerprint() != SETTINGS.fingerprint()
    decaying.run()
    chosen = DecaySettings.of(DecayConfig(policy={"name": "power"}))
    assert not DecayStep(Store.open(empty_store), chosen, NOW).settings.has_model


def test_where_chance_recalls_it_is_no_better(empty_store):
    step = FitStep(told(empty_store, lambda text: True), SETTINGS, NOW)
    found = step.run()
    assert not found.is_better
    assert {"in force", "ebbinghaus", "power", "layered", "heat", "age", MODEL} == set(found.scores)


def test_too_little_is_told_in_one_line(empty_store):
    store = Store.open(empty_store)
    grow(store, [line("One thing.", "2031-05-01T10:00:00Z", "a")])
    step = FitStep(store, SETTINGS, NOW)
    with pytest.raises(BadRecord, match="0 of 60 questions, on 0 of 10 days") as failed:
        step.run()
    assert "\n" not in str(failed.value)
    with pytest.raises(BadRecord):
        require_enough(step.history, step.moments)
