"""memcli link"""

from __future__ import annotations

import json
import shutil
from collections import Counter

import pytest

NOW = ("--now", "2026-01-02T00:00:00Z")


def line(content, at, name="Ida", session="s", **fields):
    record = {"content": content, "timestamp": at, "name": name, "session_id": session, **fields}
    return json.dumps({"kind": "message", "v": 1, **record}) + "\n"


def ask(run, store, statement):
    return run("sql", statement, "--store", store).records


def log(run, store):
    return run("log", "--store", store).stdout


@pytest.fixture(scope="module")
def extracted(extracted_once):
    """The sample after an extraction. No test may change it."""
    return extracted_once.path


@pytest.fixture(scope="module")
def linked(linked_once):
    """The same after linking, and what that wrote. No test may change it."""
    return linked_once


def test_it_writes_a_summary_and_links_with_reasons(run, linked):
    store, done = linked
    (summary,) = done.records
    assert (summary["kind"], summary["command"]) == ("summary", "link")
    counts = summary["counts"]
    assert f"{sum(counts['links'].values()):,} links of {counts['memories']:,}" in done.stderr
    links = ask(run, store, "select * from links")
    there = Counter(link["relation"] for link in links)
    assert {name: there[name] for name in counts["links"]} == counts["links"]
    assert {"derived_from", "summarizes", "part_of", "mentions", "similar"} <= set(there)
    assert all(0 < link["weight"] <= 1 for link in links)
    similar = [link for link in links if link["relation"] == "similar"]
    assert all("cosine" in link["reason"] for link in similar)
    assert max(Counter(link["source_id"] for link in similar).values()) <= 6
    assert max(Counter(link["target_id"] for link in similar).values()) <= 12
    assert run("check", "--store", store).stdout == ""


def test_what_was_made_leads_to_what_it_was_made_from(run, linked):
    store, _ = linked
    pairs = "select source_id, target_id from links where relation in ('derived_from','summarizes')"
    found = {(row["source_id"], row["target_id"]) for row in ask(run, store, pairs)}
    cited = ask(
        run, store, "select id, unnest(source_ids) as source from memories where level in (1, 2, 3)"
    )
    assert {(row["id"], row["source"]) for row in cited} <= found


def test_names_become_entities_that_are_linked_to(run, linked):
    store, _ = linked
    mentions = ask(
        run,
        store,
        "select m.text, e.name from links l join memories m on m.id = l.source_id"
        " join entities e on e.id = l.target_id where relation = 'mentions' and m.level = 1",
    )
    assert {"Mara", "Jonas", "Ilse", "Leiden"} <= {row["name"] for row in mentions}
    all_mentions = ask(run, store, "select 1 as n from links where relation = 'mentions'")
    known = ask(
        run,
        store,
        "select 1 as n from links l join entities e on e.id = target_id"
        " where relation = 'mentions'",
    )
    assert len(all_mentions) == len(known)


def test_a_dry_run_writes_nothing_and_a_rerun_has_nothing_to_do(run, linked, extracted):
    before = log(run, extracted)
    tried = run("link", "--dry-run", "--store", extracted, *NOW)
    assert tried.stdout == ""
    assert "dry run" in tried.stderr
    assert log(run, extracted) == before
    store, _ = linked
    before = log(run, store)
    again = run("link", "--store", store, *NOW)
    assert again.stdout == ""
    assert "nothing to link: all memories are done" in again.stderr
    assert log(run, store) == before


def test_undo_takes_it_back_and_another_run_makes_the_same(run, run_process, linked, tmp_path):
    store = shutil.copytree(linked[0], tmp_path / "store")
    whole = "select * exclude (recorded_at) from links order by all"
    made = ask(run, store, whole)
    run("undo", "--store", store)
    left = ask(run, store, "select distinct relation from links")
    assert {row["relation"] for row in left} <= {"next", "supersedes", "contradicts"}
    assert ask(run, store, "select 1 as n from entities") == []
    run_process("link", "--store", store, *NOW)
    assert ask(run, store, whole) == made
    assert run("check", "--store", store).stdout == ""


def test_what_says_the_same_is_merged_with_all_sources(run, empty_store):
    said = "The bakery on Brandt Street sells our rye bread every Friday"
    turns = [
        line(f"{said}.", "2025-03-03T10:00:00Z", session="a"),
        line("My brother Juno plays the cello.", "2025-03-03T10:01:00Z", session="a"),
        line(f"{said}!", "2025-05-03T10:00:00Z", session="b"),
        line(f"{said}.", "2025-06-03T10:00:00Z", "Ugo", "c"),
    ]
    options = ("--store", empty_store, *NOW)
    run("extract", *options, stdin=run("ingest", *options, stdin="".join(turns)).stdout)
    (summary,) = run("link", *options).records
    assert summary["counts"]["merged"] == 1
    bread = ask(
        run,
        empty_store,
        "select * from memories where level = 1 and text like '%rye%' order by happened_at",
    )
    assert [row.get("superseded_by") for row in bread] == [bread[1]["id"], None, None]
    assert len(bread[1]["source_ids"]) == 2
    assert bread[2]["speaker"] == "Ugo"
    hits = run("query", "rye bread", "--level", 1, "--no-touch", "--store", empty_store).records
    assert bread[0]["id"] not in {hit["id"] for hit in hits}
    assert run("check", "--store", empty_store).stdout == ""


def test_a_namespace_and_stdin_bound_what_is_linked(run, empty_store):
    given = "".join(
        line("I have two goats in the yard of Orsolya.", "2025-03-03T10:00:00Z", namespace=space)
        for space in ("east", "west")
    )
    options = ("--store", empty_store, *NOW)
    run("ingest", *options, stdin=given)
    made = run("extract", *options).stdout.splitlines()
    run("link", *options, "-n", "east")
    spaces = (
        "select distinct namespace from links join memories on id = source_id"
        " where relation = 'derived_from'"
    )
    assert [row["namespace"] for row in ask(run, empty_store, spaces)] == ["east"]
    west = [record for record in made if json.loads(record)["namespace"] == "west"]
    (summary,) = run("link", *options, stdin="\n".join(west)).records
    assert summary["counts"]["memories"] == len(west)
    assert run("link", *options).stdout == ""


def test_bad_input_is_refused(run, extracted, tmp_path):
    before = log(run, extracted)
    done = run("link", "--store", extracted, stdin='{"kind": "memory"\n', status=65)
    assert done.stdout == ""
    assert "stdin" in done.stderr
    run("link", "--store", tmp_path / "none", status=66)
    foreign = dict.fromkeys(("id", "namespace", "text"), "nobody") | {"level": 1}
    foreign |= {"kind": "memory", "type": "core", "recorded_at": "2025-01-01T00:00:00Z"}
    done = run("link", "--store", extracted, stdin=json.dumps(foreign), status=66)
    assert "memcli extract" in done.stderr
    assert log(run, extracted) == before
