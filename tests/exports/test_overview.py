"""What a page tells: what holds as it is, what ended as such, nothing secret and nothing hidden."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime

import pytest

from memcli.exports import overview
from memcli.exports.contents import Contents
from memcli.exports.overview import Overview, shortened
from store import Store
from tests.support.talked_stores import line, talked

NOW = datetime(2031, 6, 1, tzinfo=UTC)
KEY = "sk-proj-" + "Ab3dEf6hIj9k" * 4
TURNS = [
    line("I live in Porto with Nora.", "2031-01-01T09:00:00Z", "s/1"),
    line(f"My API key is {KEY}.", "2031-01-01T09:01:00Z", "s/1"),
    line("I moved to Lisbon last week, and I live in Lisbon now.", "2031-03-02T09:00:00Z", "s/2"),
    line("Nora and I are allergic to walnuts.", "2031-03-02T09:01:00Z", "s/2"),
    line("I am secretly writing a novel.", "2031-04-01T09:00:00Z", "s/3", name="Bo"),
]  # fmt: skip


@pytest.fixture(scope="module")
def told_once(empty_once, run, tmp_path_factory):
    path = shutil.copytree(empty_once, tmp_path_factory.mktemp("told") / "store")
    store = talked(path, TURNS)
    run("link", "--store", path)
    hidden = store.snapshot().read("memories", ["id"], "speaker = 'Bo' AND level = 0")
    run("hide", hidden["id"][0].as_py(), "--store", path)
    return Store.open(path)


@pytest.fixture
def told(told_once):
    return Overview(Contents(told_once.snapshot()), NOW).to_json()


def test_what_was_said_is_there_in_the_order_of_time(told):
    texts = [turn[4] for turn in told["turns"]]
    assert texts[0] == "I live in Porto with Nora."
    assert [turn[3] for turn in told["turns"]] == sorted(turn[3] for turn in told["turns"])
    assert told["speakers"] == ["Ida"]
    assert told["left_out"] == {}


def test_nothing_secret_or_hidden_is_in_it(told):
    written = json.dumps(told)
    assert KEY not in written
    assert "[secret " in written
    assert "novel" not in written


def test_a_secret_is_one_where_it_is_quoted_too(told_once):
    page = Overview(Contents(told_once.snapshot()), NOW)
    assert page._opened(f"Ida: the key and {KEY}", "aaaabbbbcccc") == (
        "Ida: the key and [secret aaaabbbb]"
    )
    page.secrets.add("correct horse")
    assert page._opened("Ida: correct horse", "aaaabbbbcccc") == "Ida: [secret aaaabbbb]"


def test_a_fact_that_ended_says_so(told):
    facts = {one["text"]: one for one in told["statements"] if one.get("fact")}
    homes = {text: one.get("ended") for text, one in facts.items() if one["about"] == "home"}
    assert any("Lisbon" in text and not ended for text, ended in homes.items())
    assert all(ended for text, ended in homes.items() if "Porto" in text)


def test_names_have_their_places_in_the_graph(told):
    nodes, edges = told["graph"]["nodes"], told["graph"]["edges"]
    assert {node[0] for node in nodes} >= {"Ida", "Nora"}
    assert all(0 <= x <= 1 and 0 <= y <= 1 for *_, x, y in nodes)
    assert all(a != b and max(a, b) < len(nodes) and n > 0 for a, b, n in edges)


def test_too_much_is_bounded_by_what_is_newest_and_it_says_so(told_once, monkeypatch):
    monkeypatch.setattr(overview, "MOST_ROWS", 2)
    told = Overview(Contents(told_once.snapshot()), NOW).to_json()
    assert told["left_out"]["turns"] == 3
    assert "Porto" not in [turn[4] for turn in told["turns"]]
    assert told["left_out"]["statements"] > 0


def test_a_namespace_bounds_it(told_once):
    assert Overview(Contents(told_once.snapshot(), "none"), NOW).to_json()["turns"] == []


def test_a_long_text_says_how_much_was_cut_off():
    assert shortened("x" * 10) == "x" * 10
    assert shortened("x" * 5_000).endswith("x … (1,000 more characters)")
