"""`memcli consolidate` with a language model that writes days, topics, concepts and profiles."""

from __future__ import annotations

import json

import pytest

from tests.consolidation.summaries.test_concepts import LESSONS
from tests.support.llm_loopback import LoopbackServer

LIFE = (
    "I live in Ghent and work at a hospital.",
    "My sister Juno lives in Antwerp.",
    "I have a cat, and I'm allergic to hazelnuts.",
    "I'm planning to visit the Faroe Islands in May.",
    "I love sourdough bread.",
    "I work as a nurse.",
)
STEPS = "summarize,abstract,profile"
ANSWERS = [
    {"match": "In one sentence", "content": {"summary": "Water at the roots keeps mildew away."}},
    {"match": "What is known of", "content": {"summary": "Ida is a nurse in Ghent."}},
    {"content": {"summary": "Ida spoke of tomatoes in Atlantis."}, "match": "3 January 2026"},
    {"content": {"summary": "Ida spoke of tomatoes."}},
]


def turn(text, session, at):
    return json.dumps(
        {
            "kind": "message",
            "v": 1,
            "content": text,
            "name": "Ida",
            "session_id": session,
            "timestamp": f"2026-01-{at}Z",
        }
    )


@pytest.fixture
def store(run, empty_store):
    said = [turn(text, "life", f"03T10:{minute:02}:00") for minute, text in enumerate(LIFE)]
    said += [turn(text, f"s{day}", f"{day:02}T11:00:00") for day, text in enumerate(LESSONS, 3)]
    given = ("--store", empty_store, "--now", "2026-01-20T00:00:00Z")
    run("ingest", *given, stdin="\n".join(said))
    run("extract", *given)
    run("link", *given)
    return empty_store


def test_each_kind_of_summary_is_written_by_the_model_and_checked(run, store):
    with LoopbackServer(ANSWERS) as server:
        given = ("consolidate", "--steps", STEPS, "--llm", f"{server.url}#tiny")
        done = run(*given, "--store", store)
        asked = len(server.requests)
        again = run(*given, "--store", store)
        assert len(server.requests) == asked
    rows = run("sql", "SELECT text, tags, metadata FROM memories WHERE level > 2", "--store", store)
    texts = {}
    for row in rows.records:
        kind = (row.get("tags") or [""])[0]
        texts.setdefault(kind, []).append((row["text"], "abstractive" in str(row.get("metadata"))))
    assert texts["concept"] == [("Water at the roots keeps mildew away.", True)]
    assert texts["profile"] == [("Ida is a nurse in Ghent.", True)]
    # What the statements do not bear out is left, and said.
    assert [written for _, written in texts["day"]] == [False]
    assert "Atlantis" in done.stderr
    assert "tiny:" in done.stderr
    assert "nothing to do" in again.stderr
    shown = server.requests[-1]["body"]["messages"][1]["content"]
    assert "Ida, 2026-01-03: " in shown
