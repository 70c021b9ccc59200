"""memcli profile"""

from __future__ import annotations

import json
import shutil
from collections import Counter

import pytest

NOW = ("--now", "2026-01-20T00:00:00Z")
SECTIONS = ["attributes", "preferences", "people", "routines", "plans", "history"]


def line(content, minute, name=None, role="user", **fields):
    record = {"content": content, "timestamp": f"2026-01-03T10:{minute:02}:00Z", "role": role}
    record |= {"name": name} if name else {}
    record |= {"session_id": "s", "id": f"turn/{minute}", **fields}
    return json.dumps({"kind": "message", "v": 1, **record}) + "\n"


LIFE = (
    "I work as a nurse at a hospital in Ghent.",
    "I love baking sourdough bread with rye.",
    "My sister Juno plays the cello in an orchestra.",
    "I go swimming in the river with my club every Sunday morning.",
    "On 20 March 2026 I am going to sail to the Faroe Islands.",
    "I used to play the drums in college.",
    "My password is hunter2-Xk9!qq.",
)


def feed(run, store, given):
    options = ("--store", store, *NOW)
    run("extract", *options, stdin=run("ingest", *options, stdin=given).stdout)
    run("link", *options)
    return store


@pytest.fixture(scope="module")
def store(run, empty_once, tmp_path_factory):
    """A store in which Ida told Bo of her life. No test may change it."""
    path = shutil.copytree(empty_once, tmp_path_factory.mktemp("told") / "store")
    bo = line("I live on a houseboat in Leiden with two cats.", 40, "Bo")
    return feed(run, path, "".join(line(t, i, "Ida") for i, t in enumerate(LIFE)) + bo)


def test_each_entry_has_its_section_dates_and_sources(run_process, store):
    records = run_process("profile", "Ida", "--store", store, *NOW).records
    assert {record["kind"] for record in records} == {"profile"}
    by_section = {record["section"]: record for record in records}
    assert list(by_section) == SECTIONS
    assert "Faroe" in by_section["plans"]["text"]
    assert by_section["plans"]["since"].startswith("2026-03-20")
    assert by_section["people"]["refs"] == ["turn/2"]
    assert by_section["history"]["text"] == "Ida used to play the drums in college."
    first = records[0]
    assert first["support"] == len(first["source_ids"]) == 1
    assert 0 < first["importance"] <= 1
    assert "hunter2" not in json.dumps(records)


def test_plans_are_history_when_their_day_is_over(run, store):
    later = ("--now", "2026-05-01T00:00:00Z", "--store", store)
    assert run("profile", "Ida", "--section", "plans", *later).records == []
    past = run("profile", "Ida", "--section", "history", *later).records
    assert any("Faroe" in record["text"] for record in past)


def test_limit_and_section_choose_what_is_told(run, store):
    records = run("profile", "ida", "--limit", 1, "--store", store, *NOW).records
    assert max(Counter(record["section"] for record in records).values()) == 1
    only = run("profile", "Ida", "--section", "people", "--store", store, *NOW).records
    assert {record["section"] for record in only} == {"people"}


def test_without_a_name_both_people_of_a_chat_are_told_of(run, store):
    records = run("profile", "--store", store, *NOW).records
    assert list(dict.fromkeys(record["name"] for record in records)) == ["Ida", "Bo"]


def test_without_a_name_the_user_of_an_assistant_is_told_of(run, empty_store):
    reply = line("Noted, the hospital in Ghent it is.", 30, role="assistant")
    feed(run, empty_store, "".join(line(t, i) for i, t in enumerate(LIFE)) + reply)
    records = run("profile", "--store", empty_store, *NOW).records
    assert {record["name"] for record in records} == {"the user"}
    assert run("profile", "user", "--store", empty_store, *NOW).records == records


def test_of_many_people_a_list_is_given(run, empty_store):
    names = ("Ida", "Bo", "Ugo")
    given = [
        line(t, 10 * n + i, name) for n, name in enumerate(names) for i, t in enumerate(LIFE[:4])
    ]
    feed(run, empty_store, "".join(given))
    done = run("profile", "--store", empty_store, *NOW)
    assert {record["kind"] for record in done.records} == {"person"}
    assert {"Ida", "Bo", "Ugo"} <= {record["name"] for record in done.records}
    assert "memcli profile NAME" in done.stderr


def test_a_namespace_bounds_it_and_tells_namesakes_apart(run, empty_store):
    given = "".join(
        line(t, i, "Ida", namespace=space) for space in ("east", "west") for i, t in enumerate(LIFE)
    )
    feed(run, empty_store, given)
    done = run("profile", "Ida", "--store", empty_store, status=2)
    assert "Ida (east), Ida (west) (add --namespace)" in done.stderr
    records = run("profile", "Ida", "-n", "east", "--store", empty_store, *NOW).records
    assert {record["namespace"] for record in records} == {"east"}


def test_markdown_is_a_page_and_a_table_is_short(run, store):
    page = run("profile", "Ida", "--format", "md", "--store", store, *NOW).stdout
    assert page.startswith("# Ida\n")
    headings = [line for line in page.splitlines() if line.startswith("## ")]
    assert headings == [
        "## Now",
        "## Preferences",
        "## People",
        "## Routines",
        "## Plans",
        "## History",
    ]
    assert "turn/2" in page
    table = run("profile", "Ida", "--format", "table", "--store", store, *NOW).stdout
    assert "attributes" in table
    assert "2026-01-03" in table
    texts = run("profile", "Ida", "--format", "text", "--store", store, *NOW).stdout
    assert "Ida used to play the drums in college.\n" in texts


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
