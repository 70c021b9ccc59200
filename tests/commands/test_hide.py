"""memcli hide, memcli restore"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime

import pytest

from memcli.memory.states import State, set_state
from store import Store

NOW = datetime(2026, 1, 2, tzinfo=UTC)
SECRET = "My cousin Orsolya plans a surprise party on the barge for Juno."
TALK = (
    ("Ida", "I keep eleven goats in the yard behind the mill."),
    ("Ugo", SECRET),
    ("Ida", "The plum tree was planted by my grandfather in 1999."),
    ("Ugo", "We bought a new oven for the bakery last week."),
)
PARTY = "surprise party on the barge"


def commits(store):
    return sorted(path.name for path in (store / "commits").iterdir())


@pytest.fixture(scope="module")
def told_once(run, empty_once, tmp_path_factory):
    """A store of a talk with what was made of it. No test may change it."""
    store = shutil.copytree(empty_once, tmp_path_factory.mktemp("told") / "store")
    turns = [
        {"content": text, "name": name, "id": str(i), "session_id": "s"}
        | {"timestamp": f"2026-01-01T10:0{i}:00Z"}
        for i, (name, text) in enumerate(TALK)
    ]
    run("ingest", "--store", store, stdin="\n".join(map(json.dumps, turns)))
    run("extract", "--store", store)
    return store


@pytest.fixture
def told(told_once, tmp_path):
    return shutil.copytree(told_once, tmp_path / "told")


def rows(run, store):
    found = run("sql", "select id, level, text, source_ids, ref from memories", "--store", store)
    return {row["id"]: row for row in found.records}


def turn_id(known, place):
    return next(id_ for id_, row in known.items() if row["level"] == 0 and row["ref"] == place)


def found(run, store, *options):
    hits = run("query", PARTY, "--no-touch", "-k", 20, "--store", store, *options).records
    return {hit["id"] for hit in hits}


def test_what_was_made_of_a_hidden_turn_goes_along_and_comes_back(run, told):
    known = rows(run, told)
    turn = turn_id(known, "1")
    statements = {i for i, r in known.items() if r["level"] == 1 and r.get("source_ids") == [turn]}
    assert statements
    quoting = {i for i, r in known.items() if r["level"] > 1 and "barge" in r["text"]}
    assert quoting
    done = run("hide", turn[:8], "--store", told)
    hidden = {record["id"] for record in done.records}
    assert hidden == {turn} | statements | quoting
    assert done.records[0]["id"] == turn
    assert f"{len(hidden)} memories, {len(hidden) - 1} of them made of the others" in done.stderr
    assert not found(run, told) & hidden
    for level in range(5):
        assert not found(run, told, "--level", level) & hidden
    assert run("check", "--store", told).stdout == ""

    back = run("restore", "--store", told, stdin=done.stdout.splitlines()[0])
    assert {record["id"] for record in back.records} == hidden
    assert turn in found(run, told)
    assert rows(run, told) == known
    assert run("check", "--store", told).stdout == ""


def test_hidden_memories_are_found_with_all_only(run, told):
    turn = turn_id(rows(run, told), "1")
    run("hide", "1", "--store", told)
    assert turn not in found(run, told)
    assert turn in found(run, told, "--all")


def test_hits_on_stdin_are_hidden_and_a_rerun_has_nothing_to_do(run, run_process, told):
    hits = run("query", PARTY, "-k", 2, "--level", 0, "--no-touch", "--store", told)
    run_process("hide", "--store", told, stdin=hits.stdout)
    assert not found(run, told) & {hit["id"] for hit in hits.records}
    before = commits(told)
    again = run_process("hide", "--store", told, stdin=hits.stdout)
    assert again.stdout == ""
    assert "that is so already; nothing was changed" in again.stderr
    assert commits(told) == before
    run_process("restore", "--store", told, stdin=hits.stdout)
    before = commits(told)
    assert (
        "nothing was changed" in run_process("restore", "--store", told, stdin=hits.stdout).stderr
    )
    assert commits(told) == before


def test_a_statement_alone_leaves_its_turn_in_sight_and_says_so(run, told):
    known = rows(run, told)
    turn = turn_id(known, "1")
    one = next(i for i, r in known.items() if r["level"] == 1 and r["source_ids"] == [turn])
    done = run("hide", one, "--store", told)
    assert f"still in sight where it was said: {turn}" in done.stderr
    assert turn in found(run, told)
    assert one not in found(run, told)


def test_archived_memories_are_brought_back_with_their_statements(run, told):
    known = rows(run, told)
    turn = turn_id(known, "1")
    gone = {i for i, r in known.items() if i == turn or r.get("source_ids") == [turn]}
    with Store.open(told).transaction("test") as transaction:
        set_state(transaction, sorted(gone), State.archived, NOW)
        transaction.publish(NOW)
    assert not found(run, told) & gone
    back = run("restore", "1", "--store", told)
    assert {record["id"] for record in back.records} == gone
    assert not any("archived" in record for record in back.records)
    assert rows(run, told) == known
    assert turn in found(run, told)
    assert run("check", "--store", told).stdout == ""


def test_an_archived_memory_can_be_hidden(run, told):
    turn = turn_id(rows(run, told), "3")
    with Store.open(told).transaction("test") as transaction:
        set_state(transaction, [turn], State.archived, NOW)
        transaction.publish(NOW)
    assert turn in {record["id"] for record in run("hide", "3", "--store", told).records}
    (state,) = run(
        "sql", f"select state from strengths where id = '{turn}'", "--store", told
    ).records
    assert state["state"] == "hidden"
    assert run("check", "--store", told).stdout == ""


def test_a_dry_run_writes_nothing_and_undo_takes_hiding_back(run, told):
    before = commits(told)
    tried = run("hide", "1", "--dry-run", "--store", told)
    assert "dry run" in tried.stderr
    assert commits(told) == before
    done = run("hide", "1", "--store", told)
    assert done.records == tried.records
    run("undo", "--store", told)
    assert turn_id(rows(run, told), "1") in found(run, told)


def test_bad_input_is_refused(run, told, tmp_path):
    before = commits(told)
    for command in ("hide", "restore"):
        assert "no memory 'x'" in run(command, "x", "--store", told, status=66).stderr
        assert "stdin:1" in run(command, "--store", told, stdin="[]\n", status=65).stderr
    assert "no store" in run("hide", "1", "--store", tmp_path / "none", status=66).stderr
    assert commits(told) == before
