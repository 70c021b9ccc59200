"""Memories and tasks are named in the same way in every command that takes names."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.conftest import run_here

COMMANDS = {
    "show": ("show",),
    "pin": ("pin", "--dry-run"),
    "unpin": ("unpin", "--dry-run"),
    "hide": ("hide", "--dry-run"),
    "restore": ("restore", "--dry-run"),
    "forget": ("forget", "--dry-run"),
    "purge": ("forget", "--purge", "--dry-run"),
}
TAKEN = {"show", "pin", "hide", "forget", "purge"}
FIXED = {"kind": "memory", "v": 1, "namespace": "n", "type": "semantic", "level": 1}
IDS = ("aaaabbbbccccdddd", "aaaabbbbccccddde", "bbbbccccddddeeee")
BY_STDIN = [
    "".join(f"{name}\n" for name in (IDS[0].upper(), "second", "bbbb", IDS[0])),
    "".join(json.dumps({**FIXED, "id": id_, "text": "x"}) + "\n" for id_ in IDS),
    json.dumps({**FIXED, "id": IDS[2], "text": "x"}) + f"\n\nsecond\n  {IDS[0]}  \n",
]


@pytest.fixture(scope="module")
def store(empty_once, tmp_path_factory):
    """A store of three memories; no test may change it."""
    path = shutil.copytree(empty_once, tmp_path_factory.mktemp("names") / "store")
    rows = [
        {**FIXED, "id": id_, "ref": ref, "text": f"It is {ref}.", "encoder": "static-256"}
        | {"recorded_at": "2026-01-01T00:00:00Z"}
        for id_, ref in zip(IDS, ("first", "second", "third"), strict=True)
    ]
    run_here("ingest", "--from", "export", "--store", path, stdin="\n".join(map(json.dumps, rows)))
    return path


def with_times(text):
    return text.replace('"text": "x"', '"text": "x", "recorded_at": "2026-01-01T00:00:00Z"')


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("given", BY_STDIN)
def test_stdin_takes_records_and_names_one_a_line(store, command, given):
    piped = run_here(*COMMANDS[command], "--store", store, stdin=with_times(given))
    asked = run_here(*COMMANDS[command], "-", "--store", store, stdin=with_times(given))
    named = run_here(*COMMANDS[command], *IDS, "--store", store)
    for done in (piped, asked):
        assert sorted(done.stdout.splitlines()) == sorted(named.stdout.splitlines())
    if command in TAKEN:
        assert {record["id"] for record in named.records} == set(IDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_wrong_is_said_in_the_same_words(store, command):
    line = (*COMMANDS[command], "--store", store)
    remedy = "give an id, 4 or more characters that begin it, or a ref"
    for arguments, stdin in (((IDS[0], "nosuch"), None), ((), f"{IDS[0]}\nnosuch\n")):
        missing = run_here(*line, *arguments, stdin=stdin, status=66)
        assert missing.stderr == f"memcli: no memory 'nosuch' ({remedy})\n"
    for arguments, stdin in ((("aaaa",), None), ((), "aaaa\n")):
        several = run_here(*line, *arguments, stdin=stdin, status=2).stderr
        assert several.startswith(f"memcli: 2 ids begin with 'aaaa': {IDS[0]}, {IDS[1]} (")
    assert "stdin:2" in run_here(*line, stdin=f"{IDS[0]}\n{{broken\n", status=65).stderr


def test_decay_explains_one_that_stdin_names(store):
    line = ("decay", "--store", store, "--now", "2026-02-01T00:00:00Z", "--explain")
    (shown,) = run_here(*line, "-", stdin="second\n").records
    assert run_here(*line, IDS[1]).records == [shown]
    both = run_here(*line, "-", stdin="first\nsecond\n", status=2)
    assert "2 memories are named" in both.stderr


def test_feedback_takes_what_helped_from_stdin(store, tmp_path):
    hits = run_here("query", "third", "-k", "2", "--no-touch", "--store", store).stdout
    ids = [json.loads(line)["id"] for line in hits.splitlines()]
    for given, stdin, used in (
        (("--used", "-"), hits, ids),
        (("--used", "-"), "third\n", [IDS[2]]),
        (("--used", "first", "--unused", "-"), "bbbb\n", ["first"]),
    ):
        copy = shutil.copytree(store, tmp_path / str(len(list(tmp_path.iterdir()))))
        (summary,) = run_here("feedback", *given, "--store", copy, stdin=stdin).records
        assert summary["counts"]["used"] == len(used)
        assert summary["counts"]["unused"] == int("--unused" in given)
    line = ("feedback", "--used", "first", "--store", store)
    assert "stdin:1" in run_here(*line, stdin="third\n", status=65).stderr


def test_tasks_are_named_on_stdin_too(empty_store):
    line = ("--store", empty_store, "--now", "2026-03-01T09:00:00Z")
    ids = [run_here("task", "add", text, *line).records[0]["id"] for text in "ab"]
    shown = run_here("task", "show", "--store", empty_store, stdin="\n".join(i[:6] for i in ids))
    assert [record["id"] for record in shown.records] == ids
    listed = run_here("task", "list", "--store", empty_store).stdout
    done = run_here("task", "done", *line, stdin=listed)
    assert {record["state"] for record in done.records} == {"done"}
    assert run_here("task", "list", "--store", empty_store).stdout == ""
    again = run_here("task", "done", *line, stdin="")
    assert (again.stdout, again.stderr) == ("", "")
