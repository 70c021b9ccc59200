"""Lines of JSON, and what becomes of stdout when nobody reads it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta, timezone

import pytest

from memcli import jsonl
from store.errors import StoreIOError


def test_times_are_utc_with_z_and_naive_ones_are_utc_already(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    noon = datetime(2025, 3, 1, 12)
    assert jsonl.format_time(noon) == "2025-03-01T12:00:00Z"
    assert jsonl.format_time(noon.replace(tzinfo=UTC)) == "2025-03-01T12:00:00Z"
    east = noon.replace(tzinfo=timezone(timedelta(hours=2)))
    assert jsonl.format_time(east) == "2025-03-01T10:00:00Z"
    assert jsonl.format_time(noon.replace(microsecond=500)) == "2025-03-01T12:00:00.000500Z"


def test_a_record_is_one_line_without_what_is_absent():
    record = {"a": None, "b": datetime(2025, 3, 1, tzinfo=UTC), "c": "é\n", "d": 0}
    assert jsonl.encode(record) == '{"b":"2025-03-01T00:00:00Z","c":"é\\n","d":0}\n'.encode()


@pytest.fixture
def stdout(monkeypatch, tmp_path):
    """Return a function that puts a descriptor in the place of stdout."""

    def put(descriptor):
        file = open(descriptor, "w", encoding="utf-8")  # noqa: SIM115
        monkeypatch.setattr("sys.stdout", file)
        return file

    return put


def test_records_are_written_one_a_line(stdout, tmp_path):
    path = tmp_path / "out"
    with stdout(os.open(path, os.O_WRONLY | os.O_CREAT)):
        jsonl.write([{"a": 1}, {"b": 2}])
    assert path.read_text() == '{"a":1}\n{"b":2}\n'


def test_a_reader_that_has_gone_is_a_success(stdout):
    read, write = os.pipe()
    os.close(read)
    with stdout(write), pytest.raises(SystemExit) as ended:
        jsonl.write({"n": n, "text": "x" * 1000} for n in range(1000))
    assert ended.value.code == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_disk_is_an_error(stdout):
    with stdout(os.open("/dev/full", os.O_WRONLY)), pytest.raises(StoreIOError, match="No space"):
        jsonl.write([{"a": 1}])


def test_after_closing_nothing_more_comes_out(stdout, tmp_path):
    path = tmp_path / "out"
    with stdout(os.open(path, os.O_WRONLY | os.O_CREAT)):
        jsonl.write([{"a": 1}])
        jsonl.close_stdout()
        jsonl.write([{"b": 2}])
    assert path.read_text() == '{"a":1}\n'


def test_a_terminal_gets_no_command_of_what_was_said(monkeypatch, tmp_path):
    said = {"text": "a\x9b31m\u202eb\x1b[2J\tc"}
    csv = b"a\x1b]52;c;aGk=\x07\nb\tc\r\xff\n"
    path = tmp_path / "screen"
    for is_screen in (False, True):
        with path.open("w") as screen:
            monkeypatch.setattr(screen, "isatty", lambda told=is_screen: told, raising=False)
            monkeypatch.setattr("sys.stdout", screen)
            jsonl.write([said])
            jsonl.write_bytes([csv])
            jsonl.write_bytes([b"\x1b[1mours\x1b[0m"], drawn=True)
        line, rest = path.read_bytes().split(b"\n", 1)
        assert json.loads(line) == said
        if is_screen:
            assert line == rb'{"text":"a\u009b31m\u202eb\u001b[2J\tc"}'
            assert rest == rb"a\u001b]52;c;aGk=\u0007" + b"\nb\tc" + rb"\u000d" + (
                b"\xff\n\x1b[1mours\x1b[0m"
            )
        else:
            assert rest == csv + b"\x1b[1mours\x1b[0m"
