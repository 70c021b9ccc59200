import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from memcli.ingestion.transcripts import Rejected, Source
from memcli.ingestion.transcripts.lines import read_lines


def lines_of(source, **options):
    return [
        (item.error.line, item.error.column, item.error.reason)
        if isinstance(item, Rejected)
        else (item.number, item.data)
        for item in read_lines(source, **options)
    ]


def test_ends_of_lines_and_the_byte_order_mark_are_taken_off(source):
    data = b"\xef\xbb\xbfone\r\n\ntwo\rstays\n\xef\xbb\xbfthree"
    assert lines_of(source(data)) == [
        (1, b"one"), (2, b""), (3, b"two\rstays"), (4, b"\xef\xbb\xbfthree"),
    ]  # fmt: skip


def test_bytes_that_are_not_utf8_are_rejected_with_their_column(source):
    rejected = list(read_lines(source("ok\nåb\n".encode() + "å".encode() + b"M\xf6we\nok\n")))[2]
    assert (rejected.error.line, rejected.error.column) == (3, 3)
    assert rejected.error.reason == "byte 0xf6 is not UTF-8"
    assert rejected.raw == "å".encode() + b"M\xf6we"
    assert "iconv" in str(rejected.error)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_the_limit_is_on_the_line_without_its_end(source, end):
    fits = b"x" * 10 + end
    assert lines_of(source(b"a\n" + fits), limit=10)[1:] == [(2, b"x" * 10)]
    over = lines_of(source(b"a\nx" + fits + b"" if not end else b"a\nx" + fits + b"b\n"), limit=10)
    assert over[1] == (2, 0, "a line of 11 bytes is longer than 10")
    assert over[2:] == ([(3, b"b")] if end else [])


def test_a_line_of_any_length_is_passed_over_in_little_memory():
    class Endless(io.RawIOBase):
        left = 200 * 1024 * 1024
        largest = 0

        def readable(self):
            return True

        def readinto(self, buffer):
            n = min(len(buffer), self.left)
            self.left -= n
            self.largest = max(self.largest, n)
            buffer[:n] = b"x" * n
            if n and not self.left:
                buffer[n - 1 : n] = b"\n"
            return n

    raw = Endless()
    rejected = next(read_lines(Source("in", io.BufferedReader(raw))))
    assert rejected.error.reason == "a line of 209,715,199 bytes is longer than 8,388,608"
    assert rejected.raw == b""
    assert raw.largest <= 16 * 1024 * 1024


@settings(deadline=None)
@given(st.binary(max_size=200), st.integers(1, 40), st.integers(1, 30))
@example(b"x" * 11 + b"\r\n", 3, 10)
@example(b"x" * 10 + b"\r" + b"\n", 11, 10)
def test_lines_are_those_of_split_whatever_the_pieces(source, data, step, limit):
    wanted = data.split(b"\n")
    if wanted[-1] == b"":
        wanted.pop()
    got = lines_of(source(data, step), limit=limit)
    assert got == lines_of(source(data), limit=limit)
    assert [item[0] for item in got] == list(range(1, len(wanted) + 1))
    for item, raw in zip(got, wanted, strict=True):
        line = raw.removesuffix(b"\r")
        line = line.removeprefix(b"\xef\xbb\xbf") if item[0] == 1 else line
        if len(line) > limit:
            assert "longer" in item[2]
        elif len(item) == 3:
            assert line[: item[1] - 1].isascii() or "UTF-8" in item[2]
            with pytest.raises(UnicodeDecodeError):
                line.decode()
        else:
            assert item[1] == line
