"""Tombstones: what was purged is known again, and by nothing but the key."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.memory.states import State, set_state
from memcli.memory.tombstones import Barred, Marker, is_fact, read_barred, read_forgotten
from schemas import tables
from store import Store
from store.errors import StoreCorrupt
from store.keys import make_key
from store.layout import TOMBSTONES
from tests.support.talked_stores import grow, line

NOW = datetime(2031, 6, 1, tzinfo=UTC)
KEY = b"k" * 32
TURN = {"id": "turn", "namespace": "n", "type": "episodic", "level": 0, "text": "I live in Porto."}
FACT = {
    **TURN,
    "id": "fact",
    "level": 1,
    "subject": "Ida",
    "attribute": "residence",
    "value": "Porto",
    "polarity": "positive",
    "source_ids": ["turn"],
}


@pytest.fixture
def marker():
    return Marker(KEY)


def barred(marker, *rows, turn="t", **options):
    """What is gone where some rows were purged."""
    found = Barred(marker, **options)
    for row in rows:
        for hash_ in {marker.id(row["id"]), marker.content(row), *marker.facts(row)} - {None}:
            found.hashes.setdefault(hash_, set()).add(turn)
    return found


# ---------------------------------------------------------------- hashes


@given(st.text(max_size=20), st.sampled_from([str.upper, str.title, " {}!".format, "\n{}".format]))
def test_what_is_written_otherwise_is_the_same(text, change):
    marker = Marker(KEY)
    if change(text).casefold() == text.casefold() or change not in (str.upper, str.title):
        content = marker.content({**TURN, "text": text})
        assert marker.content({**TURN, "text": change(text)}) == content


def test_nothing_is_known_without_the_key(marker):
    other = Marker(b"o" * 32)
    assert marker.id("turn") != other.id("turn")
    assert marker.content(TURN) != other.content(TURN)
    assert marker.facts(FACT).isdisjoint(other.facts(FACT))


def test_a_content_is_of_its_namespace(marker):
    assert marker.content(TURN) != marker.content({**TURN, "namespace": "m"})


def test_a_fact_is_known_in_other_words(marker):
    same = {**FACT, "id": "x", "text": "It is Porto where I live.", "value": "the Porto"}
    assert marker.facts(same) == marker.facts(FACT)
    for change in ({"value": "Lund"}, {"subject": "Ugo"}, {"polarity": "negative"}):
        assert marker.facts({**FACT, **change}).isdisjoint(marker.facts(FACT)), change
    likes = {**FACT, "attribute": "likes", "polarity": "negative"}
    assert marker.facts(likes) == marker.facts({**FACT, "attribute": "dislikes"})


def test_a_fact_is_known_by_what_its_subject_means():
    meant = Marker(KEY, lambda namespace: lambda name: "entity of Ida")
    assert len(meant.facts(FACT)) == 2
    nick = {**FACT, "subject": "Idchen"}
    assert len(meant.facts(nick) & meant.facts(FACT)) == 1


def test_what_is_no_fact_is_known_by_its_words_and_the_other_way_round(marker):
    assert is_fact(FACT)
    assert marker.content(FACT) is None
    key = {**TURN, "attribute": "wifi", "subject": "x", "value": "heron"}
    assert not is_fact(key)
    assert marker.facts(key) == marker.facts(TURN) == set()
    assert marker.facts({**FACT, "value": None}) == set()


def test_what_anybody_says_and_names_of_files_are_no_content(marker):
    assert marker.content({**TURN, "text": "Yes, thanks!"}) is None
    picture = {**TURN, "level": 1, "type": "resource", "text": "IMG_0001.jpg"}
    assert marker.content(picture) is None
    assert marker.content({**picture, "level": 0}) is not None


# ---------------------------------------------------------------- what is kept back


def test_what_is_gone_is_kept_back_by_id_words_or_fact(marker):
    gone = barred(marker, TURN, FACT)
    assert not gone.admits({**TURN, "text": "Other words, same id."})
    assert not gone.admits({**TURN, "id": "a", "text": "i LIVE in porto"})
    assert not gone.admits({**FACT, "id": "b", "source_ids": ["other"], "text": "Porto it is."})
    assert gone.admits({**TURN, "id": "c", "text": "I live in Lund."})
    assert gone.kept_back == {"turn": "turn", "a": "turn", "b": "statement"}
    assert list(gone.told()) == [
        "2 turns and 1 statement were purged before and stay gone (--allow takes them again)"
    ]


def test_what_rests_on_what_is_gone_is_kept_back_with_it(marker):
    gone = barred(marker, TURN)
    other = {**TURN, "id": "o", "level": 2, "text": "New."}
    assert not gone.admits({**other, "source_ids": ["turn"]})
    assert list(gone.told()) == [
        "1 memory was purged before and stays gone (--allow takes it again)"
    ]
    assert not gone.admits({**other, "id": "p", "source_ids": ["o"]})
    assert not gone.admits({**other, "id": "q", "metadata": {"ruling": {"turn": "turn"}}})
    assert not gone.admits({**other, "id": "r", "metadata": '{"evolved": [{"by": "turn"}]}'})
    assert gone.admits({**other, "id": "s", "source_ids": ["x"], "metadata": {"ruling": {}}})


def test_nothing_gone_is_nothing_to_look_at(marker):
    assert not Barred(marker)
    assert list(Barred(marker).told()) == []


# ---------------------------------------------------------------- of a store


@pytest.fixture
def store(empty_store):
    return Store.open(empty_store)


def bury(store, *rows):
    """Write tombstones of hashes, kinds and turns."""
    with store.transaction("forget") as transaction:
        if not transaction.has(TOMBSTONES):
            transaction.make(TOMBSTONES)
        fields = [{**dict(zip(("hash", "turn"), r, strict=True)), "kind": "id"} for r in rows]
        rows = [{**each, "recorded_at": NOW} for each in fields]
        transaction.append(TOMBSTONES, pa.Table.from_pylist(rows, schema=tables.tombstones()))
        transaction.publish()


def test_a_store_without_a_purge_needs_no_key(store):
    assert not read_barred(store.snapshot())
    assert not store.layout.tombstone_key.exists()


def test_without_its_key_nothing_is_taken_unless_all_is_allowed(store):
    bury(store, ("h", None))
    with pytest.raises(StoreCorrupt, match=r"tombstones\.key is missing"):
        read_barred(store.snapshot())
    assert not read_barred(store.snapshot(), is_allowed=True)


def test_what_is_overruled_is_taken_away_with_what_its_turn_said(store):
    marker = Marker(make_key(store.layout.tombstone_key))
    mine, fact = marker.id("turn"), *marker.facts(FACT)
    bury(store, (mine, mine), (fact, mine), ("other", "else"), ("other", None))
    gone = read_barred(store.snapshot(), is_allowed=True)
    assert gone.hashes == {mine: {mine}, fact: {mine}, "other": {"else", None}}
    assert gone.admits({**TURN, "text": "x y"})
    assert (gone.kept_back, list(gone.told())) == ({}, [])
    with store.transaction("add") as transaction:
        gone.lift(transaction)
        transaction.publish()
    assert read_barred(store.snapshot()).hashes == {"other": {"else", None}}


def test_a_statement_that_is_overruled_leaves_its_turn_gone(store):
    marker = Marker(make_key(store.layout.tombstone_key))
    mine, (fact,) = marker.id("turn"), marker.facts(FACT)
    bury(store, (mine, mine), (fact, mine))
    gone = read_barred(store.snapshot(), is_allowed=True)
    assert gone.admits({**FACT, "source_ids": ["new"]})
    with store.transaction("extract") as transaction:
        gone.lift(transaction)
        transaction.publish()
    assert read_barred(store.snapshot()).hashes == {mine: {mine}}


def test_a_statement_forgotten_by_hand_is_known_by_its_words_one_of_a_turn_by_its_fact(store):
    said = ("I live in Porto.", "Teun has borrowed a van from his uncle.", "I have two goats.")
    grow(store, [line(text, f"2031-05-01T10:0{n}:00Z", "a") for n, text in enumerate(said)])
    columns = "id namespace type level text subject attribute value polarity source_ids".split()
    rows = list(store.snapshot().rows(columns))
    van = next(r for r in rows if "van" in r["text"] and r["level"] == 1)
    assert not is_fact(van)
    goats = [r for r in rows if "goats" in r["text"] and r["level"] < 2]
    assert not read_forgotten(store.snapshot())
    with store.transaction("forget") as transaction:
        ids = [van["id"], *(row["id"] for row in goats)]
        set_state(transaction, ids, State.archived, NOW)
        transaction.publish()
    gone = read_forgotten(store.snapshot())
    again = {"id": "new", "source_ids": ["elsewhere"]}
    assert gone.bars({**van, **again})
    assert [gone.bars({**row, **again}) for row in goats] == [is_fact(row) for row in goats]
    assert {is_fact(row) for row in goats} == {True, False}
    assert not gone.bars({**next(r for r in rows if r["value"] == "Porto"), **again})


def test_what_others_sum_up_is_known_by_its_ref_and_by_the_turns_that_it_quotes():
    marker = Marker(b"k" * 32)
    said = {**TURN, "text": "My cousin moved to Tihany."}
    gone = Barred(marker, {marker.content(said): {None}, marker.id("old"): {None}})
    other = {**TURN, "id": "new", "type": "semantic", "ref": None}
    assert gone.bars({**other, "text": "It rained.\nIda: my cousin moved to  Tihany"})
    assert gone.bars({**other, "text": "It rained.", "ref": "old"})
    assert not gone.bars({**other, "text": "It rained.\nIda: my cousin moved to Porto"})
    # Of a turn that somebody said, more than that was said.
    assert not gone.bars(
        {**other, "type": "episodic", "text": "It rained.\nMy cousin moved to Tihany."}
    )


def test_a_text_that_a_model_wrote_says_what_is_gone_in_a_sentence_or_a_line():
    marker = Marker(b"k" * 32)
    gone = marker.sentences("a", "Ottilie moved to Tihany.")
    barred = Barred(marker, {hash_: {None} for hash_ in gone})
    assert barred.says("a", "Much happened. Ottilie moved to Tihany! She keeps goats.")
    assert barred.says("a", "Ida: ottilie moved to tihany\nIda: I keep goats")
    assert not barred.says("a", "Ottilie may have moved to Tihany.")
    assert not barred.says("b", "Ottilie moved to Tihany.")
    barred.is_allowed = True
    assert not barred.says("a", "Ottilie moved to Tihany.")
