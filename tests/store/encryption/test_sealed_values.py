"""Sealed values: opened by their key and under their name alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.encryption.key_source import Secret
from store.encryption.keyring import UserKey
from store.encryption.sealed_values import DamagedSeal, WayOfKey, seal, unseal, way_of

MINE = Secret(b"k" * 32, is_random=True, told="mine")
KEY = UserKey.new(MINE)
SEALED = seal(b'{"value":"swordfish"}', KEY, "bank")


@given(st.binary(max_size=600).map(lambda value: value + b"}"))
def test_what_is_sealed_comes_out_again_and_its_length_says_little(value):
    sealed = seal(value, KEY, "bank")
    assert unseal(sealed, KEY, "bank") == value
    assert value not in sealed or len(value) < 3
    assert (len(sealed) - len(seal(b"}", KEY, "bank"))) % 256 == 0


def test_a_key_is_known_by_what_stands_in_front():
    way = way_of(SEALED)
    assert way == WayOfKey("hkdf-sha256", 17, KEY.salt, KEY.check)
    assert way.key_of(MINE) == KEY
    assert way.key_of(MINE._replace(value=b"x" * 32)) is None


def test_a_passphrase_is_stretched():
    phrase = Secret(b"correct horse battery", is_random=False, told="phrase")
    key = UserKey.new(phrase, log_n=10)
    way = way_of(seal(b"{}", key, "n"))
    assert (way.kdf, way.log_n) == ("scrypt", 10)
    assert way.key_of(phrase) == key


def opened(sealed):
    key = way_of(sealed).key_of(MINE)
    if key is None:
        raise DamagedSeal
    return unseal(sealed, key, "bank")


def test_no_bit_can_be_changed_unseen():
    assert opened(SEALED) == b'{"value":"swordfish"}'
    for place in range(len(SEALED)):
        changed = bytearray(SEALED)
        changed[place] ^= 1 << place % 8
        if way_of_sound(bytes(changed)):
            with pytest.raises(DamagedSeal):
                opened(bytes(changed))


def way_of_sound(sealed):
    """Say whether a key could be made for it in no time: one that is stretched takes a second."""
    try:
        return way_of(sealed).kdf == "hkdf-sha256"
    except DamagedSeal:
        return False


def test_it_serves_under_no_other_name_and_not_cut():
    with pytest.raises(DamagedSeal):
        unseal(SEALED, KEY, "post")
    with pytest.raises(DamagedSeal):
        unseal(SEALED[:-1], KEY, "bank")
    with pytest.raises(DamagedSeal):
        way_of(SEALED[:40])
