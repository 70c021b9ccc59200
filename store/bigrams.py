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
from itertools import pairwise
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


# A run of more characters is a clause: as a word it stands in one text, and is asked for by none. A
# third of the time to index Chinese went to these.
LONGEST_WORD: Final = 8
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


def index_text(text: str) -> str:
    """Return what to index of a text: its words, of which no clause is one, and its keys."""
    if text.isascii():
        return text
    words = re.sub(f"{CJK_RUN[:-1]}{{{LONGEST_WORD + 1},}}", " ", text)
    return " ".join(filter(None, [words, *index_keys(text)]))


def count_keys(text: str) -> int:
    """Return how many keys `index_keys` gives."""
    return 0 if text.isascii() else sum(2 * len(run) - 1 for run in re.findall(CJK_RUN, text))


def index_texts(texts: Sequence[str]) -> list[str]:
    """Return the `index_text` of each of many texts, in a tenth of the time."""
    found = (pair for some in _blocks(texts) for pair in _words_and_keys(some))
    return [
        text if text.isascii() else " ".join(filter(None, pair))
        for text, pair in zip(texts, found, strict=True)
    ]


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
        self.ends = np.cumsum([len(text) + 1 for text in texts])
        self.n_singles = np.diff(np.searchsorted(self.singles, self.ends), prepend=0)
        self.n_pairs = np.diff(np.searchsorted(self.pairs, self.ends), prepend=0)

    @property
    def n_keys(self) -> np.ndarray:
        """How many keys each text has."""
        return self.n_singles + self.n_pairs

    def words(self) -> list[str]:
        """Return each text with a blank for each run that is too long for a word."""
        import numpy as np

        breaks = np.flatnonzero(np.diff(self.singles) > 1)
        starts = self.singles[np.append(0, breaks + 1)]
        lengths = self.singles[np.append(breaks, -1)] + 1 - starts
        long = lengths > LONGEST_WORD
        kept = np.ones(len(self.codes), bool)
        kept[_places(starts[long] + 1, lengths[long] - 1, 1)] = False
        codes = self.codes.copy()
        codes[starts[long]] = ord(" ")
        left = codes[kept].tobytes().decode("utf-32-le", "surrogatepass")
        ends = np.cumsum(kept)[self.ends - 1].tolist()
        return [left[start : end - 1] for start, end in pairwise([0, *ends])]


def _words_and_keys(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the words of each text, and its keys, joined: first all pairs, then all characters."""
    import numpy as np

    runs = _Runs(texts)
    if not len(runs.singles):
        yield from ((text, "") for text in texts)
        return
    sizes = 3 * runs.n_pairs + 2 * runs.n_singles
    ends = np.cumsum(sizes)
    signs = np.full(int(sizes.sum()), ord(" "), np.uint32)
    at = _places(ends - sizes, runs.n_pairs, 3)
    signs[at], signs[at + 1] = runs.codes[runs.pairs], runs.codes[runs.pairs + 1]
    signs[_places(ends - 2 * runs.n_singles, runs.n_singles, 2)] = runs.codes[runs.singles]
    keys = signs.tobytes().decode("utf-32-le", "surrogatepass")
    cuts = zip((ends - sizes).tolist(), ends.tolist(), strict=True)
    parts = [keys[start : max(start, end - 1)] for start, end in cuts]
    yield from zip(runs.words(), parts, strict=True)


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
