"""Streams: what is read is what was encrypted, or an error."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.encryption import streams
from store.encryption.streams import DamagedStream, UnknownEpoch, decrypt, encrypt, encrypted_size

KEY = bytes(range(32))
SMALL = 64


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(streams, "CHUNK_BYTES", SMALL)


def written(data: bytes, name: str = "objects/a", epoch: int = 3) -> bytes:
    """Return bytes as an encrypted file."""
    target = io.BytesIO()
    encrypt([data[:10], data[10:]], target, epoch, KEY, name)
    return target.getvalue()


def read(data: bytes, name: str = "objects/a", epoch: int = 3) -> bytes:
    """Return what an encrypted file holds."""
    return b"".join(decrypt(io.BytesIO(data), {epoch: KEY}, name))


@pytest.mark.parametrize("n_bytes", [1, SMALL - 1, SMALL, SMALL + 1, 3 * SMALL, 3 * SMALL + 1])
def test_what_is_read_is_what_was_written(n_bytes):
    data = bytes(i % 251 for i in range(n_bytes))
    assert read(written(data)) == data
    assert len(written(data)) == encrypted_size(n_bytes)
    assert data not in written(data) or n_bytes == 1


def test_the_same_bytes_are_never_encrypted_alike():
    assert written(b"the pen") != written(b"the pen")


@given(st.data())
def test_no_bit_can_be_flipped(data):
    whole = bytearray(written(b"x" * (2 * SMALL + 5)))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(DamagedStream):
        read(bytes(whole))


@given(st.integers(0, streams.HEADER.size + 2 * SMALL + 3 * 16 + 4))
def test_nothing_can_be_cut_off(length):
    with pytest.raises(DamagedStream):
        read(written(b"x" * (2 * SMALL + 5))[:length])


def test_chunks_cannot_be_left_out_or_change_places_or_be_added():
    whole = written(b"x" * (3 * SMALL))
    start, size = streams.HEADER.size, SMALL + 16
    one, two, three = (whole[start + i * size : start + (i + 1) * size] for i in range(3))
    for chunks in (one + three, two + one + three, one + two, one + two + three + three, three):
        with pytest.raises(DamagedStream):
            read(whole[:start] + chunks)


def test_it_is_of_its_name_and_its_epoch_alone():
    whole = written(b"the pen")
    with pytest.raises(DamagedStream):
        read(whole, name="objects/b")
    with pytest.raises(UnknownEpoch):
        read(whole, epoch=4)
    assert streams.epoch_of(whole) == 3


@pytest.mark.parametrize("data", [b"", b"short", b"{" * 100])
def test_what_is_no_encrypted_file_is_told(data):
    with pytest.raises(DamagedStream):
        read(data)
