"""memcli/search/reranking/llm.py, with a fixed model and with a service on the loopback."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from memcli.models.llm.base import Reply
from memcli.models.llm.cache import PURGED_BEGINNING, purge
from memcli.models.llm.settings import settings_from
from memcli.search.reranking.llm import (
    MAX_CHARACTERS,
    MAX_FURTHER,
    SCHEMA,
    STEP,
    SYSTEM,
    WINDOW,
    ModelScorer,
    scorer_of,
)
from store.errors import BudgetExhausted, InvalidAnswer, RequestRefused, ServiceUnavailable
from tests.support.hits import hit, hits
from tests.support.llm_loopback import LoopbackServer

QUERY = "Where does Wilma live?"
HITS = hits("I like goats.", "I moved to Lund.", "Lund is cold.", speaker="Wilma")


class Model:
    name = "fake"

    def __init__(self, *answers, truncated=False):
        self.answers, self.asked, self.truncated = list(answers), [], truncated

    def complete(self, system, user, schema):
        assert (system, schema) == (SYSTEM, SCHEMA)
        self.asked.append(user)
        return Reply(self.answers.pop(0), 10, 10, is_truncated=self.truncated)

    def shown(self, call=0):
        """Return the memories of a prompt."""
        return [json.loads(line) for line in self.asked[call].split("\n")[3:]]


def ranking(*labels):
    return json.dumps({"ranking": list(labels)})


def order(scores):
    """Return the places with a score, best first."""
    return sorted((i for i, s in enumerate(scores) if s > 0), key=lambda i: -scores[i])


def test_what_the_model_names_is_scored_in_its_order():
    model = Model(ranking("m2", "m3"))
    scores = ModelScorer(model).score(QUERY, HITS)
    assert order(scores) == [1, 2]
    assert scores[0] == 0
    assert json.loads(model.asked[0].split("\n")[0]) == {"question": QUERY}


def test_the_model_sees_who_said_what_and_when():
    model = Model(ranking())
    said = datetime(2031, 5, 2, 17, 30, tzinfo=UTC)
    ModelScorer(model).score(
        QUERY, [hit(text="Zwei\nZeilen 夜 🌙", speaker="Ugo", happened_at=said)]
    )
    assert model.shown() == [
        {"id": "m1", "said": "2031-05-02", "speaker": "Ugo", "text": "Zwei\nZeilen 夜 🌙"}
    ]


def test_secrets_are_not_shown():
    model = Model(ranking())
    ModelScorer(model).score(
        "My password is hunter2-Zebra99, is it not?", hits("My password is hunter2-Zebra99, sh!")
    )
    assert "hunter2" not in model.asked[0]


def test_of_a_long_memory_the_sentences_near_the_question_are_shown():
    model = Model(ranking())
    long = "The weather is fine. " * 500 + "Wilma does live in Lund. " + "It rains. " * 2_500
    ModelScorer(model).score(QUERY, hits(long, "x" * 50_000))
    first, second = model.shown()
    assert first["text"] == long[:PURGED_BEGINNING]
    assert "Wilma does live in Lund." in first["further"]
    assert all(len(shown["further"]) <= MAX_FURTHER + 5 for shown in (first, second))
    assert len(second["text"]) == PURGED_BEGINNING


def test_a_memory_that_is_not_long_is_shown_whole():
    model = Model(ranking())
    ModelScorer(model).score(QUERY, hits("x" * MAX_CHARACTERS))
    assert model.shown() == [{"id": "m1", "text": "x" * MAX_CHARACTERS}]


def test_longer_lists_are_ranked_from_the_end_so_that_the_best_climbs_to_the_top():
    n = WINDOW + 2 * STEP
    given = hits(*(f"text {i}" for i in range(n)))
    # The last hit is the best of each window that it is in, where it comes first after the first.
    model = Model(ranking(f"m{WINDOW}"), ranking(f"m{STEP + 1}", "m1"), ranking(f"m{STEP + 1}"))
    scores = ModelScorer(model).score(QUERY, given)
    assert len(model.asked) == 3
    assert model.shown(2)[STEP]["text"] == f"text {n - 1}"
    assert order(scores) == [n - 1]
    assert scores[n - 1] == 1.0


def test_what_a_later_window_leaves_out_is_out():
    given = hits(*(f"text {i}" for i in range(WINDOW + STEP)))
    scores = ModelScorer(Model(ranking(f"m{WINDOW}"), ranking("m2"))).score(QUERY, given)
    assert order(scores) == [1]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (ranking("m4"), "not there: 'm4'"),
        (ranking("m0"), "not there"),
        (ranking("id-1"), "not there"),
        (ranking("m1", "m2", "m1"), "twice"),
        (ranking(["m1"]), "not there"),
        (ranking(True), "not there"),
        (ranking("m\u0661"), "not there"),
        ('{"order": ["m1"]}', 'a list "ranking"'),
        ('{"ranking": "m1"}', 'a list "ranking"'),
        ("Wilma lives in Lund.", "no JSON"),
        ("", "no JSON"),
    ],
)
def test_an_answer_that_breaks_the_rules_is_refused(answer, why):
    with pytest.raises(InvalidAnswer, match=why):
        ModelScorer(Model(answer)).score(QUERY, HITS)


def test_an_answer_that_was_cut_off_is_refused():
    with pytest.raises(InvalidAnswer, match="cut off"):
        ModelScorer(Model(ranking("m1"), truncated=True)).score(QUERY, HITS)


@pytest.mark.parametrize("answer", ['["m2"]', '{"ranking": [2]}', 'Sure:\n```json\n["M2"]\n```'])
def test_what_can_be_read_without_doubt_is_taken(answer):
    assert order(ModelScorer(Model(answer)).score(QUERY, HITS)) == [1]


# ---------------------------------------------------------------- a service


def scorer(server, tmp_path, **table):
    given = {"base_url": server.url, "model": "small", "timeout_s": 5, **table}
    return scorer_of(settings_from(given, None), tmp_path)


def test_a_service_is_asked_once_and_then_the_cache(tmp_path):
    with LoopbackServer([{"content": {"ranking": ["m2"]}}]) as server:
        model = scorer(server, tmp_path)
        assert order(model.score(QUERY, HITS)) == [1]
        assert order(scorer(server, tmp_path).score(QUERY, HITS)) == [1]
        assert len(server.requests) == 1
    assert (
        model.usage() == "small: 1 calls, 11 prompt and 7 answer tokens, 0 answers from the cache"
    )


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": 400, "error": "maximum context length is 10 tokens"}, RequestRefused),
        ({"status": 401, "error": "no"}, ServiceUnavailable),
        ({"content": "no idea"}, InvalidAnswer),
    ],
)
def test_what_a_service_refuses_is_told_apart(tmp_path, answer, error):
    with LoopbackServer([answer]) as server, pytest.raises(error) as raised:
        scorer(server, tmp_path).score(QUERY, HITS)
    assert type(raised.value) is error


@pytest.mark.parametrize(
    "text",
    [
        "I moved\nto Lund.",
        '  "Ja" \\ 夜 🌙',
        " " + "The weather is fine. " * 500 + "I live in Lund.",
    ],
)
def test_a_purge_finds_what_was_shown(tmp_path, text):
    with LoopbackServer([{"content": {"ranking": []}}]) as server:
        scorer(server, tmp_path).score(QUERY, hits("Goats sleep.", text))
    assert purge(tmp_path / "cache" / "llm", ["It is cold."]) == 0
    assert purge(tmp_path / "cache" / "llm", [text]) == 1


def test_what_a_purge_could_not_find_is_not_kept(tmp_path):
    secret = "My password is hunter2-Zebra99, do not tell."
    with LoopbackServer([{"content": {"ranking": ["m1"]}}]) as server:
        assert order(scorer(server, tmp_path).score(QUERY, hits(secret))) == [0]
        assert "hunter2" not in json.dumps(server.requests)
    assert list((tmp_path / "cache" / "llm").iterdir()) == []


def test_a_budget_is_kept(tmp_path):
    with LoopbackServer([{"content": {"ranking": []}}]) as server:
        model = scorer(server, tmp_path, max_tokens=20)
        with pytest.raises(BudgetExhausted):
            model.score(QUERY, HITS)
        assert server.requests == []
