"""
Answers: the turn after a question for a secret, which says no more than the secret.

"What's the gate code?" and then "4471#": nothing in the second turn tells what it is. What is left
of it without the words that lead to an answer is one word, or some groups of digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from memcli.language.data import read_data
from memcli.language.data import words as words_of
from memcli.language.patterns import lazy_pattern
from memcli.language.secrets.around import no_nouns
from memcli.language.secrets.asking import asked_classes
from memcli.language.secrets.cues import listed
from memcli.language.secrets.edges import PICTURES
from memcli.language.secrets.rules import TRAILING, begins_word, ends_there
from memcli.language.secrets.values import CHECKS, is_talk, no_words

# An answer is short, and the question stands at the end of its turn.
LONGEST_ANSWER: Final = 120
LONGEST_QUESTION: Final = 240
LONGEST_FILLER: Final = 40
# Of one that begins as a question does, and needs no mark to be one.
SHORT_QUESTION: Final = 60
# So long is an answer that says a password among other words.
SHORT_ANSWER: Final = 60
_PASSWORDS: Final = frozenset(("password", "login", "loose", "entry"))
# Two digits, or a sign between letters: no product is called so.
_ODD = lazy_pattern(r"\d.*\d|\w[!#$%&*+=?@^~]+\w")
# Of what stands before the noun of "the code for the gate?".
LONGEST_ARTICLE: Final = 4
_CODE = lazy_pattern(
    r"[*#]?(?=[^\s]{0,12}\d)[A-Za-z]{0,3}-?\d[\dA-Za-z\u0410-\u042f*#/-]{1,14}"
    r"|\d{2,6}(?: \d{2,6}){1,3}"
)

_ASKED_WITHIN = lazy_pattern(r"[?\uff1f\u061f]\s?")
# A name of a user, and what opens the door to it.
_LOGIN = lazy_pattern(r"[^\s/|]{2,32} ?[/|] ?(?=\S{0,60}\d)(\S{5,64})")
_WORD = lazy_pattern(rf"\S{{5,64}}?(?=[.,;:](?:\s|$)|\s{{0,2}}[{PICTURES}])")
# Three words and more that a clause is made of; and words that signs join to one.
_WORDS = lazy_pattern(
    r"[\"'`\u201c\u00ab]?([^\W\d_]{2,20}(?:[ -][^\W\d_]{2,20}){2,6})"
    r"(?=[\"'`\u201d\u00bb]?\s?(?:[.,;!(]|$))"
)
_JOINED = lazy_pattern(r"(?=.{9})[^\W\d_]{2,}(?:[-_.][^\W\d_]{2,})+")


def answered(text: str, before: str) -> Iterator[tuple[str, int, int]]:
    """Yield the kind and place of the secret with which a turn answers the one before."""
    if not before or not 3 <= len(text.strip()) <= LONGEST_ANSWER:
        return
    # Most turns are no answers by their form, which is told sooner than what was asked.
    bare, alone, phrase = _bare(text), _only(text), _phrase(text)
    if not (bare or alone or phrase):
        return
    kind = asked_for(before)
    if kind is None:
        if phrase and "password" in asked_classes(before):
            yield "password", *phrase
        return
    place = bare or (alone if kind in _PASSWORDS else None)
    if place is not None and _ANSWERS.get(kind, _is_code)(text[slice(*place)]):
        yield _KINDS.get(kind, kind), *place
    elif place is None and phrase and kind in _PASSWORDS:
        yield "password", *phrase


def answered_within(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the secret of a turn that asks and answers: "her password? Still bubbles1999"."""
    for mark in _ASKED_WITHIN.finditer(text[: LONGEST_QUESTION + LONGEST_ANSWER]):
        said, start = text[mark.end() :], mark.end()
        for kind, first, last in answered(said, text[: mark.end()]):
            yield kind, start + first, start + last


def question_of(turn: str, before: str) -> str:
    """Return what the turn after may answer: this one, or `before` where it says but "sure"."""
    if not before or len(turn) > LONGEST_FILLER:
        return turn
    return before if _says_nothing(f"{turn} ") or _puts_off(turn, before) else turn


def _puts_off(turn: str, before: str) -> bool:
    """Tell a few words without a value that come before the answer: "sorry, was driving"."""
    if any(map(str.isdigit, turn)) or _is_question(turn.lower()) or may_answer(turn):
        return False
    classes = asked_classes(before)
    return not classes.isdisjoint(("password", "pin", "code", "net", "sent", "paper"))


def _says_nothing(turn: str) -> bool:
    before = _fillers()[0]
    start = 0
    while start < len(turn) and (found := before.match(turn, start)) and found.end() > start:
        start = found.end()
    return start == len(turn)


def _is_word(value: str) -> bool:
    """Judge an answer of one word: of those without a digit or sign only what nobody replies."""
    is_reply = value.casefold() in words_of("secrets_replies", "no")
    return CHECKS["password"](value) and not is_reply


def may_answer(text: str) -> bool:
    """Tell whether a turn may be no more than a secret for which the turn before asked."""
    if not 3 <= len(text.strip()) <= LONGEST_ANSWER:
        return False
    place = _bare(text) or _only(text)
    return place is not None and (_is_code(text[slice(*place)]) or _is_word(text[slice(*place)]))


def _is_code(value: str) -> bool:
    return _CODE.fullmatch(value) is not None and CHECKS["code"](value)


def _is_password(value: str) -> bool:
    return _is_code(value) or _is_word(value)


def _is_loose(value: str) -> bool:
    """Judge what answers a question that a password is named in: "do you still know ...?"."""
    return CHECKS["strong"](value) or _is_joined(value)


def _is_joined(value: str) -> bool:
    """Tell words that signs join to one: nobody says "wet-socks" of a network."""
    words = re.split("[-_.]", value.casefold())
    return _JOINED.fullmatch(value) is not None and no_nouns().isdisjoint(words)


def _is_name(value: str) -> bool:
    """Judge a family name that answers a question of security."""
    is_reply = value.casefold() in words_of("secrets_replies", "no")
    return value.isalpha() and CHECKS["name"](value) and not is_reply


def _is_entry(value: str) -> bool:
    return _is_code(value) or CHECKS["strong"](value)


# What an answer must look like, by what was asked for; a code for all others.
_ANSWERS: Final[dict[str, Callable[[str], bool]]] = {
    "password": _is_password,
    "login": _is_loose,
    "entry": _is_entry,
    "loose": _is_loose,
    "security answer": _is_name,
}
_KINDS: Final = {"login": "password", "entry": "code", "loose": "password"}


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
        said = language.kind_of_code(folded) if needs_place else kind
        if said and _asks(folded, start, start + len(noun), language):
            return said
        if said == "password" and _is_question(folded):
            return "loose"
    if _way_in().search(folded) and (_is_question(folded) or _wants(folded)):
        return "entry"
    return None


class _Asking:
    """How a language asks for something, and what has codes."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self.place = re.compile(words["place"], re.IGNORECASE)
        self.asks = re.compile(words["is_asked"], re.IGNORECASE)
        self.sent = re.compile(words["sent"], re.IGNORECASE)
        self.is_wordless = words.get("is_wordless", False)

    def kind_of_code(self, folded: str) -> str | None:
        """Return of what kind the code is that is spoken of; None where nothing tells."""
        if self.place.search(folded):
            return "code"
        return "one-time code" if self.sent.search(folded) else None


def _is_question(folded: str) -> bool:
    return folded.rstrip(f" !.)\u00a0{_FACES}").endswith(_MARKS)


_MARKS: Final = ("?", "\uff1f", "\u061f")
# What may stand behind a question mark, and says nothing.
_FACES: Final = "".join(map(chr, range(0x1F600, 0x1F650)))


@cache
def _way_in() -> re.Pattern[str]:
    """Return what matches a question for the way into a house, in any language."""
    found = (words["entry"] for words in read_data("secrets")["languages"].values())
    return re.compile("|".join(f"(?:{each})" for each in found))


def _asks(folded: str, start: int, end: int, language: _Asking) -> bool:
    """Tell whether a turn asks for a noun in it, or announces it with a colon at its end."""
    if folded.endswith((":", "\uff1a")):
        return True
    is_question = _is_question(folded)
    is_edge = len(folded) - end < 3 or start <= LONGEST_ARTICLE
    is_bare = is_question and is_edge and len(folded.split()) <= 8
    asks = language.asks.search(folded) is not None
    if asks and len(folded) <= SHORT_QUESTION and language.asks.match(folded):
        return True
    return is_bare or (asks and (is_question or language.is_wordless or _wants(folded)))


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
    for words in read_data("secrets")["languages"].values():
        language = _Asking(words)
        for table, kind, needs_place in _ASKED:
            found += [(noun, kind, language, needs_place) for noun in words.get(table, ())]
        logins = read_data("secrets_replies")["logins"]
        found += [(noun, "login", language, False) for noun in logins]
    return sorted(found, key=lambda each: each[1] == "login")


_ASKED: Final = (
    ("password", "password", False),
    ("otp", "one-time code", False),
    ("pin", "pin", False),
    ("recovery", "recovery codes", False),
    ("papers", "number", False),
    ("answer_noun", "security answer", False),
    ("code_noun", "code", True),
)


def _bare(text: str) -> tuple[int, int] | None:
    """Return where the one thing stands that an answer says beside the words that lead to it."""
    start, end = 0, len(text)
    before, follows = _fillers()
    while start < end and (found := before.match(text, start)) and found.end() > start:
        start = found.end()
    while start < end and (found := follows.search(text, start, end)):
        end = found.start()
    value = text[start:end].rstrip(TRAILING + " \n").lstrip("\"'`“„«「[ ")
    start = text.find(value, start) if value else start
    value = _first(value) if " " in value else value
    if found := _LOGIN.fullmatch(value):
        return start + found.start(1), start + found.end(1)
    if not value or (" " in value and not _CODE.fullmatch(value)):
        return None
    return (start, start + len(value)) if ends_there(text, start + len(value), value) else None


def _first(said: str) -> str:
    """Return the secret with which an answer begins that goes on, else the whole of it."""
    code, word = _CODE.match(said), _WORD.match(said)
    if code and _goes_on().match(said, code.end()):
        return code[0]
    return word[0] if word and CHECKS["strong"](word[0]) else said


def _only(text: str) -> tuple[int, int] | None:
    """Return where the one word of a short answer stands that looks like a password."""
    if len(text) > SHORT_ANSWER:
        return None
    words = [
        match.span() for match in re.finditer(r"(?<!\S)[^\s\"'`,;()/][^\s\"'`,;()]{4,63}", text)
    ]
    ends = [(start, start + len(text[start:end].rstrip(TRAILING))) for start, end in words]
    strong = [place for place in ends if _is_odd(text[slice(*place)])]
    return strong[0] if len(strong) == 1 else None


def _phrase(text: str) -> tuple[int, int] | None:
    """Return where some words stand that are all an answer begins with, and none of talk."""
    before, start = _fillers()[0], 0
    while start < len(text) and (found := before.match(text, start)) and found.end() > start:
        start = found.end()
    found = _WORDS.match(text, start)
    if found is None:
        return None
    words = found[1].lower().replace("-", " ").split()
    is_said = no_nouns().isdisjoint(words) and no_words().isdisjoint(words) and not is_talk(words)
    return found.span(1) if is_said else None


def _is_odd(value: str) -> bool:
    return CHECKS["strong"](value) and _ODD.search(value) is not None


@cache
def _goes_on() -> re.Pattern[str]:
    """Return what matches the rest of an answer that begins with its code: no noun is counted."""
    words = "|".join(map(re.escape, read_data("secrets_replies")["goes_on"]))
    return re.compile(rf"[.!;,:)\u3002\uff0c]+(?:\s|$)|\s(?:{words})(?!\w)", re.IGNORECASE)


@cache
def leads() -> frozenset[str]:
    """Return the words of what leads to the secret of an answer: "yeah", "haan"."""
    return frozenset(" ".join(read_data("secrets_replies")["leads"]).split())


@cache
def _fillers() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what matches words before and after the secret of an answer."""
    data = read_data("secrets_replies")
    lead, follows, particles = (
        "|".join(re.escape(w) for w in sorted({*data[name], *more}, key=len, reverse=True))
        for name, more in (("leads", ()), ("follows", listed("tags")), ("particles", ()))
    )
    signs = rf"[\s,.!:;(\[\u2014\u2013\uff0c\u3001\u3002\uff1a{PICTURES}>-]"
    before = rf"{signs}{{1,4}}|(?:{lead})(?=[^\w]|(?<=[\u2e80-\uffff]))"
    after = (
        rf"(?:{signs}{{1,3}}(?:{follows})|(?<=\w)(?:{particles})|[\s{PICTURES}]+)"
        r"[\s.!?)\u3002\uff01]{0,4}\Z"
    )
    return re.compile(before, re.IGNORECASE), re.compile(after, re.IGNORECASE)
