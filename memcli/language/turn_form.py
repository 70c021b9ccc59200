"""
Adjacency pairs: a turn asks, it answers, in a word or two, it holds a date.

In a conversation a turn that ends in a question asks for what another turn says, and the turn after
it tells; these are the adjacency pairs of conversation analysis (Schegloff and Sacks, 1973). A
question about when something was is answered where a date, a weekday or a number stands.
"""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from memcli.language.data import words
from memcli.language.words import FUNCTION_WORDS, compared_words

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]

# An answer with more words says by itself what it is about.
MOST_OF_A_HALF: Final = 5

# Question marks, also full-width and Arabic; and what may stand after one.
_MARKS = ("?", "\uff1f", "\u061f")
_CLOSING = "!)]\"'\u2019\u201d*_~ \t\r\n"
_DIGIT = re.compile(r"[0-9]")
_WORD = re.compile(r"[A-Za-z]+")
_DATE_WORDS = frozenset(
    """
    january february april june july august september october november december
    monday mondays tuesday tuesdays wednesday wednesdays thursday thursdays friday fridays
    saturday saturdays sunday sundays yesterday today tonight tomorrow ago
    christmas easter halloween
    """.split()
)
# "march" and "may" are words too, and months with a capital.
_CAPITAL_MONTHS = frozenset(("March", "May"))
_UNITS = frozenset(
    """
    night nights morning mornings evening evenings day days weekend weekends week weeks month months
    year years decade decades summer summers winter winters spring fall autumn
    """.split()
)
# "last week", "a couple of days", "three long years"
_BEFORE_UNITS = frozenset(
    "last next this past few couple one two three four five six seven eight nine ten".split()
)
# What is in every text with a date and quick to look for: most texts hold none of it.
_NEEDLES = (
    *("day", "week", "month", "year", "night", "morning", "evening", "ago", "tomorrow", "decade"),
    *("summer", "winter", "spring", "fall", "autumn", "christmas", "easter", "halloween"),
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)


def asks(texts: Sequence[str]) -> BoolArray:
    """Tell which texts end in a question mark, bool [n]."""
    return np.array([text.rstrip(_CLOSING).endswith(_MARKS) for text in texts], dtype=bool)


def holds_date(texts: Sequence[str]) -> BoolArray:
    """
    Tell which texts hold a word of the calendar or a number, bool [n].

    Words are compared and nothing is resolved: a parser for each of several hundred candidates
    would take longer than the search.
    """
    return np.array([_holds_date(text) for text in texts], dtype=bool)


def are_of_calendar(words: Sequence[str]) -> BoolArray:
    """Tell which lower-case words are numbers, months, weekdays or units of time, bool [n]."""
    months = {month.lower() for month in _CAPITAL_MONTHS}
    known = _DATE_WORDS | _UNITS | months | {"last", "next"}
    return np.array([word in known or bool(_DIGIT.match(word)) for word in words], dtype=bool)


def _holds_date(text: str) -> bool:
    if _DIGIT.search(text):
        return True
    lowered = text.lower()
    if not _holds_needle(lowered):
        return False
    words = _WORD.findall(lowered)
    if not _DATE_WORDS.isdisjoint(words) or not _CAPITAL_MONTHS.isdisjoint(_WORD.findall(text)):
        return True
    return any(
        word in _UNITS and not _BEFORE_UNITS.isdisjoint(words[max(0, at - 2) : at])
        for at, word in enumerate(words)
    )


def _holds_needle(lowered: str) -> bool:
    # A plain loop takes half the time of a pattern or of `any`.
    for needle in _NEEDLES:  # noqa: SIM110
        if needle in lowered:
            return True
    return False


def answers(
    asking: ArrayLike, session: ArrayLike, seq: ArrayLike, speaker: Sequence[str | None]
) -> BoolArray:
    """
    Tell which turns come right after a turn that asks and that somebody else said.

    asking: bool [n], of `asks`; session: int [n], below 0 outside sessions; seq: int [n], place in
    the session; speaker: [n]. A turn whose predecessor is not among the rows answers nothing, nor
    does one where either speaker is unknown. Returns bool [n].
    """
    codes = np.asarray(session, dtype=np.int64).tolist()
    places = np.asarray(seq, dtype=np.int64).tolist()
    questions: dict[tuple[int, int], set[str]] = {}
    for code, place, who, asked in zip(
        codes, places, speaker, np.asarray(asking, dtype=bool).tolist(), strict=True
    ):
        if asked and code >= 0 and who:
            questions.setdefault((code, place + 1), set()).add(who)
    return np.array(
        [
            bool(who) and bool(questions.get((code, place), set()) - {who})
            for code, place, who in zip(codes, places, speaker, strict=True)
        ],
        dtype=bool,
    )


def answered_words(
    answering: ArrayLike,
    counts: ArrayLike,
    session: ArrayLike,
    seq: ArrayLike,
    texts: Sequence[str],
    speaker: Sequence[str | None],
) -> NDArray[np.int64]:
    """
    Return the number of words of each turn, of an answer in a word or two with those it answers.

    "The accordion." says with "What do you play?" as much as one whole turn. What is cried out
    greets or reacts ("Hey Kate!"), and small talk and names say nothing. answering: bool [n], of
    `answers`; counts: int [n]; the others as there. Returns int [n].
    """
    whole = np.array(counts, dtype=np.int64)
    halves = np.flatnonzero(np.asarray(answering, bool) & (whole <= MOST_OF_A_HALF))
    if not len(halves):
        return whole
    codes, places = np.asarray(session).tolist(), np.asarray(seq).tolist()
    empty = FUNCTION_WORDS | words("small_talk", "words") | _names(speaker)
    told = {
        at
        for at in halves.tolist()
        if not texts[at].rstrip().endswith("!") and not empty.issuperset(compared_words(texts[at]))
    }
    wanted = {(codes[at], places[at] - 1): at for at in told}
    for at, place in enumerate(zip(codes, places, strict=True)):
        if place in wanted and at not in told:
            half = wanted[place]
            whole[half] = max(whole[half], int(whole[at]) + int(np.asarray(counts)[half]))
    return whole


def _names(speaker: Sequence[str | None]) -> set[str]:
    return {word for name in set(speaker) if name for word in compared_words(name)}
