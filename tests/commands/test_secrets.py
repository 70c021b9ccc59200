"""What is made of a store in which secrets were said: none of them is in it."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from tests.support.llm_loopback import LoopbackServer
from tests.support.planted import planted

TALK = (
    "I live in Ghent and work at a hospital.",
    "My sister Juno lives in Antwerp, she is allergic to hazelnuts.",
    "I have a cat called Miso and I love sourdough bread.",
    "We went to Porto last week and saw the old trams.",
)
NO_OPERATIONS = {"content": {"memories": []}}


def planted_turns():
    """Return one turn of each kind, and what was asked before it."""
    return list({turn.kind: turn for turn in planted(11)}.values())


def lines():
    """Return a conversation in which people say them."""
    said = []
    for number, turn in enumerate(planted_turns()):
        talk = ("Ada", TALK[number % len(TALK)])
        said += [talk, *([("Ada", turn.before)] if turn.before else []), ("Ida", turn.text)]
    for number, (name, text) in enumerate(said):
        at = f"2026-01-03T{10 + number // 60:02}:{number % 60:02}:00Z"
        line = {"kind": "message", "v": 1, "content": text, "name": name, "timestamp": at}
        yield json.dumps({**line, "session_id": "s", "id": f"t{number}"})


def shown_in(text):
    """Return the kinds of which a secret stands in a text."""
    # JSON escapes what stands in several lines.
    plain = text.replace("\\n", "\n").replace('\\"', '"')
    return sorted(turn.kind for turn in planted_turns() for v in turn.values if is_in(v, plain))


def is_in(value, text):
    """Tell whether a value stands in a text; digits may be a part of some other number."""
    if not value.isdigit() or len(value) > 6:
        return value in text
    return re.search(rf"(?<![\w.-]){re.escape(value)}(?!\w)", text) is not None


@pytest.fixture(scope="module")
def made_once(run, empty_once, tmp_path_factory):
    store = shutil.copytree(empty_once, tmp_path_factory.mktemp("secrets") / "store")
    given = ("--store", store, "--now", "2026-01-20T00:00:00Z")
    run("ingest", *given, stdin="\n".join(lines()))
    for step in ("extract", "link", "consolidate"):
        run(step, *given)
    return store


def test_the_words_of_a_turn_are_kept_and_shown_to_a_person(run, made_once):
    turns = run("sql", "SELECT text FROM turns", "--store", made_once).stdout
    assert len(set(shown_in(turns))) == len(planted_turns())


@pytest.mark.parametrize("table", ["memories", "archive", "entities", "links", "strengths"])
def test_what_is_derived_has_no_secret(run, made_once, table):
    where = " WHERE level > 0" if table in ("memories", "archive") else ""
    rows = run("sql", f"SELECT * FROM {table}{where}", "--store", made_once).records
    assert shown_in(json.dumps(rows, ensure_ascii=False)) == []
    if table == "memories":
        assert {row["type"] for row in rows} > {"vault"}
        assert "[secret:code]" in {row["text"] for row in rows}


def test_keys_by_which_it_is_found_have_no_secret(made_once):
    from store import Store

    columns = ["level", "keys", "derived_keys"]
    rows = Store.open(made_once).snapshot().read("memories", columns, "level > 0").to_pylist()
    assert shown_in(json.dumps(rows, ensure_ascii=False)) == []


@pytest.mark.parametrize(
    "asked",
    ["what is the gate code?", "my password", "passport, card, token and key", "What happened?"],
)
def test_no_prompt_has_one(run, made_once, asked):
    given = ("--recent", 200, "--max-tokens", 20_000, "--store", made_once)
    block = run("context", asked, *given).stdout
    assert "Ghent" in block
    assert shown_in(block) == []
    assert "[secret " in block


def test_no_profile_has_one(run, made_once):
    for name in ("Ada", "Ida"):
        assert shown_in(run("profile", name, "--store", made_once).stdout) == []


def test_no_model_is_shown_one(run, made_once, tmp_path):
    store = shutil.copytree(made_once, tmp_path / "store")
    run("undo", "--to", 2, "--store", store)
    with LoopbackServer([NO_OPERATIONS]) as server:
        run("extract", "--llm", f"{server.url}#tiny", "--store", store)
        run("query", "gate code", "--rerank", f"model:{server.url}#tiny", "--store", store)
        sent = json.dumps([request["body"] for request in server.requests], ensure_ascii=False)
    assert "Ghent" in sent
    assert shown_in(sent.replace("\\\\", "\\")) == []
    cached = b"".join(path.read_bytes() for path in (store / "cache").rglob("*") if path.is_file())
    assert shown_in(cached.decode("utf-8", "replace")) == []


def test_no_commit_and_no_log_has_one(run, made_once, tmp_path):
    store = shutil.copytree(made_once, tmp_path / "store")
    given = ("--store", store)
    run("query", "is my password Heron99x still good for the forum", *given)
    run("ingest", "-", "--name", "pw: Heron99x", *given, stdin='{"content":"hello there"}')
    commits = "".join(path.read_text() for path in (store / "commits").iterdir())
    assert shown_in(commits) == []
    assert "Heron99x" not in commits
    asked = run("sql", "SELECT query FROM accesses", *given).stdout
    assert "[secret:password]" in asked
    assert "Heron99x" not in asked


def test_a_person_finds_the_turn_and_an_agent_its_id(run, made_once):
    turn = next(turn for turn in planted_turns() if turn.kind == "iban")
    (hit, *_) = run("query", turn.text, "-k", 3, "--store", made_once).records
    assert (hit["level"], hit["text"]) == (0, turn.text)
    block = run("context", turn.text, "--recent", 0, "--store", made_once).stdout
    assert f"[secret {hit['id'][:8]}]" in block
