"""
Bigrams: search keys for text written without spaces.

Chinese, Japanese and Korean text has no word boundaries that a word tokenizer sees, so each run
of its characters is indexed, and searched, as overlapping pairs (the classic bigram method of
CJK retrieval; Fujii and Croft 1993).
"""

from __future__ import annotations

import re
from operator import add
from typing import Final

# Hiragana, katakana (also half-width), CJK ideographs with extension A, compatibility
# ideographs, hangul syllables, and the supplementary ideographic plane. Compiled when it is met: a
# large class of characters takes milliseconds.
CJK_RUN: Final = (
    "[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff]+"
)


def index_keys(text: str) -> list[str]:
    """Return what to index of CJK runs: pairs, and single characters for short queries."""
    if text.isascii():
        return []
    runs = re.findall(CJK_RUN, text)
    keys: list[str] = []
    for run in runs:
        keys += _pairs(run)
    keys += "".join(runs)
    return keys


def count_keys(text: str) -> int:
    """Return how many keys `index_keys` gives."""
    return 0 if text.isascii() else sum(2 * len(run) - 1 for run in re.findall(CJK_RUN, text))


def query_keys(text: str) -> list[str]:
    """Return what to search for CJK runs: pairs, or the character of a run of one."""
    if text.isascii():
        return []
    return [pair for run in re.findall(CJK_RUN, text) for pair in _pairs(run) or [run]]


def _pairs(run: str) -> list[str]:
    """Return the overlapping pairs of one run."""
    return list(map(add, run, run[1:]))
