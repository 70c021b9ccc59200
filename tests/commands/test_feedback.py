"""memcli feedback"""

from __future__ import annotations

import json
import shutil

import pytest

NOW = ("--now", "2026-01-02T00:00:00Z")
SPACE = "mara-and-jonas"
QUESTION = "What did Mara say about the garden?"


def lines(records):
    return "".join(json.dumps(record) + "\n" for record in records)


def ask(run, store, statement):
    return run("sql", statement, "--store", store).records


def log(run, store):
    return run("log", "--store", store).stdout


def importance(run, store, id_):
    (row,) = ask(run, store, f"select importance from memories where id = '{id_}'")
    return row.get("importance")


def search(run, store, *options):
    return run("query", QUESTION, "--store", store, *options).records


@pytest.fixture(scope="module")
def untouched(run, sample_once):
    """The hits of a question that was not counted."""
    return search(run, sample_once, "--no-touch")


@pytest.fixture(scope="module")
def judged(run, sample_once, untouched, tmp_path_factory):
    """The sample after feedback for the fourth hit. No test may change it."""
    store = shutil.copytree(sample_once, tmp_path_factory.mktemp("judged") / "store")
    given = ("--used", untouched[3]["id"], "--unused", untouched[0]["id"], "--rest")
    return store, run("feedback", *given, "--store", store, *NOW, stdin=lines(untouched))


def test_it_moves_weights_and_importance_in_one_commit_and_says_so(run, judged, untouched):
    store, done = judged
    (summary,) = done.records
    assert (summary["kind"], summary["command"], summary["commit"]) == ("summary", "feedback", 3)
    counts = summary["counts"]
    assert [counts[name] for name in ("used", "unused", "queries", "importance")] == [1, 1, 1, 1]
    moved = counts["weights"][SPACE]
    assert {name for name, factor in moved.items() if factor != 1.0} >= {"dense", "lexical"}
    assert f"weights in {SPACE}: " in done.stderr
    assert "kept as commit 3" in done.stderr
    assert importance(run, store, untouched[3]["id"]) == pytest.approx(0.46)
    assert importance(run, store, untouched[0]["id"]) is None
    (commit,) = run("log", "-k", 1, "--store", store).records
    assert commit["arguments"]["used"] == [untouched[3]["id"]]
    assert QUESTION not in json.dumps(commit)
    assert run("check", "--store", store).stdout == ""


def test_the_next_search_weighs_by_it_and_so_does_eval(run, judged, untouched, tmp_path):
    store, _ = judged
    after = search(run, store, "--no-touch")
    shares = {hit["id"]: hit["why"] for hit in untouched}
    same = [hit for hit in after if hit["id"] in shares]
    assert same
    assert all(hit["why"] != shares[hit["id"]] for hit in same)
    assert search(run, store, "--no-touch", "-n", SPACE) == after
    before = run("query", QUESTION, "--store", store, "--no-touch", "--at", 2).records
    assert before == untouched
    judgment = {"kind": "judgment", "v": 1, "query": QUESTION, "relevant": [after[0]["ref"]]}
    file = tmp_path / "judgments.jsonl"
    file.write_text(lines([judgment]))
    (measured,) = run("eval", file, "-k", 1, "--store", store).records[-1:]
    assert measured["counts"]["recall@1"] == 1.0


def test_without_records_the_query_that_returned_it_last_is_asked_again(
    run, sample, judged, untouched
):
    hits = search(run, sample)
    given = ("--used", hits[3]["id"], "--unused", hits[0]["id"], "--rest", "--store", sample)
    (summary,) = run("feedback", *given, *NOW).records
    (piped,) = judged[1].records
    assert summary["counts"]["weights"] == piped["counts"]["weights"]
    assert summary["counts"]["accesses"] == 0
    assert piped["counts"]["accesses"] == 1


def test_what_helped_counts_as_recalled_once(run, judged, untouched):
    store, _ = judged
    rows = ask(run, store, "select id, query, rank from accesses")
    assert [(row["id"], row["query"], row["rank"]) for row in rows] == [
        (untouched[3]["id"], QUESTION, 4)
    ]


def test_named_beside_any_answer_it_moves_importance_only(run, run_process, sample, untouched):
    id_ = untouched[1]["id"]
    done = run_process("feedback", "--used", id_[:8], "--store", sample, *NOW)
    (summary,) = done.records
    assert summary["counts"]["weights"] == {}
    assert summary["counts"]["importance"] == 1
    assert "1 of them in no known answer" in done.stderr
    assert importance(run, sample, id_) == pytest.approx(0.46)
    again = run_process("feedback", "--used", untouched[1]["ref"], "--store", sample, *NOW).records[
        0
    ]
    assert again["counts"]["accesses"] == 0
    assert importance(run, sample, id_) == pytest.approx(0.514)


def test_undo_takes_weights_and_importance_back(run, judged, untouched, tmp_path):
    store = shutil.copytree(judged[0], tmp_path / "store")
    run("undo", "--store", store)
    assert run("feedback", "--show", "--store", store).stdout == ""
    assert importance(run, store, untouched[3]["id"]) is None
    assert search(run, store, "--no-touch") == untouched


def test_reset_takes_the_weights_back_and_can_be_undone(run, judged, untouched, tmp_path):
    store = shutil.copytree(judged[0], tmp_path / "store")
    shown = run("feedback", "--show", "--store", store)
    (record,) = shown.records
    assert record["counts"]["namespace"] == SPACE
    tried = run("feedback", "--reset", "--dry-run", "--store", store)
    assert (tried.stdout, "not written" in tried.stderr) == ("", True)
    elsewhere = run("feedback", "--reset", "-n", "elsewhere", "--store", store)
    assert (elsewhere.stdout, "no weights have moved" in elsewhere.stderr) == ("", True)
    assert run("feedback", "--show", "--store", store).stdout == shown.stdout
    (summary,) = run("feedback", "--reset", "--store", store).records
    assert summary["counts"] == {"reset": 1}
    assert search(run, store, "--no-touch") == untouched
    none = run("feedback", "--show", "--store", store)
    assert (none.stdout, "all factors are 1" in none.stderr) == ("", True)
    run("undo", "--store", store)
    assert run("feedback", "--show", "--store", store).stdout == shown.stdout


def test_a_dry_run_writes_nothing_and_a_verdict_alone_is_kept_with_its_question(
    run, sample, untouched
):
    before = log(run, sample)
    given = ("--used", untouched[3]["id"], "--rest", "--store", sample)
    tried = run("feedback", *given, "--dry-run", stdin=lines(untouched))
    assert tried.stdout == ""
    assert f"dry run: moved importance of 1 memory; weights in {SPACE}: " in tried.stderr
    assert log(run, sample) == before
    given = ("--unused", untouched[0]["id"], "--store", sample)
    kept = run("feedback", *given, stdin=lines(untouched))
    assert "kept 1 verdict with the question" in kept.stderr
    assert ask(run, sample, "select * from accesses") == []


def test_several_ids_may_stand_in_one_argument_and_quiet_is_quiet(run, sample, untouched):
    ids = [hit["id"] for hit in untouched]
    given = ("--used", f"{ids[0]},{ids[1]}\n{ids[2]}", "--used", ids[0], "--unused", ids[3])
    done = run("feedback", *given, "--quiet", "--store", sample, stdin=lines(untouched))
    assert done.stderr == ""
    assert done.records[0]["counts"]["used"] == 3


@pytest.mark.parametrize(
    ("arguments", "stdin", "status", "words"),
    [
        ((), "", 2, "--used or --unused"),
        (("--used", " , "), "", 2, "--used or --unused"),
        (("--show", "--reset"), "", 2, "--used or --unused"),
        (("--used", "nowhere-1"), "", 66, "no memory 'nowhere-1'"),
        (("--used", "ID", "--unused", "ID"), "", 2, "both used and unused"),
        (("--used", "ID"), "{broken\n", 65, "stdin:1"),
        (("--used", "ID", "--now", "soon"), "", 2, "--now"),
    ],
)
def test_what_makes_no_sense_is_refused(
    run, sample_once, untouched, arguments, stdin, status, words
):
    given = [untouched[0]["id"] if name == "ID" else name for name in arguments]
    done = run("feedback", *given, "--store", sample_once, stdin=stdin, status=status)
    assert done.stdout == ""
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_empty_store_has_nothing_to_learn_from(run, empty_store, tmp_path):
    run("feedback", "--used", "anything", "--store", empty_store, status=66)
    assert run("feedback", "--show", "--store", empty_store).stdout == ""
    assert run("feedback", "--reset", "--store", empty_store).stdout == ""
    run("feedback", "--show", "--store", tmp_path / "none", status=66)
