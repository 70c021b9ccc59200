"""The nightly run: all steps, some of them, twice at once, from a crontab."""

from __future__ import annotations

import configparser
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from memcli.consolidation.nightly import STEPS
from store import Store
from tests.support.documents import README, blocks, code
from tests.support.paths import ROOT

NIGHTLY = ROOT / "memcli" / "docs" / "nightly.md"

NIGHT = ("--now", "2026-01-02T03:00:00Z")
TWO_TALKS_OF_A_DAY = "\n".join(
    json.dumps(
        {
            "content": text,
            "name": "Mara",
            "session_id": session,
            "timestamp": f"2026-01-01T{hour}:00:00Z",
        }
    )
    for session, hour, text in (
        ("morning", "08", "I signed the lease of the studio in Leiden this morning."),
        ("evening", "20", "I painted the studio walls dark green after work."),
    )
)


@pytest.fixture(scope="module")
def slept_once(run, sample_once, tmp_path_factory):
    """Return a store after its first night, and what the run said. No test may change it."""
    path = tmp_path_factory.mktemp("slept") / "store"
    shutil.copytree(sample_once, path)
    run("ingest", "--store", path, "--now", "2026-01-01T23:00:00Z", stdin=TWO_TALKS_OF_A_DAY)
    return path, run("consolidate", "--store", path, *NIGHT)


@pytest.fixture
def slept(slept_once, tmp_path):
    return Path(shutil.copytree(slept_once[0], tmp_path / "slept"))


def test_a_night_does_every_step_and_says_what_changed(slept_once):
    path, result = slept_once
    [record] = result.records
    assert (record["kind"], record["command"]) == ("summary", "consolidate")
    counts = record["counts"]
    assert counts["extract"]["turns"] == 292
    assert counts["link"]["memories"] > 100
    assert set(counts["summarize"]) == {
        "days",
        "weeks",
        "months",
        "topics",
        "running",
        "superseded",
    }
    assert counts["profile"]["profiles"] == 2
    assert counts["commits"] == len([c for c in Store.open(path).commits() if c.number > 3])
    assert "extract, link" in result.stderr


def test_each_step_is_a_transaction_of_its_own(slept_once):
    commands = [commit.command for commit in Store.open(slept_once[0]).commits()][::-1]
    steps = [name for name in commands if name not in ("init", "ingest")]
    assert len(steps) == len(set(steps))
    assert steps == [step for step in STEPS if step in steps]
    assert {"extract", "link", "summarize", "profile"} <= set(steps)


def test_a_second_night_finds_nothing_to_do(run_process, slept):
    before = Store.open(slept).head().number
    result = run_process("consolidate", "--store", slept, *NIGHT)
    assert "nothing to do" in result.stderr
    assert result.records[0]["counts"]["commits"] == 0
    assert Store.open(slept).head().number == before


def test_check_finds_a_store_sound_after_a_night(run, slept):
    assert run("check", "--store", slept).records == []


def test_what_comes_in_later_is_all_that_the_next_night_works_on(run, slept):
    line = '{"content": "I moved to Lisbon in May and work as a vet now.", "name": "Mara"}'
    run("ingest", "--store", slept, "--now", "2026-01-03T10:00:00Z", stdin=line)
    [record] = run("consolidate", "--store", slept, "--now", "2026-01-04T03:00:00Z").records
    assert record["counts"]["extract"]["turns"] == 1


def test_steps_can_be_chosen(run, sample):
    [record] = run("consolidate", "--store", sample, "--steps", "link, extract").records
    assert [name for name in record["counts"] if name in STEPS] == ["extract", "link"]


def test_a_step_that_there_is_not_is_a_usage_error(run, sample):
    result = run("consolidate", "--store", sample, "--steps", "extract,dream", status=2)
    assert "no step 'dream'" in result.stderr
    assert "extract, link" in result.stderr


def test_out_of_time_nothing_more_is_begun_and_the_record_says_what_is_left(run, sample):
    result = run("consolidate", "--store", sample, "--max-seconds", "0")
    assert result.records[0]["counts"]["left"] == list(STEPS)
    assert "run it again" in result.stderr
    assert Store.open(sample).head().command == "ingest"


def test_with_if_changed_an_idle_store_is_left_alone(run, slept):
    result = run("consolidate", "--if-changed", "--store", slept)
    assert "nothing happened since the last run" in result.stderr
    run("add", "One more thing to remember", "--store", slept)
    again = run("consolidate", "--if-changed", "--store", slept)
    assert again.records[0]["counts"]["extract"]["turns"] == 1


def test_a_second_run_at_once_ends_with_75(run, slept):
    with FileLock(slept / "consolidate.lock"):
        result = run("consolidate", "--store", slept, status=75)
    assert "another consolidate is at work" in result.stderr
    assert result.stdout == ""


def test_a_dry_run_writes_nothing(run, sample):
    before = Store.open(sample).head().number
    result = run("consolidate", "--dry-run", "--store", sample)
    assert "nothing was written" in result.stderr
    assert Store.open(sample).head().number == before


def test_a_namespace_bounds_the_night(run, sample):
    other = '{"content": "Our cat Pip hates the vacuum cleaner.", "name": "Ida"}'
    run("ingest", "--store", sample, "--namespace", "home", stdin=other)
    [record] = run("consolidate", "--store", sample, "--namespace", "home").records
    assert record["counts"]["extract"]["turns"] == 1


def test_without_a_store_the_remedy_is_named(run, tmp_path):
    result = run("consolidate", "--store", tmp_path / "none", status=66)
    assert "memcli init" in result.stderr


# ---------------------------------------------------------------- README


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Return the home of whoever set up memcli, whose cron it is."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory, home):
    """Return a checkout after the README's own set-up, with chats beside it."""
    checkout = tmp_path_factory.mktemp("user") / "some where" / "memcli"
    program = checkout / ".venv" / "bin" / "memcli"
    program.parent.mkdir(parents=True)
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {sys.executable} -m memcli "$@"\n'
    )
    program.chmod(0o755)
    (checkout / "memcli").symlink_to(ROOT / "memcli")
    [set_up] = blocks(README, "set-up command")
    # What is before has made .venv and installed the program in it.
    _, _, keeps_sample, _asks = set_up.split(" && ")
    env = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    subprocess.run(
        ["/bin/sh", "-c", keeps_sample],
        cwd=checkout,
        check=True,
        capture_output=True,
        env={**env, "HOME": str(home)},
    )
    chats = beside(checkout)
    chats.mkdir()
    (chats / "a.txt").write_text("=== 8 May 2023 ===\nAnn: I bought a boat.\nBen: Oh!\n")
    return checkout


def beside(checkout: Path) -> Path:
    """Return the folder of the chats that go with a checkout."""
    return checkout.parent.parent / "chats"


def run_as_cron(line: str, home: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a command as cron does: by /bin/sh, with hardly any environment, in the home."""
    env = {"HOME": str(home), "LOGNAME": "ida", "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}
    command = ["/bin/sh", "-c", line]
    return subprocess.run(command, env=env, cwd=home, capture_output=True, check=False, timeout=120)


def in_place(text: str, checkout: Path) -> str:
    """Return a line with the paths of this machine, as the README tells its readers to put them."""
    places = {"/path/to/memcli": checkout, "/path/to/chats": beside(checkout)}
    for placeholder, path in places.items():
        text = text.replace(placeholder, shlex.quote(str(path)))
    return text


def test_the_crontab_line_works_right_after_the_set_up(checkout, home):
    [line] = code(README, "crontab").splitlines()
    before = sorted(home.rglob("*"))
    done = run_as_cron(in_place(line.split(maxsplit=5)[5], checkout), home)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    snapshot = Store.open(checkout / ".memory").snapshot()
    assert snapshot.count("memories", "level = 1") > 50
    assert snapshot.count("memories", "speaker = 'Ann'") > 0
    assert sorted(home.rglob("*")) == before


def test_the_crontab_line_of_the_page_is_that_of_the_readme():
    assert code(NIGHTLY, "crontab") == code(README, "crontab")


def test_the_systemd_units_are_whole_and_start_the_same_command(run, checkout, home):
    units = configparser.ConfigParser(interpolation=None, strict=False)
    units.optionxform = str
    units.read_string(code(NIGHTLY, "ini"))
    assert units["Timer"]["OnCalendar"]
    assert units["Timer"]["Persistent"] == "true"
    assert units["Service"]["Type"] == "oneshot"
    # What came since the night before, if there was one.
    new = json.dumps({"content": "I bought a house in Ghent.", "name": "Cleo"})
    run("ingest", "--store", checkout / ".memory", stdin=new)
    folder = in_place(units["Service"]["WorkingDirectory"], checkout)
    command = in_place(units["Service"]["ExecStart"], checkout)
    done = run_as_cron(f"cd {folder} && {command} --steps extract", home)
    assert (done.returncode, done.stderr) == (0, b"")
    snapshot = Store.open(checkout / ".memory").snapshot()
    assert snapshot.count("memories", "level = 1") > 50
    assert snapshot.count("memories", "level = 1 AND speaker = 'Cleo'") > 0
