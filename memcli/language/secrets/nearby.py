"""
Values near words: a password or code in one sentence with what tells of it, in any order.

"Once you are at the gate dial 4120" has no phrase "the code is". A value that looks like nothing
else counts where its sentence names a password, or a lock and what is done with its code. What a
number is counted as ("order 4120", "4120 people") is none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, Final, NamedTuple

from memcli.language.data import read_data
from memcli.language.secrets.rules import TRAILING, Found, begins_word, phrases
from memcli.language.secrets.values import CHECKS

# Between a password and the word that tells of it.
REACH: Final = 90
LEAST_SAID_DIGITS: Final = 3
# A text in which a lock is looked for that no rule's anchor names.
SHORT: Final = 4_000

_ENDS = re.compile(r"[.!?]\s|[\n\u3002\uff01\uff1f]")
# No part of an address, a path, an amount, a time, a date or a call.
_WORD = re.compile(
    r"(?<![^\s\"'`(,:\u3001\u3002\uff0c\uff1a\u4e00-\u9fff\u3040-\u30ff])[!#-&*-_a-~][!-~]{4,63}"
)
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9.,:/@_\\+$\u20ac\u00a3\u7b2c\u95f4-])"
    r"(?:\d{3}[ -]\d{3}|[#*]?(?!(?:19|20)\d\d(?![\d#*A-Z]))[A-Z]?\d{3,8}[A-F]?[#*]?"
    r"|\d{1,2}(?:-\d{1,2}){2,3})"
    r"(?![A-Za-z0-9_@\\]|[.,:/%-]\d|\s?[%\u20ac$\u00a3\u00b0])"
)
_GROUPS = re.compile(r"\d{1,2}(?:-\d{1,2}){2,3}")
# A name of a program or a product ends with one digit too: "Jinja2".
_PASSWORD = re.compile(r"\d.*\d|\w[!#$%&*+=?@^~]+\w")
# Said of codes at large.
EXAMPLES: Final = frozenset(("0000", "1111", "1234", "12345", "123456", "12345678"))
_SENT = re.compile(r"\d{4,8}|\d{3}[ -]\d{3}")
# What a sentence has that may have a value.
_VALUE = re.compile(r"\d{2}|\d-\d|\w[!#$%&*+=?@^~]+\w|\d\D{1,40}\d")
# A program, or a table of it.
_PROGRAM = re.compile(r"\w\(|[={}<>\[\]]|->|::|\\")
_NAME = re.compile(r"([a-z]+)[-_]?\d{1,4}[a-z]?")
_SHORT_CAPITALS = re.compile(r"[A-Z]{1,5}-?\d{1,4}[A-Z]?")


class _Cues(NamedTuple):
    """What tells of secrets in a language, as stems of words; `end` matches behind a number."""

    passwords: Sequence[str]
    pins: Sequence[str]
    codes: Sequence[str]
    locked: Sequence[str]
    locks: Sequence[str]
    dials: Sequence[str]
    opens: Sequence[str]
    roots: frozenset[str]
    first: Sequence[str]
    first_digits: frozenset[str]
    sent: re.Pattern[str]
    end: re.Pattern[str]
    place: re.Pattern[str]
    digits: re.Pattern[str]
    counting: str
    is_wordless: bool


class _Sentence:
    """A sentence in small letters, and what its words tell, in one language after the other."""

    def __init__(self, text: str, folded: str, start: int, end: int) -> None:
        self.start, self.end = start, end
        self.text, self.folded = text[start:end], folded[start:end]

    def says(self, stems: Sequence[str]) -> bool:
        """Tell whether a word begins with one of some stems."""
        folded = self.folded
        return any([self._has(stem) for stem in stems if stem in folded])

    def _has(self, stem: str) -> bool:
        at = self.folded.find(stem)
        while at >= 0:
            if begins_word(self.folded, at):
                return True
            at = self.folded.find(stem, at + 1)
        return False

    @cached_property
    def is_program(self) -> bool:
        """Tell a line of a program, in which words are names."""
        return _PROGRAM.search(self.text) is not None


def found_nearby(text: str, folded: str, roots: Collection[str]) -> Iterator[Found]:
    """
    Yield kinds and places of values that the words of their sentences tell of.

    roots: those roots of the rules' anchors that stand in the text.
    """
    told = [cues for cues in _all_cues() if not cues.roots.isdisjoint(roots)]
    if len(text) <= SHORT and len(told) < len(_all_cues()):
        told = [
            c
            for c in _all_cues()
            if any(c is each for each in told) or any([each in folded for each in c.first])
        ]
    if not told:
        return
    for start, end in _sentences(text):
        sentence = _Sentence(text, folded, start, end)
        has_value = _VALUE.search(sentence.text) is not None
        for cues in told:
            if has_value or cues.first_digits.intersection(sentence.folded.split()):
                yield from _found(sentence, cues)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where sentences stand."""
    start = 0
    for end in _ENDS.finditer(text):
        yield start, end.start()
        start = end.end()
    yield start, len(text)


def _found(sentence: _Sentence, cues: _Cues) -> Iterator[Found]:
    if sentence.is_program:
        return
    noun = next((n for n in cues.passwords if sentence.says((n,))), None)
    has_password = noun is not None
    if noun:
        yield from _of_password(sentence, sentence.folded.find(noun))
    has_code = has_password or sentence.says(cues.codes) or sentence.says(cues.pins)
    is_lock = sentence.says(cues.locks)
    if has_code or is_lock:
        for said in cues.digits.finditer(sentence.folded):
            if said[0] in cues.counting:
                continue
            yield "code", sentence.start + said.start(), sentence.start + said.end()
    yield from _of_number(sentence, cues, has_code=has_code, is_lock=is_lock)


def _of_password(sentence: _Sentence, noun: int) -> Iterator[Found]:
    for match in _WORD.finditer(sentence.text, max(0, noun - REACH), noun + REACH):
        plain = match[0].rstrip(TRAILING)
        if _PASSWORD.search(plain) and CHECKS["strong"](plain) and not is_technical(plain):
            start = sentence.start + match.start()
            yield "password", start, start + len(plain)


def is_technical(value: str) -> bool:
    """Tell a name of technical talk: "sha256", "ISO-27001"."""
    if _SHORT_CAPITALS.fullmatch(value):
        return True
    names = [_NAME.fullmatch(part) for part in re.split(r"[:/_+-]", value.casefold())]
    return all(name is not None and name[1] in _words("technical") for name in names)


def _of_number(
    sentence: _Sentence, cues: _Cues, *, has_code: bool, is_lock: bool
) -> Iterator[Found]:
    """Yield numbers that are codes by what stands in their sentence."""
    found = _NUMBER.finditer(sentence.text)
    numbers = [match for match in found if _is_code(sentence, match, cues)]
    if not numbers:
        return
    is_dialled, is_opened = sentence.says(cues.dials), sentence.says(cues.opens)
    is_place = is_lock or sentence.says(cues.locked) or cues.place.search(sentence.folded)
    is_used = is_dialled or is_opened or has_code
    is_told = (is_place and is_used) or (is_dialled and is_opened)
    for match in numbers:
        kind = ""
        if sentence.says(cues.pins):
            kind = "pin"
        elif (is_told and len(match[0]) > LEAST_SAID_DIGITS) or (
            is_lock and (is_told or _is_of_lock(sentence, match, cues))
        ):
            kind = "code"
        elif has_code and _SENT.fullmatch(match[0]) and cues.sent.search(sentence.folded):
            kind = "one-time code"
        if kind:
            yield kind, sentence.start + match.start(), sentence.start + match.end()


def _is_of_lock(sentence: _Sentence, match: re.Match[str], cues: _Cues) -> bool:
    """Tell a number that stands right behind a lock, or looks like what is set on one."""
    if _GROUPS.fullmatch(match[0]) or "#" in match[0]:
        return True
    return sentence.folded[: match.start()].rstrip().endswith(tuple(cues.locks))


def _is_code(sentence: _Sentence, match: re.Match[str], cues: _Cues) -> bool:
    """Tell a number that is counted as nothing else."""
    if match[0] in EXAMPLES or is_counted(sentence.folded[: match.start()]):
        return False
    return cues.is_wordless or cues.end.match(sentence.text, match.end()) is not None


def is_counted(before: str) -> bool:
    """Tell by what stands before a number that it is that of an order, a room, a year."""
    words = before.split()
    return bool(words) and words[-1].strip(",.:;()#") in _words("other")


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(read_data("secrets_nearby")[name].split())


@cache
def _roots() -> frozenset[str]:
    return frozenset(root for index in phrases() for root, _ in index.roots)


@cache
def _all_cues() -> Sequence[_Cues]:
    languages, nearby = read_data("secrets")["languages"], read_data("secrets_nearby")
    return [_cues(words, nearby[name]) for name, words in languages.items()]


def _cues(words: Mapping[str, Any], nearby: Mapping[str, Any]) -> _Cues:
    is_wordless = words.get("is_wordless", False)
    stems = "|".join(
        rf"{re.escape(stem)}\w*"
        for stem in (*nearby["dials"], *nearby["opens"], *words["code_noun"])
    )
    then = "|".join(
        (
            words.get("then", ""),
            "|".join(_words("goes_on")),
            stems,
            words["sent"].removeprefix("\\b(?:").removesuffix(")\\b"),
        )
    )
    end = rf"[\"'`*]{{0,3}}\s{{0,3}}(?:[.!,;?)#|\n:]|$|[\u2014\u2013-]\s|(?:{then})(?!\w))"
    digits = "|".join(nearby["digits"].split())
    gap = "" if is_wordless else r"[ ,-]{1,2}"
    edge = ("", "") if is_wordless else (r"(?<!\w)", r"(?!\w)")
    said = rf"{edge[0]}(?:{digits})(?:{gap}(?:{digits})){{{LEAST_SAID_DIGITS},7}}{edge[1]}"
    lists = ("password", "pin", "code_noun", "otp", "locked")
    nouns = [stem for name in lists for stem in words[name]]
    return _Cues(
        passwords=words["password"],
        pins=words["pin"],
        codes=[*words["code_noun"], *words["otp"]],
        locked=words["locked"],
        locks=nearby["locks"],
        dials=nearby["dials"],
        opens=nearby["opens"],
        roots=frozenset(root for stem in nouns for root in _roots() if root in stem),
        first=nearby["locks"] + nearby["dials"],
        first_digits=frozenset(nearby["digits"].split()) if not is_wordless else frozenset(),
        sent=re.compile(words["sent"], re.IGNORECASE),
        place=re.compile(
            rf"{'' if is_wordless else chr(92) + 'b'}(?:{words['place']})", re.IGNORECASE
        ),
        end=re.compile(end, re.IGNORECASE),
        digits=re.compile(said),
        counting=" ".join(nearby["digits"].split()),
        is_wordless=is_wordless,
    )
