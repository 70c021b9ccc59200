"""
Claude Code, Codex, Gemini CLI and opencode, the real programs, with memcli as their memory.

Off unless asked for (-m agents): it installs 1.1 GB from npm, into MEMCLI_AGENTS_DIR if that is
set. Nothing but that reaches the network; the programs' model services are a mock on the loopback.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from tests.support.model_services import ModelServices, listed_tools
from tests.support.real_clients import CLIENTS, Bench, install

pytestmark = pytest.mark.agents

FOLDER = os.environ.get("MEMCLI_AGENTS_DIR")  # other settings of memcli are taken away later
HOOKED = [name for name, client in CLIENTS.items() if client.hooks]
TOLD = "My garden has clay soil, and Petra waters it on Sundays."
KEPT = "The plot by the fence gets too little sun for tomatoes."
ASKED = "Which soil do I have in the garden?"
BLOCK = "record of what was said"
CATCH_UP_S = 60


@pytest.fixture(scope="session")
def programs(tmp_path_factory) -> Path:
    """Return where the agents are, installed if they are not there."""
    if not shutil.which("npm"):
        pytest.skip("npm is not here, which installs the agents")
    return install(Path(FOLDER) if FOLDER else tmp_path_factory.mktemp("agents"))


@pytest.fixture
def bench(programs, tmp_path):
    """Return a home with an empty store in it, and the services of models."""
    with ModelServices() as services:
        bench = Bench(tmp_path, programs, services)
        bench.memcli("init")
        yield bench


def installed(bench: Bench, name: str):
    """Return a client that memcli was installed for."""
    CLIENTS[name].prepare(bench)
    bench.memcli("hook", "install", name)
    return CLIENTS[name]


def calls(tool, **arguments):
    """Return the steps of a model that calls a tool and then says something."""
    return [{"tool": tool, "arguments": arguments}, {"text": "So it is."}]


def texts(requests) -> str:
    """Return what the model got, as one text without escapes."""
    return json.dumps(requests, ensure_ascii=False).replace("\\", "")


def turns(bench: Bench):
    """Return the turns of the store, of all namespaces."""
    return [row for row in rows(bench) if row["level"] == 0 and row.get("role")]


def rows(bench: Bench):
    """Return all memories of the store."""
    return bench.memcli(
        "sql", "select namespace, level, text, session_id, speaker as role from memories"
    )


def catch_up(bench: Bench, name: str) -> None:
    """Have all that was said kept: what hooks began is waited for, what has none is synced."""
    if not CLIENTS[name].hooks:
        bench.memcli("sync", name)
        return
    end = time.monotonic() + CATCH_UP_S
    while any(row["waiting"] for row in bench.memcli("hook", "status")):
        assert time.monotonic() < end, "there is something left in the spool"
        bench.memcli("hook", "catch-up")
    bench.memcli("hook", "catch-up")


@pytest.mark.parametrize("name", CLIENTS)
def test_it_calls_the_tools_and_gives_their_results_to_the_model(bench, name):
    client = installed(bench, name)
    bench.services.script = calls("memory_add", content=KEPT)
    client.say(bench, "Keep in mind what I told you about the plot.")
    bench.services.script = calls("memory_search", query="where shall I plant tomatoes?")
    client.say(bench, "Where shall I plant tomatoes?")
    first, _, asked, answered = bench.services.requests
    assert len(listed_tools(first)) == 6
    assert KEPT in texts([first, bench.services.requests[1]])
    assert '"hits"' not in texts(asked)
    assert KEPT in texts(answered)
    catch_up(bench, name)
    assert [row["text"] for row in rows(bench) if row["level"] == 0].count(KEPT) == 1


@pytest.mark.parametrize("name", CLIENTS)
def test_what_is_said_is_kept_once_in_the_namespace_of_the_project(bench, name):
    client = installed(bench, name)
    bench.services.script = [{"text": "Clay it is."}]
    client.say(bench, TOLD)
    catch_up(bench, name)
    before = turns(bench)
    assert [(row["role"], row["text"].strip('"')) for row in before] == [
        ("user", TOLD),
        ("assistant", "Clay it is."),
    ]
    assert {row["namespace"].rpartition("-")[0] for row in before} == {"garden"}
    bench.memcli("sync", name)
    assert turns(bench) == before


@pytest.mark.parametrize("name", HOOKED)
def test_the_next_session_begins_with_what_was_said_and_does_not_keep_it_again(bench, name):
    client = installed(bench, name)
    client.say(bench, TOLD)
    catch_up(bench, name)
    seen = len(bench.services.requests)
    bench.services.script = calls("memory_search", query=ASKED)
    client.say(bench, ASKED)
    began, answered = bench.services.requests[seen:]
    assert TOLD in texts(began)
    assert '"hits"' in texts(answered)
    catch_up(bench, name)
    said = [row["text"].strip('"') for row in turns(bench)]
    assert said == [TOLD, "Yes.", ASKED, "So it is."]
    assert not [row for row in rows(bench) if BLOCK in row["text"] or "hits" in row["text"]]


def test_what_is_told_to_one_is_known_to_the_others(bench):
    told = {
        "claude-code": ("The gate of the allotment sticks when it rains.", "trouble with a gate"),
        "codex": ("Compost goes to the heap behind the greenhouse.", "where is the compost?"),
        "gemini": ("Petra is allergic to wasps.", "what is Petra allergic to?"),
        "opencode": ("The water is off from November to March.", "when is there no water?"),
    }
    for name, (sentence, _) in told.items():
        installed(bench, name).say(bench, sentence)
        catch_up(bench, name)
    names = list(told)
    for name, other in zip(names, [*names[1:], names[0]], strict=True):
        sentence, question = told[other]
        bench.services.script = calls("memory_search", query=question, limit=1)
        CLIENTS[name].say(bench, "Look into your memory, please.")
        hits = texts(bench.services.requests[-1]).partition('"hits"')[2]
        assert sentence in hits, (name, question)


def transcript(bench: Bench) -> list[dict]:
    """Return what Claude Code has written down of its only session."""
    (path,) = (bench.home / ".claude" / "projects").rglob("*.jsonl")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_compaction_loses_nothing_and_its_summary_is_not_kept(bench):
    """Little is not compacted, so what is said is long; the mock sums it up with "Yes."."""
    client = installed(bench, "claude-code")
    bench.services.script = [{"text": "Clay it is."}]
    client.say(bench, TOLD)
    more = "The row is long, and so I tell more of it. " * 120
    said = [f"Bed {n} has beans. {more}" for n in "12"]
    for text in said:
        bench.services.script = [{"text": "Noted."}]
        client.say(bench, text, "--continue")
    client.say(bench, "/compact", "--continue")
    lines = transcript(bench)
    assert [line["subtype"] for line in lines if line.get("subtype") == "compact_boundary"]
    assert [line for line in lines if line.get("isCompactSummary")]
    assert "hook pre-compact --client claude-code" in json.dumps(lines)
    catch_up(bench, "claude-code")
    seen = len(bench.services.requests)
    bench.services.script = [{"text": "Clay."}]
    client.say(bench, ASKED, "--continue")
    catch_up(bench, "claude-code")
    # The block is put before the model again, where the words themselves are gone by now.
    assert BLOCK in texts(bench.services.requests[seen:])
    kept = [(row["role"], row["text"].strip('"').strip()) for row in turns(bench)]
    answers = [("assistant", text) for text in ("Clay it is.", "Noted.", "Noted.", "Clay.")]
    asked = [("user", text.strip()) for text in (TOLD, *said, ASKED)]
    assert kept == [each for pair in zip(asked, answers, strict=True) for each in pair]
    bench.memcli("sync", "claude-code")
    assert len(turns(bench)) == len(kept)
    assert not [row for row in rows(bench) if BLOCK in row["text"] or "continued" in row["text"]]
