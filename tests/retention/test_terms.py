"""Terms of learned retention: of what was said before alone."""

from __future__ import annotations

import numpy as np
import pytest

from memcli.retention.terms import read_terms
from store import Store
from tests.support.talked_stores import grow, line

SAID = [
    "The boat is in the shed again.",
    "The boat is in the shed again.",
    "The boat is in the shed again.",
    "Quarxilon brummels never tessellate.",
]


def terms_of(store):
    snapshot = store.snapshot()
    rows = snapshot.rows(["id", "seq", "level"])
    ids = [row["id"] for row in sorted(rows, key=lambda r: (r["level"], r["seq"] or 0, r["id"]))]
    none = np.zeros(0, np.int64)
    return ids, read_terms(snapshot, ids, (none, none))


def test_what_is_new_is_rare_and_surprises(empty_store):
    store = Store.open(empty_store)
    grow(store, [line(text, f"2031-05-01T10:{n:02}:00Z", "a") for n, text in enumerate(SAID)])
    _, terms = terms_of(store)
    turns = len(SAID)
    assert terms.rarity[turns - 1] > terms.rarity[turns - 2] > 0 - 1e-9
    assert terms.surprise[turns - 1] > terms.surprise[turns - 2] + 0.3
    assert ((terms.rarity >= 0) & (terms.rarity <= 1)).all()


def test_what_comes_later_changes_nothing(empty_store):
    store = Store.open(empty_store)
    grow(store, [line(text, f"2031-05-01T10:{n:02}:00Z", "a") for n, text in enumerate(SAID)])
    ids, before = terms_of(store)
    grow(store, [line("Quarxilon!", "2031-05-02T10:00:00Z", "b")])
    later, after = terms_of(store)
    place = [later.index(id_) for id_ in ids[: len(SAID)]]
    assert after.rarity[place] == pytest.approx(before.rarity[: len(SAID)])
    assert after.surprise[place] == pytest.approx(before.surprise[: len(SAID)])


def test_a_whole_has_the_mean_of_its_parts(empty_store):
    store = Store.open(empty_store)
    grow(store, [line(text, f"2031-05-01T10:{n:02}:00Z", "a") for n, text in enumerate(SAID)])
    snapshot = store.snapshot()
    rows = sorted(snapshot.rows(["id", "seq"], "level = 0"), key=lambda row: row["seq"])
    ids = [*(row["id"] for row in rows), "whole"]
    parts = (np.array([4, 4]), np.array([0, 3]))
    terms = read_terms(snapshot, ids, parts)
    assert terms.rarity[4] == pytest.approx((terms.rarity[0] + terms.rarity[3]) / 2)
