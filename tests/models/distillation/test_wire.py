"""memcli.models.distillation.wire"""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.models.distillation import wire

NUMBERS = st.integers(0, 2**64 - 1)
FIELDS = st.lists(st.tuples(st.integers(1, 2**29 - 1), NUMBERS | st.binary() | st.text()))


def as_read(value):
    if isinstance(value, int):
        return value
    return value.encode() if isinstance(value, str) else value


@given(FIELDS)
def test_what_is_written_is_read(fields):
    data = b"".join(wire.write_field(number, value) for number, value in fields)
    found = [(n, v if isinstance(v, int) else bytes(v)) for n, v in wire.read_fields(data)]
    assert found == [(number, as_read(value)) for number, value in fields]


def test_bytes_are_those_of_the_examples_in_the_documentation():
    assert wire.write_field(1, 150) == bytes.fromhex("089601")
    assert wire.write_field(2, "testing") == bytes.fromhex("120774657374696e67")
    assert wire.write_field(3, wire.write_field(1, 150)) == bytes.fromhex("1a03089601")


def test_fields_of_four_and_eight_bytes_are_passed_on():
    data = bytes([1 << 3 | 5, 1, 2, 3, 4, 2 << 3 | 1, 1, 2, 3, 4, 5, 6, 7, 8])
    assert [(n, bytes(v)) for n, v in wire.read_fields(data)] == [
        (1, bytes([1, 2, 3, 4])),
        (2, bytes([1, 2, 3, 4, 5, 6, 7, 8])),
    ]


@given(st.binary(min_size=1, max_size=30), st.integers(0, 40))
def test_a_message_that_is_cut_off_is_an_error(data, cut):
    whole = wire.write_field(1, data)
    if cut < len(whole):
        part = whole[:cut]
        if part:
            with pytest.raises(ValueError, match="cut off"):
                list(wire.read_fields(part))


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data):
    with suppress(ValueError):
        list(wire.read_fields(data))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("0b", "wire type 3"),
        ("00", "without a number"),
        ("08" + "ff" * 10 + "01", "more than 64 bits"),
        ("08" + "ff" * 9 + "7f", "more than 64 bits"),
        ("0d0102", "cut off"),
    ],
)
def test_what_is_no_protobuf_is_an_error(data, reason):
    with pytest.raises(ValueError, match=reason):
        list(wire.read_fields(bytes.fromhex(data)))


@pytest.mark.parametrize("value", [-1, 2**64])
def test_numbers_that_do_not_fit_are_refused(value):
    with pytest.raises(ValueError, match="64-bit"):
        wire.write_varint(value)


def test_fields_count_from_one():
    with pytest.raises(ValueError, match="from 1"):
        wire.write_field(0, 1)
