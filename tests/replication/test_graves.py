"""What was purged in another store, and what goes by it here."""

from __future__ import annotations

import pytest

from memcli.memory.tombstones import read_barred
from memcli.replication.bundle import Bundle
from memcli.replication.graves import read_graves
from memcli.replication.sources import bundle_of
from store.errors import BadBundle
from tests.support.replicas import Replica


@pytest.fixture
def pair(stamp, tmp_path):
    """Two stores with the same three notes, of which each has purged another."""
    one, other = (Replica(tmp_path / f"{n}", stamp, n) for n in range(2))
    for number in range(3):
        one.add(number)
    other.pull(one)
    one.change("purge", 0)
    other.change("purge", 2)
    return one, other


def test_both_have_gone_what_either_has_purged(pair, tmp_path):
    one, other = pair
    with bundle_of(one.store, [], None, tmp_path, "one") as bundle:
        graves = read_graves(other.store.snapshot(), bundle)
        plan = graves.purged(other.store.snapshot())
        assert plan is not None
        assert len(plan.named) == 1
        assert {row["key"] for row in graves.rows} == set(graves.keys)
    done = other.pull(one)
    assert done.purge is not None
    one.pull(other)
    assert len(one.ids()) == len(other.ids()) == 1
    assert one.content() == other.content()
    assert other.pull(one).purge is None
    assert read_barred(other.store.snapshot()).foreign


def test_a_purge_that_was_killed_is_finished_by_the_next_pull(pair, monkeypatch):
    from store import purge

    one, other = pair

    def die(store):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(purge, "remove_history", die)
        with pytest.raises(KeyboardInterrupt):
            other.pull(one)
    assert other.problems() == ["a purge was cut short: what was before it is still in the files"]
    other.pull(one)
    assert other.problems() == []


def test_a_bundle_without_the_key_of_its_hashes_is_refused(pair, tmp_path):
    one, other = pair
    with bundle_of(one.store, [], None, tmp_path, "one") as bundle:
        object.__setattr__(bundle, "manifest", _without_keys(bundle))
        with pytest.raises(BadBundle, match="lacks the key"):
            read_graves(other.store.snapshot(), bundle)


def _without_keys(bundle: Bundle):
    from msgspec.structs import replace

    return replace(bundle.manifest, keys={})


def test_a_key_that_is_lost_is_told_by_check(pair):
    one, other = pair
    other.pull(one)
    (key,) = other.store.layout.root.glob("tombstones-*.key")
    key.unlink()
    assert [what for what in other.problems() if key.name in what]
