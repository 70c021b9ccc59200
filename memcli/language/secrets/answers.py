"""
Answers: the turn after a question for a secret, which says no more than the secret.

"What's the gate code?" and then "4471#": nothing in the second turn tells what it is. What is left
of it without the words that lead to an answer is one word, or some groups of digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from memcli.language.data import read_data
from memcli.language.data import words as words_of
from memcli.language.secrets.rules import TRAILING, begins_word, ends_there
from memcli.language.secrets.values import CHECKS

# An answer is short, and the question stands at the end of its turn.
LONGEST_ANSWER: Final = 120
LONGEST_QUESTION: Final = 240
_CODE = re.compile(
    r"[*#]?(?=[^\s]{0,12}\d)[A-Za-z]?-?\d[\dA-Za-z*#-]{1,14}|\d{2,6}(?: \d{2,6}){1,3}"
)

_WORD = re.compile(r"\S{5,64}?(?=[.,;:](?:\s|$))")


def answered(text: str, before: str) -> Iterator[tuple[str, int, int]]:
    """Yield the kind and place of the secret with which a turn answers the one before."""
    if not before or not 3 <= len(text.strip()) <= LONGEST_ANSWER:
        return
    kind = asked_for(before)
    if kind is None:
        return
    place = _bare(text)
    if place is None:
        return
    value = text[slice(*place)]
    if _is_code(value) or (kind == "password" and _is_word(value)):
        yield kind, *place


def _is_word(value: str) -> bool:
    """Judge an answer of one word: of those without a digit or sign only what nobody replies."""
    is_reply = value.casefold() in words_of("secrets_replies", "no")
    return CHECKS["password"](value) and not is_reply


def may_answer(text: str) -> bool:
    """Tell whether a turn may be no more than a secret for which the turn before asked."""
    if not 3 <= len(text.strip()) <= LONGEST_ANSWER:
        return False
    place = _bare(text)
    return place is not None and (_is_code(text[slice(*place)]) or _is_word(text[slice(*place)]))


def _is_code(value: str) -> bool:
    return _CODE.fullmatch(value) is not None and CHECKS["code"](value)


def asked_for(turn: str) -> str | None:
    """Return the kind of secret that a turn asks for or announces at its end; None for none."""
    end = turn.strip()[-LONGEST_QUESTION:]
    folded = end.lower().replace("\u2019", "'")
    if len(folded) != len(end):
        return None
    for noun, kind, language, needs_place in _nouns():
        start = folded.rfind(noun)
        if start < 0 or not (begins_word(end, start) or len(noun) >= 6):
            continue
        if needs_place and not language.place.search(folded):
            continue
        if _asks(folded, start + len(noun), language):
            return kind
    return None


class _Asking:
    """How a language asks for something, and what has codes."""

    def __init__(self, name: str, words: Mapping[str, Any]) -> None:
        self.place = re.compile(words["place"], re.IGNORECASE)
        self.asks = re.compile(words["is_asked"], re.IGNORECASE)
        self.name = name


def _asks(folded: str, end: int, language: _Asking) -> bool:
    """Tell whether a turn asks for a noun in it, or announces it with a colon at its end."""
    if folded.endswith((":", "\uff1a")):
        return True
    is_question = folded.rstrip(" !.)\u00a0").endswith(("?", "\uff1f"))
    is_bare = is_question and len(folded) - end < 3 and len(folded.split()) <= 5
    asks = language.asks.search(folded) is not None
    return is_bare or (asks and (is_question or _wants(folded)))


def _wants(folded: str) -> bool:
    """Tell a request without a question mark: "send me the code please"."""
    return _request().search(folded) is not None


@cache
def _request() -> re.Pattern[str]:
    return re.compile(read_data("secrets_replies")["request"])


@cache
def _nouns() -> Sequence[tuple[str, str, _Asking, bool]]:
    """Return what may be asked for: noun, kind, language, and whether it takes a place."""
    found = []
    for name, words in read_data("secrets")["languages"].items():
        language = _Asking(name, words)
        for table, kind, needs_place in _ASKED:
            found += [(noun, kind, language, needs_place) for noun in words[table]]
    return found


_ASKED: Final = (
    ("password", "password", False),
    ("otp", "one-time code", False),
    ("pin", "pin", False),
    ("recovery", "recovery codes", False),
    ("code_noun", "code", True),
)


def _bare(text: str) -> tuple[int, int] | None:
    """Return where the one thing stands that an answer says beside the words that lead to it."""
    start, end = 0, len(text)
    leads, follows = _fillers()
    while start < end and (found := leads.match(text, start)) and found.end() > start:
        start = found.end()
    while start < end and (found := follows.search(text, start, end)):
        end = found.start()
    value = text[start:end].rstrip(TRAILING + " \n").lstrip("\"'`“„«「 ")
    start = text.find(value, start) if value else start
    value = _first(value) if " " in value else value
    if not value or (" " in value and not _CODE.fullmatch(value)):
        return None
    return (start, start + len(value)) if ends_there(text, start + len(value), value) else None


def _first(said: str) -> str:
    """Return the secret with which an answer begins that goes on, else the whole of it."""
    code, word = _CODE.match(said), _WORD.match(said)
    if code and _goes_on().match(said, code.end()):
        return code[0]
    return word[0] if word and CHECKS["strong"](word[0]) else said


@cache
def _goes_on() -> re.Pattern[str]:
    """Return what matches the rest of an answer that begins with its code: no noun is counted."""
    words = "|".join(map(re.escape, read_data("secrets_replies")["goes_on"]))
    return re.compile(rf"[.!;,:)\u3002\uff0c]+(?:\s|$)|\s(?:{words})(?!\w)", re.IGNORECASE)


@cache
def _fillers() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what matches words before and after the secret of an answer."""
    data = read_data("secrets_replies")
    leads, follows, particles = (
        "|".join(re.escape(w) for w in sorted(data[name], key=len, reverse=True))
        for name in ("leads", "follows", "particles")
    )
    signs = r"[\s,.!:;\u2014\u2013\uff0c\u3001\u3002\uff1a-]"
    before = rf"{signs}{{1,4}}|(?:{leads})(?=[^\w]|(?<=[\u2e80-\uffff]))"
    after = rf"(?:{signs}{{1,3}}(?:{follows})|(?<=\w)(?:{particles}))[\s.!?)\u3002\uff01]{{0,4}}\Z"
    return re.compile(before, re.IGNORECASE), re.compile(after, re.IGNORECASE)
