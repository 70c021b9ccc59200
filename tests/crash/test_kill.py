"""A process killed at any step loses nothing, doubles nothing and stops nobody."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from store import Store
from store.errors import StoreExists, StoreNotFound
from tests.support.killer import Killer, content, errors, on_store, run_until
from tests.support.program import MEMCLI, run_here

EVERY = 4


@pytest.fixture(scope="module")
def ingest(inputs, small_store: Path, tmp_path_factory) -> Any:
    """The killer of the second ingest of a store."""
    command = [*MEMCLI, "ingest", str(inputs["second"]), "--store", "STORE", "--quiet"]
    return Killer(tmp_path_factory.mktemp("ingest"), command, small_store)


def happens_at_once(seen: list[bool]) -> bool:
    """Say whether the earlier deaths left nothing of the command, the later ones all of it."""
    return set(seen) == {True, False} and seen == sorted(seen)


def test_a_killed_ingest_can_be_run_again(ingest, inputs, small_store) -> None:
    before, after = content(small_store), content(ingest.whole)
    assert (len(after["memories"]), len(after["links"])) == (1_015, 1_013)
    seen = []
    for at, path in ingest.victims(ingest.some_points(EVERY)):
        left = content(path)
        assert left in (before, after), f"half a transaction at {ingest.steps[at - 1]}"
        seen.append(left == after)
        run_here("ingest", inputs["second"], "--store", path, "--quiet")
        assert content(path) == after, ingest.steps[at - 1]
        assert errors(path) == [], ingest.steps[at - 1]
        shutil.rmtree(path)
    assert len(ingest.steps) > 50
    assert len(seen) >= 8
    assert happens_at_once(seen)


def test_a_killed_undo_is_done_or_not(ingest, inputs, small_store, tmp_path) -> None:
    killer = Killer(tmp_path, on_store("Store.open(path).undo()"), ingest.whole)
    before, after = content(ingest.whole), content(small_store)
    assert content(killer.whole) == after
    seen = []
    for at, path in killer.victims():
        left = content(path)
        assert left in (before, after), killer.steps[at - 1]
        seen.append(left == after)
        if left == before:
            Store.open(path).undo()
        assert content(path) == after, killer.steps[at - 1]
        Store.open(path).undo(to="3")
        assert content(path) == before, killer.steps[at - 1]
        assert errors(path) == [], killer.steps[at - 1]
        shutil.rmtree(path)
    assert len(killer.steps) > 20
    assert len(seen) >= 10
    assert happens_at_once(seen)


def test_a_killed_init_can_be_run_again(tmp_path) -> None:
    make = "from store.commits import EncoderStamp; Store.create(path, EncoderStamp('toy', 8, '0'))"
    killer = Killer(tmp_path, on_store(make), None)
    names = {path.name for path in killer.whole.iterdir()}
    stamp = Store.open(killer.whole).snapshot().encoder
    seen = []
    for at, path in killer.victims(killer.some_points(EVERY)):
        seen.append((path / "store.json").exists())
        if seen[-1]:
            with pytest.raises(StoreExists):
                Store.create(path, stamp)
        else:
            with pytest.raises(StoreNotFound):
                Store.open(path)
            Store.create(path, stamp)
        assert content(path) == {"memories": [], "links": []}
        with Store.open(path).transaction("look") as transaction:
            assert not transaction.changed
        assert errors(path) == [], killer.steps[at - 1]
        assert {path.name for path in path.iterdir()} == names
        shutil.rmtree(path)
    assert len(killer.steps) > 100
    assert len(seen) >= 10
    assert happens_at_once(seen)


def test_a_writer_that_finds_debris_may_die_too(ingest, inputs, small_store, tmp_path) -> None:
    debris = tmp_path / "debris"
    shutil.copytree(small_store, debris)
    link = next(at for at, step in enumerate(ingest.steps, 1) if step.startswith("link "))
    run_until(ingest.on(debris), debris, link)
    killer = Killer(tmp_path / "again", ingest.command, debris)
    before, after = content(small_store), content(ingest.whole)
    assert content(killer.whole) == after
    first_write = killer.kinds.index("write_dataset") + 1
    assert {"restore", "delete", "unlink"} <= set(killer.kinds[:first_write])
    for at, path in killer.victims(range(1, first_write + 1)):
        assert content(path) == before, killer.steps[at - 1]
        run_here("ingest", inputs["second"], "--store", path, "--quiet")
        assert content(path) == after, killer.steps[at - 1]
        assert errors(path) == [], killer.steps[at - 1]
        shutil.rmtree(path)
