"""Sync: what the store has of files that are new, edited, moved, gone and back."""

from __future__ import annotations

import json
import os

import pytest

from store import Store
from store.check import check
from tests.support.sync_trials import try_claude_code, try_vault


@pytest.fixture
def notes(tmp_path):
    folder = tmp_path / "notes"
    (folder / "sub").mkdir(parents=True)
    (folder / "home.md").write_text("# Home\n\n- Plumber: 555-0101\n- Buy oat milk\n- Ferns\n")
    (folder / "sub" / "chat.txt").write_text("Anna: I moved to Riga in May.\nBen: Great news!\n")
    return folder


@pytest.fixture
def sync(run, tmp_path):
    """Return what syncs into one store."""

    def call(*arguments, **options):
        return run("sync", *arguments, "--store", tmp_path / "store", "--create", **options)

    return call


@pytest.fixture
def told(tmp_path):
    """Return what gives the texts of the turns that hold now, in order."""

    def call(table="memories"):
        snapshot = Store.open(tmp_path / "store").snapshot()
        assert list(check(Store.open(tmp_path / "store"))) == []
        rows = snapshot.rows(["text"], "level = 0 AND superseded_by IS NULL", [table])
        return sorted(row["text"] for row in rows)

    return call


HOME = ["Buy oat milk", "Ferns", "Plumber: 555-0101"]
CHAT = ["Great news!", "I moved to Riga in May."]


def test_it_runs_as_a_process(run_process, notes, tmp_path):
    done = run_process("sync", notes, "--store", tmp_path / "store", "--create")
    assert {record["text"] for record in done.records} == {*HOME, *CHAT}
    assert "files: 2 new; memories: 5 new; kept as commit 2" in done.stderr
    again = run_process("sync", notes, "--store", tmp_path / "store")
    assert (again.records, "nothing has changed in 2 files" in again.stderr) == ([], True)


def test_an_edited_note_replaces_its_old_self_and_one_that_was_removed_is_archived(
    run, sync, told, notes, tmp_path
):
    sync(notes)
    (notes / "home.md").write_text("# Home\n\nNew line.\n\n- Plumber: 555-0199\n- Buy oat milk\n")
    done = sync(notes)
    assert [record["text"] for record in done.records] == ["New line.", "Plumber: 555-0199"]
    assert "1 replaced, 1 archived" in done.stderr
    assert told() == sorted(["New line.", "Plumber: 555-0199", "Buy oat milk", *CHAT])
    assert told("archive") == ["Ferns"]
    rows = run("sql", "SELECT text, metadata FROM turns", "--store", tmp_path / "store").records
    lines = {row["text"]: json.loads(row["metadata"])["line"] for row in rows if "metadata" in row}
    assert lines["Buy oat milk"] == 6
    hits = run("query", "plumber number", "-k", 1, "--store", tmp_path / "store").records
    assert hits[0]["text"] == "Plumber: 555-0199"


def test_a_commit_tells_whether_it_only_added(run, sync, notes, tmp_path):
    sync(notes)
    (notes / "home.md").write_text("# Home\n\n- Ferns\n")
    sync(notes)
    arguments = [entry["arguments"] for entry in run("log", "--store", tmp_path / "store").records]
    assert [each.get("only_added") for each in arguments] == [None, True, None]


def test_times_without_a_zone_are_of_the_one_that_is_named(sync, tmp_path):
    (tmp_path / "n").mkdir()
    (tmp_path / "n" / "c.jsonl").write_text(
        '{"content": "Tea?", "name": "Ana", "timestamp": "2026-05-01 10:00"}\n'
    )
    (record,) = sync(tmp_path / "n", "--timezone", "Asia/Tokyo").records
    assert record["happened_at"] == "2026-05-01T01:00:00Z"


def test_what_comes_back_is_what_it_was(sync, told, notes):
    sync(notes)
    first = (notes / "home.md").read_text()
    (notes / "home.md").write_text(first.replace("0101", "0199").replace("- Ferns\n", ""))
    sync(notes)
    (notes / "home.md").write_text(first)
    done = sync(notes)
    assert "2 back" in done.stderr
    assert told() == sorted([*HOME, *CHAT])
    (notes / "home.md").unlink()
    assert "3 archived" in sync(notes).stderr
    assert told() == CHAT
    (notes / "sub" / "house.md").write_text(first)
    assert "3 back" in sync(notes).stderr
    assert told() == sorted([*HOME, *CHAT])


def test_a_file_that_was_moved_keeps_ids_and_session(run, sync, told, notes, tmp_path):
    sync(notes)
    (notes / "sub" / "chat.txt").rename(notes / "talk.txt")
    assert "1 moved; memories: 0 new" in sync(notes).stderr
    with (notes / "talk.txt").open("a") as file:
        file.write("Anna: It is warm here.\n")
    (record,) = sync(notes).records
    assert (record["session_id"], record["seq"]) == ("sub/chat", 2)
    (notes / "sub" / "chat.txt").write_text("Olaf: Another talk altogether.\n")
    (record,) = sync(notes).records
    assert record["session_id"] != "sub/chat"


def test_a_file_that_was_moved_and_edited_at_once_is_the_same_file(sync, told, notes):
    sync(notes)
    text = (notes / "home.md").read_text().replace("0101", "0199")
    (notes / "home.md").unlink()
    (notes / "sub" / "house.md").write_text(text + "- Oars\n")
    done = sync(notes)
    assert "1 moved" in done.stderr
    assert "2 new, 1 replaced" in done.stderr
    assert {record["session_id"] for record in done.records} == {"home"}
    assert told() == sorted(["Buy oat milk", "Ferns", "Oars", "Plumber: 555-0199", *CHAT])


def test_a_transcript_that_has_less_than_before_loses_nothing(sync, told, notes):
    sync(notes)
    (notes / "sub" / "chat.txt").write_text("Ben: Great news!\nAnna: Thanks.\n")
    sync(notes)
    assert told() == sorted([*HOME, *CHAT, "Thanks."])
    (notes / "sub" / "chat.txt").unlink()
    sync(notes)
    assert told() == HOME


def test_what_the_user_put_away_stays_away(run, sync, told, notes, tmp_path):
    first = sync(notes).records
    (ferns,) = (record["id"] for record in first if record["text"] == "Ferns")
    run("forget", ferns, "--store", tmp_path / "store")
    home = notes / "home.md"
    text = home.read_text()
    home.unlink()
    sync(notes)
    home.write_text(text)
    sync(notes)
    assert told() == sorted(["Buy oat milk", "Plumber: 555-0101", *CHAT])


def test_a_note_of_two_files_is_there_as_long_as_one_of_them(sync, told, notes):
    (notes / "sub" / "home.md").write_text("- Buy oat milk\n")
    sync(notes)
    (notes / "sub" / "home.md").unlink()
    sync(notes)
    assert told() == sorted([*HOME, *CHAT])


def test_a_bad_file_stops_no_other_and_is_tried_again(run, sync, told, notes, tmp_path):
    bad = notes / "bad.json"
    bad.write_text('{"colour": "blue"}')
    assert "1 file was not read to the end" in sync(notes, status=3).stderr
    assert told() == sorted([*HOME, *CHAT])
    done = sync(notes, status=3)
    assert "1 not read; memories: 0 new" in done.stderr
    assert "commit" not in done.stderr
    listed = run("sync", "--list", "--store", tmp_path / "store").records
    assert {os.path.basename(r["path"]): r["state"] for r in listed} == {
        "bad.json": "refused", "chat.txt": "current", "home.md": "current",
    }  # fmt: skip
    bad.unlink()
    assert "1 gone" in sync(notes).stderr


def test_files_of_no_kind_that_is_read_are_told_each_time(sync, told, notes):
    before = sync(notes).records
    assert before
    (notes / "oar.png").write_bytes(b"\x89PNG")
    assert "1 file of pictures" in sync(notes).stderr
    (notes / "oar.xyz").write_text("x")
    (notes / "README").write_text("x")
    for _ in range(2):
        done = sync(notes, status=3)
        assert "left out 2 files of kinds not read: 1 .xyz, 1 without an extension" in done.stderr


def test_an_archive_that_is_broken_stops_no_other(sync, told, notes):
    (notes / "old.zip").write_bytes(b"no archive")
    (notes / "lost.md").symlink_to(notes / "nowhere.md")
    done = sync(notes, status=3)
    assert "a broken or locked archive" in done.stderr
    assert told() == sorted([*HOME, *CHAT])


def test_a_dry_run_writes_nothing(sync, told, notes, tmp_path):
    done = sync(notes, "--dry-run")
    assert len(done.records) == 5
    assert "nothing was written" in done.stderr
    assert Store.open(tmp_path / "store").head().number == 1


def test_undo_takes_it_back_and_the_next_one_does_it_again(run, sync, told, notes, tmp_path):
    sync(notes)
    (notes / "home.md").write_text("- Ferns\n")
    sync(notes)
    run("undo", "--store", tmp_path / "store")
    assert told() == sorted([*HOME, *CHAT])
    sync(notes)
    assert told() == sorted(["Ferns", *CHAT])


def test_a_purge_leaves_no_id_of_what_is_gone(run, sync, told, notes, tmp_path):
    first = sync(notes).records
    (ferns,) = (record["id"] for record in first if record["text"] == "Ferns")
    run("forget", ferns, "--purge", "--store", tmp_path / "store")
    listed = run("sync", "--list", "--store", tmp_path / "store").records
    assert all(ferns not in record["memory_ids"] for record in listed)
    assert "nothing has changed" in sync(notes).stderr
    assert told() == sorted(["Buy oat milk", "Plumber: 555-0101", *CHAT])


def test_statements_go_and_come_with_their_notes(run, sync, notes, tmp_path):
    store = tmp_path / "store"
    (notes / "sub" / "chat.txt").write_text("Anna: My sister Ida lives in Riga.\n")
    sync(notes)
    run("extract", "--store", store)
    count = ("sql", "SELECT count(*) AS n FROM statements WHERE superseded_by IS NULL")
    before = run(*count, "--store", store).records[0]["n"]
    assert before
    text = (notes / "sub" / "chat.txt").read_text()
    (notes / "sub" / "chat.txt").unlink()
    sync(notes)
    assert run(*count, "--store", store).records[0]["n"] < before
    (notes / "sub" / "chat.txt").write_text(text)
    sync(notes)
    assert run(*count, "--store", store).records[0]["n"] == before


def test_a_folder_that_is_not_mounted_loses_nothing(sync, told, notes, tmp_path):
    sync(notes)
    notes.rename(tmp_path / "away")
    sync(notes, status=66)
    notes.mkdir()
    assert "is empty; its 2 files stay" in sync(notes).stderr
    assert told() == sorted([*HOME, *CHAT])


def test_it_needs_to_be_told_what_to_follow(sync):
    sync(status=2)
    sync("-", status=2)


def test_an_agent_that_deletes_its_logs_loses_nothing(sync, told, tmp_path, monkeypatch):
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "claude"))
    monkeypatch.setenv("CODEX_HOME", str(tmp_path / "none"))
    assert "no logs of codex at" in sync("codex").stderr
    log = tmp_path / "claude" / "projects" / "-home-ana" / "s1.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text(event("u1", None, "Where is the boat?") + "\n")
    sync("claude-code", "codex")
    log.unlink()
    assert "1 gone; memories: 0 new" in sync("claude-code").stderr
    assert told() == ["Where is the boat?"]


def event(uuid, parent, text, kind="user", message=None):
    """Return a line of a log of Claude Code."""
    said = text if kind == "user" else [{"type": "text", "text": text}]
    about = {"role": kind, "content": said, **({"id": message} if message else {})}
    moment = f"2026-05-01T08:00:{int(uuid[1:]):02}Z"
    named = {"type": kind, "uuid": uuid, "parentUuid": parent, "sessionId": "s1"}
    return json.dumps({**named, "timestamp": moment, "message": about})


def test_an_answer_that_was_read_half_is_one_turn_in_the_end(sync, told, tmp_path):
    log = tmp_path / "logs" / "s1.jsonl"
    log.parent.mkdir()
    lines = [
        event("u1", None, "Where is the boat?"),
        event("u2", "u1", "In the shed.", "assistant", "m1"),
        event("u3", "u2", "Behind the canoe.", "assistant", "m1"),
    ]
    whole = "\n".join(lines) + "\n"
    for end in (len(lines[0]) + 1, len(lines[0]) + 30, whole.index(lines[2]), len(whole)):
        log.write_text(whole[:end])
        sync(log.parent)
    assert told() == ["In the shed.\n\nBehind the canoe.", "Where is the boat?"]
    assert sorted(told("archive")) == []


def test_what_was_taken_back_is_put_away(sync, told, tmp_path):
    log = tmp_path / "logs" / "s1.jsonl"
    log.parent.mkdir()
    log.write_text(
        event("u1", None, "Hello there, memcli.")
        + "\n"
        + event("u2", "u1", "Hello!", "assistant", "m1")
        + "\n"
        + event("u3", "u2", "Sell the boat.")
        + "\n"
    )
    sync(log.parent)
    with log.open("a") as file:
        file.write(event("u4", "u2", "Paint the boat.") + "\n")
    sync(log.parent)
    assert told() == ["Hello there, memcli.", "Hello!", "Paint the boat."]
    assert told("archive") == ["Sell the boat."]


def test_watching_goes_on_until_it_is_interrupted(sync, notes, monkeypatch):
    seen = []
    monkeypatch.setattr("memcli.ingestion.sync.watching.changes", lambda inputs: iter([True, True]))

    def found(*given):
        seen.append(given[1])
        return ["notes/a.xyz"], 0

    monkeypatch.setattr("memcli.commands.sync._sync", found)
    told = sync(notes, "--watch").stderr
    assert seen == [[str(notes)]] * 2
    assert told.count("1 .xyz") == 1
    sync(notes, "--watch", "--dry-run", status=2)


def test_with_redact_a_file_is_followed_without_its_secrets(run, empty_store, tmp_path):
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.md").write_text("# House\n\n- The gate code is 4471#\n- The plum tree is old\n")
    made = run("sync", notes, "--redact", "--store", empty_store)
    assert "The gate code is [secret:code]" in [row["text"] for row in made.records]
    assert "1 secret redacted" in made.stderr
    (notes / "a.md").rename(notes / "b.md")
    moved = run("sync", notes, "--redact", "--store", empty_store)
    assert (moved.records, "1 moved" in moved.stderr) == ([], True)


# At full size behind the mark `bench`: tests/bench/test_bench_following.py.
def test_of_a_vault_that_changes_nothing_is_lost_or_doubled(tmp_path):
    vault = try_vault(tmp_path, notes=10, times=3)
    assert len(vault.ever) > len(vault.texts())


def test_of_logs_with_forks_agents_and_compactions_each_turn_is_there_once(tmp_path):
    year = try_claude_code(tmp_path, months=3, days=6)
    assert len(year.told) > 5
