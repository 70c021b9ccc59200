"""
Words of a text in any script, also of those that are written without spaces.

Chinese is split by jieba's dictionary. Japanese is told apart by its kinds of characters, as its
writers do: kanji and katakana carry the words, hiragana their endings. Where no splitter knows
(Thai, Lao, Khmer, Burmese, long runs of kanji), pairs of characters stand for words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

__all__ = ["split_many", "split_words"]

_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3005"
_HIRAGANA: Final = "\u3040-\u309f"
_KATAKANA: Final = "\u30a0-\u30ff\uff66-\uff9f"
# Thai, Lao, Burmese, Khmer: vowels and tones are marks, which belong to the letter before.
_MARKED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_WORD = re.compile(r"\w+")
# Chinese with nothing between but ASCII and punctuation is split as a whole, in half the time.
_CHINESE: Final = rf"[\x00-\x7f\u2010-\u2027\u3001-\u3020\uff01-\uff5e{_HAN}]+"
_UNSPACED: Final = f"[{_HAN}{_KATAKANA}{_HIRAGANA}{_MARKED}]"
_RUN: Final = (
    rf"(?P<han>[{_HAN}]+)|(?P<katakana>[{_KATAKANA}]+)|(?P<hiragana>[{_HIRAGANA}]+)"
    rf"|(?P<marked>[{_MARKED}]+)|(?P<word>[^\W{_HAN}{_KATAKANA}{_HIRAGANA}{_MARKED}]+)"
)
# Hiragana of so many letters or less are particles and endings.
ENDING: Final = 2
# Kanji of so many characters or less are one word.
COMPOUND: Final = 3
# Stands between texts that are split together, and is in none of them.
BETWEEN: Final = "\0"
# Characters that are split together: bounds memory, as every word is a string of its own.
TOGETHER: Final = 1 << 16


def split_many(texts: Sequence[str], least: int = 1) -> list[list[str]]:
    """
    Return the `split_words` of many texts.

    The splitter cuts all that are Chinese at a time, while other threads run.
    """
    folded = list(map(str.casefold, texts))
    chinese = [place for place, text in enumerate(folded) if _is_chinese(text)]
    cut = iter(_cut_together([folded[place] for place in chinese], least))
    of_chinese = {place: next(cut) for place in chinese}
    return [
        of_chinese[place] if place in of_chinese else split_words(text, least)
        for place, text in enumerate(texts)
    ]


def split_words(text: str, least: int = 1) -> list[str]:
    """Return the words of a text in lower case, in their order, of so many letters or more."""
    words = _split(text, least)
    return words if least == 1 else [word for word in words if len(word) >= least]


def _split(text: str, least: int) -> list[str]:
    """Return the words of a text; of Chinese, where most are short, the long ones."""
    folded = text.casefold()
    # The simpler pattern takes half the time. All are compiled when they are needed: a large class
    # of characters takes milliseconds.
    if folded.isascii() or not re.search(_UNSPACED, folded):
        return _WORD.findall(folded)
    if re.fullmatch(_CHINESE, folded):
        words = _jieba().cut(folded)
        return [word for word in words if len(word) >= least and word[0].isalnum()]
    return list(_runs(folded))


def _is_chinese(folded: str) -> bool:
    """Say whether a text can be split among others."""
    if folded.isascii() or BETWEEN in folded or not re.search(_UNSPACED, folded):
        return False
    return re.fullmatch(_CHINESE, folded) is not None


def _cut_together(texts: Sequence[str], least: int) -> Iterator[list[str]]:
    """Yield the words of texts that can be split together."""
    start = 0
    while start < len(texts):
        stop, size = start, 0
        while stop < len(texts) and size < TOGETHER:
            size += len(texts[stop])
            stop += 1
        words = _jieba().cut(BETWEEN.join(texts[start:stop]))
        kept = [w for w in words if (len(w) >= least and w[0].isalnum()) or w == BETWEEN]
        yield from (part.split() for part in " ".join(kept).split(BETWEEN))
        start = stop


def _runs(text: str) -> Iterator[str]:
    japanese = bool(re.search(f"[{_HIRAGANA}]", text))
    for found in re.finditer(_RUN, text):
        run, script = found[0], found.lastgroup
        if script == "han":
            yield from _compounds(run) if japanese else _chinese(run)
        elif script == "marked":
            yield from pairs(run)
        elif script != "hiragana" or len(run) > ENDING:
            yield run


def _chinese(run: str) -> list[str]:
    words: list[str] = _jieba().cut(run)
    return words


@cache
def _jieba() -> Any:
    """Return the splitter, which reads its dictionary once."""
    import rjieba

    return rjieba


def _compounds(run: str) -> list[str]:
    return [run] if len(run) <= COMPOUND else pairs(run)


def pairs(run: str) -> list[str]:
    """Return the overlapping pairs of a run, or the run of one character."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]
