"""memcli models"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from memcli.algorithms.retention_model import TERMS
from schemas.tables import accesses
from store import Store
from tests.support.small_teachers import make_teacher, make_texts

FIRST = datetime(2031, 6, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    return make_teacher(tmp_path_factory.mktemp("teachers") / "small")


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    path = tmp_path_factory.mktemp("texts") / "texts.txt"
    path.write_text("\n".join(make_texts(400)))
    return path


def about(folder):
    return json.loads((folder / "model.json").read_text())


def test_list_shows_the_bundled_encoders(run_process):
    rows = run_process("models", "list").records
    assert [(row["name"], row["dimension"], row["default"]) for row in rows] == [
        ("multilingual-256", 256, True),
        ("static-256", 256, False),
        ("minilm-l6-v2", 384, False),
    ]
    assert "minilm-l6-v2" in run_process("models", "list", "--format", "table").stdout


def test_a_store_takes_a_distilled_encoder_at_once(run, teacher, texts, tmp_path):
    out, store = tmp_path / "mine", tmp_path / "store"
    shared = ("--texts", texts, "--dimension", 8)
    result = run("models", "distill", teacher, *shared, "--epochs", 10, "--out", out)
    assert "memcli reembed --encoder" in result.stderr
    (summary,) = result.records
    assert (summary["kind"], summary["command"]) == ("summary", "models")
    counts = summary["counts"]
    assert (counts["texts"], counts["held_out"]) == (350, 50)
    assert (counts["vocabulary"], counts["dimension"]) == (63, 8)
    for name in ("cosine", "rank_correlation", "neighbours"):
        assert 0 < counts[name]["after"] <= 1
        assert counts[name]["before"] != counts[name]["after"]
    run("init", "--store", store, "--encoder", out)
    run("ingest", "--store", store, stdin='{"content": "ba be bi"}\n{"content": "ra re ri"}')
    hits = run("query", "bo bu", "--store", store, "--no-touch").records
    assert hits[0]["text"] == "ba be bi"
    assert run("check", "--store", store).records == []
    other = tmp_path / "other"
    run("models", "distill", teacher, *shared, "--out", other, "--seed", 5)
    run("reembed", "--encoder", other, "--store", store)
    assert run("log", "-k", 1, "--store", store).records[0]["encoder"]["name"] == "other"


def test_model_json_says_where_an_encoder_comes_from(run, teacher, texts, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    run("models", "distill", teacher, "--texts", texts, "--out", first, "--dimension", 8)
    run("models", "distill", teacher, "--texts", texts, "--out", second, "--from", first)
    told = about(first)["distilled"]
    assert (told["teacher"], told["from"], told["epochs"], told["seed"]) == (
        "small",
        "scratch",
        2,
        0,
    )
    assert about(first)["add_special_tokens"] is False
    assert about(first)["max_tokens"] == 512
    assert about(second)["distilled"]["from_sha256"] == about(first)["sha256"]
    assert about(second)["dimension"] == 8
    assert str(texts) not in (first / "model.json").read_text()


def test_a_table_shows_the_measures(run, teacher, texts, tmp_path):
    given = ("--texts", texts, "--out", tmp_path / "mine", "--format", "csv", "--quiet")
    result = run("models", "distill", teacher, *given)
    lines = result.stdout.splitlines()
    assert lines[0] == "measure,before,after"
    assert [line.split(",")[0] for line in lines[1:]] == [
        "cosine",
        "rank_correlation",
        "neighbours",
    ]
    assert result.stderr == ""


def test_the_same_again_gives_the_same_weights(run, teacher, texts, tmp_path):
    backwards = "\n".join(reversed(texts.read_text().split("\n")))
    shared = ("models", "distill", teacher, "--dimension", 8)
    one = run(*shared, "--texts", texts, "--out", tmp_path / "one")
    two = run(*shared, "--texts", "-", "--out", tmp_path / "two", stdin=backwards)
    assert one.stdout == two.stdout
    assert about(tmp_path / "one")["sha256"] == about(tmp_path / "two")["sha256"]


def test_an_export_of_a_store_is_text_to_learn_from(run, sample, tmp_path):
    exported = run("export", "--store", sample).stdout
    given = ("--max-texts", 150, "--texts", "-", "--out", tmp_path / "mine")
    result = run("models", "distill", "minilm-l6-v2", *given, stdin=exported)
    assert "150 of 290 passages" in result.stderr
    counts = result.records[0]["counts"]
    assert (counts["vocabulary"], counts["dimension"]) == (30522, 256)
    assert counts["cosine"]["before"] > 0.6
    assert about(tmp_path / "mine")["distilled"]["from"] == "static-256"


def test_a_dry_run_and_list_write_nothing(run, teacher, texts, tmp_path):
    out = tmp_path / "mine"
    result = run("models", "distill", teacher, "--texts", texts, "--out", out, "--dry-run")
    assert "400 passages, small from scratch" in result.stderr
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten_and_nothing_read_before_that_is_known(run, teacher, tmp_path):
    (tmp_path / "notes").write_text("mine")
    given = ("--texts", tmp_path / "none", "--out", tmp_path)
    result = run("models", "distill", teacher, *given, status=73)
    assert "exists already" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("distill",), 2, "Missing argument 'TEACHER'"),
        (("distill", "TEACHER"), 2, "Missing option '--texts'"),
        (("distill", "TEACHER", "--texts", "-"), 2, "Missing option '--out'"),
        (("list", "TEACHER"), 2, "unexpected extra argument"),
        (("train",), 2, "train"),
        (("distill", "TEACHER", "--texts", "no-file", "--out", "OUT"), 66, "no input"),
        (("distill", "no-such", "--texts", "-", "--out", "OUT"), 69, "no encoder at no-such"),
        (("distill", "TEACHER", "--texts", "-", "--out", "OUT"), 65, "0 passages are too few"),
        (("distill", "TEACHER", "--texts", "-", "--out", "OUT", "--epochs", "0"), 2, "--epochs"),
        (("distill", "TEACHER", "--texts", "-", "--out", "OUT", "--rate", "nan"), 2, "--rate"),
        (
            ("distill", "TEACHER", "--texts", "-", "--out", "OUT", "--from", "static-256"),
            2,
            "another vocabulary",
        ),
    ],
)
def test_what_cannot_be_done_is_said(run, teacher, tmp_path, arguments, status, words):
    places = {"TEACHER": str(teacher), "OUT": str(tmp_path / "out")}
    result = run("models", *(places.get(word, word) for word in arguments), status=status, stdin="")
    assert words in result.stderr
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_input_that_cannot_be_read_stops_all_or_is_left_out(run, teacher, texts, tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_bytes(texts.read_bytes() + b"\nba be \xff bi bo bu\n")
    given = ("models", "distill", teacher, "--texts", bad, "--out", tmp_path / "mine")
    assert "is not UTF-8" in run(*given, status=65).stderr
    assert not (tmp_path / "mine").exists()
    result = run(*given, "--on-error", "skip", status=3)
    assert "1 records were rejected" in result.stderr
    assert (tmp_path / "mine" / "model.onnx").is_file()


def test_an_interrupted_run_leaves_nothing(teacher, tmp_path):
    given = ["--texts", "-", "--max-texts", "4900", "--epochs", "1000", "--out", tmp_path / "mine"]
    command = [sys.executable, "-m", "memcli", "models", "distill", teacher, *given]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stderr=pipe, env=os.environ) as process:
        process.stdin.write("\n".join(make_texts(5_000)).encode())
        process.stdin.close()
        assert b"4,900 of 5,000 passages" in process.stderr.readline()
        time.sleep(0.5)  # it trains by now, for many seconds
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert b"interrupted" in process.stderr.read()
    assert list(tmp_path.iterdir()) == []


def questions(path, days):
    """Ask for things with a rare word, for another one on each of so many days."""
    store = Store.open(path)
    rows = [row["id"] for row in store.snapshot().rows(["id", "text"]) if "Q" in row["text"]]
    asked = [
        {"id": id_, "accessed_at": FIRST + timedelta(days=day), "query": "q", "rank": 1}
        for day, id_ in enumerate(random.Random(1).sample(rows, days), 1)
    ]
    store.record_accesses(pa.Table.from_pylist(asked, schema=accesses()))


def test_what_to_keep_is_learned_and_undone(run, empty_store):
    at = ("--store", empty_store, "--now", "2031-09-01T00:00:00Z")
    lines = [
        json.dumps({"content": text, "name": "Ida", "session_id": "s"})
        for n in range(90)
        for text in (f"Plain thing number {n}.", f"Quarxil {n * 7919:x} of {n * 104729:x}.")
    ]
    run("ingest", "--store", empty_store, "--now", "2031-06-01", stdin="\n".join(lines))
    too_few = run("models", "fit-retention", *at, status=65)
    assert too_few.stdout == ""
    assert too_few.stderr.startswith("memcli: too little to learn from: 0 of 60 questions")
    questions(empty_store, 80)
    trial = run("models", "fit-retention", "--dry-run", *at)
    assert trial.records[0]["law"] == "learned"
    assert {"ebbinghaus", "in force"} < {row["law"] for row in trial.records}
    assert "dry run: nothing was written" in trial.stderr
    kept = run("models", "fit-retention", *at)
    assert "over" in kept.stderr
    assert "kept as commit 3 (undo takes it back)" in kept.stderr
    model = run("log", "-k", 1, "--store", empty_store).records[0]["models"]["retention"]
    assert set(model["terms"]) <= set(TERMS)
    run("decay", *at)
    run("check", "--store", empty_store)
    run("undo", "--to", 2, "--store", empty_store)
    assert "models" not in run("log", "-k", 1, "--store", empty_store).records[0]


def test_what_is_no_better_is_kept_only_if_it_is_asked_for(run, empty_store, monkeypatch):
    at = ("--store", empty_store, "--now", "2031-09-01T00:00:00Z")
    lines = [json.dumps({"content": f"Quarxil {n}.", "name": "Ida"}) for n in range(180)]
    run("ingest", "--store", empty_store, "--now", "2031-06-01", stdin="\n".join(lines))
    questions(empty_store, 80)
    told = run("models", "fit-retention", *at)
    assert "it is no better than the formulas" in told.stderr
    assert told.stderr.endswith("memcli: not kept\n")
    assert run("log", "-k", 1, "--store", empty_store).records[0]["number"] == 2
    run("models", "fit-retention", "--anyway", *at)
    assert run("log", "-k", 1, "--store", empty_store).records[0]["command"] == "models"
