"""memcli query"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

MOMENT = "2026-02-01T10:00:00Z"


def message(content, **fields):
    return json.dumps({"kind": "message", "v": 1, "content": content, **fields}) + "\n"


def memory(id_, text, **fields):
    required = {"namespace": "default", "type": "semantic", "level": 1, "recorded_at": MOMENT}
    record = {"kind": "memory", "v": 1, "id": id_, "text": text, **required, **fields}
    return json.dumps(record) + "\n"


def ask(run, store, *arguments, **options):
    return run("query", *arguments, "--store", store, **options).records


def test_the_turn_that_answers_comes_with_speaker_date_and_place(run_process, sample):
    hit = ask(run_process, sample, "Why was the crust of the tart a danger for Jonas?", "-k", 1)[0]
    assert "hazelnuts" in hit["text"]
    assert hit["rank"] == 1
    assert hit["speaker"] == "Jonas"
    assert hit["refs"] == ["mj/2:5"]
    assert hit["session_id"] == "mj/2"
    assert hit["happened_at"].startswith("2025-")
    assert 0 < hit["score"] <= 1
    assert abs(sum(hit["why"].values()) - hit["score"]) < 1e-4


def test_ranks_count_up_and_scores_fall(run, sample):
    hits = ask(run, sample, "the boathouse", "-k", 20)
    assert [hit["rank"] for hit in hits] == list(range(1, 21))
    assert [hit["score"] for hit in hits] == sorted((h["score"] for h in hits), reverse=True)


def test_a_shorter_list_is_the_head_of_a_longer_one(run, sample):
    few, many = (ask(run, sample, "rowing machine", "-k", k) for k in (3, 9))
    assert [hit["id"] for hit in few] == [hit["id"] for hit in many[:3]]


def test_filters_bound_what_is_found(run, sample):
    everything = ask(run, sample, "club", "-k", 300)
    assert len({hit["speaker"] for hit in everything}) == 2
    by_name = ask(run, sample, "club", "-k", 300, "--name", "jonas")
    assert {hit["speaker"] for hit in by_name} == {"Jonas"}
    by_session = ask(run, sample, "club", "-k", 300, "--session", "mj/3")
    assert {hit["session_id"] for hit in by_session} == {"mj/3"}
    middle = "2025-05-01T00:00:00Z"
    late = ask(run, sample, "club", "-k", 300, "--since", middle)
    early = ask(run, sample, "club", "-k", 300, "--before", middle)
    assert min(hit["happened_at"] for hit in late) >= middle
    assert max(hit["happened_at"] for hit in early) < middle
    short = ask(run, sample, "club", "-k", 300, "--where", "length(text) < 40")
    assert max(len(hit["text"]) for hit in short) < 40
    assert ask(run, sample, "club", "--namespace", "other") == []
    assert ask(run, sample, "club", "--level", 1) == []


def test_no_filter_opens_another_namespace(run, empty_store):
    given = message("the secret is plum", namespace="a") + message("nothing", namespace="b")
    run("ingest", "--from", "export", "--store", empty_store, "--now", MOMENT, stdin=given)
    wide = ("-n", "b", "--where", "namespace = 'a' OR 1=1")
    hits = ask(run, empty_store, "secret plum", *wide)
    assert {hit["namespace"] for hit in hits} == {"b"}
    torn = ("-n", "b", "--where", "1=1) OR (namespace = 'a'")
    run("query", "secret plum", *torn, "--store", empty_store, status=2)
    bound = {"MEMCLI_NAMESPACE": "b"}
    hits = run("query", "secret plum", "--store", empty_store, env=bound).records
    assert {hit["namespace"] for hit in hits} == {"b"}


def test_a_wrong_filter_is_a_usage_error(run, sample):
    result = run("query", "x", "--where", "nope = 1", "--store", sample, status=2)
    assert "nope" in result.stderr
    assert "Traceback" not in result.stderr


def test_new_rows_are_found_at_once(run, sample):
    run("ingest", "--store", sample, stdin=message("The giraffe is called Bartholomew"))
    assert "Bartholomew" in ask(run, sample, "what is the giraffe called", "-k", 1)[0]["text"]


@pytest.mark.parametrize(
    ("text", "question"),
    [("我昨天在北京买了一本书", "北京"), ("東京でラーメンを食べました", "ラーメン"),
     ("우리는 서울에서 만났어요", "서울"), ("子供の頃から猫が好きで、毎晩一緒に寝ます", "猫")],
)  # fmt: skip
def test_text_without_spaces_between_words_is_found(run, sample, text, question):
    run("ingest", "--store", sample, stdin=message(text))
    (hit,) = ask(run, sample, question, "-k", 1, "--explain")
    assert hit["text"] == text
    assert hit["signals"]["bm25"] > 0


@pytest.mark.parametrize("question", ["the of and", "?!", "'; drop table", "a" * 5000, "🌙", "-k"])
def test_odd_questions_are_answered(run, sample, question):
    run("query", "--store", sample, "--", question)


def test_nothing_asked_is_a_usage_error(run, sample):
    run("query", "--store", sample, status=2)
    run("query", "  ", "--store", sample, status=2)


def test_no_hits_is_a_success_unless_they_are_required(run, empty_store):
    assert ask(run, empty_store, "anything") == []
    run("query", "anything", "--require-hits", "--store", empty_store, status=1)


def test_a_dash_is_the_question_on_stdin(run, sample):
    question = "Who is allergic to hazelnuts?"
    assert ask(run, sample, "-", "-k", 2, stdin=f"{question}\n") == ask(
        run, sample, question, "-k", 2
    )
    assert run("query", "-", "--store", sample, stdin=" \n", status=2).records == []


def test_batch_answers_in_order_with_query_ids(run, sample):
    record = {"kind": "query", "v": 1, "id": "q9", "query": "the cat's name", "top_k": 2}
    asked = f"hazelnuts\n\n{json.dumps(record)}\n"
    hits = ask(run, sample, "--batch", "-k", 1, stdin=asked)
    assert [(hit.get("query_id"), hit["rank"]) for hit in hits] == [(None, 1), ("q9", 1), ("q9", 2)]
    assert hits[0]["query"] == "hazelnuts"


def test_a_very_long_question_is_cut_and_said_to_be(run, sample):
    long = "where does Jonas bake? " * 100_000
    result = run("query", "--batch", "-k", 1, "--store", sample, stdin=long)
    assert "characters was cut after 4,000" in result.stderr
    (hit,) = map(json.loads, result.stdout.splitlines())
    assert len(hit["query"]) == 4_000


def test_a_batch_record_bounds_its_own_search(run, sample):
    record = {"kind": "query", "v": 1, "query": "club", "before": "2025-02-01T00:00:00Z"}
    hits = ask(run, sample, "--batch", "-k", 50, stdin=json.dumps(record))
    assert max(hit["happened_at"] for hit in hits) < "2025-02-01"


def test_a_bad_batch_record_is_refused_with_its_line(run, sample):
    result = run("query", "--batch", "--store", sample, stdin='a\n{"query": 3}\n', status=65)
    assert "stdin:2" in result.stderr


def test_a_statement_and_its_source_turn_are_one_hit(run, empty_store):
    turn = message("I moved to Porto last week", id="m1", name="Ann", timestamp=MOMENT)
    turn_id = run("ingest", "--store", empty_store, stdin=turn).records[0]["id"]
    statement = memory("stmt000000000001", "Ann moved to Porto.", source_ids=[turn_id])
    run("ingest", "--from", "export", "--store", empty_store, stdin=statement)
    hits = ask(run, empty_store, "Where did Ann move to?")
    assert len(hits) == 1
    assert hits[0]["refs"] == ["m1"]
    turns_only = ask(run, empty_store, "Where did Ann move to?", "--level", 0)
    assert [hit["id"] for hit in turns_only] == [turn_id]


def test_superseded_memories_appear_with_all_only_and_below(run, empty_store):
    old = memory("stmt000000000001", "Ann lives in Porto.", superseded_by="stmt000000000002")
    new = memory("stmt000000000002", "Ann lives in Lisbon.")
    run("ingest", "--from", "export", "--store", empty_store, stdin=old + new)
    question = "Where does Ann live? Porto?"
    assert [hit["text"] for hit in ask(run, empty_store, question)] == ["Ann lives in Lisbon."]
    assert len(ask(run, empty_store, question, "--all")) == 2


def test_archived_memories_appear_with_all_only(run, empty_store):
    given = memory("stmt000000000001", "Ann kept bees.", archived=True)
    run("ingest", "--from", "export", "--store", empty_store, stdin=given)
    assert ask(run, empty_store, "bees") == []
    assert [hit["text"] for hit in ask(run, empty_store, "bees", "--all")] == ["Ann kept bees."]


def test_a_query_notes_its_accesses_after_the_answer(run, sample):
    count = ("sql", "select count(*) as n from accesses", "--store", sample)
    ask(run, sample, "hazelnuts", "-k", 3, "--no-touch")
    assert run(*count).records[0]["n"] == 0
    ask(run, sample, "hazelnuts", "-k", 3)
    assert run(*count).records[0]["n"] == 3
    assert len(run("log", "--store", sample).records) == 2


def test_the_past_can_be_asked(run, sample):
    run("ingest", "--store", sample, stdin=message("The giraffe is called Bartholomew"))
    assert "giraffe" in ask(run, sample, "giraffe Bartholomew", "-k", 1)[0]["text"]
    before = ask(run, sample, "giraffe Bartholomew", "-k", 300, "--at", 2)
    assert not any("giraffe" in hit["text"] for hit in before)


@pytest.mark.parametrize("form", ["json", "csv", "table", "md", "text"])
def test_every_format_shows_the_text(run, sample, form):
    shown = run("query", "hazelnuts", "-k", 1, "--store", sample, "--format", form).stdout
    assert "hazelnut" in shown.lower()
    assert "\x1b" not in shown
    if form == "json":
        assert json.loads(shown)[0]["rank"] == 1


def test_a_namespace_and_a_speaker_that_are_not_there_are_told(run, sample):
    wrong = run("query", "boat", "-n", "mara-and-jonah", "--store", sample)
    assert (
        wrong.records,
        "no namespace 'mara-and-jonah' (there is mara-and-jonas)" in wrong.stderr,
    ) == ([], True)
    nobody = run("query", "boat", "--name", "Jonah", "--store", sample)
    assert "nobody is called 'Jonah' (there is Jonas" in nobody.stderr
    assert nobody.records == []


def test_a_question_loads_no_runtime_that_it_can_do_without(sample_once):
    asked = ["query", "rowing", "--no-touch", "--store", str(sample_once), "--quiet"]
    program = (
        "import os, sys\n"
        "from memcli.cli import app\n"
        "app.leave = lambda status: print(sorted(HEAVY & {*sys.modules}), file=sys.stderr)\n"
        "HEAVY = {'onnxruntime', 'tokenizers', 'numpy.ma', 'duckdb', 'rich',"
        " 'memcli.language.secrets'}\n"
        f"sys.argv = ['memcli', *{asked}]\n"
        "app.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == "[]"
