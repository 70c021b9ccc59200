"""memcli check"""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime

import pytest

from memcli.memory.states import State, set_state, write_strengths
from memcli.memory.writing import link_row, update_columns, write_links
from store import Store


def problems(run, store, status=65):
    return {record["what"] for record in run("check", "--store", store, status=status).records}


def test_a_sound_store_has_no_problems(run_process, sample):
    result = run_process("check", "--store", sample)
    assert result.records == []
    assert "is sound" in result.stderr


def damage_commit(store):
    (store / "commits" / "00000002.json").write_text("{")


def lose_a_commit(store):
    (store / "commits" / "00000001.json").unlink()


def lose_data(store):
    for path in (store / "tables" / "memories.lance" / "data").iterdir():
        path.unlink()


def lose_tags(store):
    shutil.rmtree(store / "tables" / "memories.lance" / "_refs")


def miscount(store):
    path = store / "commits" / "00000002.json"
    commit = json.loads(path.read_text())
    commit["tables"]["memories"]["rows"] += 1
    path.write_text(json.dumps(commit))


@pytest.mark.parametrize("damage", [damage_commit, lose_a_commit, lose_data, lose_tags, miscount])
def test_damage_is_found(run, sample, damage):
    damage(sample)
    result = run("check", "--store", sample, status=65)
    assert "Traceback" not in result.stderr


def test_rows_that_contradict_each_other_are_found(run, empty_store):
    moment = "2026-01-01T00:00:00Z"
    fixed = {"kind": "memory", "v": 1, "namespace": "n", "type": "episodic", "recorded_at": moment}
    turn = {**fixed, "level": 0, "session_id": "s", "seq": 0}
    given = [
        {**turn, "id": "a" * 16, "text": "one"},
        {**turn, "id": "b" * 16, "text": "two"},
        {**fixed, "level": 1, "id": "c" * 16, "text": "three", "source_ids": ["a" * 16]},
        {**fixed, "level": 1, "id": "d" * 16, "text": "four"},
    ]
    lines = "\n".join(map(json.dumps, given))
    run("ingest", "--from", "export", "--store", empty_store, stdin=lines)
    # No command writes these.
    wrong = {"c" * 16: {"source_ids": ["x" * 16]}, "d" * 16: {"superseded_by": "y" * 16}}
    wrong["b" * 16] = {"seq": 0}
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with Store.open(empty_store).transaction("extract") as transaction:
        update_columns(transaction, wrong)
        write_links(transaction, [link_row("a" * 16, "z" * 16, "next", 1.0, "", now)])
        transaction.publish()
    found = problems(run, empty_store)
    assert found == {
        "1 turns share a place in their session",
        "1 memories cite sources that do not exist",
        "1 memories are superseded by what does not exist",
        "1 links start or end nowhere",
    }


def test_a_folder_open_to_others_is_a_warning(run, sample):
    os.chmod(sample, 0o755)
    assert any("can be read by others" in what for what in problems(run, sample, status=0))


# ---------------------------------------------------------------- what was purged

SAID = "thursday my van broke down"


def test_as_text_it_says_what_is_wrong(run, sample):
    sample.chmod(0o755)
    done = run("check", "--store", sample, "-f", "text")
    assert done.stdout == f"{sample} can be read by others\n"


def test_a_text_that_is_there_is_found_without_being_shown(run, sample):
    (turn,) = run("sql", "select text from memories limit 1", "--store", sample).records
    found = run("check", "--purged", turn["text"], "--store", sample, status=65)
    assert {record["kind"] for record in found.records} == {"problem"}
    assert {record["severity"] for record in found.records} == {"error"}
    assert any(record.get("table") == "memories" for record in found.records)
    assert turn["text"] not in found.stdout + found.stderr
    assert "files hold the text" in found.stderr


def test_a_text_that_is_not_there_is_proved_to_be_gone(run, sample):
    for given in ({"stdin": SAID + "\n"}, {"stdin": SAID}, {}):
        text = "-" if given else SAID
        done = run("check", "--purged", text, "--store", sample, **given)
        assert done.stdout == ""
        assert "no file" in done.stderr


def test_no_text_and_bytes_that_are_none_are_refused(run, sample):
    run("check", "--purged", "", "--store", sample, status=2)
    run("check", "--purged", "-", "--store", sample, stdin="\n", status=2)
    done = run("check", "--purged", "-", "--store", sample, stdin=b"\xff\xfe", status=2)
    assert "UTF-8" in done.stderr


# ---------------------------------------------------------------- states


def test_states_that_do_not_fit_the_tables_are_found(run, empty_store):
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    given = [
        json.dumps({"content": text, "timestamp": "2026-01-01T00:00:00Z"})
        for text in ("one", "two", "three")
    ]
    made = run("ingest", "--from", "export", "--store", empty_store, stdin="\n".join(given)).records
    one, two, three = (record["id"] for record in made)
    store = Store.open(empty_store)
    with store.transaction("forget") as transaction:
        set_state(transaction, [one], State.archived, moment)
        set_state(transaction, [two], State.dormant, moment)
        transaction.publish()
    assert problems(run, empty_store, status=0) == set()
    fixed = {"retention": None, "n_accesses": 0, "recorded_at": moment}
    wrong = {one: "active", three: "archived", "x" * 16: "active"}
    with store.transaction("forget") as transaction:
        write_strengths(transaction, [{**fixed, "id": i, "state": s} for i, s in wrong.items()])
        transaction.publish()
    found = run("check", "--store", empty_store, status=65).records
    assert {record["what"]: set(record["ids"]) for record in found} == {
        "1 strengths are of memories that do not exist": {"x" * 16},
        "2 memories are archived by state or by table, not by both": {one, three},
    }
