"""memcli.context.tokens"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.context.tokens import CharacterMeter, EncoderMeter, character_meter
from memcli.models.encoder import BUNDLED, Encoder
from store.errors import BadUsage


@pytest.mark.parametrize("name", BUNDLED)
def test_long_texts_are_counted_whole(name):
    encoder = Encoder.load(name)
    meter = EncoderMeter(lambda: encoder)
    assert meter.units(["", "one two", "one two " * 5_000]) == [0, 2, 10_000]
    assert meter.limit(7) == meter.tokens(7) == 7


@given(st.integers(0, 10_000), st.fractions(Fraction(1, 50), 4))
def test_the_limit_of_characters_is_the_most_that_costs_no_more(tokens, factor):
    meter = CharacterMeter(factor)
    most = meter.limit(tokens)
    assert meter.tokens(most) <= tokens < meter.tokens(most + 1)


def test_characters_are_those_of_the_text_and_a_token_begun_counts():
    meter = character_meter("0.25")
    assert meter.units(["abcde", "日本"]) == [5, 2]
    assert meter.tokens(5) == 2


@pytest.mark.parametrize("wrong", ["", "x", "0", "-1", "nan", "inf", "1/0", "1000"])
def test_a_factor_that_is_no_number_above_0_is_refused(wrong):
    with pytest.raises(BadUsage, match="tokens-per-char"):
        character_meter(wrong)
