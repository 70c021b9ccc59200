"""Bundles as files: what is written is read again, and what is hostile is refused."""

from __future__ import annotations

import io

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.replication.bundle import (
    BLOCK,
    MAX_MANIFEST,
    Bundle,
    is_encrypted,
)
from memcli.replication.contents import ReplicaContents
from memcli.replication.packing import member_header, write_bundle
from memcli.replication.parts import LINKS, MEMORIES, PARTS
from store import Store
from store.errors import BadBundle, UnsupportedVersion


@pytest.fixture(scope="module")
def packed(sample_once):
    """Return the bytes of a bundle of the sample."""
    store = Store.open(sample_once, mode="read")
    out = io.BytesIO()
    write_bundle(ReplicaContents(store, store.snapshot()), out, store.layout.root)
    return out.getvalue()


def opened(data):
    return Bundle("b", io.BytesIO(data))


def manifest_of(data):
    size = int(data[124:135], 8)
    return msgspec.json.decode(data[BLOCK : BLOCK + size]), BLOCK + size + -size % BLOCK


def with_manifest(data, **changes):
    said, end = manifest_of(data)
    text = msgspec.json.encode({**said, **changes})
    return member_header("manifest.json", len(text)) + text + bytes(-len(text) % BLOCK) + data[end:]


def test_what_is_written_is_read_again(packed):
    with opened(packed) as bundle:
        rows = list(bundle.rows(MEMORIES))
        assert len(rows) == 290
        assert [(r["level"], r["id"]) for r in rows] == sorted((r["level"], r["id"]) for r in rows)
        assert {row["relation"] for row in bundle.rows(LINKS)} == set()
        bundle.verify()


@settings(max_examples=60)
@given(data=st.data())
def test_a_bundle_that_is_cut_or_changed_is_refused_and_never_misread(packed, data):
    place = data.draw(st.integers(0, len(packed) - 2 * BLOCK - 1))
    if data.draw(st.booleans()):
        broken = packed[:place]
    else:
        bit = 1 << data.draw(st.integers(0, 7))
        broken = packed[:place] + bytes([packed[place] ^ bit]) + packed[place + 1 :]
    try:
        with opened(broken) as bundle:
            bundle.verify()
            rows = list(bundle.rows(MEMORIES))
    except (BadBundle, UnsupportedVersion):
        return
    assert len(rows) == 290  # what was changed says nothing: rights or names in a header, padding


def test_a_manifest_of_another_form_is_refused(packed):
    said, _ = manifest_of(packed)
    first = {**said["parts"][0], "text_bytes": 1 << 40}
    for changes in (
        {"format": "x"}, {"parts": said["parts"][:-1]}, {"parts": [first, *said["parts"][1:]]},
        {"keys": {"0" * 16: "00" * 32}}, {"keys": {"../x": "zz"}}, {"store": "../../etc"},
    ):  # fmt: skip
        with pytest.raises(BadBundle):
            opened(with_manifest(packed, **changes))
    with pytest.raises(UnsupportedVersion):
        opened(with_manifest(packed, version=2))
    with pytest.raises(BadBundle, match="too long"):
        opened(member_header("manifest.json", MAX_MANIFEST + 1) + packed[BLOCK:])


def test_members_that_are_links_or_lead_elsewhere_are_refused(packed):
    header = bytearray(member_header("manifest.json", 3))
    for name in ("../manifest.json", "/manifest.json", "x"):
        with pytest.raises(BadBundle):
            opened(member_header(name, 3) + packed[BLOCK:])
    header[156:157] = b"2"
    with pytest.raises(BadBundle):
        opened(bytes(header) + packed[BLOCK:])


def test_all_parts_are_there_in_their_order(packed):
    said, _ = manifest_of(packed)
    assert [part["name"] for part in said["parts"]] == [part.name for part in PARTS]


def test_an_encrypted_file_is_known_by_its_beginning():
    assert is_encrypted(b"age-encryption.org/v1\n-> X25519")
    assert is_encrypted(b"-----BEGIN AGE ENCRYPTED FILE-----\n")
    assert not is_encrypted(b"manifest.json")
