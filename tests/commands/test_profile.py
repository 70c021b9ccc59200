"""memcli profile"""

from __future__ import annotations

import json
import shutil
from collections import Counter

import pytest

from tests.support.fact_lines import fact, statement

NOW = ("--now", "2026-01-20T00:00:00Z")
LIFE = (
    fact("home", "residence", "Ghent", valid_from="2025-05-01T00:00:00Z", source_ids=["t" * 16]),
    fact(
        "oldhome",
        "residence",
        "Lund",
        valid_from="2020-05-01T00:00:00Z",
        valid_to="2025-05-01T00:00:00Z",
        superseded_by="home" + "x" * 12,
    ),
    fact("work", "occupation", "a nurse"),
    fact("likes", "loves", "rye bread"),
    fact("likes2", "likes", "rowing", importance=0.2),
    fact("sister", "sister", "Juno"),
    fact("plan", "plan", "sail to the Faroe Islands", valid_to="2026-03-21T00:00:00Z"),
    statement("said", "I won the cup of Ghent in 2019."),
    statement("pw", "My password is hunter2-Xk9!qq."),
    statement("bo", "I live on a houseboat in Leiden with two cats.", "Bo"),
)
TURN = {"id": "t" * 16, "level": 0, "ref": "turn/1", "type": "episodic", "seq": 0}


def feed(run, store, lines=LIFE):
    turn = statement(TURN["id"], "I live in Ghent now.", **TURN)
    run("ingest", "--from", "export", "--store", store, *NOW, stdin="".join([turn, *lines]))
    return store


@pytest.fixture(scope="module")
def store(run, empty_once, tmp_path_factory):
    """A store that knows of Ida and Bo. No test may change it."""
    return feed(run, shutil.copytree(empty_once, tmp_path_factory.mktemp("told") / "store"))


def test_each_entry_has_its_section_dates_and_sources(run_process, store):
    records = run_process("profile", "Ida", "--store", store, *NOW).records
    assert {record["kind"] for record in records} == {"profile"}
    by_section = {record["section"]: record for record in records}
    assert list(by_section) == ["home", "work", "family", "plans", "likes", "said", "history"]
    assert by_section["home"]["text"] == "Ida lives in Ghent (since 2025-05-01)."
    assert by_section["home"]["since"].startswith("2025-05-01")
    assert by_section["home"]["refs"] == ["turn/1"]
    assert by_section["history"]["text"] == "Ida lived in Lund (2020-05-01 to 2025-05-01)."
    assert by_section["family"]["value"] == "Juno"
    assert by_section["said"]["speaker"] == "Ida"
    assert 0 < records[0]["importance"] <= 1
    assert "hunter2" not in json.dumps(records)


def test_where_one_lived_before_is_told_as_over(run, empty_store):
    said = [
        ("My name is Signe, I work at Ikea, I have two horses and I live in Lund.", "2025-02-01"),
        ("I live in Ghent.", "2025-06-03"),
    ]
    given = "".join(
        json.dumps({"content": text, "name": "Signe", "timestamp": day, "session_id": day}) + "\n"
        for text, day in said
    )
    run("ingest", "--store", empty_store, stdin=given)
    run("extract", "--store", empty_store, *NOW)
    run("link", "--store", empty_store, *NOW)
    told = run("profile", "Signe", "--store", empty_store, *NOW, "--format", "text").stdout
    assert "Signe lives in Ghent." in told
    assert "Signe lived in Lund (until 2025-06-03)." in told
    assert "lives in Lund" not in told


def test_plans_are_not_told_when_their_day_is_over(run, store):
    options = ("profile", "Ida", "--section", "plans", "--store", store)
    assert len(run(*options, *NOW).records) == 1
    assert run(*options, "--now", "2026-05-01T00:00:00Z").records == []


def test_limit_and_section_choose_what_is_told(run, store):
    records = run("profile", "ida", "--limit", 1, "--store", store, *NOW).records
    assert max(Counter(record["section"] for record in records).values()) == 1
    only = run("profile", "Ida", "--section", "likes", "--store", store, *NOW).records
    assert [record["value"] for record in only] == ["rye bread", "rowing"]


def test_without_a_name_both_people_of_a_chat_are_told_of(run, store):
    records = run("profile", "--store", store, *NOW).records
    assert list(dict.fromkeys(record["name"] for record in records)) == ["Ida", "Bo"]


def test_without_a_name_the_user_of_an_assistant_is_told_of(run, empty_store):
    lines = [
        fact("home", "residence", "Ghent", "user"),
        fact("work", "occupation", "a nurse", "user"),
        fact("name", "name", "Sam", "user"),
        fact("wrong", "diet", "meat", "user", speaker="assistant"),
    ]
    feed(run, empty_store, lines)
    records = run("profile", "user", "--store", empty_store, *NOW).records
    assert {record["name"] for record in records} == {"the user"}
    assert [record["text"] for record in records] == [
        "The user is called Sam.", "The user lives in Ghent.", "The user works as a nurse."
    ]  # fmt: skip


def test_the_user_is_found_by_the_name_they_gave(run, empty_store):
    feed(run, empty_store, [fact("name", "name", "Sam", "user")])
    page = run("profile", "Sam", "--format", "md", "--store", empty_store, *NOW).stdout
    assert page.startswith("# The user\n\nAlso Sam. ")


def test_of_many_people_a_list_is_given(run, empty_store):
    names = ("Ida", "Bo", "Ugo")
    feed(
        run,
        empty_store,
        [fact(f"home{name}".lower(), "residence", "Ghent", name) for name in names],
    )
    done = run("profile", "--store", empty_store, *NOW)
    assert {record["kind"] for record in done.records} == {"person"}
    assert {"Ida", "Bo", "Ugo"} <= {record["name"] for record in done.records}
    assert "memcli profile NAME" in done.stderr


def test_a_namespace_bounds_it_and_tells_namesakes_apart(run, empty_store):
    spaces = ("east", "west")
    feed(run, empty_store, [fact(f"home{s}", "residence", s, namespace=s) for s in spaces])
    done = run("profile", "Ida", "--store", empty_store, status=2)
    assert "Ida (east)" in done.stderr
    assert "add --namespace" in done.stderr
    records = run("profile", "Ida", "-n", "east", "--store", empty_store, *NOW).records
    assert [record["value"] for record in records] == ["east"]


def test_markdown_is_a_page_and_a_table_is_short(run, store):
    page = run("profile", "Ida", "--format", "md", "--store", store, *NOW).stdout
    assert page.startswith("# Ida\n")
    headings = [line[3:] for line in page.splitlines() if line.startswith("## ")]
    assert headings == [
        "Home", "Work and education", "People", "Plans", "Likes", "Said", "Earlier"
    ]  # fmt: skip
    assert "turn/1" in page
    table = run("profile", "Ida", "--format", "table", "--store", store, *NOW).stdout
    assert "2025-05-01" in table
    texts = run("profile", "Ida", "--format", "text", "--store", store, *NOW).stdout
    assert "Ida works as a nurse.\n" in texts


def test_an_earlier_state_is_told_with_at(run, store):
    done = run("profile", "--at", 1, "--store", store, *NOW)
    assert done.stdout == ""
    assert "no persons yet" in done.stderr


def test_what_cannot_be_found_is_refused(run, store, empty_store, tmp_path):
    done = run("profile", "Idda", "--store", store, status=66)
    assert done.stdout == ""
    assert "nobody is called 'Idda' (there is Ida" in done.stderr
    assert "memcli extract" in run("profile", "Ida", "--store", empty_store, status=66).stderr
    run("profile", "--store", tmp_path / "none", status=66)
    run("profile", "--section", "secrets", "--store", store, status=2)
    run("profile", "--limit", 0, "--store", store, status=2)
    run("profile", "--now", "soon", "--store", store, status=2)
