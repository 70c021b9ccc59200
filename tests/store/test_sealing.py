"""Sealed JSON: what is read is what was written, and no bit of it can flip unseen."""

from __future__ import annotations

import pytest

from store.sealing import is_sealed, sealed, unsealed

RECORD = {"kind": "commit", "text": "ünï", "tables": {"a": {"rows": 1}}}


def is_refused(data):
    try:
        unsealed(data)
    except ValueError:
        return True
    return False


def test_a_record_comes_back_without_its_seal():
    assert unsealed(sealed(RECORD)) == RECORD
    assert is_sealed(sealed(RECORD))


def test_a_file_of_an_earlier_program_has_no_seal_and_is_read():
    assert unsealed(b'{"format": 1, "id": "ab"}\n') == {"format": 1, "id": "ab"}
    assert not is_sealed(b'{"format": 1, "id": "ab"}\n')


def test_every_flipped_bit_is_seen():
    data = sealed(RECORD)
    for place in range(len(data)):
        for bit in range(8):
            flipped = bytearray(data)
            flipped[place] ^= 1 << bit
            assert is_refused(bytes(flipped)), (place, bit)


@pytest.mark.parametrize("data", [b"[1]", b"", b"{", b'{"seal": "x", "a": 1}\n', b"\xff"])
def test_what_is_no_record_is_refused(data):
    assert is_refused(data)


def test_a_name_that_is_not_utf8_is_written_with_a_mark():
    assert unsealed(sealed({"name": "a\udcff"})) == {"name": "a?"}
