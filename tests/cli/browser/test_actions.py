from __future__ import annotations

import pytest

from store import Store
from store.errors import BadUsage
from tests.support.talked_stores import grow, line


def test_pinning_twice_is_unpinning(reader, actions):
    record = reader.whole(reader.find("")[0]["id"])
    assert actions.pin(record).startswith("pinned: commit ")
    pinned = reader.whole(record["id"])
    assert pinned["pinned"]
    assert actions.pin(pinned).startswith("unpinned: commit ")
    assert not reader.whole(record["id"])["pinned"]


def test_hiding_twice_brings_back(reader, actions):
    record = reader.whole(reader.find("")[0]["id"])
    assert actions.hide(record).startswith("hidden")
    assert actions.hide(reader.whole(record["id"])).startswith("brought back")
    assert record["id"] in [hit["id"] for hit in reader.find("")]


def test_what_was_forgotten_comes_back_by_undo(reader, actions):
    record = reader.find("")[0]
    said = actions.forget(record)
    assert said.startswith("forgotten")
    assert said.endswith("(u takes it back)")
    assert reader.whole(record["id"])["archived"]
    assert actions.undo() == "taken back"
    assert "archived" not in reader.whole(record["id"])
    assert actions.undo() == "nothing was changed here"


def test_nothing_of_others_is_undone(reader, actions, path):
    actions.pin(reader.find("")[0])
    grow(Store.open(path), [line("It rains.", "2031-02-01T10:00:00Z", "s/rain")])
    assert "others wrote since" in actions.undo()
    assert reader.find("")[0]["text"] == "It rains."


def test_what_is_pinned_is_not_forgotten(reader, actions):
    record = reader.find("")[0]
    actions.pin(record)
    with pytest.raises(BadUsage, match="is pinned"):
        actions.forget(reader.whole(record["id"]))
