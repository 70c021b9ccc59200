"""`memcli caption`."""

from __future__ import annotations

import json
import sys

from tests.support.trusting import allow


def test_pictures_are_described_by_the_program_of_the_settings(run, run_process, tmp_path):
    store = tmp_path / "s"
    (tmp_path / "boat.png").write_bytes(b"x")
    (tmp_path / "say.py").write_text("print('A red boat on a beach')")
    turn = {"content": "Look!", "name": "Ida", "attachments": ["boat.png"]}
    (tmp_path / "chat.jsonl").write_text(json.dumps(turn))
    run("ingest", tmp_path / "chat.jsonl", "--store", store, "--create")
    assert "no program" in run("caption", "--store", store, status=2).stderr
    settings = store / "config.toml"
    command = json.dumps(f"{sys.executable} {tmp_path / 'say.py'}")
    settings.write_text(f"{settings.read_text()}\n[caption]\ncommand = {command}\n")
    refused = run("caption", "--store", store, status=2)
    assert f"caption.command (look at them, then: memcli trust {store})" in refused.stderr
    assert "config.toml may use caption.command = " in run("trust", store).stderr
    assert "1 files would be" in run("caption", "--store", store, "--dry-run").stderr
    done = run_process("caption", "--store", store)
    assert "described 1 files" in done.stderr
    assert [row["text"] for row in done.records] == ["boat.png: A red boat on a beach"]
    assert "nothing was described" in run("caption", "--store", store).stderr


def test_a_program_that_fails_is_told(run, tmp_path):
    store = tmp_path / "s"
    (tmp_path / "a.png").write_bytes(b"x")
    (tmp_path / "c.jsonl").write_text(json.dumps({"content": "Look!", "attachments": ["a.png"]}))
    run("ingest", tmp_path / "c.jsonl", "--store", store, "--create")
    settings = store / "config.toml"
    settings.write_text(f"{settings.read_text()}\n[caption]\ncommand = 'false {{}}'\n")
    allow(store)
    assert "ended with status 1" in run("caption", "--store", store, status=3).stderr
