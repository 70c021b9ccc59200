"""
A store as it was written on 28 November 2026, which every later version reads.

Seven turns, extracted and linked; one is archived with its statement, another hidden; a commit of
`feedback` names a signal of search that there is no more (`statement_dense`).
"""

from __future__ import annotations

import json
import tarfile

import pytest

from memcli.memory.search_columns import search_columns
from store import Store
from tests.support.paths import DATA

NOW = ("--now", "2025-07-01T00:00:00Z")
# The fact that holds leads: she moved.
LIVES = [("m6", 0.85888), ("m1", 0.590281), ("m2", 0.311627)]
# How rare words are is counted without what is archived from then on.
COMPACTED = [("m6", 0.858621), ("m1", 0.653997), ("m2", 0.321526)]
PARROTS = [("m7", 0.962864), ("m6", 0.317785)]


@pytest.fixture
def old(tmp_path):
    with tarfile.open(DATA / "first-format.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    store = tmp_path / "store"
    store.chmod(0o700)
    return store


def asked(run, store, question, *options):
    done = run("query", question, "--store", store, "--no-touch", *NOW, *options)
    return [(hit["ref"], hit["score"]) for hit in done.records]


def expected(hits):
    return [(ref, pytest.approx(score, abs=2e-6)) for ref, score in hits]


def only_without_digests(run, store):
    """Say whether all that check finds is that an earlier program took no digests."""
    (problem,) = run("check", "--store", store).records
    return problem["severity"] == "warning" and "have no digests" in problem["what"]


def test_it_is_sound_and_found_in_as_it_was(run, old):
    assert only_without_digests(run, old)
    assert asked(run, old, "Where does Ida live?", "-k", 3) == expected(LIVES)
    everything = asked(run, old, "What do parrots do in the morning?", "-k", 2, "--all")
    assert everything == expected(PARROTS)
    moved = run("feedback", "--show", "--store", old).records[0]["counts"]["weights"]
    assert moved["dense"] == 1.027629
    assert "statement_dense" not in moved


def test_its_search_keys_are_those_that_would_be_made_today(old):
    snapshot = Store.open(old).snapshot()
    rows = [row for table in ("memories", "archive") for row in snapshot.read(table).to_pylist()]
    assert len(rows) == 18
    for row in rows:
        assert {name: row[name] for name in ("keys", "derived_keys", "n_words")} == search_columns(
            row
        )


def test_it_is_compacted_written_to_and_taken_back(run, old):
    run("compact", "--store", old)
    assert asked(run, old, "Where does Ida live?", "-k", 3) == expected(COMPACTED)
    said = json.dumps({"content": "Ana painted the harbour.", "name": "Ida", "id": "m8"})
    run("ingest", "--store", old, *NOW, stdin=said)
    run("extract", "--store", old, *NOW)
    run("feedback", "--used", "m1", "--store", old, *NOW)
    assert run("restore", "m7", "--store", old, *NOW).status == 0
    assert asked(run, old, "What do parrots do in the morning?", "-k", 1)[0][0] == "m7"
    run("undo", "--store", old)
    assert asked(run, old, "What do parrots do in the morning?", "-k", 1)[0][0] != "m7"
    assert asked(run, old, "Where does Ida live?", "-k", 3, "--at", 4)[0][0] == "m6"
    assert run("check", "--store", old).records == []


def test_columns_that_came_later_are_null_in_it_and_there_once_it_was_written_to(run, old):
    counted = "SELECT count(*) AS n FROM memories WHERE "
    none, known = counted + "polarity IS NULL AND utc_offset IS NULL", counted + "utc_offset = 120"

    def count(statement, *at):
        return run("sql", statement, "--store", old, *at).records[0]["n"]

    assert (count(none), count(known)) == (16, 0)
    assert [r for r in run("export", "--store", old).records if "polarity" in r] == []
    said = {"content": "Ana painted the harbour.", "timestamp": "2025-06-30T23:30:00+02:00"}
    run("ingest", "--store", old, *NOW, stdin=json.dumps(said))
    assert (count(known), count(known, "--at", "4")) == (1, 0)
    assert only_without_digests(run, old)
