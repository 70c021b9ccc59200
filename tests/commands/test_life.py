"""
Lives in conversations: what was true when, what is true now, and what never was.

In two years Tess moves house, changes job twice, corrects a birthday, denies a rumour and changes
her mind about a food; the rest of what is said stays as it was. Noor says of many things, in plain
words, that they changed.
"""

from __future__ import annotations

import csv
import json
import re
import shutil

import pytest

from tests.support.paths import DATA, LIFE

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
    """The statements, facts and quotations."""
    return run("sql", "select * from memories where level = 1", "--store", life).records


def first_hits(run, store, queries, *options):
    """Return the text of the first hit of each query, a question or a record."""
    return [hit["text"] for hit in first_records(run, store, queries, *options)]


def first_records(run, store, queries, *options):
    """Return the first hit of each query."""
    lines = "".join(json.dumps({"kind": "query", "v": 1, **query}) + "\n" for query in queries)
    asked = ("query", "--batch", "-k", 1, "--no-touch", "--store", store)
    return run(*asked, *options, stdin=lines).records


def turn_of(run, store, hit):
    """Return the turn of a hit: its own text, or that of the one turn that states the fact."""
    if hit["level"] == 0:
        return hit["text"]
    (turn,) = run("show", *hit["source_ids"], "--store", store).records
    return turn["text"]


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
    old = {row["id"] for row in statements if row.get("superseded_by")}
    assert len(old) == 5
    questions = "\n".join((HOME, WORK, BIRTHDAY, FOOD))
    asked = ("query", "--batch", "-k", 50, "--no-touch", "--store", life)
    for level in ((), ("--level", 1)):
        assert old.isdisjoint(h["id"] for h in run(*asked, *level, stdin=questions).records)
    everything = run(*asked, "--level", 1, "--all", stdin=questions).records
    # The facts of one quotation are one hit.
    replaced = {row["text"] for row in statements if row["id"] in old}
    assert replaced <= {hit["text"] for hit in everything}


def test_the_history_tells_when_and_by_what_it_was_replaced(run, life, statements):
    told = {
        "Ghent": ("2024-05-18", "Antwerp", "residence is now Antwerp"),
        "Brightwater": ("2023-09-08", "Halden Studio", "employer is now Halden Studio"),
        "Halden Studio": ("2024-12-01", "Kestrel Maps", "employer is now Kestrel Maps"),
        "14 June": ("2023-04-16", "24 June", "corrected: birthday is 24 June"),
        "coriander": ("2024-10-08", "love coriander", "loves coriander now"),
    }
    old = {row["value"]: row for row in statements if row.get("superseded_by")}
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
        rows = [row for row in statements if name in row["text"]]
        assert rows
        for row in rows:
            assert " not " in row["text"]
            assert row.get("polarity") != "positive"
    assert not {"Lisbon", "Victor"} & {row.get("value") for row in statements}


def test_what_has_nothing_to_do_with_it_still_holds(statements):
    kept = {
        row["value"]
        for row in statements
        if row.get("attribute") and not row.get("superseded_by") and row["speaker"] == "Oren"
    }
    assert {"cats", "on 2 November 1988", "Maud"} <= kept
    old = {row["value"] for row in statements if row.get("superseded_by")}
    assert old == {"Ghent", "Brightwater", "Halden Studio", "14 June", "coriander"}


# ---------------------------------------------------------------- changes in plain words

# What is asked; what is said on 5 March 2025 and told of it; what is said later, and told then.
CHANGES = list(csv.DictReader((DATA / "changes.csv").read_text(encoding="utf-8").splitlines()))
SPRING, WINTER = "2025-03-06T09:00:00Z", "2025-12-01T00:00:00Z"


@pytest.fixture(scope="module")
def changed(run, empty_once, tmp_path_factory):
    """A store in which each change was told, each in conversations of its own."""
    store = shutil.copytree(empty_once, tmp_path_factory.mktemp("changed") / "store")
    turns = [
        {"content": content, "timestamp": f"{day}T10:{n:02}:00Z", "session_id": f"{day}/{n}"}
        for n, row in enumerate(CHANGES)
        for day, content in (("2025-03-05", row["said"]), (row["said_on"], row["then_said"]))
    ]
    said = ({"kind": "message", "v": 1, "name": "Noor", **turn} for turn in turns)
    options = ("--store", store, "--now", WINTER)
    run("ingest", *options, stdin="".join(json.dumps(turn) + "\n" for turn in said))
    run("extract", *options)
    run("link", *options)
    return store


def without_brackets(text):
    return re.sub(r" \[[^]]*]", "", text)


@pytest.mark.parametrize(("now", "said"), [(SPRING, "said"), (WINTER, "then_said")])
def test_a_change_in_plain_words_is_found_at_its_date(run, changed, now, said):
    asked = [{"query": row["asked"]} for row in CHANGES]
    found = first_records(run, changed, asked, "--now", now)
    assert [turn_of(run, changed, hit) for hit in found] == [row[said] for row in CHANGES]


def test_profiles_tell_what_changed_as_it_is_and_as_it_was(run, changed):
    asked = ("--limit", 40, "--now", WINTER, "--store", changed)
    told = [
        row for name in ("Noor", "Sam", "Lotte") for row in run("profile", name, *asked).records
    ]
    present = "\n".join(r["text"] for r in told if r["section"] not in ("history", "said"))
    past = "\n".join(r["text"] for r in told if r["section"] == "history")
    for row in CHANGES:
        if row["asked"].startswith(("When", "Where are")):  # of things, which have no profile
            continue
        assert row["then_told"] in present
        assert row["told"] not in present
        assert row["told"].split()[-1] in past, row


@pytest.mark.parametrize("change", CHANGES, ids=[row["asked"] for row in CHANGES])
def test_a_prompt_is_told_what_changed_as_it_is(run, changed, change):
    asked = ("--max-tokens", 400, "--now", WINTER, "--store", changed)
    block = without_brackets(run("context", change["asked"], *asked).stdout)
    # A denial may be told by its sentence: "Noor does not have Panda."
    assert change["then_told"] or change["then_said"] in block or " not " in block
    assert change["then_told"] in block
    for line in block.splitlines():
        if change["told"] in line or change["said"] in line:
            assert "until" in line or "no longer" in line
