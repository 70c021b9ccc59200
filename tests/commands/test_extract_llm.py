"""`memcli extract` with a language model, a service on the loopback or a command."""

from __future__ import annotations

import json
import shutil
import stat
import sys

import pytest

from tests.support.llm_loopback import LoopbackServer
from tests.support.trusting import allow

KEY = "sk-testonlyZ9x8c7v6b5n4m3"
NOW = "2031-07-01T00:00:00Z"


def turn(number, session, name, time, content, role="user"):
    return {
        "kind": "message",
        "v": 1,
        "id": f"{session}:{number}",
        "session_id": session,
        "name": name,
        "role": role,
        "timestamp": time,
        "content": content,
    }


FIRST = [
    turn(
        1, "one", "Wilma", "2031-05-05T12:00:00Z", "Hej! I moved to Lund yesterday, a small flat."
    ),
    turn(
        2, "one", "Henk", "2031-05-05T12:01:00Z", "Lovely. I bought a red bicycle for the market."
    ),
    turn(3, "one", "Wilma", "2031-05-05T12:02:00Z", "My password is hunter2-Zebra99, do not tell."),
]
SECOND = [
    turn(1, "two", "Wilma", "2031-06-10T12:00:00Z", "I moved to Ystad last week, by the sea."),
    turn(2, "two", "Henk", "2031-06-10T12:01:00Z", "And my red bicycle was stolen, it is gone."),
]


def lines(turns):
    return "".join(json.dumps(each) + "\n" for each in turns)


def memory(op, text, sources, **fields):
    known = {"target": None, "type": "semantic", "reason": "said plainly"}
    return {"op": op, "text": text, "sources": sources, **known, **fields}


def answer(*memories, **fields):
    return {"content": {"memories": list(memories)}, **fields}


MOVED = memory(
    "add",
    "Wilma moved to Lund yesterday (2031-05-04).",
    ["t1"],
    valid_from="2031-05-04",
    importance=0.8,
    keywords=["Lund", "castle"],
)
BICYCLE = memory("add", "Henk owns a red bicycle for the market.", ["t2"])
INVENTED = memory("add", "Henk bought 3 bicycles in Gothenburg.", ["t2"])
MISDATED = memory("add", "Wilma has a small flat.", ["t1"], valid_from="2031-04-30")
FIRST_ANSWER = answer(MOVED, BICYCLE, INVENTED, MISDATED)


@pytest.fixture(scope="module")
def filled_once(empty_once, run, tmp_path_factory):
    path = shutil.copytree(empty_once, tmp_path_factory.mktemp("filled") / "store")
    run("ingest", "-", "--store", path, stdin=lines(FIRST))
    return path


@pytest.fixture
def store(filled_once, tmp_path):
    return shutil.copytree(filled_once, tmp_path / "store")


@pytest.fixture
def extract(run, store):
    """Return what runs extract with a model of the store's [llm], which is on the loopback."""

    def call(server, *arguments, status=0, **table):
        values = {"base_url": server.url, "model": "tiny", "api_key_env": "TEST_KEY", **table}
        text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())
        (store / "config.toml").write_text(f"[llm]\n{text}")
        allow(store)
        given = ("extract", "--store", store, "--now", NOW, *arguments)
        return run(*given, env={"TEST_KEY": KEY}, status=status, stdin="")

    return call


def statements(run, store):
    found = run("sql", "SELECT * FROM memories WHERE level = 1 ORDER BY text", "--store", store)
    return {row["text"]: row for row in found.records}


def prompts(server):
    return [request["body"]["messages"][1]["content"] for request in server.requests]


def memory_number(server, text):
    """Return the label under which the newest prompt shows a memory."""
    shown = [json.loads(line) for line in prompts(server)[-1].split("\n") if '"memory"' in line]
    return next(line["memory"] for line in shown if line["text"] == text)


class Updating(LoopbackServer):
    """Answers the first prompt as told, the second with updates of the memories it is shown."""

    def record(self, request):
        super().record(request)
        if "Ystad" not in prompts(self)[-1]:
            return
        moved, bicycle = (memory_number(self, m["text"]) for m in (MOVED, BICYCLE))
        update = memory(
            "update",
            "Wilma moved to Ystad last week.",
            ["t1"],
            target=moved,
            valid_from="2031-06-02",
            reason="she moved on",
        )
        delete = memory("delete", None, ["t2"], target=bicycle, reason="it was stolen")
        self.script._answers.insert(0, [answer(update, delete), 1])


def test_statements_of_a_model_are_checked_cited_and_replaced(run, store, extract):
    with Updating([FIRST_ANSWER], api_key=KEY) as server:
        done = extract(server, "--explain")
        made = statements(run, store)
        # A session that comes in later is read with what there is already.
        run("ingest", "-", "--store", store, stdin=lines(SECOND))
        extract(server, "--llm", "config")
        again = extract(server)
    moved, bicycle = made[MOVED["text"]], made[BICYCLE["text"]]
    turns = run("sql", "SELECT id, ref FROM turns", "--store", store).records
    ids = {row["ref"]: row["id"] for row in turns}
    assert moved["source_ids"] == [ids["one:1"]]
    assert (moved["importance"], moved["keywords"]) == (pytest.approx(0.8), ["lund"])
    assert moved["valid_from"].startswith("2031-05-04")
    assert (moved["attribute"], moved["value"]) == ("residence", "Lund")
    assert bicycle["speaker"] == "Henk"
    assert bicycle["confidence"] is not None
    # What is not in the turns is refused and said.
    assert not {INVENTED["text"], MISDATED["text"]} & set(made)
    assert "2 refused as not grounded" in done.stderr
    assert "valid_from 2031-04-30" in done.stderr
    # Secrets are not shown to the model, and are kept by the built-in extractor.
    assert [row["type"] for text, row in made.items() if "[secret:password]" in text] == ["vault"]
    assert not any("hunter2" in prompt for prompt in prompts(server))
    # The use is said and kept, the key never.
    assert "tiny: 1 calls, 11 prompt and 7 answer tokens, 0 answers from the cache" in done.stderr
    commits = run("log", "--store", store, "-f", "jsonl").records
    assert [commit["command"] for commit in commits[:3]] == ["extract", "ingest", "extract"]
    assert commits[2]["arguments"]["llm"] == {
        "model": "tiny",
        "calls": 1,
        "prompt_tokens": 11,
        "answer_tokens": 7,
        "cached_answers": 0,
    }
    cache = list((store / "cache" / "llm").iterdir())
    assert len(cache) == 2
    assert [stat.S_IMODE(p.stat().st_mode) for p in (store / "cache", cache[0])] == [0o700, 0o600]
    everything = [*cache, *(store / "commits").iterdir()]
    assert not any(KEY in path.read_text() for path in everything)
    assert KEY not in done.stderr + done.stdout
    assert len(server.requests) == 2
    assert "nothing to extract" in again.stderr

    after = statements(run, store)
    new, old = (
        after["Wilma moved to Ystad last week [week of 2031-06-02]."],
        after[MOVED["text"]],
    )
    assert (old["superseded_by"], old["valid_to"]) == (new["id"], new["valid_from"])
    (shown,) = run("show", old["id"], "--store", store, "--links", "-f", "jsonl").records
    links = [(link["relation"], link["source_id"], link["reason"]) for link in shown["links"]]
    assert ("supersedes", new["id"], "she moved on") in links
    story = run("show", "--history", old["id"], "--store", store, "-f", "jsonl").records
    assert len(story) == 2
    assert {"superseded_by", "valid_to"} <= set(story[-1]["changed"])
    gone = after[BICYCLE["text"]]
    assert gone["superseded_by"] not in {row["id"] for row in after.values()}  # the turn
    assert gone["valid_to"].startswith("2031-06-10T12:01")
    (shown,) = run("show", gone["id"], "--store", store, "--links", "-f", "jsonl").records
    assert "it was stolen" in [link["reason"] for link in shown["links"]]
    run("check", "--store", store)


def test_a_run_that_fails_goes_on_where_it_stopped(run, store, extract):
    run("ingest", "-", "--store", store, stdin=lines(SECOND))
    broken = {"status": 501, "error": "no more", "match": "Ystad", "times": 1}
    with LoopbackServer([broken, {**FIRST_ANSWER, "match": "Lund"}, answer()]) as server:
        failed = extract(server, status=69)
        assert len(server.requests) == 2
        assert run("log", "--store", store, "-f", "jsonl").records[0]["command"] == "ingest"
        resumed = extract(server)
        assert len(server.requests) == 3
    assert "501" in failed.stderr
    assert not failed.stdout
    assert "1 calls, 11 prompt and 7 answer tokens, 1 answers from the cache" in resumed.stderr
    assert MOVED["text"] in statements(run, store)


def test_what_a_model_fails_at_is_read_without_it(run, store, extract):
    with LoopbackServer([{"content": "I cannot do that."}]) as server:
        failed = extract(server, "--dry-run")
        assert len(server.requests) == 2
    assert "IT WAS REFUSED" in prompts(server)[1]
    assert "turns 1 to 3 of session one are read without the model" in failed.stderr
    with LoopbackServer([{"content": "What?"}, FIRST_ANSWER]) as server:
        mended = extract(server, "--dry-run")
    assert "2 calls" in mended.stderr
    assert MOVED["text"] in [row["text"] for row in mended.records]
    with LoopbackServer([FIRST_ANSWER]) as server:
        spent = extract(server, "--max-tokens", 100)
        assert not server.requests
    assert "raise --max-tokens" in spent.stderr
    by_hand = [row for row in spent.records if row["level"] == 1]
    dry = [row for row in failed.records if row["level"] == 1]
    assert [row["id"] for row in by_hand] == [row["id"] for row in dry]
    assert any("Lund" in row["text"] for row in by_hand)


def test_a_command_is_a_model_too_and_its_words_stay_private(run, store, tmp_path):
    script = tmp_path / "model.py"
    script.write_text(f"print({json.dumps(json.dumps(FIRST_ANSWER['content']))})")
    command = f"command:{sys.executable} {script} --token {KEY}"
    done = run("extract", "--store", store, "--llm", command, stdin="")
    assert MOVED["text"] in [row["text"] for row in done.records]
    (commit,) = run("log", "-k", 1, "--store", store, "-f", "jsonl").records
    assert commit["arguments"]["llm"]["model"].startswith("command:python")
    files = [*(store / "cache" / "llm").iterdir(), *(store / "commits").iterdir()]
    assert not any(KEY in path.read_text() for path in files)
    assert KEY not in done.stdout + done.stderr


def test_the_model_of_a_store_is_used_only_when_it_is_trusted(run, store):
    with LoopbackServer([FIRST_ANSWER]) as server:
        (store / "config.toml").write_text(f'[llm]\nbase_url = "{server.url}"\nmodel = "tiny"\n')
        given = ("extract", "--dry-run", "--store", store)
        plain = run(*given, stdin="")
        assert "[llm] is not used" in plain.stderr
        assert f"memcli trust {store}" in plain.stderr
        run(*given, "--llm", "none", stdin="")
        for named in ("config", "large"):
            assert "llm.base_url" in run(*given, "--llm", named, stdin="", status=2).stderr
        assert not server.requests
        allow(store)
        asked = run(*given, "--llm", "large", stdin="")
    assert server.requests[0]["body"]["model"] == "large"
    assert MOVED["text"] in [row["text"] for row in asked.records]
