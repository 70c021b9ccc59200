"""What comes on stdin: records of another command, names one a line, queries."""

from __future__ import annotations

import io
import sys

import pytest

from memcli.cli.stdin import names_of, read_entries, read_names, read_queries, read_texts
from store.errors import BadRecord, BadUsage

MEMORY = (
    '{"kind": "memory", "id": "m1", "namespace": "n", "type": "core", "level": 4, "text": "x",'
    ' "recorded_at": "2026-01-01T00:00:00Z"}'
)


class Terminal(io.TextIOWrapper):
    def isatty(self):
        return True


@pytest.fixture
def stdin(monkeypatch):
    """Return what puts bytes on stdin."""

    def put(given, kind=io.TextIOWrapper):
        monkeypatch.setattr(sys, "stdin", kind(io.BytesIO(given)))

    return put


@pytest.mark.parametrize("given", [None, [], ["-"]])
def test_names_are_those_of_records_and_lines_each_once(stdin, given):
    query = '{"kind": "query", "query": "x"}'
    stdin(f"{MEMORY}\n\n  a ref with spaces \n{query}\n m1\nxyz\n".encode())
    assert read_names(given) == ["m1", "a ref with spaces", "xyz"]


def test_what_is_given_leaves_stdin_alone(stdin):
    stdin(b"{broken")
    assert read_names(["b", "a", "b"]) == ["b", "a"]
    assert sys.stdin.buffer.read() == b"{broken"


def test_a_terminal_is_not_read(stdin):
    stdin(b"m1\n", Terminal)
    for given in (None, ["-"]):
        with pytest.raises(BadUsage, match="nothing is named"):
            read_names(given)
    assert read_texts() == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{broken", "stdin:2: JSON is malformed"),
        (b"[]", "stdin:2: not a JSON object"),
        (b"caf\xe9", "stdin:2: not UTF-8"),
        (b'{"kind": "memory"}', "stdin:2"),
    ],
)
def test_a_bad_line_is_named_with_its_number(stdin, line, reason):
    stdin(b"m1\n" + line)
    with pytest.raises(BadRecord, match=reason):
        list(read_entries())


def test_a_name_that_is_not_utf8_is_wrong_use():
    with pytest.raises(BadUsage, match="name 2 is not UTF-8"):
        read_names(["a", "caf\udce9"])


def test_plain_names_stand_beside_the_records_they_come_with(stdin):
    stdin(f"x\n{MEMORY}\n".encode())
    entries = list(read_entries())
    assert [isinstance(entry, str) for entry in entries] == [True, False]
    assert names_of(entries) == ["x", "m1"]


def test_queries_are_plain_lines_or_records(stdin):
    stdin(b'where is it?\n\xc2\xa0\n{"query": "who?", "top_k": 3}\n')
    assert [(q.query, q.top_k) for q in read_queries()] == [("where is it?", None), ("who?", 3)]
    stdin(b'{}[]\n{"query": "cut off\n')
    assert [q.query for q in read_queries()] == ["{}[]", '{"query": "cut off']
    stdin(MEMORY.encode())
    with pytest.raises(BadRecord, match="stdin:1: not a query record"):
        list(read_queries())
