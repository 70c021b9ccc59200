"""
Two years of a life in conversations: what was true when, what is true now, and what never was.

Tess moves house, changes job twice, corrects a birthday, denies a rumour and changes her mind
about a food; the rest of what is said stays as it was.
"""

from __future__ import annotations

import json

import pytest

from tests.support.paths import LIFE

WRITTEN = "2025-02-01T00:00:00Z"
HOME, WORK = "Where does Tess live?", "Where does Tess work?"
BIRTHDAY, FOOD = "When is Tess's birthday?", "Does Tess like coriander?"


@pytest.fixture(scope="module")
def life(run, tmp_path_factory):
    """A store with the conversations, extracted and linked through pipes."""
    store = tmp_path_factory.mktemp("life") / "store"
    run("init", "--store", store)
    options = ("--store", store, "--now", WRITTEN)
    turns = run("ingest", LIFE, *options).stdout
    statements = run("extract", *options, stdin=turns).stdout
    run("link", *options, stdin=statements)
    assert run("check", "--store", store).stdout == ""
    return store


@pytest.fixture(scope="module")
def statements(run, life):
    """The statements by the text of each."""
    rows = run("sql", "select * from memories where level = 1", "--store", life).records
    return {r["text"]: {**r, "metadata": json.loads(r["metadata"] or "{}")} for r in rows}


def first_hits(run, store, queries, *options):
    """Return the text of the first hit of each query, a question or a record."""
    lines = "".join(json.dumps({"kind": "query", "v": 1, **query}) + "\n" for query in queries)
    asked = ("query", "--batch", "-k", 1, "--no-touch", "--store", store)
    return [hit["text"] for hit in run(*asked, *options, stdin=lines).records]


THEN = [
    (HOME, "2023-12-01", "Ghent"),
    (HOME, "2024-05-01", "Ghent"),
    (HOME, "2024-07-01", "Antwerp"),
    (WORK, "2023-06-01", "Brightwater"),
    (WORK, "2024-03-01", "Halden Studio"),
    (WORK, "2025-01-20", "Kestrel Maps"),
    (BIRTHDAY, "2023-04-20", "14 June"),
    (BIRTHDAY, "2023-05-10", "24 June"),
    (FOOD, "2024-01-01", "hate coriander"),
    (FOOD, "2024-11-01", "love coriander"),
]


def test_a_question_before_a_date_gives_what_was_true_then(run, life):
    queries = [{"query": question, "before": f"{day}T00:00:00Z"} for question, day, _ in THEN]
    found = first_hits(run, life, queries)
    for (question, day, words), text in zip(THEN, found, strict=True):
        assert words in text, (question, day)


@pytest.mark.parametrize("day", ["2023-04-20", "2024-03-01", "2024-11-01"])
def test_a_question_asked_at_a_date_gives_what_was_true_then(run, life, day):
    said = [(question, words) for question, on, words in THEN if on <= day]
    latest = dict(said)
    found = first_hits(run, life, [{"query": question} for question in latest], "--now", day)
    for (question, words), text in zip(latest.items(), found, strict=True):
        assert words in text, question


def test_a_question_now_gives_the_present(run, life):
    present = {
        HOME: "Antwerp",
        WORK: "Kestrel Maps",
        BIRTHDAY: "24 June",
        FOOD: "love coriander",
        "Is Tess engaged to Victor?": "not engaged",
        "What is Oren allergic to?": "allergic to cats",
        "Where does Maud live?": "Bruges",
        "When did Tess leave Halden Studio?": "left Halden Studio in December",
    }
    found = first_hits(run, life, [{"query": question} for question in present])
    for (question, words), text in zip(present.items(), found, strict=True):
        assert words in text, question


def test_what_was_replaced_is_found_only_when_all_is_asked_for(run, life, statements):
    old = {row["id"] for row in statements.values() if row.get("superseded_by")}
    assert len(old) == 5
    questions = "\n".join((HOME, WORK, BIRTHDAY, FOOD))
    asked = ("query", "--batch", "-k", 50, "--no-touch", "--store", life)
    for level in ((), ("--level", 1)):
        assert old.isdisjoint(h["id"] for h in run(*asked, *level, stdin=questions).records)
    everything = run(*asked, "--level", 1, "--all", stdin=questions).records
    assert old <= {hit["id"] for hit in everything}


def test_the_history_tells_when_and_by_what_it_was_replaced(run, life, statements):
    told = {
        "Ghent": ("2024-05-18", "Antwerp", "residence is now Antwerp"),
        "Brightwater": ("2023-09-08", "Halden Studio", "employer is now Halden Studio"),
        "Halden Studio": ("2024-12-01", "Kestrel Maps", "employer is now Kestrel Maps"),
        "14 June": ("2023-05-02", "24 June", "corrected: birthday is 24 June"),
        "coriander": ("2024-10-08", "loves coriander", "loves coriander now"),
    }
    old = {row["value"]: row for row in statements.values() if row.get("superseded_by")}
    ids = [old[value]["id"] for value in told]
    versions = run("show", *ids, "--history", "--store", life).records
    for version, (ended, by, reason) in zip(versions, told.values(), strict=True):
        assert version["valid_to"].startswith(ended)
        assert by in version["replaced_by"]
        assert version["reason"] == reason
    newer = [old[value]["superseded_by"] for value in told]
    for version, value in zip(
        run("show", *newer, "--history", "--store", life).records, told, strict=True
    ):
        assert old[value]["text"] in version["replaces"]


def test_a_rumour_that_was_denied_is_no_fact(statements):
    for name in ("Victor", "Lisbon"):
        rows = [row for text, row in statements.items() if name in text]
        assert rows
        for row in rows:
            assert " not " in row["text"]
            assert row["metadata"]["negated"]
    stated = {(r.get("attribute"), r.get("value")) for r in statements.values()}
    assert not {("residence", "Lisbon"), ("partner", "Victor")} & stated
    claims = [r for r in statements.values() if r.get("attribute") == "relationship_status"]
    assert all(row["metadata"]["fact_negated"] for row in claims)


def test_what_has_nothing_to_do_with_it_still_holds(statements):
    kept = {
        row["value"]
        for row in statements.values()
        if row.get("attribute") and not row.get("superseded_by") and row["speaker"] == "Oren"
    }
    assert {"cats", "2 November 1988", "Maud"} <= kept
    old = {row["value"] for row in statements.values() if row.get("superseded_by")}
    assert old == {"Ghent", "Brightwater", "Halden Studio", "14 June", "coriander"}
