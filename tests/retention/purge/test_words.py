"""Words that tell of what is gone."""

from __future__ import annotations

import pytest

from memcli.retention.purge.plan import plan_purge
from memcli.retention.purge.words import TellingWords, row_words
from store import Store
from tests.support.talked_stores import grow, line


def test_words_are_those_of_all_texts_and_pairs_of_cjk_characters() -> None:
    row = {"id": "ignored", "text": "The Otter's den", "keywords": ["Mud"], "seq": 3, "value": None}
    assert row_words(row) == {"otter", "den", "mud"}
    assert {"\u6771\u4eac", "\u4eac\u90fd"} <= row_words({"text": "\u6771\u4eac\u90fd"})


@pytest.fixture
def words(empty_store):
    """The words that tell of a turn about Ottilie, in a store with one about goats."""
    store = Store.open(empty_store)
    said = ("My cousin Ottilie has goats in Tihany.", "I have two goats too.")
    grow(store, [line(text, f"2031-05-01T10:0{n}:00Z", "a") for n, text in enumerate(said)])
    snapshot = store.snapshot()
    turns = snapshot.rows(["id"], "text LIKE '%Ottilie%' AND level = 0")
    plan = plan_purge(snapshot, [row["id"] for row in turns])
    return TellingWords(snapshot, plan.gone, plan.said)


def test_rare_words_are_those_that_nothing_left_has(words) -> None:
    for asked in ("Where is OTTILIE?", "the cousin", "in tihany"):
        assert words.are_in(asked), asked
    for asked in ("goats", "where is it?", "Ida has two", ""):
        assert not words.are_in(asked), asked


def test_ids_and_their_beginnings_are_names(words) -> None:
    id_ = min(words.ids)
    assert words.names(id_)
    assert words.names(id_[:4].upper())
    assert not words.names(id_[:3])
    assert not words.names(id_ + "a")


def test_a_ref_that_another_has_too_is_no_name(empty_store) -> None:
    store = Store.open(empty_store)
    said = [line(text, f"2031-05-01T10:0{n}:00Z", "a") for n, text in enumerate(("One.", "Two."))]
    grow(store, [{**turn, "id": ref} for turn, ref in zip(said, ("own", "both"), strict=True)])
    grow(store, [{**line("Three.", "2031-05-02T10:00:00Z", "b"), "id": "both"}])
    rows = store.snapshot().rows(["id", "text"], "level = 0 AND session_id = 'a'")
    ids = {row["id"] for row in rows}
    assert TellingWords(store.snapshot(), ids, ids).refs == {"own"}
