"""memcli ingest"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from memcli.memory import text_link
from store import Store
from store.sealing import sealed, unsealed
from tests.support.program import MEMCLI
from tests.support.trusting import allow

MOMENT = "2026-02-01T10:00:00Z"


def line(content, **fields):
    return json.dumps({"kind": "message", "v": 1, "content": content, **fields}) + "\n"


def turns(run, store):
    statement = "select * from turns order by namespace, session_id, seq"
    return run("sql", statement, "--store", store).records


def test_a_turn_keeps_speaker_date_place_and_the_callers_id(run_process, empty_store):
    given = line("Hi", id="m1", name="Ann", timestamp=MOMENT, session_id="s", namespace="n")
    memory = run_process("ingest", "--store", empty_store, stdin=given).records[0]
    assert memory["kind"] == "memory"
    assert memory["level"] == 0
    assert {
        key: memory[key]
        for key in ("text", "speaker", "happened_at", "session_id", "namespace", "ref", "seq")
    } == {
        "text": "Hi",
        "speaker": "Ann",
        "happened_at": MOMENT,
        "session_id": "s",
        "namespace": "n",
        "ref": "m1",
        "seq": 0,
    }


def test_captions_of_what_is_new_are_part_of_the_commit(run, empty_store, tmp_path):
    """The program runs once for each file, and what it fails at keeps its name."""
    for name in ("boat.png", "bad.png"):
        (tmp_path / name).write_bytes(b"x")
    log = tmp_path / "log"
    program = tmp_path / "say.py"
    program.write_text(
        f"import sys; open({str(log)!r}, 'a').write('x')\n"
        "sys.exit('no picture') if 'bad' in sys.argv[1] else print('A red boat')"
    )
    chat = tmp_path / "chat.jsonl"
    files = ["boat.png", "bad.png", "far.png"]
    chat.write_text(line("Look", name="Ida", timestamp=MOMENT, attachments=files))
    given = ("ingest", chat, "--store", empty_store, "--caption")
    assert "names no program" in run(*given, status=2).stderr
    settings = empty_store / "config.toml"
    command = json.dumps(f"{sys.executable} {program}")
    settings.write_text(f"{settings.read_text()}\n[caption]\ncommand = {command}\n")
    assert "caption.command" in run(*given, status=2).stderr
    allow(empty_store)
    assert "bad.png" in [row["text"] for row in run(*given, "--dry-run").records]
    assert not log.exists()
    head = Store.open(empty_store).head().number
    done = run(*given, status=3)
    assert Store.open(empty_store).head().number == head + 1
    assert [row["text"] for row in done.records[1:]] == ["boat.png: A red boat", *files[1:]]
    assert "1 files were not described" in done.stderr
    assert "nothing new" in run(*given).stderr
    assert log.read_text() == "xx"
    assert "no picture" in run("caption", "--store", empty_store, status=3).stderr
    assert log.read_text() == "xxx"


def test_the_same_input_again_changes_nothing_and_says_so(run, empty_store):
    given = line("a", timestamp=MOMENT) + line("b", timestamp=MOMENT)
    run("ingest", "--store", empty_store, stdin=given)
    before = run("log", "--store", empty_store).stdout
    again = run("ingest", "--store", empty_store, stdin=given)
    assert again.stdout == ""
    assert "nothing new: all 2 records are known" in again.stderr
    assert run("log", "--store", empty_store).stdout == before


def test_an_empty_input_says_that_there_is_nothing_in_it(run, empty_store):
    assert "nothing in it" in run("ingest", "--store", empty_store, stdin="").stderr


def test_the_same_line_twice_is_one_memory(run, empty_store):
    given = line("a", timestamp=MOMENT)
    assert len(run("ingest", "--store", empty_store, stdin=given * 3).records) == 1


def test_a_file_that_grew_adds_the_new_turns_after_the_old(run, empty_store, tmp_path):
    chat = tmp_path / "chat.txt"
    chat.write_text("=== 8 May 2023 ===\nAnn: Hello there\nBen: Hi\nAnn: Hi\n")
    run("ingest", chat, "--store", empty_store)
    chat.write_text(chat.read_text() + "Ben: Hi\nAnn: Bye now\n")
    new = run("ingest", chat, "--store", empty_store).records
    assert [(memory["text"], memory["seq"]) for memory in new] == [("Hi", 3), ("Bye now", 4)]
    statement = """
        select a.text as source, b.text as target from links
        join memories a on a.id = source_id join memories b on b.id = target_id
        where relation = 'next' order by a.seq"""
    followed = run("sql", statement, "--store", empty_store).records
    assert [(row["source"], row["target"]) for row in followed] == [
        ("Hello there", "Hi"), ("Hi", "Hi"), ("Hi", "Hi"), ("Hi", "Bye now"),
    ]  # fmt: skip


def test_sessions_that_come_interleaved_are_ordered_each(run, empty_store):
    given = "".join(line(f"{s}{i}", session_id=s, timestamp=MOMENT) for i in range(3) for s in "xy")
    run("ingest", "--store", empty_store, stdin=given)
    order = [(row["session_id"], row["seq"], row["text"]) for row in turns(run, empty_store)]
    assert order == [(s, i, f"{s}{i}") for s in "xy" for i in range(3)]


def test_what_a_record_says_besides_survives(run, empty_store):
    given = line("a", role="user", mood="glad", metadata={"k": [1, None]}, attachments=["x.png"])
    memory = run("ingest", "--store", empty_store, "--now", MOMENT, stdin=given).records[0]
    assert memory["metadata"] == {"k": [1, None]}
    assert (memory["role"], memory["mood"], memory["attachments"]) == ("user", "glad", ["x.png"])
    assert memory["speaker"] == "user"


def test_options_speak_for_records_that_are_silent(run, empty_store):
    options = ("--namespace", "n", "--session", "s", "--name", "Ann", "--timestamp", "8 May 2023")
    memory = run("ingest", "--store", empty_store, *options, stdin=line("a")).records[0]
    assert (memory["namespace"], memory["session_id"]) == ("n", "s")
    assert (memory["speaker"], memory["happened_at"]) == ("Ann", "2023-05-08T00:00:00Z")


def test_an_assumed_time_is_said(run, empty_store):
    result = run("ingest", "--store", empty_store, "--now", MOMENT, stdin=line("a") + line("b"))
    assert f"-: 2 turns have no time; assumed {MOMENT}" in result.stderr
    assert {memory["happened_at"] for memory in result.records} == {MOMENT}


def test_an_assumed_time_does_not_make_another_memory(run, empty_store):
    run("ingest", "--store", empty_store, "--now", MOMENT, stdin=line("a"))
    later = run("ingest", "--store", empty_store, "--now", "2027-01-01", stdin=line("a"))
    assert "nothing new" in later.stderr


def test_a_dry_run_writes_nothing(run, empty_store):
    result = run("ingest", "--store", empty_store, "--dry-run", stdin=line("a", timestamp=MOMENT))
    assert "dry run: 1 of 1 records are new" in result.stderr
    assert len(run("log", "--store", empty_store).records) == 1


def test_the_first_ingest_makes_the_users_own_store_and_only_that(run, tmp_path):
    home = {"XDG_DATA_HOME": str(tmp_path / "data")}
    assert "made a new store" in run("ingest", stdin=line("a"), env=home, cwd=tmp_path).stderr
    assert len(run("log", env=home, cwd=tmp_path).records) == 2
    named = tmp_path / "named"
    assert "no store at" in run("ingest", "--store", named, stdin=line("a"), status=66).stderr
    assert not named.exists()
    run("ingest", "--store", named, "--create", stdin=line("a"))
    assert run("check", "--store", named).records == []


# ---------------------------------------------------------------- bad input

BAD = {
    "binary": (b"\x00\x01\x02\xff\xfe" * 99, ":1:"),
    "invalid UTF-8": (line("ok").encode() + b'{"content":"\xff\xfe"}\n', ":2:"),
    "truncated JSON": (line("ok").encode() + b'{"content": "cut o', ":2:"),
    "missing content": (line("ok").encode() + b'{"kind":"message","v":1,"name":"x"}\n', ":2:"),
    "absurd timestamp": (line("a", timestamp="9999999-01-01").encode(), "9999999-01-01"),
    "huge line": (line("x" * 10_000_000).encode(), ":1"),
    "unknown kind": (b'{"kind":"poem","content":"a"}\n', "poem"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_with_its_place_and_nothing_is_written(
    run, empty_store, tmp_path, name
):
    data, place = BAD[name]
    path = tmp_path / "in.jsonl"
    path.write_bytes(data)
    result = run("ingest", path, "--store", empty_store, status=65)
    assert result.stdout == ""
    assert result.stderr.startswith("memcli: ")
    assert place in result.stderr
    assert len(result.stderr) < 500
    assert len(run("log", "--store", empty_store).records) == 1
    assert run("check", "--store", empty_store).records == []


def test_a_record_of_a_newer_version_is_not_understood(run, empty_store):
    result = run("ingest", "--store", empty_store, stdin=line("a", v=2), status=76)
    assert "version 2" in result.stderr


def test_skipped_records_are_kept_verbatim_and_the_good_ones_written(run, empty_store, tmp_path):
    bad = [b'{"content": "cut o', b'{"name":"no content"}', b'{"content":"\xff"}']
    given = b"\n".join([line("one").encode().strip(), *bad, line("two").encode().strip()]) + b"\n"
    rejects = tmp_path / "bad.jsonl"
    options = ("--on-error", "skip", "--rejects", rejects)
    result = run("ingest", "--store", empty_store, *options, stdin=given, status=3)
    assert rejects.read_bytes().splitlines() == bad
    assert [memory["text"] for memory in result.records] == ["one", "two"]
    assert "3 records were rejected" in result.stderr.splitlines()[-1]
    for number in (2, 3, 4):
        assert f":{number}" in result.stderr


def test_an_empty_file_is_nothing_new(run, empty_store, tmp_path):
    (tmp_path / "empty.jsonl").touch()
    result = run("ingest", tmp_path / "empty.jsonl", "--store", empty_store)
    assert "nothing new" in result.stderr


def test_a_missing_input_is_66(run, empty_store):
    assert "no input" in run("ingest", "nowhere.jsonl", "--store", empty_store, status=66).stderr


def test_rejects_without_skip_is_a_usage_error(run, empty_store, tmp_path):
    run("ingest", "--store", empty_store, "--rejects", tmp_path / "r", stdin="", status=2)


def test_a_directory_that_is_no_store(run, tmp_path):
    (tmp_path / "x").write_text("x")
    result = run("ingest", "--store", tmp_path, stdin=line("a"), status=66)
    assert "is not a store" in result.stderr


def test_a_store_of_a_newer_format_is_not_touched(run, empty_store):
    identity = unsealed((empty_store / "store.json").read_bytes())
    (empty_store / "store.json").write_bytes(sealed({**identity, "format": 99}))
    result = run("ingest", "--store", empty_store, stdin=line("a"), status=76)
    assert "format version 99" in result.stderr


def test_long_turns_are_worked_on_a_few_at_a_time():
    from memcli.ingestion.step import CHUNK, CHUNK_CHARACTERS, FIRST_CHUNK, chunks
    from memcli.ingestion.transcripts import Accepted
    from memcli.records import Message

    def turns(n, length):
        return (Accepted(Message(v=1, content="x" * length), "-", i) for i in range(n))

    found = [len(chunk) for chunk in chunks(turns(FIRST_CHUNK + 2 * CHUNK + 1, 1))]
    assert found == [FIRST_CHUNK, CHUNK, CHUNK, 1]
    assert [len(chunk) for chunk in chunks(turns(7, CHUNK_CHARACTERS // 2))] == [3, 3, 1]


def test_what_is_typed_ends_with_one_ctrl_d(empty_store):
    ours, theirs = os.openpty()
    words = [*MEMCLI, "ingest", "--store", str(empty_store)]
    with subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        said = b""
        while b"Ctrl-D" not in said:
            said += os.read(ours, 4096)
        os.write(ours, b"Ana: The oars are in the shed.\n\x04")
        assert process.wait(60) == 0
    os.close(ours)
    assert Store.open(empty_store).snapshot().count("memories") == 1


SECRET_TURNS = [
    {"content": "what's the gate code?", "name": "Ada"},
    {"content": "83#5520#", "name": "Ida"},
    {"content": "My password is Heron99x and I like plums", "name": "Ada"},
]


def files_with(store, *words):
    """Return the files below a store that hold one of some words."""
    found = (path for path in store.rglob("*") if path.is_file())
    return [path for path in found if any(w.encode() in path.read_bytes() for w in words)]


def test_with_redact_no_secret_reaches_the_disk_and_the_same_again_is_the_same(run, empty_store):
    lines = "".join(
        json.dumps({"kind": "message", "session_id": "s", **t}) + "\n" for t in SECRET_TURNS
    )
    done = run("ingest", "--redact", "--store", empty_store, stdin=lines)
    texts = [row["text"] for row in done.records]
    assert texts[1:] == ["[secret:code]", "My password is [secret:password] and I like plums"]
    assert "2 secrets redacted" in done.stderr
    assert files_with(empty_store, "83#5520", "Heron99x") == []
    again = run("ingest", "--redact", "--store", empty_store, stdin=lines)
    assert again.records == []
    (empty_store / "config.toml").write_text("[ingest]\nredact = true\n")
    assert run("ingest", "--store", empty_store, stdin=lines).records == []
    assert len(run("ingest", "--no-redact", "--store", empty_store, stdin=lines).records) == 2


def test_an_export_whose_links_alone_are_new_says_so(run, linked_once, tmp_path):
    lines = run("export", "--store", linked_once.path).stdout.splitlines(keepends=True)
    memories = [line for line in lines if '"kind":"memory"' in line]
    run("init", "--store", tmp_path / "store")
    taken = ("ingest", "--from", "export", "--store", tmp_path / "store")
    run(*taken, stdin="".join(memories))
    told = run(*taken, stdin="".join(lines)).stderr
    assert f"no memory of {len(memories):,} is new, but what belongs to them; kept" in told


def test_a_file_in_another_script_is_kept_the_same_by_a_process_beside(
    run, empty_store, tmp_path, monkeypatch
):
    """It begins before anything is read, makes the keys of all turns, and is gone at the end."""
    long = "昨天我们在公园门口看见一只红色风筝。明年夏天再去海边。" * 80
    path = tmp_path / "zh.jsonl"
    told = ("风筝", long, "Ida 说好")
    path.write_text("".join(line(t, name="Ida", timestamp=MOMENT) for t in told), "utf-8")
    monkeypatch.setattr(text_link, "WORTH_BYTES", 64)
    monkeypatch.setattr(text_link, "usable_cores", lambda: 2)
    monkeypatch.setattr(text_link, "memory_bound", lambda: None)
    asked, ask = [], text_link.TextLink.ask

    def spied(link, request):
        asked.append((link, request))
        return ask(link, request)

    monkeypatch.setattr(text_link.TextLink, "ask", spied)
    assert run("ingest", path, "--store", empty_store).status == 0
    assert len(asked[0][1].texts) == len(told)
    assert {link._process.poll() for link, _ in asked} == {-signal.SIGKILL}
    alone = tmp_path / "alone"
    run("init", "--store", alone)
    monkeypatch.setattr(text_link, "usable_cores", lambda: 1)
    assert run("ingest", path, "--store", alone).status == 0
    snapshots = [Store.open(store).snapshot() for store in (empty_store, alone)]
    columns = (("memories", ["id", "keys", "vector"]), ("windows", ["id", "keys", "vector"]))
    for table, names in columns:
        one, other = (snapshot.read(table, names).sort_by("id") for snapshot in snapshots)
        assert one.num_rows > 1
        assert one.to_pylist() == other.to_pylist()
