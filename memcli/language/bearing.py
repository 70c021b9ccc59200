"""
Bearing out: how much of what a statement says its sources say too, in whatever form of the words.

The other half of the check in grounding.py, which looks for invented names, numbers and dates:
"Audrey agreed that the assistant may run any command" invents none of these. Function words and the
names of those who speak prove nothing; what is written without spaces is compared by pairs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from memcli.language.languages import ENGLISH, language_of
from memcli.language.names.recognition import NOT_NAMES
from memcli.language.stemming import content_words, fold, stemmed

__all__ = ["borne_share"]

_WORD = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]{2,}")
_NAME = re.compile(r"(?<=[^.!?:]\s)[A-Z]\w+|\A[A-Z]\w+(?=\s(?:[A-Z]|\w+s\b|has|had|is|was|will))")
# Words beside the names that are enough to judge by.
_ENOUGH = 3
_NOUNS_IN_CAPITALS = frozenset({"de"})
_SHORTEST = 3


def borne_share(statement: str, sources: Sequence[str], known: Collection[str] = ()) -> float:
    """
    Return the share of a statement's content words that its sources have, in [0, 1].

    known: words in small letters that are true whatever was said, such as names of who speaks. A
    statement without a content word is borne out.
    """
    language = language_of(statement)
    said = frozenset[str]().union(*(_forms_of(source, language) for source in sources))
    own = [forms for forms in _words(statement, language) if forms[0] not in known]
    names = frozenset() if language in _NOUNS_IN_CAPITALS else _names(statement)
    # A name is checked elsewhere; of "Wilma lives in Lund" it is all that there is.
    plain = [forms for forms in own if forms[0] not in names]
    own = plain if len(plain) >= _ENOUGH else own
    if not own:
        return 1.0
    return sum(not said.isdisjoint(forms) for forms in own) / len(own)


def _names(statement: str) -> frozenset[str]:
    """Return the words that may be names, for which grounding.py looks."""
    return frozenset(fold(word).casefold() for word in _NAME.findall(statement))


# The statements of a segment are checked against the same turns one after the other.
@lru_cache(maxsize=256)
def _forms_of(text: str, language: str) -> frozenset[str]:
    return frozenset(form for forms in _words(text, language) for form in forms)


def _words(text: str, language: str) -> list[tuple[str, ...]]:
    """Return each content word as it stands, and by its stems; of unspaced writing the pairs."""
    spaced = _UNSPACED.sub(" ", text)
    found = content_words(_WORD.findall(spaced), language)
    plain = [fold(word).casefold() for word in found]
    telling = [w for w in plain if len(w) >= _SHORTEST and w not in NOT_NAMES]
    own, english = stemmed(telling, language), stemmed(telling, ENGLISH)
    pairs = [(run[i : i + 2],) for run in _UNSPACED.findall(text) for i in range(len(run) - 1)]
    return [*zip(telling, own, english, strict=True), *pairs]
