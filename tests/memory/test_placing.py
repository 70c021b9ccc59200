"""Places of turns where two stores met in a session."""

from __future__ import annotations

from memcli.memory.placing import crowded, settle
from store import Store


def test_exports_of_two_stores_with_a_note_of_one_day_make_a_sound_store(run, tmp_path):
    for name, hour in (("a", 9), ("b", 8)):
        run("init", "--store", tmp_path / name)
        at = f"2026-01-05T0{hour}:00:00Z"
        run("add", f"a note of {name}", "--timestamp", at, "--store", tmp_path / name)
        run("export", "-o", tmp_path / f"{name}.jsonl", "--store", tmp_path / name)
    run("ingest", "--from", "export", tmp_path / "b.jsonl", "--store", tmp_path / "a")
    assert run("check", "--store", tmp_path / "a").records == []
    asked = "SELECT text FROM turns ORDER BY seq"
    said = [row["text"] for row in run("sql", asked, "--store", tmp_path / "a").records]
    assert said == ["a note of b", "a note of a"]


def test_what_is_in_its_place_is_left_as_it_is(sample):
    store = Store.open(sample)
    columns = ["namespace", "session_id"]
    sessions = {tuple(row.values()) for row in store.snapshot().rows(columns, "level = 0")}
    with store.transaction("settle", {}) as transaction:
        assert crowded(transaction, sessions) == set()
        assert settle(transaction, sessions) == 0
        assert not transaction.changed
