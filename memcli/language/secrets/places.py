"""
Places: a plain word, or some, that stand where a secret is told: "the password is, again, plum".

Nothing in such a value says what it is. What names it ("password", "security question"), what says
that it follows ("is", a colon, the name of a user before it) and where the clause ends do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from memcli.language.data import read_data
from memcli.language.patterns import lazy_pattern
from memcli.language.secrets import around
from memcli.language.secrets.cues import classes_between, classes_of, copulas, words_of
from memcli.language.secrets.edges import PICTURES
from memcli.language.secrets.rules import TRAILING, Found
from memcli.language.secrets.values import is_talk, is_told_word, no_words

if TYPE_CHECKING:
    from memcli.language.secrets.cues import Cue
    from memcli.language.secrets.evidence import Evidence

# What is told of a login as its name and its password.
_PAIR = lazy_pattern(
    r"(?:[:=\u2190-\u21ff]|[-=>]>)\s[\"\u201c]?[\w.@-]{3,40}[\"\u201d]?\s[/|]\s([^\s/|]{4,64})(?=\s*(?:[.,;(\n]|$))"
)
# "My email + teacake".
_BESIDE_USER = lazy_pattern(
    r"\b(?:e-?mail|mail|user(?:name)?|login)\s?[+/&]\s?([^\s/|+]{4,40})(?=\s*(?:[.,;(!]|$))",
    re.IGNORECASE,
)
# A word behind a comma, and what tells to say it.
_LAST = lazy_pattern(rf",\s(?:([^\W\d_]{{2,8}})\s)?([^\W\d_]{{4,24}})(?=[.!)]?[\s{PICTURES}]*$)")
_COLONS: Final = (":", "\uff1a", "=")
# So near before a value stands the sign that tells it.
NEAR: Final = 8
# What names a value that may be a plain word.
NAMING: Final = frozenset(("password",))
_PHRASED: Final = frozenset(("password", "key", "device", "open", "factor"))
# What is done with a word, and to what.
OPENING: Final = frozenset(("open", "sign"))
_PAIRED: Final = frozenset(("sign", "user", "net"))
OPENED: Final = frozenset(("device", "account", "net"))
SHORT: Final = 400
# Between a name and "is"; between it and the end of its value.
LONGEST_GAP: Final = 60
LONGEST_TAIL: Final = 160
# Before a password, where the name of its user stands.
LONGEST_LOGIN: Final = 70
LEAST_PHRASE: Final = 3
MOST_WORDS: Final = 8
# Of a turn in which each sentence is read.
LONG: Final = 4000
_QUOTES: Final = "\"'`*\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d\u2018\u2019\u300e\u300f"
_VALUE = lazy_pattern(r"[^\s\"`\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d\uff0c\u3002\u3001]{2,64}")
_CLAUSE_END = lazy_pattern(
    rf"[{_QUOTES})\]]*\s?(?:[.,;:!?)\n\u3002\uff0c\uff01\uff1f\u3001\uff1b]|$|[\u2014\u2013-]\s|\s*/\s)"
)
_SIGN: Final = r"[ \t]*(?:[:\uff1a=\u2192\u2190]|->|=>|[ ][\u2014\u2013-](?=[ ]))\s*"
_FIRST = lazy_pattern(r"[ ]([^\W\d_]{1,40})")
SPACED: Final = lazy_pattern(r"[^\W\d_]{1,40}(?:['\u2019-][^\W\d_]{1,40}){0,6}")
# Words that signs join: "gelato.al.limone".
_JOINED = lazy_pattern(r"[^\W\d_]{2,}(?:[._][^\W\d_]{2,})+|[^\W\d_]{2,}(?:-[^\W\d_]{2,}){2,}")
# Letters of other scripts than Latin, and of those without spaces.
_FOREIGN: Final = "\u0370"
_WORDLESS: Final = "\u2e80"
_FOREIGN_LINK = lazy_pattern(rf"{_SIGN}|\s?(?:[\u662f\u4e3a\u306f\u53eb]|\ub294|\uc740)\s?")
# Between a name and what stands beside it.
LONGEST_SIGN: Final = 4
# A name, up to two words for its thing, and a word at the end of a note.
SHORT_NOTE: Final = 80
_LEAD = lazy_pattern(r"[^\w]*(?:[^\W_]+['\u2019-]?[^\W_]*\s){0,3}")
_BARE = lazy_pattern(
    r"(?:\s[^\W\d_]{1,16}){0,3}\s[\"'`\u201c\u00ab]?([^\W\d_]{4,24})(?=[\"'`\u201d\u00bb.!)]*\s*(?:\n|$))"
)
_JOINT = lazy_pattern(r"[._]")
_THINGS: Final = frozenset(("account", "net", "device", "password"))
_LOWER_LATIN = lazy_pattern(r"[a-z][!-~]{3,63}")


def told_in_places(evidence: Evidence) -> Iterator[Found]:
    """Yield kinds and places of plain words that stand where a secret is told."""
    classes = evidence.classes
    is_opening = not classes.isdisjoint(OPENING | {"enter"})
    is_opening &= not classes.isdisjoint(OPENED | {"lock"})
    if len(evidence.text) <= SHORT:
        yield from () if classes.isdisjoint(_PAIRED) else _paired(evidence)
        yield from _beside_user(evidence)
        yield from _opening(evidence) if is_opening else ()
    if classes.isdisjoint(NAMING) and ("words" not in classes or classes.isdisjoint(_PHRASED)):
        return
    for number in sentences_of(evidence, NAMING):
        for cue in evidence.cues_of(number):
            if "password" in cue.classes:
                yield from _passwords(evidence, cue, number)
            if "words" in cue.classes and "password" not in cue.classes:
                yield from _phrases(evidence, cue, number)


def _paired(evidence: Evidence) -> Iterator[Found]:
    """Yield the second of a pair of a login or a network: "admin : root / chaussette"."""
    for match in _PAIR.finditer(evidence.text):
        cues = evidence.cues_of(evidence.number_at(match.start()))
        is_named = any(cue.classes & _PAIRED and cue.end <= match.start(1) for cue in cues)
        if is_named and is_told_word(match[1]) and not is_empty(match[1]):
            yield "password", *match.span(1)


def _beside_user(evidence: Evidence) -> Iterator[Found]:
    """Yield a word that is told beside "my email" where somebody signs in."""
    for match in _BESIDE_USER.finditer(evidence.text) if "sign" in evidence.classes else ():
        if is_told_word(match[1]) and not is_empty(match[1]) and not classes_of(match[1].lower()):
            yield "password", *match.span(1)


def _opening(evidence: Evidence) -> Iterator[Found]:
    """Yield a word by which a device or an account is opened: "it unlocks with broccoli"."""
    for match in _by().finditer(evidence.text):
        number = evidence.number_at(match.start())
        cues, end = evidence.cues_of(number), evidence.ends[number]
        before = [c for c in cues if 0 <= match.start() - c.end <= LONGEST_GAP]
        is_note = len(evidence.text) <= SHORT_NOTE
        is_typed = is_note and match[0].strip(" :").lower() in between("typing")
        if not cues or (not is_typed and not any(c.classes & OPENING for c in before)):
            continue
        start = _skip(evidence.text, match.end())
        place = _word(evidence.text, start, end) or _phrase(evidence, cues[0], start, end)
        is_opened = any(cue.classes & (OPENED | {"lock"} if is_typed else OPENED) for cue in cues)
        if place and is_opened and evidence.folded[slice(*place)] not in between("no_openers"):
            yield "password", *place


def sentences_of(evidence: Evidence, naming: frozenset[str]) -> Iterator[int]:
    """Yield the numbers of the sentences that may name a value."""
    if len(evidence.text) <= LONG:
        yield from range(len(evidence.ends))
        return
    known = words_of(evidence.folded, naming)
    if known:
        pattern = lazy_pattern("|".join(map(re.escape, known)))
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
    place = _adjacent(evidence, cue, end) or _at_end(evidence, cue, number)
    if place := place or _bare(evidence, cue, number):
        yield "password", *place


def _phrases(evidence: Evidence, cue: Cue, number: int) -> Iterator[Found]:
    """Yield the words of a phrase that opens something: "the phrase for the disk is ..."."""
    classes = evidence.classes_at(number)
    if classes.isdisjoint(_PHRASED):
        return
    end = min(evidence.ends[number] - 1, cue.end + LONGEST_TAIL)
    for match in links().finditer(evidence.text, cue.end, min(end, cue.end + LONGEST_GAP)):
        place = _phrase(evidence, cue, behind_fillers(evidence.text, match.end()), end)
        if place:
            yield "password", *place
            return


def _told_at(evidence: Evidence, cue: Cue, number: int, end: int) -> Iterator[int]:
    """Yield where a value may begin: behind "is" or a sign that stands soon after its name."""
    text, limit = evidence.text, min(end, cue.end + LONGEST_GAP)
    first = _FIRST.match(text, cue.end, limit)
    word = first[1] if first else ""
    # "Password rules: ..." are that of something else, "password words: ..." are words.
    if word.lower() not in between("of_passwords") or "words" in evidence.classes_at(number):
        for match in links().finditer(text, cue.end, limit):
            named = SPACED.findall(evidence.folded, cue.end, match.start())
            if not between("idioms").isdisjoint(named):
                return
            yield behind_fillers(text, match.end())


def is_figure(text: str, start: int, end: int) -> bool:
    """
    Tell a word that a password is only in a manner of speaking: "to success is patience".

    A capital tells of a name: what opens Health, or is called Rocinante, is meant as it is said.
    """
    before = SPACED.findall(text, max(0, start - around.LEAD), start)[-2:]
    value = text[start:end]
    is_plain = value.isalpha() and value == value.lower()
    return is_plain and not between("idioms").isdisjoint(before)


def behind_fillers(text: str, start: int) -> int:
    """Return where what is said begins behind "still", "by the way"."""
    start = _skip(text, start)
    while (found := SPACED.match(text, start)) and found[0].lower() in between("fillers"):
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
    is_behind_sign = text[max(0, start - NEAR) : start].rstrip(f" {_QUOTES}")[-1:] in _COLONS
    is_told = is_told_word(plain, is_behind_sign=is_behind_sign)
    if not plain or plain[0] >= _WORDLESS or not is_told or is_empty(plain):
        return None
    return (start, stop) if ends_clause(text, stop) else None


def is_empty(word: str) -> bool:
    """Tell a word that says nothing of its own: "is", "the"."""
    return word.lower() in around.no_nouns() or word.lower() in copulas()


def ends_clause(text: str, stop: int) -> bool:
    """Tell whether a clause ends, or goes on with how a value is written: "all lower case"."""
    if text[stop : stop + 2].strip()[:1] in ("?", "\uff1f"):
        return False
    following = SPACED.match(text, stop + 1) if text[stop : stop + 1] == " " else None
    goes_on = between("follows") | between("clauses")
    is_written = following is not None and following[0].lower() in goes_on
    return is_written or _CLAUSE_END.match(text, stop) is not None


def _phrase(evidence: Evidence, cue: Cue, start: int, end: int) -> tuple[int, int] | None:
    """Return the place of the words of a passphrase: "three words: velvet moon harbour"."""
    text = evidence.text
    words = list(words_from(text, start, end, MOST_WORDS))
    said = [text[slice(*word)].lower() for word in words]
    if len(said) < LEAST_PHRASE:
        return None
    n_empty = sum(is_empty(word) or word in no_words() for word in said)
    names = evidence.folded[cue.start : start]
    is_told = "words" in classes_between(names) or text[max(0, start - NEAR) : start].rstrip()[
        -1:
    ] in tuple(_QUOTES)
    is_over = _CLAUSE_END.match(text, words[-1][1]) is not None
    is_counted = "words" in classes_between(names)
    if not is_over and not (is_counted and text.startswith(" (", words[-1][1])):
        return None
    is_odd = is_told or (
        text[max(0, start - NEAR) : start].rstrip()[-1:] in _COLONS and n_empty * 4 < len(said)
    )
    # "Four words: correct otter saddle nine" are told, whatever the first is.
    is_said = not is_told and is_talk(said)
    is_phrase = is_odd and n_empty * 2 <= len(said) and not is_said
    return (start, words[-1][1]) if is_phrase else None


def _adjacent(evidence: Evidence, cue: Cue, end: int) -> tuple[int, int] | None:
    """Return the place of an odd word right behind its name: "пароль solnyshko"."""
    text, is_foreign = evidence.text, evidence.text[cue.start] >= _FOREIGN
    link = _FOREIGN_LINK.match(text, cue.end) if is_foreign else None
    start = behind_fillers(text, link.end() if link else cue.end)
    value = _VALUE.match(text, start, end) if start > cue.end or is_foreign else None
    if value is None or (not is_foreign and start - cue.end > LONGEST_SIGN):
        return None
    plain = value[0].rstrip(TRAILING)
    if is_foreign:
        latin = _LOWER_LATIN.match(plain)
        plain = latin[0].rstrip(TRAILING) if latin else ""
        is_odd = not classes_of(plain.lower()) & _THINGS and is_told_word(plain)
    else:
        is_odd = _JOINED.fullmatch(plain) is not None and is_told_word(_JOINT.sub("-", plain))
    stop = start + len(plain)
    is_over = text[stop : stop + 2].strip()[:1] >= _WORDLESS or ends_clause(text, stop)
    return (start, stop) if plain and is_odd and is_over else None


def _at_end(evidence: Evidence, cue: Cue, number: int) -> tuple[int, int] | None:
    """Return the place of the word with which a sentence ends: "is my cat's name, Pamuk"."""
    text, end = evidence.text, evidence.ends[number] - 1
    last = _LAST.search(text, cue.end, min(end, cue.end + LONGEST_TAIL))
    rest = text[last.end() : end].strip(" .!)") if last else ""
    if last is None or any(map(str.isalnum, rest)):
        return None
    between_them = text[cue.end : last.start()]
    is_link = last[1] is None and links().search(f"{between_them} ")
    is_said = is_link or (last[1] or "").lower() in between("tells")
    place = _word(text, last.start(2), end)
    return place if is_said and len(between_them) <= LONGEST_GAP else None


def _bare(evidence: Evidence, cue: Cue, number: int) -> tuple[int, int] | None:
    """Return the place of the one word behind a name and its thing: "wifi şifre karpuz"."""
    text, end = evidence.text, evidence.ends[number] - 1
    start = evidence.ends[number - 1] if number else 0
    is_note = len(text) <= SHORT_NOTE and _LEAD.fullmatch(text, start, cue.start)
    found = _BARE.match(text, cue.end, end + 1) if is_note else None
    if found is None or text[found.end() : end].strip():
        return None
    *between_them, value = SPACED.findall(evidence.folded, cue.end, found.end())
    are_things = all(
        (word in around.no_nouns() and word not in copulas()) or classes_of(word) & _THINGS
        for word in between_them
    )
    said = SPACED.findall(evidence.folded, start, found.end())
    is_said_of_it = any(word.startswith(_said_of()) for word in said)
    if not are_things or classes_of(value) or is_said_of_it:
        return None
    if value in between("of_passwords"):
        return None
    return _word(text, found.start(1), end + 1)


@cache
def _said_of() -> tuple[str, ...]:
    return tuple(between("said_of"))


def _behind_user(evidence: Evidence, cue: Cue, number: int) -> tuple[int, int] | None:
    """Return the place of a password behind the name of its user: "user klara, password Mond"."""
    text, first = evidence.text, max(0, cue.start - LONGEST_LOGIN)
    users = [each for each in evidence.cues_before(cue, first) if "user" in each.classes]
    if not users or not _user().fullmatch(text[users[-1].end : cue.start]):
        return None
    link = lazy_pattern(rf"{_SIGN}|\s").match(text, cue.end) or links().match(text, cue.end)
    start = behind_fillers(text, link.end()) if link else cue.end
    word = SPACED.match(text, start)
    if word and word[0].lower() in copulas():
        start = behind_fillers(text, word.end())
    value = _VALUE.match(text, start, min(len(text), start + LONGEST_TAIL))
    plain = value[0].rstrip(TRAILING) if value else ""
    if not plain or start == cue.end or not is_told_word(plain) or is_empty(plain):
        return None
    return (start, start + len(plain)) if ends_clause(text, start + len(plain)) else None


def words_from(text: str, start: int, end: int, most: int) -> Iterator[tuple[int, int]]:
    """Yield where the next words stand that nothing but a space parts."""
    for _ in range(most):
        found = SPACED.match(text, start, end)
        if found is None:
            return
        yield found.span()
        if text[found.end() : found.end() + 1] not in (" ", "-"):
            return
        start = found.end() + 1


@cache
def between(name: str) -> frozenset[str]:
    """Return a list of the words that stand between a name and its value."""
    return frozenset(read_data("secrets_told")["between"][name].split())


@cache
def links() -> re.Pattern[str]:
    """Return what matches "is" or a sign that says the same."""
    said = "|".join(sorted(map(re.escape, copulas()), key=len, reverse=True))
    return re.compile(rf"{_SIGN}|[ ,]\s?(?:{said})(?=[ :]):?\s", re.IGNORECASE)


@cache
def _by() -> re.Pattern[str]:
    """Return what matches "with", behind what opens something."""
    words = between("by") | between("typing")
    said = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(rf"\s(?:{said})(?:\s?:)?\s", re.IGNORECASE)


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
