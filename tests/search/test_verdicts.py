"""Verdicts are kept with their question and heeded when it is asked again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from memcli.models.encoder import Encoder
from memcli.search.verdicts import MOST_KEPT, verdicts_on, with_verdicts
from store import Store
from store.commits import QuestionVerdict

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ASKED = "Which nut makes Jonas ill?"
AGAIN = "Which nut makes Jonas so ill?"
OTHER = "Where was the boat club's party?"


def verdict(n, helped=True):
    return QuestionVerdict("00", f"m{n}", helped, NOW)


def test_a_new_verdict_takes_the_place_of_the_one_before():
    known = {"home": [verdict(1), verdict(2)]}
    assert with_verdicts(known, {"home": [verdict(1, helped=False)]}) == {
        "home": [verdict(2), verdict(1, helped=False)]
    }
    assert with_verdicts({}, {}) == {}


def test_the_oldest_go_first():
    many = [verdict(n) for n in range(MOST_KEPT + 5)]
    assert with_verdicts({"home": many}, {"home": [verdict(999)]})["home"][0] == verdict(6)


def test_a_question_is_kept_without_its_text():
    kept = verdicts_on([("home", ASKED, "m1", True)], Encoder.load("static-256"), NOW)
    assert set(kept) == {"home"}
    assert "nut" not in kept["home"][0].question
    int(kept["home"][0].question, 16)


@pytest.fixture
def asked(run, sample):
    def query(text, *more):
        options = ("-k", "8", "--no-touch", "--level", "0")
        return run("query", text, *options, *more, "--store", sample)

    return query


def test_what_helped_leads_when_nearly_the_same_is_asked_again(run, sample, asked):
    first = asked(ASKED)
    fourth, other = first.records[3], asked(OTHER).stdout
    run("feedback", "--used", fourth["id"], "--store", sample, stdin=first.stdout)
    again = asked(AGAIN).records
    assert again[0]["id"] == fourth["id"]
    assert again[0]["why"]["feedback"] > 0
    assert abs(sum(again[0]["why"].values()) - again[0]["score"]) < 1e-4
    assert [hit["id"] for hit in asked(OTHER).records] == [
        json.loads(line)["id"] for line in other.splitlines()
    ]
    run("undo", "--store", sample)
    assert asked(ASKED).stdout == first.stdout


def test_what_did_not_help_falls(run, sample, asked):
    first = asked(ASKED).records
    run("feedback", "--unused", first[0]["id"], "--store", sample, stdin=asked(ASKED).stdout)
    assert asked(ASKED).records[0]["id"] != first[0]["id"]


def test_verdicts_fade(run, sample, asked):
    first = asked(ASKED)
    named = first.records[3]["id"]
    run("feedback", "--used", named, "--store", sample, stdin=first.stdout)
    later = (datetime.now(UTC) + timedelta(days=900)).isoformat()
    hit = next(h for h in asked(ASKED, "--now", later).records if h["id"] == named)
    assert hit["why"]["feedback"] < 0.01


def test_a_purge_takes_the_question_out_too(run, sample, asked):
    first = asked(ASKED)
    named = first.records[0]["id"]
    run("feedback", "--used", named, "--store", sample, stdin=first.stdout)
    assert Store.open(sample).head().verdicts
    assert "verdicts" not in run("log", "--store", sample).stdout
    run("forget", named, "--purge", "--store", sample)
    files = "".join(path.read_text("utf-8") for path in (sample / "commits").glob("*.json"))
    assert "verdicts" not in files
