"""memcli pin, memcli unpin"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from memcli.memory.states import State, set_state
from store import Store

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def commits(store):
    return sorted(path.name for path in (store / "commits").iterdir())


def message(content, ref, **fields):
    record = {"content": content, "id": ref, "timestamp": "2026-01-01T10:00:00Z", "name": "Ida"}
    return json.dumps({**record, "session_id": "s", **fields}) + "\n"


@pytest.fixture
def garden(run, empty_store):
    """A store of four turns, refs a to d, the last in another namespace; and their records."""
    turns = [
        message("I keep goats in the yard.", "a"),
        message("The plum tree was planted in 1999.", "b"),
        message("Bees swarm in May.", "c"),
        message("Bees sleep in winter.", "d", namespace="east"),
    ]
    made = run("ingest", "--store", empty_store, stdin="".join(turns)).records
    return empty_store, {record["ref"]: record for record in made}


def pinned(run, store):
    rows = run("sql", "select ref from memories where pinned order by ref", "--store", store)
    return [row["ref"] for row in rows.records]


def put(store, ids, state):
    with Store.open(store).transaction("test") as transaction:
        set_state(transaction, ids, state, NOW)
        transaction.publish(NOW)


def test_ids_their_beginnings_and_refs_are_pinned_and_unpinned(run, garden):
    store, turns = garden
    done = run("pin", turns["a"]["id"], turns["b"]["id"][:8], "c", "a", "--store", store)
    by_ref = {record["ref"]: record for record in done.records}
    assert by_ref == {ref: {**turns[ref], "pinned": True} for ref in "abc"}
    assert "3 memories pinned as commit 3" in done.stderr
    assert run("show", "b", "--store", store).records == [{**turns["b"], "pinned": True}]
    done = run("unpin", "a", "--store", store)
    assert done.records == [turns["a"]]
    assert "1 memory unpinned" in done.stderr
    assert pinned(run, store) == ["b", "c"]
    assert run("show", "a", "--store", store).records == [turns["a"]]
    assert run("check", "--store", store).stdout == ""


def test_what_is_so_already_is_no_commit(run_process, garden):
    store, _ = garden
    run_process("pin", "a", "--store", store)
    before = commits(store)
    for command, ref in (("pin", "a"), ("unpin", "b")):
        done = run_process(command, ref, "--store", store)
        assert done.stdout == ""
        assert "that is so already; nothing was changed" in done.stderr
    assert commits(store) == before
    assert run_process("pin", "a", "--quiet", "--store", store).stderr == ""


def test_hits_and_memories_on_stdin_are_pinned(run, garden):
    store, turns = garden
    hits = run("query", "goats in the yard", "-k", 1, "--store", store).stdout
    done = run("pin", "--store", store, stdin=hits + json.dumps({"kind": "query", "query": "x"}))
    assert [record["ref"] for record in done.records] == ["a"]
    assert run("unpin", "--store", store, stdin=done.stdout).records == [turns["a"]]
    before = commits(store)
    done = run("pin", "--store", store, stdin="")
    assert done.stdout == ""
    assert "nothing was changed" in done.stderr
    assert commits(store) == before


def test_pinning_brings_back_what_was_archived_and_unpinning_leaves_it_there(run, garden):
    store, turns = garden
    put(store, [turns["a"]["id"], turns["b"]["id"]], State.archived)
    put(store, [turns["c"]["id"]], State.hidden)
    (made,) = run("pin", "a", "--store", store).records
    assert made == {**turns["a"], "pinned": True}
    assert run("show", "a", "--store", store).records == [made]
    (shown,) = run("show", "b", "--store", store).records
    assert shown["archived"] is True
    run("pin", "c", "--store", store)
    states = run("sql", "select id, state from strengths", "--store", store).records
    by_id = {row["id"]: row["state"] for row in states}
    assert [by_id[turns[ref]["id"]] for ref in "abc"] == ["active", "archived", "hidden"]
    run("pin", "b", "--store", store)
    put(store, [turns["b"]["id"]], State.archived)
    (left,) = run("unpin", "b", "--store", store).records
    assert left == {**turns["b"], "archived": True}
    assert run("show", "b", "--store", store).records == [left]
    assert run("check", "--store", store).stdout == ""


def test_a_dry_run_writes_nothing_and_undo_takes_a_pin_back(run, garden):
    store, turns = garden
    before = commits(store)
    done = run("pin", "a", "--dry-run", "--store", store)
    assert done.records == [{**turns["a"], "pinned": True}]
    assert "dry run: 1 memory would be pinned" in done.stderr
    assert commits(store) == before
    run("pin", "a", "--store", store)
    run("undo", "--store", store)
    assert pinned(run, store) == []


def test_a_namespace_bounds_what_is_found(run, garden):
    store, turns = garden
    before = commits(store)
    done = run("pin", "d", "-n", "default", "--store", store, status=66)
    assert "no memory 'd'" in done.stderr
    hit = json.dumps(turns["d"])
    done = run("pin", "-n", "default", "--store", store, stdin=hit, status=66)
    assert turns["d"]["id"] in done.stderr
    assert commits(store) == before
    assert len(run("pin", "-n", "east", "--store", store, stdin=hit).records) == 1


@pytest.mark.parametrize(
    ("arguments", "stdin", "status", "why"),
    [
        (("nosuch",), "", 66, "no memory 'nosuch'"),
        (("a", "nosuch"), "", 66, "no memory 'nosuch'"),
        ((), '{"kind": "memory"}\n', 65, "stdin:1"),
        ((), "nosuch\n", 66, "no memory 'nosuch'"),
        ((), "[]\n", 65, "stdin:1"),
        ((), b"caf\xe9\n", 65, "stdin:1: not UTF-8"),
        (("a", "--nope"), "", 2, "--nope"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(run, garden, arguments, stdin, status, why):
    store, _ = garden
    before = commits(store)
    done = run("pin", *arguments, "--store", store, stdin=stdin, status=status)
    assert done.stdout == ""
    assert why in done.stderr
    assert commits(store) == before


def test_no_store_is_66(run, tmp_path):
    assert "no store at" in run("unpin", "a", "--store", tmp_path / "none", status=66).stderr
