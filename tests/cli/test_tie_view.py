"""Ties in lines, and the drawing of a neighbourhood."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import suppress

from memcli.cli.tie_view import draw_graph, tie_line
from memcli.memory.ties import Neighbourhood, Tie

TIES = {
    "a": [
        Tie("a", "bbbbbbbbbbbbbbbb", "similar", 0.5, True, "cosine 0.50", "x " * 80, "Ida", 1),
        Tie("a", "nnnnnnnnnnnnnnnn", "mentions", 1.0, False, "names Bo", "Bo"),
    ],
    "bbbbbbbbbbbbbbbb": [Tie("b", "c" * 16, "next", 1.0, True, None, "after\nthat", None, 0)],
}
GRAPH = Neighbourhood([{"id": "a", "text": "the root", "speaker": "Kim"}], TIES)


def test_a_tie_is_one_line_with_its_reason():
    line = tie_line(TIES["a"][0])
    assert line.startswith("-> similar bbbbbbbb Ida: x x")
    assert line.endswith("… (cosine 0.50)")
    assert tie_line(TIES["bbbbbbbbbbbbbbbb"][0]) == "-> next cccccccc after that"


def test_a_neighbourhood_is_a_tree_that_fits():
    drawn = b"".join(draw_graph(GRAPH)).decode()
    lines = drawn.splitlines()
    assert lines[0].startswith("a  Kim: the root")
    assert "├── -> similar bbbbbbbb Ida: x x" in lines[1]
    assert "└── -> next cccccccc after that" in lines[2]
    assert lines[3].endswith("<- mentions Bo")
    assert max(map(len, lines)) <= 100


def test_on_a_terminal_of_80_columns_show_draws_and_in_a_pipe_there_are_records(run, linked_once):
    store = ("--store", linked_once.path)
    (hit,) = run("query", "who is Jonas's sister?", "-k", 1, "--no-touch", *store).records
    records = run("show", hit["id"], "--graph", *store).records
    assert {"memory", "link"} <= {record["kind"] for record in records}
    text = on_terminal("show", hit["id"], "--graph", "--no-pager", *store)
    lines = text.replace("\r", "").splitlines()
    assert any("├──" in line for line in lines)
    assert max(map(len, lines)) <= 80


def on_terminal(*arguments):
    """What a run writes to a terminal of 80 columns without colours."""
    master, slave = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "LINES": "24", "TERM": "dumb", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "memcli", *map(str, arguments)]
    with subprocess.Popen(command, stdout=slave, stdin=slave, env=environment) as done:
        os.close(slave)
        read = bytearray()
        with suppress(OSError):  # the end of a terminal
            while some := os.read(master, 65_536):
                read += some
        os.close(master)
    assert done.returncode == 0
    return read.decode()
