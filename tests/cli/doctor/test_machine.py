"""Machine around memcli: what is said of program, disk, cron and terminal."""

from __future__ import annotations

import subprocess
import tomllib
from collections import namedtuple

import pytest

from memcli.cli.doctor import machine
from memcli.cli.doctor.machine import (
    LIBRARIES,
    cron_command,
    crontab,
    disk,
    examine_machine,
    in_words,
    nightly,
    program,
    terminal,
)
from tests.support.paths import ROOT

Usage = namedtuple("Usage", "total used free")


def test_the_libraries_are_those_that_the_project_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = {line.partition(">")[0] for line in project["dependencies"]}
    assert set(LIBRARIES) == named


def test_the_program_is_told_with_its_libraries(monkeypatch):
    told = program()
    assert (told["status"], told["remedy"]) == ("ok", None)
    assert told["details"]["libraries"]["numpy"]
    monkeypatch.setattr(machine, "LIBRARIES", ("numpy", "no-such-library"))
    told = program()
    assert told["status"] == "error"
    assert told["remedy"].endswith("-m pip install no-such-library")


@pytest.mark.parametrize(
    ("free", "status"), [(10**6, "error"), (300 * 10**6, "warning"), (10**12, "ok")]
)
def test_a_disk_needs_room_for_a_second_store(sample_once, monkeypatch, free, status):
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: Usage(0, 0, free))
    monkeypatch.setattr(machine, "size_below", lambda root: 400 * 10**6)
    told = disk(sample_once)
    assert told["status"] == status
    if status == "warning":
        assert told["remedy"] == f"memcli compact --store {sample_once}"


def test_the_size_of_a_store_is_that_of_its_files(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(b"x" * 1000)
    (tmp_path / "c").symlink_to(tmp_path / "nowhere")
    assert 1000 <= machine.size_below(tmp_path) < 1200
    told = disk(tmp_path / "none" / "below")
    assert told["what"].endswith(f"free at {tmp_path}")
    assert (in_words(1_500_000), in_words(2 * 10**12)) == ("1.5 MB", "2,000.0 GB")


@pytest.fixture
def cron(tmp_path, monkeypatch):
    """Return a folder for programs, where crontab keeps its lines in a file."""
    folder = tmp_path / "bin"
    folder.mkdir()
    table = tmp_path / "table"
    # As cron's own does, it takes all of stdin before the table is another one.
    script = f'[ "$1" = -l ] && {{ cat {table} 2>/dev/null; exit; }}\n'
    script += f"cat > {table}.new && mv {table}.new {table}\n"
    (folder / "crontab").write_text(f"#!/bin/sh\n{script}")
    (folder / "crontab").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return table


def test_without_a_crontab_it_is_said_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    told = nightly(tmp_path)
    assert "there is no crontab here" in told["what"]
    assert (told["status"], told["remedy"]) == ("warning", "memcli help nightly")


def test_what_is_to_be_done_makes_the_warning_go(cron, tmp_path):
    root = tmp_path / "it's 100% mine"
    cron.write_text("# memcli consolidate\n5 4 * * * true\n")
    told = nightly(root)
    assert told["status"] == "warning"
    subprocess.run(["sh", "-c", told["remedy"]], check=True)
    again = nightly(root)
    assert again["status"] == "ok"
    assert "consolidate --store" in again["what"]
    assert cron.read_text().startswith("# memcli consolidate\n5 4 * * * true\n0 3 * * * ")
    assert "100\\% mine" in cron.read_text()


def test_a_line_that_runs_what_is_not_there_is_an_error(cron):
    cron.write_text("0 3 * * * /nowhere/bin/memcli sync --quiet notes\n")
    told = nightly(cron)
    assert (told["status"], told["remedy"]) == ("error", "crontab -e")
    assert "/nowhere/bin/memcli" in told["what"]
    cron.write_text("0 3 * * * cd /path && .venv/bin/memcli consolidate -q\n")
    assert nightly(cron)["status"] == "ok"


def test_a_unit_of_systemd_does_as_well(cron, tmp_path):
    folder = tmp_path / ".config" / "systemd" / "user"
    folder.mkdir(parents=True)
    (folder / "memcli.service").write_text("[Service]\nExecStart=/x/memcli consolidate --quiet\n")
    (folder / "other.service").write_text("[Service]\nExecStart=/x/true\n")
    told = nightly(tmp_path)
    assert told["status"] == "ok"
    assert told["what"].endswith("memcli.service")


def test_a_crontab_that_hangs_or_cannot_be_run_is_as_none(cron, monkeypatch):
    def hangs(*arguments, **options):
        raise subprocess.TimeoutExpired("crontab", 1)

    assert crontab() == []
    monkeypatch.setattr(machine.subprocess, "run", hangs)
    assert crontab() is None


def test_the_command_for_cron_is_one_line(tmp_path):
    assert "\n" not in cron_command(tmp_path)


def test_a_terminal_that_is_not_utf8_is_warned_of(monkeypatch):
    assert terminal()["status"] == "ok"
    monkeypatch.setattr(machine.locale, "getencoding", lambda: "ANSI_X3.4-1968")
    told = terminal()
    assert (told["status"], told["remedy"]) == ("warning", "export LC_ALL=C.UTF-8")


def test_all_of_it_is_told(sample_once):
    areas = [one["area"] for one in examine_machine(sample_once)]
    assert areas == ["disk", "cron", "terminal"]
