"""Rows of tables that say what was purged: refused by hand, left out of an import."""

from __future__ import annotations

import json

import pytest

from tests.support.program import run_here

SECRET = "My cousin Ottilie moved to Tihany in 2020."


@pytest.fixture
def purged(empty_store, tmp_path):
    """A store from which a turn was purged, and an export of before with a table that says it."""
    made = json.loads(run_here("add", SECRET, "--store", empty_store, "--format", "jsonl").stdout)
    rows = "".join(json.dumps({"n": n, "note": t}) + "\n" for n, t in enumerate((SECRET, "goats")))
    run_here("table", "create", "notes", "--key", "n", "--store", empty_store, stdin=rows)
    export = tmp_path / "export.jsonl"
    run_here("export", "--store", empty_store, "-o", export)
    run_here("table", "drop", "notes", "--purge", "--store", empty_store)
    run_here("forget", "--purge", made["id"], "--store", empty_store)
    return empty_store, export


WITHIN = (SECRET, f"He came late. {SECRET} Then he left.", f"a\n{SECRET}\nb")


@pytest.mark.parametrize("said", WITHIN)
def test_a_row_that_says_it_is_refused(purged, said):
    store, _ = purged
    run_here("table", "create", "t", "--column", "x:text", "--key", "x", "--store", store, stdin="")
    row = json.dumps({"x": said})
    told = run_here("table", "insert", "t", "--store", store, stdin=row, status=65)
    assert "would say what was purged" in told.stderr
    run_here("table", "update", "t", "--upsert", "--store", store, stdin=row, status=65)
    literal = said.replace("'", "''")
    run_here("sql", "--write", f"INSERT INTO t VALUES ('{literal}')", "--store", store, status=65)
    run_here("table", "insert", "t", "--store", store, stdin=json.dumps({"x": "goats"}))


def test_an_import_leaves_such_rows_out_unless_it_is_allowed(purged):
    store, export = purged
    told = run_here("ingest", "--from", "export", export, "--store", store)
    assert "1 row of a table" in told.stderr
    count = ("sql", "SELECT note FROM notes ORDER BY n", "--store", store, "--format", "jsonl")
    assert [json.loads(line)["note"] for line in run_here(*count).stdout.splitlines()] == ["goats"]
    run_here("ingest", "--from", "export", export, "--allow", "--store", store)
    assert len(run_here(*count).stdout.splitlines()) == 2
