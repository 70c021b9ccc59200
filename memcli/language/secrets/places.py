"""
Places: a plain word, or some, that stand where a secret is told: "the password is, by the way, plum".

Nothing in such a value says what it is. What names it ("password", "security question"), what says
that it follows ("is", a colon, the name of a user before it) and where the clause ends do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from memcli.language.data import read_data
from memcli.language.secrets import around
from memcli.language.secrets.cues import classes_of, words_of
from memcli.language.secrets.rules import TRAILING, Found
from memcli.language.secrets.values import is_nothing, is_phrase, is_told_word, no_words

if TYPE_CHECKING:
    from memcli.language.secrets.cues import Cue
    from memcli.language.secrets.evidence import Evidence

# What names a value that may be a plain word.
NAMING: Final = frozenset(("password", "answer"))
# Between a name and "is"; between it and the end of its value.
LONGEST_GAP: Final = 60
LONGEST_TAIL: Final = 160
# Before a password, where the name of its user stands.
LONGEST_LOGIN: Final = 70
LEAST_PHRASE: Final = 3
MOST_WORDS: Final = 8
MOST_ANSWER_WORDS: Final = 3
# Of a turn in which each sentence is read.
LONG: Final = 4000
_QUOTES: Final = "\"'`*\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d\u2018\u2019\u300e\u300f"
_VALUE = re.compile(r"[^\s\"`\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d\uff0c\u3002\u3001]{2,64}")
_CLAUSE_END = re.compile(
    rf"[{_QUOTES})\]]*\s?(?:[.,;:!?)\n\u3002\uff0c\uff01\uff1f\u3001\uff1b]|$|[\u2014\u2013-]\s|\s*/\s)"
)
_SIGN: Final = r"[ \t]*(?:[:\uff1a=\u2192\u2190]|->|=>|[ ][\u2014\u2013-](?=[ ]))\s*"
_FIRST = re.compile(r"[ ]([^\W\d_]+)")
_SPACED = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
# Words that signs join: "gelato.al.limone".
_JOINED = re.compile(r"[^\W\d_]{2,}(?:[._][^\W\d_]{2,})+|[^\W\d_]{2,}(?:-[^\W\d_]{2,}){2,}")
# Letters of other scripts than Latin, and of those without spaces.
_FOREIGN: Final = "\u0370"
_WORDLESS: Final = "\u2e80"
_LOWER_LATIN = re.compile(r"[a-z][!-~]{3,63}")


def told_in_places(evidence: Evidence) -> Iterator[Found]:
    """Yield kinds and places of plain words that stand where a secret is told."""
    if evidence.classes.isdisjoint(NAMING):
        return
    for number in _sentences(evidence):
        for cue in evidence.cues_of(number):
            if "password" in cue.classes:
                yield from _passwords(evidence, cue, number)
            if "answer" in cue.classes:
                yield from _answers(evidence, cue, number)


def _sentences(evidence: Evidence) -> Iterator[int]:
    """Yield the numbers of the sentences that may name a value."""
    if len(evidence.text) <= LONG:
        yield from range(len(evidence.ends))
        return
    known = words_of(evidence.folded, NAMING)
    if known:
        pattern = re.compile("|".join(map(re.escape, known)))
        found = pattern.finditer(evidence.folded)
        yield from sorted({evidence.number_at(match.start()) for match in found})


def _passwords(evidence: Evidence, cue: Cue, number: int) -> Iterator[Found]:
    end = min(evidence.ends[number] - 1, cue.end + LONGEST_TAIL)
    if place := _behind_user(evidence, cue, number):
        yield "password", *place
        return
    for start in _told_at(evidence, cue, number, end):
        place = _word(evidence.text, start, end) or _phrase(evidence, cue, start, end)
        if place:
            yield "password", *place
            return
    if place := _adjacent(evidence, cue, end):
        yield "password", *place


def _told_at(evidence: Evidence, cue: Cue, number: int, end: int) -> Iterator[int]:
    """Yield where a value may begin: behind "is" or a sign that stands soon after its name."""
    text, limit = evidence.text, min(end, cue.end + LONGEST_GAP)
    first = _FIRST.match(text, cue.end, limit)
    word = first[1] if first else ""
    # "Password rules: ..." are that of something else, "password words: ..." are words.
    if word.lower() not in between("of_passwords") or any("words" in each.classes for each in evidence.cues_of(number)):
        for match in _link().finditer(text, cue.end, limit):
            yield _behind_fillers(text, match.end())


def _behind_fillers(text: str, start: int) -> int:
    """Return where what is said begins behind "still", "by the way"."""
    start = _skip(text, start)
    while (found := _SPACED.match(text, start)) and found[0].lower() in between("fillers"):
        start = _skip(text, found.end())
    return start


def _skip(text: str, start: int) -> int:
    while start < len(text) and (text[start] in _QUOTES or text[start] in " ,"):
        start += 1
    return start


def _word(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the place of the one word with which a clause ends."""
    value = _VALUE.match(text, start, end)
    if value is None:
        return None
    plain = value[0].rstrip(TRAILING)
    stop = start + len(plain)
    if not plain or plain[0] >= _WORDLESS or not is_told_word(plain) or _is_empty(plain):
        return None
    return (start, stop) if _ends(text, stop) else None


def _is_empty(word: str) -> bool:
    return word.lower() in around.no_nouns() or word.lower() in copulas()


def _ends(text: str, stop: int) -> bool:
    """Tell whether a clause ends, or goes on with how a value is written: "all lower case"."""
    if text[stop : stop + 2].strip()[:1] in ("?", "\uff1f"):
        return False
    following = _SPACED.match(text, stop + 1) if text[stop : stop + 1] == " " else None
    is_written = following is not None and following[0].lower() in between("follows")
    return is_written or _CLAUSE_END.match(text, stop) is not None


def _phrase(evidence: Evidence, cue: Cue, start: int, end: int) -> tuple[int, int] | None:
    """Return the place of the words of a passphrase: "three words: velvet moon harbour"."""
    text, at, said = evidence.text, start, []
    while len(said) < MOST_WORDS and (found := _SPACED.match(text, at, end)):
        said.append(found[0])
        at = found.end() + (text[found.end() : found.end() + 1] in (" ", "-"))
        if text[found.end() : found.end() + 1] not in (" ", "-"):
            break
    stop = start + len(text[start:at].rstrip(" -"))
    is_whole = len(said) >= LEAST_PHRASE and _CLAUSE_END.match(text, stop) is not None
    if not is_whole or not is_phrase(" ".join(said)) or max(map(len, said)) > 20:
        return None
    n_empty = sum(_is_empty(word) or word.lower() in no_words() for word in said)
    numbered = evidence.folded[cue.start : start]
    is_told = not classes_between_of(numbered).isdisjoint(("words",)) or evidence.text[start - 1] in _QUOTES
    return (start, stop) if is_told and n_empty * 2 <= len(said) else None


def classes_between_of(folded: str) -> frozenset[str]:
    """Return the classes of the words of a short text."""
    return frozenset().union(*(classes_of(word) for word in re.findall(r"[^\W\d_]+", folded)))


def _adjacent(evidence: Evidence, cue: Cue, end: int) -> tuple[int, int] | None:
    """Return the place of an odd word right behind its name: "пароль solnyshko"."""
    text = evidence.text
    start = _skip(text, cue.end)
    is_foreign = text[cue.start] >= _FOREIGN
    if is_foreign and (link := re.compile(rf"{_SIGN}|\s?(?:[\u662f\u4e3a\u306f\u53eb]|\ub294|\uc740)\s?").match(text, cue.end)):
        start = _skip(text, link.end())
    value = _VALUE.match(text, start, end) if start - cue.end <= 4 else None
    if value is None or start == cue.end:
        return None
    plain = value[0].rstrip(TRAILING)
    if is_foreign:
        latin = _LOWER_LATIN.match(plain)
        plain = latin[0].rstrip(TRAILING) if latin else ""
        is_thing = not plain or classes_of(plain.lower()) & {"account", "net", "device", "password"}
        is_odd = not is_thing and is_told_word(plain)
        ends = text[start + len(plain) : start + len(plain) + 1] >= _WORDLESS or _ends(text, start + len(plain))
    else:
        is_odd = _JOINED.fullmatch(plain) is not None and not is_nothing(plain.replace(".", "-").replace("_", "-"))
        ends = _ends(text, start + len(plain))
    return (start, start + len(plain)) if is_odd and ends else None


def _behind_user(evidence: Evidence, cue: Cue, number: int) -> tuple[int, int] | None:
    """Return the place of a password behind the name of its user: "user klara, password Mond"."""
    text, first = evidence.text, max(0, cue.start - LONGEST_LOGIN)
    cues = [*(evidence.cues_of(number - 1) if number else ()), *evidence.cues_of(number)]
    users = [c for c in cues if "user" in c.classes and first <= c.start and c.end < cue.start]
    if not users or not _user().fullmatch(text[users[-1].end : cue.start]):
        return None
    link = re.compile(rf"{_SIGN}|\s").match(text, cue.end) or _link().match(text, cue.end)
    start = _behind_fillers(text, link.end()) if link else cue.end
    word = _SPACED.match(text, start)
    if word and word[0].lower() in copulas():
        start = _behind_fillers(text, word.end())
    value = _VALUE.match(text, start, min(len(text), start + LONGEST_TAIL))
    plain = value[0].rstrip(TRAILING) if value else ""
    if not plain or start == cue.end or not is_told_word(plain) or _is_empty(plain):
        return None
    return (start, start + len(plain)) if _ends(text, start + len(plain)) else None


def _answers(evidence: Evidence, cue: Cue, number: int) -> Iterator[Found]:
    """Yield what answers a question of security: at most three words that end the clause."""
    text, end = evidence.text, min(evidence.ends[number] - 1, cue.end + LONGEST_TAIL)
    starts = [match.end() for match in _link().finditer(text, cue.end, end)]
    starts += [match.end() for match in _reply().finditer(text, cue.end, end)]
    for start in reversed(starts):
        start = _behind_fillers(text, start)
        said, at = [], start
        while len(said) <= MOST_ANSWER_WORDS and (found := _SPACED.match(text, at, end)):
            said.append(found[0])
            at = found.end() + 1
            if text[found.end() : at] != " ":
                break
        stop = start + len(text[start : at - 1].rstrip()) if said else start
        if not said or len(said) > MOST_ANSWER_WORDS or not _ends(text, stop):
            continue
        is_empty = any(_is_empty(word) or word.lower() in no_words() for word in said[:1])
        if not is_empty and is_told_word("-".join(said), least=2):
            yield "security answer", start, stop
            return


@cache
def between(name: str) -> frozenset[str]:
    """Return a list of the words that stand between a name and its value."""
    return frozenset(read_data("secrets_told")["between"][name].split())


@cache
def copulas() -> frozenset[str]:
    """Return the words that say what a thing is, in any language."""
    return between("copula")


@cache
def _link() -> re.Pattern[str]:
    """Return what matches "is" or a sign that says the same."""
    said = "|".join(sorted(map(re.escape, copulas()), key=len, reverse=True))
    return re.compile(rf"{_SIGN}|[ ,]\s?(?:{said})(?=[ :]):?\s", re.IGNORECASE)


@cache
def _reply() -> re.Pattern[str]:
    said = "|".join(sorted(map(re.escape, between("answers")), key=len, reverse=True))
    return re.compile(rf"\s(?:{said})(?=[ :]):?\s", re.IGNORECASE)


@cache
def _user() -> re.Pattern[str]:
    """Return what matches the name of a user and what joins it to the word for a password."""
    said = "|".join(map(re.escape, between("copula")))
    ands = "|".join(map(re.escape, between("and")))
    name = r"[\"'`]?[^\s\"'`,;:/|]{2,40}[\"'`]?"
    return re.compile(
        rf"(?:{_SIGN}|\s(?:{said})\s|\s){name}"
        rf"(?:\s*[,;/|\uff0c\u3001\n]|(?=\s(?:{ands})\s))(?:\s*(?:{ands})(?=\s)){{0,2}}\s*",
        re.IGNORECASE,
    )
