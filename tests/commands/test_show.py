"""`memcli show`: by id, by prefix, by ref; with links; through the history."""

from __future__ import annotations

import json
import shutil

import pytest

FIRST = "ikp5z47sbbz4vyua"
STATEMENT = {
    "kind": "memory",
    "v": 1,
    "id": "aaaabbbbccccdddd",
    "namespace": "mara-and-jonas",
    "type": "semantic",
    "level": 1,
    "text": "Mara had a good start.\n\nOf the year, that is. \x1b[31m",
    "recorded_at": "2025-01-11T10:00:00Z",
    "importance": 0.8,
    "keywords": ["new year", "dough"],
    "source_ids": [FIRST],
    "encoder": "static-256",
}


def test_a_memory_is_found_by_id_prefix_and_ref(run_process, sample_once):
    by_id, by_prefix, by_ref = (
        run_process("show", name, "--store", sample_once).records
        for name in (FIRST, FIRST[:4], "mj/1:1")
    )
    assert by_id == by_prefix == by_ref
    assert by_id[0]["text"].startswith("Morning!")
    assert by_id[0]["recorded_at"] == "2026-01-01T00:00:00Z"
    assert "links" not in by_id[0]


def test_several_come_in_order_and_each_once(run, sample_once):
    done = run("show", "mj/1:2", FIRST, "mj/1:2", "--store", sample_once)
    assert [record["ref"] for record in done.records] == ["mj/1:2", "mj/1:1"]


def test_links_come_on_request(run, sample_once):
    (record,) = run("show", "mj/1:2", "--links", "--store", sample_once).records
    assert {(link["source_id"], link["relation"]) for link in record["links"]} == {
        (FIRST, "next"),
        (record["id"], "next"),
    }
    assert all(link["kind"] == "link" for link in record["links"])


def test_what_is_unknown_is_named_and_nothing_is_shown(run, sample_once):
    done = run("show", "mj/1:1", "nosuch", "npy", "--store", sample_once, status=66)
    assert done.stdout == ""
    assert done.stderr == (
        "memcli: no memory 'nosuch', 'npy' "
        "(give an id, 4 or more characters that begin it, or a ref)\n"
    )


def test_a_namespace_hides_the_others(run, sample_once):
    run("show", FIRST, "-n", "other", "--store", sample_once, status=66)


def test_a_prefix_of_several_ids_is_refused(run, sample):
    twin = {**STATEMENT, "id": "aaaabbbbccccdddx"}
    lines = "\n".join(map(json.dumps, (STATEMENT, twin)))
    run("ingest", "--from", "export", "--store", sample, stdin=lines)
    done = run("show", "aaaab", "--store", sample, status=2)
    assert done.stderr == (
        "memcli: 2 ids begin with 'aaaab': aaaabbbbccccdddd, aaaabbbbccccdddx "
        "(give more characters)\n"
    )


@pytest.fixture(scope="module")
def with_statement(run, sample_once, tmp_path_factory):
    """The sample and one statement about it."""
    store = shutil.copytree(sample_once, tmp_path_factory.mktemp("statement") / "store")
    run("ingest", "--from", "export", "--store", store, stdin=json.dumps(STATEMENT))
    return store


def test_a_block_for_a_person(run, with_statement):
    local = {"TZ": "UTC"}
    done = run("show", "aaaa", "mj/1:2", "--format", "table", "--store", with_statement, env=local)
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    assert lines[:9] == [
        "aaaabbbbccccdddd  statement, semantic",
        "mara-and-jonas",
        "",
        "  Mara had a good start.",
        "",
        "  Of the year, that is. \ufffd[31m",
        "",
        "keywords     new year, dough",
        "recorded_at  2025-01-11 10:00 UTC",
    ]
    assert "importance   0.8" in lines
    assert any(line.startswith(f"source       {FIRST[:8]}  Mara: Morning!") for line in lines)
    assert any(line.startswith(f"before       {FIRST[:8]}  Mara: Morning!") for line in lines)
    assert any(line.startswith(f"<- next      {FIRST[:8]}  Mara: Morning!") for line in lines)


def test_blocks_can_leave_links_out(run, with_statement):
    done = run("show", "mj/1:2", "-f", "table", "--no-links", "--store", with_statement)
    assert "next" not in done.stdout


def test_what_was_shown_can_be_ingested(run, with_statement, empty_store):
    shown = run("show", "aaaa", "--store", with_statement).stdout
    run("ingest", "--from", "export", "--store", empty_store, stdin=shown)
    (record,) = [json.loads(line) for line in shown.splitlines()]
    del record["source_ids"]  # its turn was not taken along
    assert run("show", "aaaa", "--store", empty_store).records == [record]


def test_history_tells_each_change(run, with_statement, tmp_path):
    store = shutil.copytree(with_statement, tmp_path / "store")
    run("undo", "--store", store)
    run("undo", "--to", 3, "--store", store)
    versions = run("show", STATEMENT["id"], "--history", "--store", store).records
    assert [(v["commit"], v["command"], v["change"]) for v in versions] == [
        (3, "ingest", "added"),
        (4, "undo", "removed"),
        (5, "undo", "added"),
    ]
    assert all(version["text"] == STATEMENT["text"] for version in versions)


def test_history_tells_when_a_memory_was_replaced_by_what_and_why(run, with_statement, tmp_path):
    store = shutil.copytree(with_statement, tmp_path / "store")
    newer = {**STATEMENT, "id": "bbbbccccddddeeee", "text": "Mara had a bad start."}
    older = {
        **STATEMENT, "id": "ccccddddeeeeffff", "superseded_by": newer["id"],
        "valid_to": "2025-02-01T00:00:00Z", "text": "Mara had an odd start.",
    }  # fmt: skip
    link = {
        "kind": "link", "v": 1, "source_id": newer["id"], "target_id": older["id"],
        "relation": "supersedes", "weight": 1.0, "reason": "start is now bad",
        "recorded_at": "2025-02-01T00:00:00Z",
    }  # fmt: skip
    run(
        "ingest",
        "--from",
        "export",
        "--store",
        store,
        stdin="\n".join(map(json.dumps, (newer, older, link))),
    )
    ids = (older["id"], newer["id"])
    old, new = run("show", *ids, "--history", "--store", store).records
    assert (old["valid_to"], old["replaced_by"], old["reason"]) == (
        older["valid_to"], newer["text"], link["reason"],
    )  # fmt: skip
    assert new["replaces"] == [older["text"]]
    assert "replaced_by" not in new


def test_the_history_of_what_never_was(run, sample_once):
    done = run("show", "zzzzzzzzzzzzzzzz", "--history", "--store", sample_once, status=66)
    assert "no memory 'zzzzzzzzzzzzzzzz' in the commits that are kept" in done.stderr
