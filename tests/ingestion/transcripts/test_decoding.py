"""JSON of other programs, decoded."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.ingestion.transcripts.decoding import (
    after_a_torn_part,
    decode_json,
    decode_object,
    mended,
    read_log,
    read_objects,
)
from memcli.ingestion.transcripts.items import Intake, Rejected


def test_half_an_emoji_is_put_right_and_counted(source):
    intake = Intake()
    given = source(b"")._replace(intake=intake)
    data = b'{"a": "x \\ud83d y", "b": ["\\uD83D\\uDEA4", {"c": 1}]}'
    assert decode_json(data, given) == {"a": "x \ufffd y", "b": ["\U0001f6a4", {"c": 1}]}
    assert sum(intake.mended.values()) == 1


@pytest.mark.parametrize("data", [b"{", b'{"a": "\\ud83d"', b""])
def test_what_is_broken_stays_so(data):
    with pytest.raises(msgspec.DecodeError):
        decode_json(data)


@pytest.mark.parametrize("data", [b"[1]", b"{", b'{"a":' + b"[" * 100_000])
def test_what_is_no_object_is_rejected(source, data):
    assert isinstance(decode_object(data, source(b""), 3), Rejected)


def test_a_torn_last_line_is_being_written(source):
    intake = Intake()
    given = source(b'{"a": 1}\n{"b"\n{"c": 3}\n{"d"')._replace(intake=intake)
    found = list(read_objects(given))
    assert [each for each in found if not isinstance(each, Rejected)] == [
        (1, {"a": 1}), (3, {"c": 3}),
    ]  # fmt: skip
    assert len(found) == 3
    assert sum(intake.left_out.values()) == 1


@given(st.text())
def test_mojibake_is_mended(text):
    wrong = text.encode("utf-8", "replace").decode("latin-1")
    right = text.encode("utf-8", "replace").decode()
    assert mended(wrong) == right


@pytest.mark.parametrize("text", ["plain", "Zo\u00eb", "\u00c3 alone \u4e2d"])
def test_what_is_right_stays(text):
    assert mended(text) == text


@pytest.mark.parametrize(
    "torn", [b'{"a": "b', b'{"a": {"b"', b'{"a": 1, ', b'{"a": "x {\\"y', b'{"a": "\xc3']
)
def test_a_log_goes_on_behind_half_a_line(source, torn):
    intake = Intake()
    data = b'{"n": 1}\n' + torn + b'{"n": {"m": 2}}\n' + torn + b'\n{"n": 3}\n'
    found = list(read_log(source(data)._replace(intake=intake)))
    assert found == [(1, {"n": 1}), (2, {"n": {"m": 2}}), (4, {"n": 3})]
    assert intake.left_out == {"lines broken off in a log": 2}


def test_what_was_not_broken_off_is_rejected_in_a_log_too(source):
    first, second = read_log(source(b"{'n': 1}\n{\"n\": 2}\n"))
    assert isinstance(first, Rejected)
    assert second == (2, {"n": 2})
    assert after_a_torn_part(b'{"a": {"b": 1}, x}') is None
