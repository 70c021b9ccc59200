"""Words of questions and turns: which are worth looking up, and which name a speaker."""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_WORD = re.compile(r"\w+")

# The closed classes of English (articles, pronouns, prepositions, auxiliaries, question words),
# after the Snowball stop list. The shorter lists of search engines leave most of them in, where
# they only add noise. "may" and "will" are not here: they are also a month and a name.
FUNCTION_WORDS = frozenset(
    _WORD.findall(
        """
        a about above after again against all am an and any are as at be because been before
        being below between both but by can could d did do does doing done down during each few
        for from further had has have having he her here hers herself him himself his how i if
        in into is it its itself just ll m me might mine more most must my myself no nor not of
        off on once only or other our ours ourselves out over own re s same shall she should so
        some such t than that the their theirs them themselves then there these they this those
        through to too under until up us ve very was we were what when where which while who
        whom whose why with would you your yours yourself yourselves
        """
    )
)

_CAMEL_SEAM = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Kana, Han and Hangul: names in these scripts stand in a sentence with no space around them.
_SCRIPTS = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
# Compiled when they are needed: a large class of characters takes milliseconds.
_UNSPACED = rf"[{_SCRIPTS}]"
_COMPARED = rf"[{_SCRIPTS}]|[^\W{_SCRIPTS}]+"


def speaker_match(query: str, speakers: Sequence[str]) -> FloatArray:
    """Tell whether the query names the speaker of each row.

    Returns float [n]: 1 where a word of the name is a whole word of the query in any case, else 0.
    """
    asked = set(name_words(query))
    known = {name: _is_named(name, query, asked) for name in set(speakers)}
    return np.array([known[name] for name in speakers], dtype=np.float64)


def _is_named(name: str, query: str, asked: set[str]) -> bool:
    if not name.isascii() and re.search(_UNSPACED, name):
        # "Name (of where)" is called by its name alone.
        folded = query.casefold()
        return any(len(part) > 1 and part in folded for part in _WORD.findall(name.casefold()))
    # A single letter is an initial or what an apostrophe left over, not a name.
    return any(len(word) > 1 and word in asked for word in name_words(name))


def name_words(text: str) -> list[str]:
    """Split into lower-case words, joined names both ways: "LiHua" gives li, hua and lihua.

    The words of a speaker's name are also the keys under which full-text search finds the row.
    """
    return list(_name_words(text))


@lru_cache(maxsize=2_000)
def _name_words(text: str) -> tuple[str, ...]:
    words = _WORD.findall(_CAMEL_SEAM.sub(" ", text)) + _WORD.findall(text)
    return tuple(dict.fromkeys(word.casefold() for word in words))


def lexical_query(query: str) -> str:
    """Keep the words of a query that are worth looking up; all of it if none is.

    Words in capitals stay: "US", "WHO" and the D of "vitamin D" are not the words they look like.
    """
    return " ".join(word for word in _WORD.findall(query) if _is_content(word)) or query


def compared_words(text: str) -> list[str]:
    """Return the words of a text as they are compared, in lower case, as they come.

    Characters of scripts that are written without spaces stand for themselves.
    """
    folded = text.casefold()
    # The simpler pattern takes half the time.
    return _WORD.findall(folded) if folded.isascii() else re.findall(_COMPARED, folded)


def echoed(said: str, heard: str) -> float:
    """Return the share of the words of content in what is said that were heard before it."""
    told = {word for word in compared_words(said) if word not in FUNCTION_WORDS}
    return len(told & _word_set(heard)) / len(told) if told and heard else 0.0


@lru_cache(maxsize=1)
def _word_set(text: str) -> frozenset[str]:
    """Return the different words of a turn, for all sentences of the next."""
    return frozenset(compared_words(text))


def _is_content(word: str) -> bool:
    capitals = word.isupper() and word not in ("A", "I")
    return capitals or word.lower() not in FUNCTION_WORDS
