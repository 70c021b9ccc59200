"""Captions that programs write."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from memcli.config import Config, ProgramConfig
from memcli.ingestion.captions import CaptionStep, Describer
from memcli.memory.encoders import store_encoder
from store import Store

PROGRAM = """
import pathlib, sys
name = pathlib.Path(sys.argv[1]).name
if name == "bad.png":
    sys.exit("no picture")
if name != "blank.png":
    print("A red boat on a beach" if name.endswith(".png") else "Ahoy there")
"""


@pytest.fixture
def chat(run, tmp_path):
    """A store with a chat to which three pictures, a recording and a paper are attached."""
    names = ["boat.png", "bad.png", "blank.png", "word.mp3", "paper.pdf"]
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    turn = {"content": "Look!", "name": "Ida", "timestamp": "2026-03-02T10:00:00Z",
            "session_id": "s",
            "attachments": [*names, "gone.png", {"name": "boat.png"}]}  # fmt: skip
    (tmp_path / "chat.jsonl").write_text(json.dumps(turn))
    (tmp_path / "program.py").write_text(PROGRAM)
    run("ingest", tmp_path / "chat.jsonl", "--store", tmp_path / "s", "--create")
    return tmp_path


def step_of(chat, say=lambda line: None):
    program = ProgramConfig(f"{sys.executable} {chat / 'program.py'} {{}}")
    store = Store.open(chat / "s")
    encoder = store_encoder(store.head().encoder, store.layout)
    config = Config(caption=program, transcribe=ProgramConfig(f"{program.command}"[:-3]))
    return CaptionStep(store, encoder, Describer(config, say), store.snapshot().commit.time)


def test_programs_describe_the_files_that_are_there(chat, run):
    told = []
    step = step_of(chat, told.append)
    pending = step.pending(None)
    assert sorted(Path(each.path).name for each in pending) == [
        "bad.png", "blank.png", "boat.png", "word.mp3",
    ]  # fmt: skip
    step.describe(pending, lambda n: None)
    assert "no picture" in "".join(told)
    assert (step.tally.described, step.tally.silent, step.tally.failed) == (2, 1, 1)
    step.commit({})
    rows = [r for r in run("export", "--store", chat / "s").records if r.get("type") == "resource"]
    said = {row["text"]: row.get("superseded_by") for row in rows if row["text"] != "boat.png"}
    assert said["boat.png: A red boat on a beach"] is None
    assert said["word.mp3: Ahoy there"] is None
    assert said["word.mp3"]
    assert sorted(Path(each.path).name for each in step_of(chat).pending("default")) == [
        "bad.png", "blank.png",
    ]  # fmt: skip
    assert step_of(chat).pending("other") == []


def test_what_was_purged_is_not_said_by_a_program_again(chat, run):
    run("add", "A red boat on a beach.", "--store", chat / "s")
    boat = run("sql", "SELECT id FROM turns WHERE text LIKE 'A red%'", "--store", chat / "s")
    run("forget", "--purge", boat.records[0]["id"], "--store", chat / "s")
    step = step_of(chat)
    step.describe(step.pending(None), lambda n: None)
    step.commit({})
    texts = [row["text"] for row in Store.open(chat / "s").snapshot().rows(["text"])]
    assert "word.mp3: Ahoy there" in texts
    assert not any("A red boat" in text for text in texts)
    assert list(step.barred.told()) == [
        "1 memory was purged before and stays gone (--allow takes it again)"
    ]
    again = step_of(chat)
    again.is_allowed = True
    again.describe(again.pending(None), lambda n: None)
    again.commit({})
    assert "boat.png: A red boat on a beach" in [
        row["text"] for row in Store.open(chat / "s").snapshot().rows(["text"])
    ]
