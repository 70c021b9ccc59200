"""
Bigrams: search keys for text written without spaces.

Chinese, Japanese and Korean text has no word boundaries that a word tokenizer sees, so each run
of its characters is indexed, and searched, as overlapping pairs (the classic bigram method of
CJK retrieval; Fujii and Croft 1993).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from operator import add
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np

# Hiragana, katakana (also half-width), CJK ideographs with extension A, compatibility
# ideographs, hangul syllables, and the supplementary ideographic plane. Compiled when it is met: a
# large class of characters takes milliseconds.
CJK_RUN: Final = (
    "[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff]+"
)


# Characters that are worked on at a time: bounds memory for long texts too. Arrays of less than a
# megabyte are used again, where the system has to clear the pages of larger ones each time: half a
# million at once took three times as long.
CHARACTERS_AT_ONCE: Final = 1 << 14


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


def joined_keys(texts: Sequence[str]) -> list[str]:
    """Return the keys of each of many texts, joined by blanks, in a tenth of the time."""
    return [keys for some in _blocks(texts) for keys in _joined(some)]


def key_counts(texts: Sequence[str]) -> list[int]:
    """Return how many keys each of many texts has."""
    return [n for some in _blocks(texts) for n in _Runs(some).n_keys.tolist()]


def query_keys(text: str) -> list[str]:
    """Return what to search for CJK runs: pairs, or the character of a run of one."""
    if text.isascii():
        return []
    return [pair for run in re.findall(CJK_RUN, text) for pair in _pairs(run) or [run]]


def _pairs(run: str) -> list[str]:
    """Return the overlapping pairs of one run."""
    return list(map(add, run, run[1:]))


def _blocks(texts: Sequence[str]) -> Iterator[list[str]]:
    """Yield the texts in lists of bounded length; one of ASCII has no keys, and counts as empty."""
    block: list[str] = []
    size = 0
    for text in texts:
        block.append("" if text.isascii() else text)
        size += len(block[-1])
        if size > CHARACTERS_AT_ONCE:
            yield block
            block, size = [], 0
    if block:
        yield block


class _Runs:
    """
    Where the characters of CJK runs stand in texts, one after the other with a line feed behind.

    codes: uint32 [characters]; singles: int, the places of those of runs; pairs: of those with one
    behind them; n_singles, n_pairs: int [texts].
    """

    def __init__(self, texts: Sequence[str]) -> None:
        import numpy as np

        joined = "\n".join([*texts, ""])
        self.codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        is_of_run = _of_runs()[self.codes]
        self.singles = np.flatnonzero(is_of_run)
        self.pairs = np.flatnonzero(is_of_run[:-1] & is_of_run[1:])
        ends = np.cumsum([len(text) + 1 for text in texts])
        self.n_singles = np.diff(np.searchsorted(self.singles, ends), prepend=0)
        self.n_pairs = np.diff(np.searchsorted(self.pairs, ends), prepend=0)

    @property
    def n_keys(self) -> np.ndarray:
        """How many keys each text has."""
        return self.n_singles + self.n_pairs


def _joined(texts: Sequence[str]) -> list[str]:
    """Return the keys of each text, joined: first all pairs, then all characters."""
    import numpy as np

    runs = _Runs(texts)
    sizes = 3 * runs.n_pairs + 2 * runs.n_singles
    ends = np.cumsum(sizes)
    signs = np.full(int(sizes.sum()), ord(" "), np.uint32)
    at = _places(ends - sizes, runs.n_pairs, 3)
    signs[at], signs[at + 1] = runs.codes[runs.pairs], runs.codes[runs.pairs + 1]
    signs[_places(ends - 2 * runs.n_singles, runs.n_singles, 2)] = runs.codes[runs.singles]
    keys = signs.tobytes().decode("utf-32-le", "surrogatepass")
    cuts = zip((ends - sizes).tolist(), ends.tolist(), strict=True)
    return [keys[start : max(start, end - 1)] for start, end in cuts]


def _places(starts: np.ndarray, counts: np.ndarray, step: int) -> np.ndarray:
    """Return `counts` places from each start on, `step` apart, as one array."""
    import numpy as np

    before = np.repeat(np.cumsum(counts) - counts, counts)
    places: np.ndarray = np.repeat(starts, counts) + (np.arange(int(counts.sum())) - before) * step
    return places


@cache
def _of_runs() -> np.ndarray:
    """Return for each code point whether it is one of CJK_RUN, bool [0x110000]."""
    import numpy as np

    ranges = re.findall("(.)-(.)", CJK_RUN.strip("[]+"), re.DOTALL)
    of_runs = np.zeros(0x110000, bool)
    for first, last in ranges:
        of_runs[ord(first) : ord(last) + 1] = True
    return of_runs
