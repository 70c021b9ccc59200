"""Hooks of agents: what each event takes, and a thousand sessions killed at random moments."""

import json
import os
import random
import subprocess
import sys
import time

import pytest
from bench_support import median_seconds, memcli
from filelock import FileLock

from memcli.agents.hooks.catching_up import waiting_lines
from store import Store
from store.check import check
from tests.support.agent_logs import log_line, log_path

pytestmark = pytest.mark.bench

SESSIONS = int(os.environ.get("MEMCLI_BENCH_SESSIONS", "1000"))
HOOK = [sys.executable, "-m", "memcli", "hook"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MEMCLI_STORE", str(tmp_path / "store"))
    monkeypatch.delenv("CLAUDE_CONFIG_DIR", raising=False)
    (tmp_path / "home" / "project").mkdir(parents=True)
    memcli("init")
    return tmp_path / "home"


def settle(root):
    """Wait until no event waits and nobody works."""
    while waiting_lines(root):
        memcli("hook", "catch-up", "--quiet")
        time.sleep(0.1)


def test_what_each_event_takes(report, home, tmp_path):
    memcli("ingest", "memcli/samples/mara-and-jonas.jsonl", "--namespace", "boat")
    memcli("consolidate", "--quiet")
    plain = median_seconds([sys.executable, "-c", "pass"])
    told = {"session_id": "x", "cwd": str(home), "prompt": "which cake can Jonas eat?"}
    stdin = tmp_path / "report.json"
    folder = tmp_path / "store" / "hooks"
    folder.mkdir(exist_ok=True)
    stdin.write_text(json.dumps(told))
    for event in ("session-start", "user-prompt", "stop", "pre-compact", "session-end"):
        words = " ".join([*HOOK, event, "--namespace", "boat", "<", str(stdin)])
        # What it starts would run beside the next one: the lock of the work is held meanwhile.
        with FileLock(folder / "waiting.lock"):
            taken = median_seconds(["sh", "-c", words])
        report(f"hook {event}: {taken / plain:.1f} x python -c pass ({plain:.3f} s), {taken:.3f} s")


def test_sessions_killed_at_random_moments(report, home, tmp_path):
    chance, said, killed = random.Random(5), set(), 0
    started = time.perf_counter()
    for number in range(SESSIONS):
        session = f"s{number}"
        path = log_path(home, session)
        with path.open("w", encoding="utf-8") as log:
            for turn in range(chance.randint(1, 4)):
                text = f"Turn {turn} of session {number} is about oars."
                log.write(log_line(session, turn, text, home / "project"))
                said.add(text)
        told = {"session_id": session, "transcript_path": str(path), "cwd": str(home / "project")}
        event = chance.choice(["Stop", "SessionEnd", "PreCompact"])
        hook = subprocess.Popen(
            [*HOOK, event, "--client", "claude-code"],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        hook.stdin.write(json.dumps(told).encode())
        hook.stdin.close()
        time.sleep(chance.uniform(0, 0.12))
        killed += hook.poll() is None
        hook.kill()
        hook.wait()
    memcli("hook", "session-start", "--client", "claude-code", input="{}")
    settle(tmp_path / "store")
    memcli("sync", "claude-code")
    store = Store.open(tmp_path / "store")
    rows = store.snapshot().read("memories", ["text", "namespace"], "level = 0").to_pylist()
    assert len({row["namespace"] for row in rows}) == 1
    assert sorted(row["text"] for row in rows) == sorted(said)
    assert list(check(store)) == []
    seconds = time.perf_counter() - started
    report(f"{SESSIONS:,} sessions, {killed:,} hooks killed, {len(said):,} turns, {seconds:.0f} s")
