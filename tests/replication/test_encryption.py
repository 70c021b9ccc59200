"""Recipients and identities of age."""

from __future__ import annotations

import io

import pytest
from pyrage import x25519

from memcli.replication.encryption import decrypt, encrypt, identities_of, recipients_of
from store.errors import BadBundle, BadUsage, InputNotFound


@pytest.fixture
def key():
    return x25519.Identity.generate()


def test_recipients_are_named_or_stand_in_a_file(key, tmp_path):
    named = str(key.to_public())
    path = tmp_path / "r"
    path.write_text(f"# mine\n\n{named}\n{named}\n")
    assert len(recipients_of([named, str(path)])) == 3
    path.write_text("# nobody\n")
    with pytest.raises(BadUsage, match="names no recipient"):
        recipients_of([str(path)])
    with pytest.raises(InputNotFound):
        recipients_of([str(tmp_path / "none")])


def test_who_has_the_key_reads_and_nobody_else(key, tmp_path):
    path, other = tmp_path / "k", tmp_path / "other"
    path.write_text(f"{key}\n")
    other.write_text(f"{x25519.Identity.generate()}\n")
    packed, plain = io.BytesIO(), io.BytesIO()
    encrypt(io.BytesIO(b"words" * 9_000), packed, recipients_of([str(key.to_public())]))
    decrypt("b", io.BytesIO(packed.getvalue()), plain, identities_of([other, path]))
    assert plain.getvalue() == b"words" * 9_000
    for identities, data in (
        (identities_of([other]), packed.getvalue()),
        (identities_of([path]), packed.getvalue()[:-20]),
        ([], packed.getvalue()),
    ):
        with pytest.raises(BadBundle):
            decrypt("b", io.BytesIO(data), io.BytesIO(), identities)


def test_a_file_without_an_identity_is_told(tmp_path):
    path = tmp_path / "k"
    for text in ("", "AGE-SECRET-KEY-1X\n", "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n"):
        path.write_text(text)
        with pytest.raises(BadUsage, match="holds no identity"):
            identities_of([path])
