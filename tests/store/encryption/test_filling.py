"""Filling: what is brought in is what the container has, and damage is noted, not copied."""

from __future__ import annotations

import pytest

from store.encryption.container import ASIDE, COMMITS, OBJECTS, Container
from store.encryption.filling import Filling
from store.encryption.keyring import Keyring
from store.encryption.working_copy import WorkingCopy
from store.errors import StoreIOError
from tests.support.damage import flip

NAMES = ("tables/a.lance/data/1.lance", "commits/00000001.json", "cache/x.json", "receipts.key")


@pytest.fixture
def filling(key, tmp_path):
    """A container with a file of each kind, and an empty copy."""
    container = Container(tmp_path / "encrypted", Keyring.new("abc"))
    container.make()
    for name in NAMES:
        path = tmp_path / "plain" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        container.put(name, path, is_durable=False)
    copy = WorkingCopy(tmp_path / "store", "abc")
    copy.acquire()
    (copy.store / "commits").mkdir()
    yield Filling(container, copy, lambda: False)
    copy.release(0.0)


def test_all_of_some_kinds_is_brought_in_and_what_differs_goes(filling):
    filling.make_exact(OBJECTS, COMMITS)
    assert filling.copy.walk().keys() == set(NAMES) - {"cache/x.json"}
    (filling.copy.store / NAMES[0]).write_text("of a writer that died")
    (filling.copy.store / "tables" / "debris").write_text("too")
    filling.make_exact(OBJECTS, COMMITS, ASIDE)
    assert filling.copy.walk().keys() == set(NAMES)
    assert (filling.copy.store / NAMES[0]).read_text() == NAMES[0]


def test_what_is_gone_is_told_and_what_is_damaged_is_noted(filling):
    places = {name: filling.container.place(name) for name in NAMES}
    for place in places.values():
        flip(filling.container.folder / place)
    assert filling.fetch_all([*places.values()])
    assert filling.damaged.keys() == {places[n] for n in NAMES if n != "cache/x.json"}
    assert filling.spoilt == {places["cache/x.json"]}
    # A commit that is damaged is there as one that is torn, for a repair to find.
    assert {name: s.st_size for name, s in filling.copy.walk().items()} == {NAMES[1]: 0}
    assert not filling.fetch_all(["objects/gone"])


def test_too_little_room_is_told(filling, monkeypatch):
    monkeypatch.setattr(WorkingCopy, "room", lambda self: 1)
    with pytest.raises(StoreIOError, match="which has 0 MB"):
        filling.make_exact(OBJECTS)
