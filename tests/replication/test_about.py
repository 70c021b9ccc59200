"""What a bundle says about memories that are here."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from memcli.memory.tombstones import Barred, Marker
from memcli.replication.about import AboutMemories
from memcli.replication.arrivals import Terms
from memcli.replication.sources import bundle_of
from tests.support.replicas import Replica


@pytest.fixture
def pair(stamp, tmp_path):
    """Two stores: names, a verdict and a hidden note in the first."""
    one, other = (Replica(tmp_path / f"{n}", stamp, n) for n in range(2))
    one.add(0)
    for what in ("name", "merge", "feedback", "hide"):
        one.change(what, 0)
    return one, other


def test_names_states_verdicts_and_stamps_come_along(pair):
    one, other = pair
    done = other.pull(one)
    assert (done.tally.entities, done.tally.states, done.tally.verdicts) == (2, 1, 1)
    assert other.content() == one.content()
    again = other.pull(one).tally
    assert (again.entities, again.states, again.verdicts) == (0, 0, 0)


def test_what_was_archived_in_the_other_store_leaves_the_hot_table_here(pair):
    one, other = pair
    other.pull(one)
    one.change("forget", 0)
    other.pull(one)
    (row,) = other.content()["memories"].values()
    assert row["archived"] == "archive"
    assert other.problems() == []


def test_of_a_stranger_only_links_of_what_is_new_are_taken(pair, tmp_path):
    one, _ = pair
    with bundle_of(one.store, [], None, tmp_path, "b") as bundle:
        arrivals = SimpleNamespace(bundle=bundle, terms=Terms(is_stranger=True))
        about = AboutMemories(arrivals, Barred(Marker(b"k")))
        assert (about.stamps, about.places) == ({}, {})
        arrivals = SimpleNamespace(bundle=bundle, terms=Terms())
        about = AboutMemories(arrivals, Barred(Marker(b"k")))
        assert len(about.stamps) == 3
        assert not about.is_gone("x")
