"""memcli add"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

AT = ("--timestamp", "2026-03-01T09:30:00Z")


def commits(store):
    return sorted(path.name for path in (store / "commits").iterdir())


def test_a_note_becomes_a_verbatim_memory_and_is_printed_as_it_is_kept(
    run, run_process, empty_store
):
    done = run_process("add", "The key box code\nis new — 鍵", "--store", empty_store, *AT)
    (made,) = done.records
    assert made["kind"] == "memory"
    assert (made["level"], made["type"], made["text"]) == (
        0,
        "episodic",
        "The key box code\nis new — 鍵",
    )
    assert made["happened_at"] == "2026-03-01T09:30:00Z"
    assert (made["session_id"], made["seq"]) == ("2026-03-01", 0)
    assert "kept" in done.stderr
    assert made["id"] in done.stderr
    assert run("show", made["id"], "--store", empty_store).records == [made]
    (hit,) = run("query", "key box", "--store", empty_store).records
    assert hit["id"] == made["id"]
    assert run("check", "--store", empty_store).stdout == ""


def test_what_is_said_of_a_note_is_kept_with_it(run, empty_store):
    options = (
        *("--type", "semantic", "--name", "Ida", "--session", "diary", "--tags", "b, a,,b"),
        *("--pin", "--importance", "0.7", "--until", "2027-01-01T00:00:00Z", "-n", "east"),
    )
    (made,) = run("add", "Walnuts make me ill", *options, "--store", empty_store, *AT).records
    expected = {
        "type": "semantic",
        "speaker": "Ida",
        "session_id": "diary",
        "tags": ["b", "a"],
        "pinned": True,
        "importance": 0.7,
        "valid_to": "2027-01-01T00:00:00Z",
        "namespace": "east",
    }
    assert {name: made[name] for name in expected} == expected
    assert run("show", made["id"], "--store", empty_store).records == [made]


def test_several_notes_are_one_commit_in_their_order(run, empty_store):
    run("add", "one", "--store", empty_store, *AT)
    done = run("add", "--store", empty_store, *AT, stdin="two\nthree\ntwo\n")
    assert [record["text"] for record in done.records] == ["two", "three"]
    assert [record["seq"] for record in done.records] == [1, 2]
    assert len(commits(empty_store)) == 3
    following = "select a.text as a, b.text as b from links l join memories a on a.id = source_id"
    following += " join memories b on b.id = target_id where relation = 'next' order by a.seq"
    pairs = run("sql", following, "--store", empty_store).records
    assert [(pair["a"], pair["b"]) for pair in pairs] == [("one", "two"), ("two", "three")]


def test_each_line_of_stdin_is_a_note_and_none_is_nothing_to_do(run, empty_store):
    done = run("add", "--store", empty_store, stdin="milk\n\n  \n eggs \r\nflour")
    assert [record["text"] for record in done.records] == ["milk", "eggs", "flour"]
    before = commits(empty_store)
    done = run("add", "--store", empty_store, stdin="\n")
    assert done.stdout == ""
    assert "nothing new" in done.stderr
    assert commits(empty_store) == before


def test_the_same_note_at_another_time_is_another_and_at_the_same_time_the_same(run, empty_store):
    (first,) = run("add", "fed the cat", "--store", empty_store).records
    (second,) = run("add", "fed the cat", "--store", empty_store).records
    assert first["id"] != second["id"]
    (third,) = run("add", "fed the cat", "--store", empty_store, *AT).records
    before = commits(empty_store)
    again = run("add", "fed the cat", "--store", empty_store, *AT)
    assert again.records == [third]
    assert "known already" in again.stderr
    assert commits(empty_store) == before
    mixed = run("add", "--store", empty_store, *AT, stdin="fed the dog\nfed the cat\n")
    assert {record["text"] for record in mixed.records} == {"fed the dog", "fed the cat"}
    assert "1 known already" in mixed.stderr


def test_words_are_one_note(run, empty_store):
    done = run("add", "remember", "the", "milk", "--store", empty_store, "--tags", "home")
    assert [record["text"] for record in done.records] == ["remember the milk"]


def test_ingest_knows_a_note_by_the_same_id(run, empty_store):
    (made,) = run("add", "fed the cat", "--name", "Ida", "--store", empty_store, *AT).records
    message = {"content": "fed the cat", "name": "Ida", "timestamp": AT[1]}
    done = run("ingest", "--store", empty_store, stdin=json.dumps(message) + "\n")
    assert "nothing new" in done.stderr
    assert done.stdout == ""
    message["content"] = "fed the dog"
    (turn,) = run("ingest", "--store", empty_store, stdin=json.dumps(message) + "\n").records
    assert (turn["session_id"], turn["seq"]) == (made["session_id"], 1)


def test_a_note_can_be_piped_into_extract(run, empty_store):
    note = ("--name", "Ida", "--store", empty_store, *AT)
    made = run("add", "My brother Juno plays the cello in Leiden.", *note)
    done = run("extract", "--store", empty_store, stdin=made.stdout)
    statements = [record for record in done.records if record["level"] == 1]
    assert any("Juno" in record["text"] for record in statements)
    assert all(record["source_ids"] == [made.records[0]["id"]] for record in statements)


def test_a_dry_run_prints_the_note_and_writes_nothing(run, empty_store):
    before = commits(empty_store)
    done = run("add", "a note", "--dry-run", "--store", empty_store, *AT)
    assert [record["text"] for record in done.records] == ["a note"]
    assert "dry run" in done.stderr
    assert commits(empty_store) == before
    (made,) = run("add", "a note", "--store", empty_store, *AT).records
    assert {**done.records[0], "recorded_at": 0} == {**made, "recorded_at": 0}


def test_what_looks_like_a_secret_is_kept_with_a_warning_that_does_not_tell_it(run, empty_store):
    text = "the password of the router is Xk29-vvQ7"
    done = run("add", text, "--store", empty_store)
    assert done.records[0]["text"] == text
    assert "warning" in done.stderr
    assert f"memcli forget --purge {done.records[0]['id']}" in done.stderr
    assert "Xk29" not in done.stderr
    assert run("add", text, "--quiet", "--store", empty_store).stderr == ""


def test_no_commit_tells_what_was_noted(run, empty_store):
    run("add", "zanzibar", "--tags", "quokka", "--name", "Ida", "--store", empty_store)
    commits = "".join(path.read_text("utf-8") for path in (empty_store / "commits").iterdir())
    assert "zanzibar" not in commits
    assert "quokka" not in commits
    assert '"Ida"' in commits


@pytest.mark.parametrize(
    ("arguments", "stdin", "status", "why"),
    [
        ((" ",), "", 2, "nothing to add"),
        (("a", "--importance", "2"), "", 2, "importance"),
        (("a", "--type", "silly"), "", 2, "silly"),
        (("a", "--until", "soon"), "", 2, "--until"),
        (("a", "--timestamp", "soon"), "", 2, "--timestamp"),
        ((), b"good\n\xff\n", 65, "stdin:2"),
    ],
)
def test_bad_input_is_refused_and_writes_nothing(run, empty_store, arguments, stdin, status, why):
    before = commits(empty_store)
    done = run("add", *arguments, "--store", empty_store, stdin=stdin, status=status)
    assert done.stdout == ""
    assert why in done.stderr
    assert commits(empty_store) == before


def test_without_a_store_it_makes_only_the_per_user_one_or_what_is_asked_for(run, tmp_path):
    done = run("add", "a", "--store", tmp_path / "none", status=66)
    assert "no store at" in done.stderr
    assert len(run("add", "a", "--create", "--store", tmp_path / "none").records) == 1
    home = {"XDG_DATA_HOME": str(tmp_path / "home")}
    done = run("add", "a", env=home, cwd=tmp_path)
    assert "made a new store" in done.stderr
    assert len(done.records) == 1


def test_two_at_once_both_keep_their_note(run, empty_store):
    command = [sys.executable, "-m", "memcli", "add", "--store", str(empty_store), *AT]
    both = [subprocess.Popen([*command, text], stdout=subprocess.DEVNULL) for text in ("x", "y")]
    assert [process.wait(60) for process in both] == [0, 0]
    rows = run("sql", "select text, seq from memories order by seq", "--store", empty_store).records
    assert [row["seq"] for row in rows] == [0, 1]
    assert {row["text"] for row in rows} == {"x", "y"}
    assert run("check", "--store", empty_store).stdout == ""


def told(run, store, question, *options):
    """Return the texts of what a question finds now, best first."""
    hits = run("query", question, "--store", store, "--no-touch", *options).records
    return [hit["text"] for hit in hits]


def test_a_note_with_an_end_is_told_until_then(run, empty_store):
    run("add", "The guest room is free.", "--until", "2027-01-01", "--store", empty_store)
    run("extract", "--store", empty_store)
    assert told(run, empty_store, "guest room", "--now", "2026-12-31T00:00:00Z")
    assert told(run, empty_store, "guest room", "--now", "2027-01-02T00:00:00Z") == []
    assert told(run, empty_store, "guest room", "--now", "2027-01-02T00:00:00Z", "--all")


def test_what_is_replaced_by_hand_stays_so(run, empty_store):
    store, ida = ("--store", empty_store), ("--name", "Ida", "--session", "s")
    first = ("--timestamp", "2025-03-01T10:00:00Z")
    (old,) = run("add", "I live in Ghent.", *ida, *first, *store).records
    run("extract", *store)
    (new,) = run("add", "I live in Lund.", "--replaces", old["id"], *ida, *store).records
    for _ in range(2):
        run("extract", *store)
        run("link", *store)
        rows = run("sql", "FROM memories WHERE level < 2 AND text LIKE '%Ghent%'", *store).records
        assert {row["superseded_by"] for row in rows} == {new["id"]}
        assert told(run, empty_store, "Where does Ida live?", "--level", 0) == ["I live in Lund."]
    links = run("sql", "FROM links WHERE relation = 'supersedes'", *store).records
    assert (new["id"], old["id"]) in {(link["source_id"], link["target_id"]) for link in links}
    run("add", "--replaces", old["id"], *store, stdin="a\nb\n", status=2)
    run("add", "a", "--replaces", "nobody", *store, status=66)
    assert run("check", *store).stdout == ""


def test_the_next_value_of_a_key_takes_the_place_of_the_one_before(run, empty_store):
    store = ("--store", empty_store)
    for text, month in (("otter", 3), ("heron", 5), ("swan", 4)):
        moment = f"2025-0{month}-01T10:00:00Z"
        run("add", text, "--key", "wifi password", "--timestamp", moment, *store)
    run("add", "crow", "--key", "wifi password", "-n", "other", *store)
    assert told(run, empty_store, "What is the wifi password?", "-n", "default") == ["heron"]
    then = ("--now", "2025-04-15T00:00:00Z", "-n", "default")
    assert told(run, empty_store, "wifi password", *then) == ["swan"]


def test_with_redact_a_note_is_kept_without_its_secrets(run, empty_store):
    done = run("add", "my pin is 4471", "--redact", "--store", empty_store)
    assert done.records[0]["text"] == "my pin is [secret:pin]"
    assert "1 secret redacted" in done.stderr
    assert "warning" not in done.stderr
    done = run("add", "Heron99x", "--key", "wifi password", "--redact", "--store", empty_store)
    assert done.records[0]["value"] == "[secret:password]"
    assert b"Heron99x" not in b"".join(
        p.read_bytes() for p in empty_store.rglob("*") if p.is_file()
    )
