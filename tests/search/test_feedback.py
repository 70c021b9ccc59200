"""memcli.search.feedback, judged_hits and search_weights on real stores."""

from __future__ import annotations

import io
import json
import shutil
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from memcli.algorithms.feedback import learn_factors, raised_importance, weights_with
from memcli.cli.stdin import read_records
from memcli.search.feedback import FeedbackStep, ResetStep, kept
from memcli.search.feedback_hits import FeedbackHit, HitList, answers_of, key_of
from memcli.search.weights import fitted_weights, weights_for
from store import Store
from store.errors import BadRecord, BadUsage, CommitConflict

NOW = datetime(2026, 1, 2, tzinfo=UTC)
WORDS = {"lexical": 0.6, "dense": 0.1, "session": 0.1}
MEANING = {"lexical": 0.1, "dense": 0.6, "session": 0.1}
TURNS = (
    "I live near the old river bridge in Porto.",
    "I work as a carpenter and build wooden boats.",
    "My sister Ana is allergic to walnuts.",
)


@pytest.fixture(scope="module")
def extracted_once(run, empty_once, tmp_path_factory):
    """Three turns and their statements in each of two namespaces."""
    store = shutil.copytree(empty_once, tmp_path_factory.mktemp("extracted") / "store")
    messages = [
        {
            "content": text,
            "name": "Ida",
            "session_id": "s",
            "namespace": space,
            "id": f"m{n}",
            "timestamp": f"2025-03-0{n + 1}T10:00:00Z",
        }
        for space in ("east", "west")
        for n, text in enumerate(TURNS)
    ]
    given = "".join(json.dumps(message) + "\n" for message in messages)
    run("ingest", "--store", store, stdin=given)
    run("extract", "--store", store, "--now", "2026-01-01T00:00:00Z")
    return store


@pytest.fixture
def store(extracted_once, tmp_path):
    return Store.open(shutil.copytree(extracted_once, tmp_path / "store"))


@pytest.fixture(scope="module")
def known(extracted_once):
    """Rows of the namespace east: turns by their place, and their statements."""
    columns = ["id", "level", "seq", "source_ids", "importance"]
    table = Store.open(extracted_once).snapshot().read("memories", columns, "namespace = 'east'")
    rows = table.to_pylist()
    turns = {row["seq"]: row["id"] for row in rows if row["level"] == 0}
    made = {row["source_ids"][0]: row for row in rows if row["level"] == 1}
    return SimpleNamespace(turns=turns, statements={n: made[turns[n]] for n in turns})


def answer_of(known, *shares, space="east", query="where?"):
    hits = [
        FeedbackHit(known.turns[n], known.turns[n], n + 1, each) for n, each in enumerate(shares)
    ]
    return HitList(space, query, tuple(hits))


def importance(store, id_):
    rows = store.snapshot().read("memories", ["importance"], f"id = '{id_}'")
    return rows["importance"][0].as_py()


def give(store, used, unused, answers, namespace=None, **options):
    feedback = FeedbackStep(store, namespace, NOW, **options)
    feedback.judge(used, unused, answers)
    commit = feedback.commit(feedback.arguments())
    return feedback, commit, feedback.moved


def test_a_statement_and_its_turn_are_one_hit(store, known):
    answer = answer_of(known, WORDS, MEANING)
    said = known.statements[0]["id"]
    moved = []
    for name in (known.turns[0], said):
        feedback = FeedbackStep(store, None, NOW)
        feedback.judge([name], [known.statements[1]["id"]], [answer])
        snapshot = store.snapshot()
        moved.append(feedback.moves(snapshot, {}))
    assert moved[0] == moved[1]
    assert moved[0].factors["east"] == kept(learn_factors({}, [WORDS], [MEANING], fitted_weights()))
    with pytest.raises(BadUsage, match="both"):
        FeedbackStep(store, None, NOW).judge([known.turns[0]], [said], [answer])


def test_the_turn_and_the_statement_that_stood_for_it_gain_importance(store, known):
    turn, said = known.turns[0], known.statements[0]
    shown = FeedbackHit(said["id"], turn, 1, WORDS)
    give(store, [turn], [], [HitList("east", "where?", (shown,))])
    raised = said["importance"] + 0.1 * (1 - said["importance"])
    assert importance(store, said["id"]) == pytest.approx(raised)
    assert importance(store, turn) == pytest.approx(max(0.46, raised))
    before = importance(store, turn)
    give(store, [], [said["id"]], [HitList("east", "where?", (shown,))])
    assert importance(store, turn) == pytest.approx(0.98 * before)
    assert importance(store, said["id"]) == pytest.approx(0.98 * raised)


def test_rows_keep_everything_but_their_importance(store, known):
    where = f"id = '{known.turns[0]}'"
    before = store.snapshot().read("memories", None, where).to_pylist()
    give(store, [known.turns[0]], [], [answer_of(known, WORDS)])
    after = store.snapshot().read("memories", None, where).to_pylist()
    assert after == [{**before[0], "importance": after[0]["importance"]}]


def test_a_ref_that_two_namespaces_have_means_the_one_that_was_answered(store, known):
    feedback, _, moves = give(store, ["m0"], ["m1"], [answer_of(known, WORDS, MEANING)])
    assert sorted(feedback.verdicts) == sorted([known.turns[0], known.turns[1]])
    assert set(moves.factors) == {"east"}
    bound = FeedbackStep(store, "west", NOW)
    bound.judge(["m0"], [])
    assert known.turns[0] not in bound.verdicts


def test_namespaces_learn_apart_and_answers_in_any_order(store, known):
    answers = [
        answer_of(known, WORDS, MEANING),
        answer_of(known, MEANING, WORDS, query="who?"),
        answer_of(known, MEANING, WORDS, space="west"),
    ]
    used, unused = [known.turns[0]], [known.turns[1]]
    _, _, moves = give(store, used, unused, answers)
    assert moves.factors["west"]["dense"] > 1.0 > moves.factors["west"]["lexical"]
    commit = store.head()
    assert commit.weights == moves.factors
    assert weights_for(commit, "west") == weights_with(moves.factors["west"], fitted_weights())
    assert weights_for(commit, "north") == fitted_weights()
    mean = weights_for(commit, None)
    between = [weights_for(commit, space).dense for space in ("east", "west")]
    assert mean.dense == pytest.approx((between[0] * between[1]) ** 0.5)
    assert ResetStep(store, "east", NOW).commit({}).weights.keys() == {"west"}
    assert weights_for(store.head(), None) == pytest.approx(weights_for(store.head(), "west"))
    assert ResetStep(store, "east", NOW).commit({}) is None


def test_hits_that_are_not_named_count_only_when_that_is_said(store, known):
    answer = answer_of(known, WORDS, MEANING)
    _, _, without = give(store, [known.turns[0]], [], [answer])
    assert without.factors == {}
    _, _, with_rest = give(store, [known.turns[0]], [], [answer], rest_unused=True)
    assert with_rest.factors["east"] == kept(
        learn_factors({}, [WORDS], [MEANING], fitted_weights())
    )
    assert importance(store, known.turns[1]) is None


def test_two_who_give_feedback_at_once_both_count(store, known):
    answer = answer_of(known, WORDS, MEANING)
    late = FeedbackStep(store, None, NOW)
    late.judge([known.turns[0]], [known.turns[1]], [answer])
    _, _, first = give(store, [known.turns[0]], [known.turns[1]], [answer])
    late.commit({})
    both = late.moved
    alone = first.factors["east"]
    assert both.factors["east"]["lexical"] > alone["lexical"] > 1.0
    said = known.statements[0]["importance"]
    once = max(raised_importance(None), raised_importance(said))
    assert importance(store, known.turns[0]) == pytest.approx(raised_importance(once))


def test_after_an_undo_meanwhile_nothing_is_written(store, known):
    late = FeedbackStep(store, None, NOW)
    late.judge([known.turns[0]], [], [answer_of(known, WORDS)])
    store.undo()
    with pytest.raises(CommitConflict):
        late.commit({})


def test_archived_memories_are_weighed_where_they_are(store, known):
    with store.transaction("decay") as transaction:
        transaction.move("memories", "archive", [known.turns[2]])
        transaction.publish()
    _, _, moves = give(store, [known.turns[2]], [], [answer_of(known, {}, {}, WORDS)])
    assert known.turns[2] in moves.importance["archive"]
    rows = store.snapshot().read("archive", ["importance"]).to_pylist()
    assert rows[0]["importance"] >= 0.459


def test_hits_without_shares_move_no_weights(store, known):
    _, commit, moves = give(store, [known.turns[0]], [known.turns[1]], [answer_of(known, {}, {})])
    assert moves.factors == {}
    assert commit is not None


def test_hits_are_read_by_query_and_namespace_and_other_records_are_passed_over(monkeypatch):
    def hit(id_, rank, space="east", query="q", **fields):
        record = {"kind": "hit", "v": 1, "rank": rank, "score": 0.5, "id": id_, "text": "ü"}
        record |= {"type": "episodic", "level": 0, "namespace": space, "refs": [], "query": query}
        return json.dumps({**record, "why": WORDS, **fields})

    text = "\n".join(
        [
            hit("b", 2),
            '{"kind":"summary","v":1,"command":"query"}',
            "",
            hit("s", 1, level=1, source_ids=["a"]),
            hit("c", 1, space="west"),
            hit("d", 1, query="other"),
        ]
    )
    stdin = SimpleNamespace(isatty=lambda: False, buffer=io.BytesIO(text.encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    found = answers_of(read_records(), "east")
    assert [(a.query, [hit.key for hit in a.hits]) for a in found] == [
        ("other", ["d"]),
        ("q", ["a", "b"]),
    ]
    stdin.buffer = io.BytesIO(b"[1]\n")
    with pytest.raises(BadRecord, match="stdin:1"):
        answers_of(read_records(), None)
    stdin.isatty = lambda: True
    assert answers_of(read_records(), None) == []


def test_a_statement_of_several_turns_stands_for_itself():
    assert key_of({"id": "s", "level": 1, "source_ids": ["a", "b"]}) == "s"
    assert key_of({"id": "s", "level": 1, "source_ids": ["a"]}) == "a"
    assert key_of({"id": "g", "level": 2, "source_ids": ["a"]}) == "g"
    assert key_of({"id": "t", "level": 0, "source_ids": None}) == "t"
