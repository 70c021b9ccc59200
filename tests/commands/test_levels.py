"""Weeks, months, a running summary and traits: `memcli consolidate`, and who is asked for them."""

from __future__ import annotations

import json

import pytest

from tests.support.llm_loopback import LoopbackServer

SAID = (
    "I started to build a wooden boat in the old barn.",
    "I sanded the hull of the boat and bought new varnish.",
    "My sister Juno helped me to lift the mast of the boat.",
    "I painted the boat red and named it Heron.",
    "I moved to Ghent and work at a hospital there.",
    "We sailed the boat on the lake for the first time.",
)
DAYS = (3, 5, 10, 12, 18, 20)
TRAITS = {
    "traits": [
        {"trait": "Ida works with her hands and finishes what she starts.", "statements": [1, 2]},
        {"trait": "Ida is from Atlantis.", "statements": [1, 2]},
    ]
}
ANSWERS = [{"match": "lasting traits", "content": TRAITS}, {"content": {"summary": "Ida spoke."}}]
GIVEN = ("--now", "2026-05-01T00:00:00Z")


def turn(text, day):
    about = {"name": "Ida", "session_id": f"s{day}", "timestamp": f"2026-03-{day:02}T10:00:00Z"}
    return json.dumps({"kind": "message", "v": 1, "content": text, **about})


@pytest.fixture
def store(run, empty_store):
    said = "\n".join(turn(text, day) for text, day in zip(SAID, DAYS, strict=True))
    run("ingest", "--store", empty_store, *GIVEN, stdin=said)
    run("extract", "--store", empty_store, *GIVEN)
    return empty_store


def above(run, store, kind):
    where = f"superseded_by IS NULL AND list_contains(tags, '{kind}')"
    asked = f"SELECT * FROM memories WHERE level > 2 AND {where} ORDER BY happened_at"
    return [json.loads(line) for line in run("sql", asked, "--store", store).stdout.splitlines()]


def consolidate(run, store, *more, steps="summarize,profile"):
    done = run("consolidate", "--steps", steps, "--store", store, *GIVEN, *more)
    return json.loads(done.stdout)["counts"]


def test_a_month_is_summed_up_found_and_told_in_the_place_of_its_weeks(run, run_process, store):
    made = consolidate(run_process, store)["summarize"]
    assert (made["months"], made["running"]) == (1, 1)
    (month,) = above(run, store, "month")
    assert month["context"] == "March 2026: 6 conversations on 6 days."
    assert month["tags"][:2] == ["month", "2026-03"]
    assert set(month["source_ids"]) >= {row["id"] for row in above(run, store, "week")}
    asked = "summarize what we did in March"
    (hit, *_) = run("query", asked, "-k", 3, "--store", store, *GIVEN).stdout.splitlines()
    assert json.loads(hit)["id"] == month["id"]
    block = run("context", asked, "--store", store, *GIVEN).stdout
    assert "- March 2026: 6 conversations on 6 days. Ida, 2026-03-03:" in block
    shown = run("decay", "--levels", "--store", store, *GIVEN).stdout.splitlines()
    left = {row["of"]: row["retention"] for row in map(json.loads, shown)}
    assert {"turn", "session", "month", "running"} <= set(left)
    assert consolidate(run, store) == {"commits": 0, "seconds": pytest.approx(0, abs=60)}


def test_only_what_changed_is_made_anew_and_what_is_hidden_is_told_no_more(run, store):
    consolidate(run, store)
    (before,) = above(run, store, "month")
    assert "varnish" in before["text"]
    asked = "SELECT id FROM memories WHERE level = 0 AND text LIKE '%varnish%'"
    turn_id = json.loads(run("sql", asked, "--store", store).stdout)["id"]
    run("hide", turn_id, "--store", store)
    made = consolidate(run, store)["summarize"]
    assert (made["months"], made["days"]) == (1, 0)
    (after,) = above(run, store, "month")
    assert after["id"] != before["id"]
    assert "varnish" not in after["text"]
    assert "varnish" not in run("context", "summarize March", "--store", store, *GIVEN).stdout
    run("check", "--store", store)


def test_what_was_purged_is_in_no_summary_and_undo_takes_them_back(run, store):
    consolidate(run, store)
    run("forget", "--purge", "--where", "text LIKE '%varnish%'", "--store", store)
    consolidate(run, store, steps="extract,summarize,profile")
    assert "varnish" not in run("export", "--store", store).stdout
    assert len(above(run, store, "month")) == 1
    run("check", "--store", store)


def test_traits_are_a_models_and_stand_as_long_as_what_shows_them(run, store):
    assert consolidate(run, store)["profile"]["traits"] == 0
    with LoopbackServer(ANSWERS) as server:
        given = ("--llm", f"{server.url}#tiny")
        run("add", "I love to carve spoons of wood.", "--name", "Ida", "--store", store, *GIVEN)
        run("extract", "--store", store, *GIVEN)
        done = consolidate(run, store, *given)
        asked = len(server.requests)
        assert done["profile"]["traits"] == 1
        consolidate(run, store, *given)
        assert len(server.requests) == asked
    (trait,) = above(run, store, "trait")
    assert (trait["subject"], len(trait["source_ids"])) == ("Ida", 2)
    shown = run("profile", "Ida", "--section", "traits", "--store", store, *GIVEN).stdout
    assert json.loads(shown)["text"] == TRAITS["traits"][0]["trait"]
    run("hide", trait["source_ids"][0], "--store", store)
    consolidate(run, store)
    assert above(run, store, "trait") == []
