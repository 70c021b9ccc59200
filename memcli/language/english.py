"""English text: whether the parser for it may read what somebody says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from memcli.language.words import FUNCTION_WORDS, compared_words

# Of English prose 40 to 60 words in a hundred are of the closed classes; of German, Dutch or
# Spanish up to ten are spelt as one of them ("in", "was", "a", "no").
LEAST_SHARE: Final = 0.16
ENOUGH_WORDS: Final = 400
# Of less words than this, half the share is enough: "Lotte got married! Good to know!".
TELLING_WORDS: Final = 16


def is_english(texts: Iterable[str]) -> bool:
    """Tell whether texts, read until there are enough words, are English for the most part."""
    words: list[str] = []
    for text in texts:
        words += compared_words(text[: 8 * ENOUGH_WORDS])
        if len(words) >= ENOUGH_WORDS:
            break
    spoken = [word for word in words if not word.isdigit()]
    # A few words tell nothing ("Lisbon, 2019"): in doubt they may be read.
    known = sum(word in FUNCTION_WORDS for word in spoken)
    latin = sum(word.isascii() for word in spoken)
    least = LEAST_SHARE if len(spoken) >= TELLING_WORDS else LEAST_SHARE / 2
    return 2 * latin >= len(spoken) and (len(spoken) < 8 or known >= least * len(spoken))
