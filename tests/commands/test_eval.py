"""memcli eval"""

from __future__ import annotations

import json

import pytest

from tests.support.paths import QUESTIONS

# For what does not hang on how many there are.
SOME = "".join(QUESTIONS.read_text("utf-8").splitlines(keepends=True)[:8])


def figures(result):
    rows = [record["counts"] for record in result.records]
    return {(row["system"], row["category"]): row for row in rows}


def test_eval_measures_memcli_beside_the_baselines(run_process, sample):
    options = ("-k", "5,10", "--level", 0, "--baseline", "all", "--store", sample)
    found = figures(run_process("eval", QUESTIONS, *options))
    systems = {system for system, _ in found}
    assert systems == {"memcli", "grep", "bm25", "dense", "recent"}
    ours = found["memcli", "all"]
    assert ours["n"] == 40
    assert ours["recall@10"] >= 0.6
    for other in systems - {"memcli"}:
        assert ours["recall@10"] > found[other, "all"]["recall@10"]
    assert ours["recall@5"] <= ours["recall@10"] <= 1
    assert 0 < ours["p50_ms"] <= ours["p95_ms"]
    assert {"mrr", "hit_rate@5", "ndcg@10"} <= ours.keys()


def test_the_mean_over_all_is_the_mean_of_the_categories_by_size(run, sample):
    found = figures(run("eval", "-", "-k", "10", "--store", sample, stdin=SOME))
    parts = [row for (_, category), row in found.items() if category != "all"]
    mean = sum(row["n"] * row["recall@10"] for row in parts) / sum(row["n"] for row in parts)
    assert found["memcli", "all"]["recall@10"] == pytest.approx(mean, abs=1e-3)


def test_sessions_and_before_are_understood(run, sample):
    judgment = {
        "kind": "judgment", "v": 1, "query": "hazelnuts in the tart",
        "namespace": "mara-and-jonas", "relevant_sessions": ["mj/2"],
    }  # fmt: skip
    late = {**judgment, "before": "2025-01-12T00:00:00Z"}
    given = json.dumps(judgment) + "\n" + json.dumps({**late, "category": "early"})
    found = figures(run("eval", "-", "-k", "3", "--store", sample, stdin=given))
    assert found["memcli", "none"]["recall@3"] == 1
    assert found["memcli", "early"]["recall@3"] == 0


def test_eval_writes_nothing(run, sample):
    run("eval", "-", "-k", "5", "--store", sample, stdin=SOME)
    assert len(run("log", "--store", sample).records) == 2
    statement = "select count(*) as n from accesses"
    assert run("sql", statement, "--store", sample).records[0]["n"] == 0


def test_a_table_has_the_figures_as_columns(run, sample):
    options = ("-k", "5", "--store", sample, "--format", "md")
    shown = run("eval", "-", *options, stdin=SOME).stdout
    assert shown.startswith("| system | category | n | mrr | recall@5 |")


def test_wrong_arguments_are_named(run, sample, tmp_path):
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"query": "a"}\n{"query": 1}\n')
    assert "bad.jsonl:2" in run("eval", bad, "--store", sample, status=65).stderr
    assert "no file" in run("eval", tmp_path / "no", "--store", sample, status=66).stderr
    run("eval", QUESTIONS, "-k", "0", "--store", sample, status=2)
    run("eval", QUESTIONS, "--baseline", "magic", "--store", sample, status=2)


def test_a_suite_needs_no_store_and_gives_the_same_again(run, tmp_path):
    asked = (
        "eval",
        "--suite",
        "forgetting",
        "--cases",
        5,
        "--explain",
        "--store",
        tmp_path / "no",
    )
    done = run(*asked)
    rows = {record["counts"]["category"]: record["counts"] for record in done.records}
    assert list(rows) == ["kept", "changed", "replaced", "released", "purged", "all"]
    assert rows["all"]["n"] == 5
    assert rows["purged"]["passed"] == rows["released"]["passed"] == rows["replaced"]["passed"] == 1
    assert len(done.stderr.splitlines()) == round(5 * (1 - rows["all"]["passed"]))
    assert run(*asked).stdout == done.stdout
    assert not (tmp_path / "no").exists()


def test_suites_are_a_table_and_wrong_ones_are_named(run):
    shown = run("eval", "--suite", "headings", "--cases", 2, "--format", "md").stdout
    assert shown.startswith("| suite | category | n | query | context | passed |")
    assert "no suite 'x'" in run("eval", "--suite", "x", status=2).stderr
    assert "its own questions" in run("eval", QUESTIONS, "--suite", "all", status=2).stderr
    assert "give a file" in run("eval", status=2).stderr
