"""Help as JSON: who asks for it, and what it is of."""

from __future__ import annotations

import subprocess
import sys

from memcli.cli.app import COMMANDS
from memcli.cli.json_help import commands, help_record
from memcli.records import KINDS, from_wire


def test_help_as_json_is_one_record_of_all_commands(run):
    (record,) = run("--help", "--json").records
    assert from_wire(record).name == "memcli"
    assert [each["name"] for each in record["commands"]] == [f"memcli {name}" for name in COMMANDS]
    assert record["kinds"].keys() == KINDS.keys()


def test_help_as_json_of_one_command_is_that_of_the_command(run):
    (record,) = run("query", "--help", "--json").records
    assert from_wire(record).name == "memcli query"
    assert record["writes"] == ["hit"]
    assert {"status": 1, "meaning": "no hits with --require-hits"} in record["statuses"]
    (task,) = run("task", "add", "-h", "--json").records
    assert task["name"] == "memcli task add"


def test_options_before_and_behind_the_command_do_not_matter(run):
    wanted = run("query", "--help", "--json")
    assert run("--store", "none", "query", "--json", "--help") == wanted
    assert run("query", "--type", "core", "--json", "--help") == wanted


def test_what_asks_for_something_else_gets_it(run):
    assert help_record(["query", "--help"]) is None
    assert help_record(["query", "--json"]) is None
    assert help_record(["add", "--", "--help", "--json"]) is None
    assert help_record(["nonesuch", "--help", "--json"]) is None
    assert help_record(["--help", "--json"]) is commands()
    assert "--json" in run("query", "x", "--json", status=2).stderr


def test_it_imports_no_command_and_nothing_heavy():
    line = [sys.executable, "-X", "importtime", "-m", "memcli", "query", "--help", "--json"]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "memcli.cli.json_help" in imported
    assert not imported & {"numpy", "pyarrow", "lance", "rich", "memcli.commands.query"}
