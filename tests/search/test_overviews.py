"""Sessions, topics and days answer questions that no one turn answers."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest

from memcli.search.overviews import MOST_SHOWN
from tests.support.paths import SAMPLE

QUESTIONS = SAMPLE.with_name("mara-and-jonas.broad.jsonl")
# What the twenty questions get: the first hit, or one of the first three, is of a right session.
LEAST_FIRST, LEAST_SHOWN = 15, 17


@pytest.fixture(scope="module")
def answers(run, linked_once):
    asked = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    lines = "".join(each["query"] + "\n" for each in asked)
    given = ("--batch", "-k", "5", "--no-touch", "--store", linked_once.path)
    found = defaultdict(list)
    for hit in run("query", *given, stdin=lines).records:
        found[hit["query"]].append(hit)
    return [(each, found[each["query"]]) for each in asked]


def is_right(hit, question):
    return hit["level"] in (2, 3) and hit["session_id"] in question["relevant_sessions"]


def test_a_broad_question_is_answered_by_a_conversation(answers):
    assert len(answers) == 20
    assert sum(is_right(hits[0], asked) for asked, hits in answers) >= LEAST_FIRST
    shown = sum(any(is_right(h, asked) for h in hits[:3]) for asked, hits in answers)
    assert shown >= LEAST_SHOWN


def test_few_stand_before_the_turns_and_one_of_each_session(answers):
    for _, hits in answers:
        above = [hit for hit in hits if hit["level"] in (2, 3)]
        assert len(above) <= MOST_SHOWN
        assert len({hit["session_id"] for hit in above}) == len(above)
        scores = [hit["score"] for hit in hits]
        assert scores == sorted(scores, reverse=True)
        assert all(abs(sum(hit["why"].values()) - hit["score"]) < 1e-4 for hit in hits)


@pytest.mark.parametrize(
    "arguments",
    [
        ("Which nut makes Jonas ill?",),
        ("What happened to the phone?",),
        ("Summarize what we decided in March 2025.", "--level", "0"),
        ("Summarize what we decided in March 2025.", "--type", "semantic"),
    ],
)
def test_other_questions_have_turns_and_statements(run, linked_once, arguments):
    hits = run("query", *arguments, "--no-touch", "--store", linked_once.path).records
    assert not any(hit["level"] in (2, 3) for hit in hits)


def test_a_store_without_any_is_searched_as_before(run, sample_once):
    asked = ("Summarize what we decided in March 2025.", "--no-touch")
    hits = run("query", *asked, "--store", sample_once).records
    assert {hit["level"] for hit in hits} == {0}
