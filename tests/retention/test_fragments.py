"""Paragraphs of a turn that go out of sight, with what was made of them."""

from __future__ import annotations

import json
import shutil

import pytest

PARTS = (
    "The boat is ready for the summer.",
    "The surprise party for Bo is on Friday at the boathouse.",
    "I painted the hull in dark green.",
)


@pytest.fixture(scope="module")
def party_once(run, empty_once, tmp_path_factory):
    path = shutil.copytree(empty_once, tmp_path_factory.mktemp("party") / "store")
    said = (("Ida", "\n\n".join(PARTS)), ("Bo", "Nice, green is great."))
    turns = [
        {"kind": "message", "v": 1, "name": name, "content": text, "session_id": "s"}
        | {"timestamp": f"2025-03-01T10:0{at}:00Z", "id": f"t{at}"}
        for at, (name, text) in enumerate(said)
    ]
    run("ingest", "--store", path, stdin="".join(json.dumps(turn) + "\n" for turn in turns))
    for step in ("extract", "link"):
        run(step, "-q", "--store", path)
    return path


@pytest.fixture
def party(party_once, tmp_path):
    return shutil.copytree(party_once, tmp_path / "party")


def seen(run, store):
    """All that hits and a context tell."""
    ask = ("the surprise party on Friday", "--no-touch", "--store", store)
    return run("query", *ask).stdout + run("context", *ask).stdout


def test_one_is_chosen_by_what_it_says_and_neither_found_nor_told(run, party):
    parts = run("show", "t0", "--fragments", "--store", party).records
    assert [part["text"] for part in parts] == list(PARTS)
    chosen = json.dumps(parts[1])
    run("hide", "-q", "--store", party, stdin=chosen)
    shown = seen(run, party)
    assert "painted the hull" in shown
    assert "boathouse" not in shown
    everything = run("query", "surprise party", "--all", "--store", party).records
    assert PARTS[1] in {hit["text"] for hit in everything}
    row = run("sql", "SELECT text FROM turns WHERE ref = 't0'", "--store", party).records[0]
    assert row["text"] == "\n\n".join(PARTS)
    assert run("check", "--store", party).records == []


def test_it_comes_back_with_what_was_made_of_it_and_undo_takes_either(run, party):
    before = seen(run, party)
    gone = run("hide", "t0#2", "--store", party).records
    assert any(record["level"] == 1 for record in gone)
    without = seen(run, party)
    back = run("restore", "t0#2", "--store", party).records
    assert [record["id"] for record in back] == [record["id"] for record in gone]
    assert seen(run, party) == before
    run("undo", "--store", party)
    assert seen(run, party) == without
    run("undo", "--store", party)
    assert seen(run, party) == before


def test_so_already_and_a_wrong_number(run, party):
    run("hide", "t0#2", "-q", "--store", party)
    assert run("hide", "t0#2", "--store", party).records == []
    done = run("hide", "t0#9", "--store", party, status=66)
    assert "has 3 fragments" in done.stderr
    assert run("restore", "t0#1", "--store", party).records == []
    (second,) = run("show", "t0#2", "--store", party).records
    assert (second["text"], second["hidden"]) == (PARTS[1], True)
    hidden = run("show", "t0", "--fragments", "--store", party).records
    assert [record.get("hidden") for record in hidden] == [None, True, None]


def test_it_is_out_of_sight_in_another_store_and_for_others_and_goes_with_its_turn(
    run, party, tmp_path
):
    run("hide", "t0#2", "-q", "--store", party)
    pulled = tmp_path / "pulled"
    run("init", "--store", pulled)
    run("pull", party, "--mine", "-q", "--store", pulled)
    assert "boathouse" not in seen(run, pulled)
    assert "boathouse" not in run("export", "-f", "chat", "--store", party).stdout
    run("forget", "--purge", "t0", "-q", "--store", party)
    assert "boathouse" not in run("export", "--store", party).stdout
    assert run("check", "--store", party).records == []
