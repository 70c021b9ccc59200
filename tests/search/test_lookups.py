"""What one snapshot has that is near a question, or has its words."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from memcli.memory.states import State, set_state
from memcli.models.encoder import Encoder
from memcli.search import lookups
from memcli.search.lookups import Lookups, compared, question_words
from memcli.search.prefilters import Bounds
from store import Store

NOW = datetime(2026, 1, 2, tzinfo=UTC)
QUESTION = "harmonium"


def found(store: Store) -> dict[str, float]:
    """Return the rows that have the words of the question, by their id, as a search sees them."""
    search = Lookups(store.snapshot(), lambda: Encoder.of_stamp(store.head().encoder))
    where = search._exclude_unseen()
    scores = search._lexical("memories", QUESTION, where, "keys")
    _, near = search._dense("memories", QUESTION, Bounds(None, where, None, where, False))
    ids = search.snapshot.take([*scores, *near], ["id"])["id"].to_pylist()
    return dict(zip(ids, [*scores.values(), *near.values()], strict=True))


@pytest.mark.parametrize("limit", [100, 0])
def test_what_is_hidden_leaves_its_place_to_another(sample, monkeypatch, limit):
    monkeypatch.setattr(lookups, "MAX_EXCLUDED", limit)
    monkeypatch.setattr(lookups, "N_CANDIDATES", 3)
    store = Store.open(sample)
    first, *others = found(store)
    with store.transaction("test") as transaction:
        set_state(transaction, [first], State.hidden, NOW)
        transaction.publish(NOW)
    after = found(store)
    assert first not in after
    assert len(after) >= len(others)


def test_segments_and_summaries_take_no_place_of_what_is_compared(monkeypatch):
    monkeypatch.setattr(lookups, "N_CANDIDATES", 2)
    levels = pa.chunked_array([pa.array([2, 0, 1, 3, 4, 0, 0], pa.int8())])
    near = {row_id: 1.0 - row_id / 10 for row_id in range(7)}
    assert compared(near, levels) == {1: 0.9, 2: 0.8, 4: 0.6, 5: 0.5}


def test_a_question_is_looked_up_by_its_words_in_other_forms_too():
    assert {"where", "harmonium"} & {*question_words("Where is the harmonium?").split()} == {
        "harmonium"
    }
    assert len(question_words("Wo sind die Häuser?").split()) > 1
