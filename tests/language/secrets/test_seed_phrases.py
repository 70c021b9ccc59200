import random

import pytest

from memcli.language.secrets.seed_phrases import bare_seed_phrases
from tests.support.planted import value

PHRASE = value("seed", random.Random(1))


@pytest.mark.parametrize("text", [PHRASE, f"keep it:\n{PHRASE}\nthanks", f"mine: {PHRASE}."])
def test_words_of_a_wallet_are_found_on_a_line_of_their_own(text):
    assert [text[slice(*place)] for place in bare_seed_phrases(text)] == [PHRASE]


@pytest.mark.parametrize(
    "text",
    [
        " ".join(PHRASE.split()[:11]),
        "we walked along the river and then had soup with bread and cheese",
        " ".join(["hello"] * 12),
    ],
)
def test_talk_is_no_seed_phrase(text):
    assert list(bare_seed_phrases(text)) == []
