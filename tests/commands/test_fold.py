"""`memcli fold` and `unfold`: one line in place of many, and back."""

from __future__ import annotations

import json
import re
import shutil

import pytest

LINE = "Bram is seeing to the leak; a diver comes in May."
SAID = (
    ("Ida", "The boat has a leak under the engine."),
    ("Bo", "I found the leak: a hose is loose under the engine."),
    ("Ida", "Bram says that a diver has to look at the leak in May."),
    ("Bo", "My sister Juno plays the cello in Ghent."),
    ("Ida", "It rained all day and the bus was late."),
)


@pytest.fixture(scope="module")
def leaky_once(run, empty_once, tmp_path_factory):
    path = shutil.copytree(empty_once, tmp_path_factory.mktemp("leaky") / "store")
    turns = [
        {"kind": "message", "v": 1, "name": name, "content": text, "session_id": "s"}
        | {"timestamp": f"2025-03-01T10:0{at}:00Z", "id": f"t{at}"}
        for at, (name, text) in enumerate(SAID)
    ]
    run("ingest", "--store", path, stdin="".join(json.dumps(turn) + "\n" for turn in turns))
    for step in ("extract", "link"):
        run(step, "-q", "--store", path)
    return path


@pytest.fixture
def leaky(leaky_once, tmp_path):
    return shutil.copytree(leaky_once, tmp_path / "leaky")


def folded(run, store):
    done = run("fold", "t0", "t1", "t2", "--summary", LINE, "-q", "--store", store)
    (fold,) = done.records
    return fold["id"]


def texts(run, store, *more, question="what about the leak?"):
    records = run("query", question, "--no-touch", *more, "--store", store).records
    return [record["text"] for record in records]


def told(run, store):
    return run("context", "the leak of the boat", "--no-touch", "--store", store).stdout


def test_a_line_stands_for_what_is_piped_into_it_and_unfold_brings_that_back(run_process, leaky):
    hits = run_process("query", "the leak under the engine", "-k", 2, "--store", leaky)
    done = run_process("fold", "--summary", LINE, "--store", leaky, stdin=hits.stdout)
    (fold,) = done.records
    assert fold["source_ids"] == sorted(hit["id"] for hit in hits.records)
    assert f"memcli unfold {fold['id']} brings them back" in done.stderr
    assert LINE in texts(run_process, leaky, "-k", 2)
    back = run_process("unfold", fold["id"], "--store", leaky).records
    assert {hit["id"] for hit in hits.records} <= {record["id"] for record in back}
    assert LINE not in texts(run_process, leaky)


def test_hits_and_context_have_the_line_in_place_of_the_turns(run, leaky):
    folded(run, leaky)
    found = texts(run, leaky)
    assert found[0] == LINE
    assert not set(found) & {text for _, text in SAID[:3]}
    assert {text for _, text in SAID[:3]} <= set(texts(run, leaky, "--all"))
    block = told(run, leaky)
    assert block.count(LINE) == 1
    assert "hose" not in block
    assert "the bus was late" in block


def test_the_line_has_the_place_of_its_turns_among_the_last_ones(run, leaky):
    fold = folded(run, leaky)
    block = run("context", "hello", "--recent", 5, "-f", "json", "--store", leaky).records[0]
    (recent,) = [each for each in block["sections"] if each["name"] == "recent"]
    assert [fold] in [item["ids"] for item in recent["items"]]
    assert len(recent["items"]) == 3


def test_show_tells_which_and_log_and_undo_know_it(run, leaky):
    fold = folded(run, leaky)
    store = ("--store", leaky)
    assert run("show", "t1", *store).records[0]["folded_into"] == fold
    assert len(run("show", fold, *store).records[0]["source_ids"]) == 3
    assert run("log", "-k", 1, *store).records[0]["command"] == "fold"
    assert run("check", *store).records == []
    run("undo", *store)
    assert LINE not in texts(run, leaky)
    run("show", fold, *store, status=66)


def test_unfold_leaves_what_was_hidden_by_itself(run, leaky):
    run("hide", "t1", "-q", "--store", leaky)
    fold = folded(run, leaky)
    run("unfold", "t0", "-q", "--store", leaky)
    found = set(texts(run, leaky, question="leak engine diver"))
    assert {SAID[0][1], SAID[2][1]} <= found
    assert SAID[1][1] not in found
    assert run("show", fold, "--store", leaky).records[0]["archived"]
    assert run("unfold", fold, "--store", leaky).records == []


def test_purging_one_takes_the_line_along_and_brings_the_others_back(run, leaky):
    fold = folded(run, leaky)
    done = run("forget", "--purge", "t2", "--store", leaky)
    assert "that a line stood for are in sight again" in done.stderr
    run("show", fold, "--store", leaky, status=66)
    assert {SAID[0][1], SAID[1][1]} <= set(texts(run, leaky))
    assert run("check", "--store", leaky).records == []


def test_purging_the_line_brings_all_of_them_back(run, leaky):
    run("forget", "--purge", folded(run, leaky), "-q", "--store", leaky)
    assert {text for _, text in SAID[:3]} <= set(texts(run, leaky))


def test_folds_come_back_from_an_export_and_go_to_another_store(run, leaky, tmp_path):
    fold = folded(run, leaky)
    exported = run("export", "--store", leaky).stdout
    copy, pulled = tmp_path / "copy", tmp_path / "pulled"
    run("ingest", "--from", "export", "-q", "--store", copy, "--create", stdin=exported)
    run("init", "--store", pulled)
    run("pull", leaky, "--mine", "-q", "--store", pulled)
    for path in (copy, pulled):
        assert texts(run, path)[0] == LINE
        run("unfold", fold, "-q", "--store", path)
        assert {text for _, text in SAID[:3]} <= set(texts(run, path))


def test_what_others_read_has_the_line_alone(run, leaky, tmp_path):
    folded(run, leaky)
    run("export", "-q", "-f", "cogx", "-o", tmp_path / "x", "--store", leaky)
    page = "".join(path.read_text("utf-8") for path in (tmp_path / "x").rglob("*.jsonl"))
    assert LINE in page
    assert "hose" not in page
    drawn = run("export", "-q", "-f", "html", "--store", leaky).stdout
    told = re.search(r'id="data">(.*?)</script>', drawn)[1]
    (line,) = [turn for turn in json.loads(told)["turns"] if turn[6]]
    assert line[4:] == [LINE, 0, 3]
    assert "hose" not in told


def test_wrong_use_says_what_to_do(run, leaky):
    store = ("--store", leaky)
    assert "--summary" in run("fold", "t0", *store, status=2).stderr
    run("fold", "t0", "--summary", " ", *store, status=2)
    run("fold", "nope", "--summary", "x", *store, status=66)
    assert "no fold stands for" in run("unfold", "t0", *store, status=2).stderr
    done = run("fold", "t0", "--summary", LINE, "--dry-run", *store)
    assert "dry run" in done.stderr
    assert len(run("log", *store).records) == len(run("log", *store).records)
    assert LINE not in texts(run, leaky)


def test_a_line_is_found_by_words_that_only_what_it_stands_for_has(run, leaky):
    before = texts(run, leaky, question="which hose came loose?")
    assert before[0] == SAID[1][1]
    fold = folded(run, leaky)
    assert texts(run, leaky, question="which hose came loose?")[0] == LINE
    assert LINE in run("context", "the loose hose", "--no-touch", "--store", leaky).stdout
    assert (
        "hose" not in run("show", fold, "-f", "table", "--store", leaky).stdout.split("source")[0]
    )
