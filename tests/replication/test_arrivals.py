"""Memories that arrive: what is new, what is here, what was purged."""

from __future__ import annotations

import pytest

from memcli.memory.known_ids import KnownIds
from memcli.memory.tombstones import Barred, Marker
from memcli.replication.arrivals import Arrivals, Terms, some_of, without_gone_end
from memcli.replication.parts import MEMORIES, decode_line, encode_rows
from store import Store
from store.errors import BadBundle

ROW = {
    "namespace": "default", "type": "episodic", "level": 0, "archived": False, "session_id": "s",
    "recorded_at": "2026-01-01T00:00:00Z",
}  # fmt: skip


EVERYTHING = Terms()


class Lines:
    """A bundle of some memories."""

    name = "b"

    def __init__(self, *changes):
        lines = encode_rows({**ROW, "id": f"m{n}", "text": f"t {n}", **c} for n, c in changes)
        self.lines = list(lines)

    def rows(self, part):
        return (decode_line(part, line) for line in self.lines)


@pytest.fixture
def arrive(empty_store):
    from memcli.memory.encoders import store_encoder

    store = Store.open(empty_store)
    encoder = store_encoder(store.head().encoder, store.layout)

    def read(*changes, terms=EVERYTHING, barred=None):
        arrivals = Arrivals(Lines(*changes), terms, encoder, store.layout.root)
        gone = barred or Barred(Marker(b"k"))
        there = KnownIds(store.snapshot())
        arrivals.read(gone, lambda rows: [r for r in rows if gone.admits(r)], there, lambda n: None)
        return arrivals, there

    return read


def ids_of(spool):
    return [id_ for batch in spool for id_ in batch["id"].to_pylist()]


def test_each_is_taken_once_into_the_table_that_it_says(arrive):
    found, _ = arrive((1, {}), (2, {"archived": True}), (1, {}))
    assert ids_of(found.new["memories"]) == ["m1"]
    assert ids_of(found.new["archive"]) == ["m2"]
    assert found.sessions == {("default", "s")}


def test_a_stranger_has_no_pins_and_no_core_and_another_namespace_stays_out(arrive):
    core = {"type": "core", "pinned": True, "archived": True}
    found, _ = arrive((1, core), (2, {"namespace": "x"}), terms=Terms("default", is_stranger=True))
    (batch,) = found.new["memories"]
    assert batch.select(["id", "type", "pinned"]).to_pylist() == [
        {"id": "m1", "type": "semantic", "pinned": None}
    ]
    assert ids_of(found.new["archive"]) == []


def test_what_rests_on_what_was_purged_stays_out_in_whichever_order(arrive):
    marker = Marker(b"k")
    barred = Barred(marker, {marker.id("m3"): {None}})
    later = {"level": 1, "source_ids": ["m2"]}
    found, _ = arrive(
        (1, later), (2, {"level": 1, "source_ids": ["m3"]}), (3, {}), (4, {}), barred=barred
    )
    assert ids_of(found.new["memories"]) == ["m4"]
    ended = {"superseded_by": "m3"}
    assert without_gone_end(ended, barred) == {"superseded_by": None}


def test_what_names_nothing_that_is_there_is_refused(arrive):
    found, there = arrive((1, {"superseded_by": "nowhere"}))
    with pytest.raises(BadBundle, match="name nowhere, which is nowhere"):
        found.require_cited(there, lambda id_: False)
    found.require_cited(there, lambda id_: id_ == "nowhere")


def test_items_come_in_lists_of_bounded_length():
    assert list(some_of(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert MEMORIES.name == "memories"
