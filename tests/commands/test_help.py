"""The help: topics in a pipe and on a terminal, commands, and what is neither."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from memcli.cli.app import COMMANDS
from memcli.cli.topics import subject, topic_pages

PAGES = topic_pages()


def test_without_a_word_all_topics_and_commands_are_listed(run_process):
    shown = run_process("help").stdout
    topics, _, commands = shown.partition("Commands:")
    for topic, page in PAGES.items():
        assert f"\n  {topic} " in topics
        assert subject(page) in topics
    assert all(f"\n  {command} " in commands for command in COMMANDS)


@pytest.mark.parametrize("topic", PAGES)
def test_a_pipe_gets_the_page_as_it_is(run, topic):
    assert run("help", topic).stdout == PAGES[topic]


@pytest.mark.parametrize("command", ["query", "decay", "help"])
def test_of_a_command_its_help_is_shown(run, command):
    assert run("help", command).stdout == run(command, "--help").stdout


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["serch"], "(nearest: search, serve)"),
        (["qurey"], "(nearest: query)"),
        (["zzz"], "(memcli help lists topics and commands)"),
        (["query", "more"], "(memcli help lists topics and commands)"),
        (["../docs/search"], "(nearest: search)"),
    ],
)
def test_what_is_neither_is_a_usage_error_that_names_the_nearest(run, words, near):
    result = run("help", *words, status=2)
    assert result.stderr == f"memcli: no topic or command '{' '.join(words)}' {near}\n"
    assert result.stdout == ""


def test_the_nearest_topic_comes_before_what_is_less_like_it(run):
    assert "(nearest: store, restore" in run("help", "stor", status=2).stderr


def test_a_terminal_gets_the_page_rendered():
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "memcli", "help", "store"]
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "90"}
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.PIPE, env=env) as process:
        os.close(theirs)
        shown = read_all(ours)
    os.close(ours)
    assert process.returncode == 0
    assert "\x1b[1m" in shown
    assert "# Store" not in shown
    assert "commits/       00000001.json" in shown


def read_all(terminal):
    """Return what is written to a terminal until its last writer is gone."""
    parts = []
    try:
        while part := os.read(terminal, 65536):
            parts.append(part)
    except OSError:  # how Linux tells the end
        pass
    return b"".join(parts).decode()
