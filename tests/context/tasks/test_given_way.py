"""Turns that have given way to the outcome of what was done meanwhile"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from memcli.context.tasks.given_way import given_way
from store import Store

HOUR = timedelta(hours=1)


@pytest.fixture
def worked(house, run):
    """A house in whose session things were said: before the bricks, while they were laid, after."""

    def say(text):
        house.now += HOUR
        time = house.now.isoformat()
        record = {"kind": "message", "v": 1, "content": text, "timestamp": time, "name": "Ana"}
        line = json.dumps({**record, "session_id": "site"}) + "\n"
        run("ingest", "--store", house.store.layout.root, stdin=line)

    say("The lorry brought nine pallets.")
    house.ids["floor"] = house.add("Lay the floor", parent=house.ids["house"])
    say("The tiles broke, so we cut new ones.")
    house.say = say
    return house


def turns(hand):
    snapshot = Store.open(hand.store.layout.root).snapshot()
    ids = given_way(snapshot, hand.tasks())
    return sorted(row["text"] for row in snapshot.rows_of(sorted(ids), ["text"]))


def test_the_turns_of_the_session_while_it_was_open_give_way(worked):
    assert turns(worked) == []
    worked.done(worked.ids["floor"], result="12 m2 tiled", session="site")
    worked.say("The roof is next.")
    assert turns(worked) == ["The tiles broke, so we cut new ones."]


def test_an_outcome_that_says_nothing_stands_for_nothing(worked):
    worked.done(worked.ids["floor"], result="", session="site")
    assert turns(worked) == []


def test_what_is_not_told_itself_stands_for_nothing(worked):
    worked.done(worked.ids["floor"], result="12 m2 tiled", session="site")
    worked.done(worked.ids["house"], with_parts=True, result="built")
    assert turns(worked) == []


def test_an_outcome_stands_for_all_below_it(worked):
    worked.done(worked.ids["bricks"], result="laid", session="site")
    worked.done(worked.ids["walls"], with_parts=True, result="up")
    assert len(turns(worked)) == 2
