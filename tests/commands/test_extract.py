"""memcli extract"""

from __future__ import annotations

import json
import re
import shutil

import pytest

from memcli.language.quotation import stands_in
from memcli.language.secrets import find_secrets, redact

NOW = ("--now", "2026-01-02T00:00:00Z")


def line(content, at="2025-03-03T10:00:00Z", name="Ida", session="s", **fields):
    record = {"content": content, "timestamp": at, "name": name, "session_id": session, **fields}
    return json.dumps({"kind": "message", "v": 1, **record}) + "\n"


def rows(run, store, where):
    statement = f"select * from memories where {where} order by session_id, level, seq, id"
    return run("sql", statement, "--store", store).records


def log(run, store):
    return run("log", "--store", store).stdout


def problems(run, store):
    return run("check", "--store", store).stdout


@pytest.fixture(scope="module")
def extracted(extracted_once):
    """The sample after an extraction, and what that wrote. No test may change it."""
    return extracted_once


def test_what_it_writes_are_memories_and_the_note_counts_them(run, extracted):
    store, done = extracted
    assert {record["kind"] for record in done.records} == {"memory"}
    assert {record["level"] for record in done.records} == {1, 2, 3}
    assert all(record["source_ids"] for record in done.records)
    turns = {row["id"] for row in rows(run, store, "level = 0")}
    segments = [record for record in done.records if record["level"] == 2]
    parts = [id_ for record in segments for id_ in record["source_ids"]]
    assert sorted(parts) == sorted(turns)
    n = [sum(record["level"] == level for record in done.records) for level in (1, 2, 3)]
    assert f"{n[0]} statements, {n[1]} segments and {n[2]} summaries of 290 turns" in done.stderr
    assert problems(run, store) == ""


def test_every_statement_is_a_quotation_and_every_value_was_said(run, extracted):
    store, done = extracted
    turns = {row["id"]: row for row in rows(run, store, "level = 0")}
    statements = [record for record in done.records if record["level"] == 1]
    assert len(statements) > 50
    for record in statements:
        said, *_ = sources = [turns[id_]["text"] for id_ in record["source_ids"]]
        assert stands_in(record["text"], redact(said, find_secrets(said))), record["text"]
        for words in record.get("metadata", {}).get("times", ()):
            assert words in said
        assert record.get("value", "").casefold() in said.casefold() or record["attribute"] in (
            "habit", "marital status", "occupation", "life"
        ), record  # fmt: skip
        for name in re.findall(r"\[([A-Z][^\]]*)\]", record["text"]):
            assert any(name in other for other in [*sources, *people(turns)]), record["text"]


def people(turns):
    return {row["speaker"] for row in turns.values()}


def test_a_dry_run_writes_nothing_and_a_rerun_has_nothing_to_do(
    run, run_process, extracted, sample_once
):
    store, done = extracted
    before = log(run, sample_once)
    tried = run_process("extract", "--dry-run", "--store", sample_once, *NOW)
    assert [record["id"] for record in tried.records] == [record["id"] for record in done.records]
    assert "dry run" in tried.stderr
    assert log(run, sample_once) == before
    again_before = log(run, store)
    again = run_process("extract", "--store", store, *NOW)
    assert again.stdout == ""
    assert "nothing to extract: all turns are done" in again.stderr
    assert log(run, store) == again_before


def test_undo_takes_it_back_and_another_run_makes_the_same(run, extracted, tmp_path):
    store = shutil.copytree(extracted[0], tmp_path / "store")
    run("undo", "--store", store)
    assert rows(run, store, "level > 0") == []
    again = run("extract", "--store", store, *NOW)
    assert again.stdout == extracted[1].stdout
    assert problems(run, store) == ""


@pytest.fixture(scope="module")
def told(run, empty_once, tmp_path_factory):
    """A store in which much is said that states nothing of anybody."""
    store = shutil.copytree(empty_once, tmp_path_factory.mktemp("told") / "store")
    turns = [
        ("Ida", "I live in Ronda with two parrots.", {}),
        ("Ida", "Haha, just kidding, I bought a castle in Zermatt!", {}),
        ("Ida", "If I won the lottery I would move to Quito.", {}),
        ("Ida", "My uncle said: \"The best cheese comes from Parma.\"", {}),
        ("Ida", "Do you know a hotel in Malmo?", {}),
        ("assistant", "You could try a weekend in Gdansk.", {"role": "assistant"}),
        ("Ida", "I don't eat peanuts, I'm allergic to them.", {}),
        ("Ida", "Thanks! Good night.", {}),
    ]  # fmt: skip
    given = "".join(
        line(content, f"2025-03-03T10:0{at}:00Z", name, **more)
        for at, (name, content, more) in enumerate(turns)
    )
    run("ingest", "--store", store, stdin=given)
    return [r for r in run("extract", "--store", store, *NOW).records if r["level"] == 1]


def test_what_is_not_said_of_oneself_in_earnest_is_no_statement(told):
    said = " ".join(record["text"] for record in told)
    assert "I live in Ronda with two parrots." in said
    for word in ("Zermatt", "Quito", "Malmo", "Gdansk", "night"):
        assert word not in said
    facts = {(r["subject"], r["attribute"], r["value"]) for r in told if "attribute" in r}
    assert ("Ida", "residence", "Ronda") in facts
    assert "Parma" not in str(facts)


def test_days_are_those_of_the_writers_own_clock(run, empty_store):
    """Late in the evening of one zone it is the next day in UTC, and the day before in another."""
    said = [
        ("I baked the first loaf today.", "2026-07-04T20:15:00-06:00", "[2026-07-04]"),
        ("Yesterday I sold the old van.", "2026-07-04T21:40:00-09:00", "[2026-07-03]"),
        ("I'm meeting my landlord tomorrow.", "2026-07-05T06:30:00+13:00", "[2026-07-06]"),
        ("I moved the bees the day before yesterday.", "2026-04-01T00:20:00+02:00", "[2026-03-30]"),
    ]
    given = "".join(line(text, at, session=at) for text, at, _ in said)
    run("ingest", "--store", empty_store, stdin=given)
    made = run("extract", "--store", empty_store, *NOW).records
    told = " ".join(record["text"] for record in made if record["level"] == 1)
    assert [day for _, _, day in said if day not in told] == []


def test_a_log_that_was_pasted_and_an_assistant_say_nothing_of_the_user(run, empty_store):
    pasted = "This is what I get:\nFATAL 2026-02-11 I cannot open the socket\nmy host is atlas"
    given = line(pasted, name="user", role="user", session="log")
    given += line("Which tickets has the client Annika?", name="user", role="user")
    answer = "Annika has 3 tickets. Your name is Annika and you live in Umea."
    given += line(answer, "2025-03-03T10:00:05Z", "assistant", role="assistant")
    run("ingest", "--store", empty_store, stdin=given)
    made = [r for r in run("extract", "--store", empty_store, *NOW).records if r["level"] == 1]
    assert not any(word in str(made) for word in ("socket", "atlas", "Umea", "name is"))
    assert [r for r in made if r["type"] == "core" or "attribute" in r] == []


def test_facts_of_an_export_are_of_those_who_are_named_in_it(run, empty_store, tmp_path):
    """In a channel of many, where one ends nothing of another."""
    said = [("Noor", "I live in Split and I'm allergic to celery."), ("Tom", "I live in Bergen.")]
    messages = [
        {"id": str(n), "type": "Default", "timestamp": f"2026-03-02T10:0{n}:00+00:00",
         "content": text, "author": {"id": name, "name": name.lower(), "nickname": name}}
        for n, (name, text) in enumerate(said)
    ]  # fmt: skip
    channel = {"guild": {"name": "g"}, "channel": {"id": "2"}, "messages": messages}
    (tmp_path / "quay.json").write_text(json.dumps(channel))
    run("ingest", tmp_path / "quay.json", "--store", empty_store)
    made = run("extract", "--store", empty_store, *NOW).records
    run("link", "--store", empty_store)
    facts = [r for r in rows(run, empty_store, "subject is not null") if not r.get("valid_to")]
    assert {(r["subject"], r["attribute"], r["value"]) for r in facts} == {
        ("Noor", "residence", "Split"), ("Noor", "allergy", "celery"),
        ("Tom", "residence", "Bergen"),
    }  # fmt: skip
    assert "the user" not in str(made)


def test_two_facts_of_a_sentence_are_two_rows_with_a_sentence_each(told):
    one, two = (record for record in told if "Ronda" in record["text"])
    assert one["text"] == two["text"]
    assert {one["context"], two["context"]} == {"Ida lives in Ronda", "Ida lives with two parrots"}


def test_whom_or_what_a_fact_is_of_may_stand_before(told):
    (fact,) = [record for record in told if "peanuts" in record["text"]]
    assert fact["text"] == "I don't eat peanuts, I'm allergic to them."
    assert fact["context"] == "Ida is allergic to peanuts"


def test_a_session_that_grows_is_cut_anew_and_keeps_its_statements(run, empty_store):
    first = [
        line(f"I planted {n} rows of beans in garden {n}.", f"2025-03-03T1{n}:00:00Z")
        for n in range(2, 7)
    ]
    run("ingest", "--store", empty_store, stdin="".join(first))
    run("extract", "--store", empty_store, *NOW)
    before = rows(run, empty_store, "level > 0")
    later = [
        line(f"I sold {n} boxes of pears to the market.", f"2025-03-03T2{n}:00:00Z")
        for n in range(4)
    ]
    grown = run("ingest", "--store", empty_store, stdin="".join(later)).stdout
    done = run("extract", "--store", empty_store, *NOW, stdin=grown)
    after = {row["id"]: row for row in rows(run, empty_store, "level > 0")}
    for row in before:
        if row["level"] == 1:
            assert after[row["id"]] == row
    assert {record["level"] for record in done.records} == {1, 2, 3}
    (old,) = (row for row in before if row["level"] == 3)
    successor = after[after[old["id"]]["superseded_by"]]
    assert successor["level"] == 3
    holding = [r for r in after.values() if r["level"] == 2 and not r.get("superseded_by")]
    assert sum(len(row["source_ids"]) for row in holding) == 9
    assert problems(run, empty_store) == ""


def test_a_namespace_and_stdin_bound_what_is_read(run, empty_store):
    given = "".join(
        line(f"I keep {n} goats in the yard.", namespace=space, session=f"{space}{n}")
        for space in ("east", "west")
        for n in (2, 3)
    )
    turns = run("ingest", "--store", empty_store, stdin=given).stdout.splitlines()
    east = run("extract", "--store", empty_store, "-n", "east", *NOW).records
    assert {record["namespace"] for record in east} == {"east"}
    (one,) = [t for t in turns if json.loads(t)["session_id"] == "west3"]
    west = run("extract", "--store", empty_store, *NOW, stdin=one + "\n").records
    assert {record["session_id"] for record in west} == {"west3"}
    rest = run("extract", "--store", empty_store, *NOW).records
    assert {record["session_id"] for record in rest} == {"west2"}
    assert run("extract", "--store", empty_store, *NOW).stdout == ""


def test_bad_input_is_refused_and_nothing_is_written(run, sample_once, tmp_path):
    before = log(run, sample_once)
    unknown = json.dumps(
        {
            "kind": "memory", "v": 1, "id": "aaaabbbbccccdddd", "namespace": "default",
            "type": "episodic", "level": 0, "text": "x", "recorded_at": "2025-01-01T00:00:00Z",
            "encoder": "static-256",
        }
    )  # fmt: skip
    done = run("extract", "--store", sample_once, stdin=unknown, status=66)
    assert "not in the store, such as aaaabbbbccccdddd" in done.stderr
    done = run("extract", "--store", sample_once, stdin=unknown + "\n{broken\n", status=65)
    assert done.stdout == ""
    assert "2" in done.stderr
    run("extract", "--store", tmp_path / "none", status=66)
    assert log(run, sample_once) == before


def test_a_secret_is_in_the_vault_and_in_nothing_else_that_is_made(run, empty_store):
    chat = line("My password is Tiger77.", session="alone")
    chat += line("Hi! My AWS key is AKIAIOSFODNN7EXAMPLE.", session="among")
    chat += line("We moved to Ghent and I work as a nurse.", session="among")
    run("ingest", "--store", empty_store, stdin=chat)
    made = run("extract", "--store", empty_store).records
    vault = [record["text"] for record in made if record["type"] == "vault"]
    assert len(vault) == 2
    others = json.dumps([record for record in made if record["type"] != "vault"]).casefold()
    assert "ghent" in others
    assert "tiger77" not in others
    assert "akiaiosfodnn7example" not in others
    links = run("link", "--store", empty_store).records
    assert links
    wide = run("sql", "select reason from links", "--store", empty_store).stdout
    named = run("entities", "list", "--store", empty_store).stdout
    assert "Tiger77" not in wide + named


def test_a_store_without_turns_has_nothing_to_extract(run, empty_store):
    before = log(run, empty_store)
    assert "nothing to extract" in run("extract", "--store", empty_store).stderr
    assert "nothing to link" in run("link", "--store", empty_store).stderr
    assert log(run, empty_store) == before


def test_what_a_commit_changed_is_not_what_it_added(run, empty_store, tmp_path):
    run(
        "add",
        "--name",
        "Ida",
        "I live in Ghent.",
        "--store",
        empty_store,
        "--now",
        "2026-01-01T00:00:00Z",
    )
    first = run("extract", "--store", empty_store).records
    run(
        "add",
        "--name",
        "Ida",
        "I live in Lund.",
        "--store",
        empty_store,
        "--now",
        "2026-02-01T00:00:00Z",
    )
    second = run("extract", "--store", empty_store).records
    assert second
    assert not {record["id"] for record in first} & {record["id"] for record in second}
    rows = run("sql", "SELECT id FROM memories WHERE level > 0", "--store", empty_store).records
    ids = [record["id"] for record in (*first, *second)]
    assert sorted(ids) == sorted(row["id"] for row in rows)
