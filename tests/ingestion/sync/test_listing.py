"""The files that are followed, as records."""

from __future__ import annotations

from memcli.ingestion.sync.listing import listed_sources
from memcli.records import from_wire
from store import Store


def test_they_are_records_in_the_order_of_their_paths(run, tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    for name in "ba":
        (folder / f"{name}.md").write_text(f"- {name} is a letter\n")
    store = tmp_path / "store"
    run("sync", folder, "--store", store, "--create", "--namespace", "n")
    found = list(listed_sources(Store.open(store).snapshot()))
    assert [record["path"][-4:] for record in found] == ["a.md", "b.md"]
    assert [from_wire(record).state for record in found] == ["current"] * 2
    assert list(listed_sources(Store.open(store).snapshot(), "other")) == []


def test_a_store_that_never_synced_has_none(run, tmp_path):
    run("init", "--store", tmp_path / "store")
    assert list(listed_sources(Store.open(tmp_path / "store").snapshot())) == []
