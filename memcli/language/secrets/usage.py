"""
Values by their use: what opens a device, a safe or a house, signs in, or came in a message.

A rule is a kind of thing, what is done with it, and a value that looks like one of its kind, within
one sentence and in any order; the words are data, of all languages together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Final

from memcli.language.data import read_data
from memcli.language.secrets.nearby import EXAMPLES, is_counted, is_technical
from memcli.language.secrets.rules import TRAILING, Found
from memcli.language.secrets.values import CHECKS

# Returns the places of values in a sentence, which is given in small letters too.
Finder = Callable[[str, str], list[tuple[int, int]]]
# A longer sentence is a document's.
LONGEST: Final = 300
SIM_DIGITS: Final = 4
_ENDS = re.compile(r"[.!]\s|[\n\u3002\uff01]")
_YEAR: Final = r"(?!(?:19|20)\d\d(?!\d))"
_HAN: Final = r"(?<=[\u4e00-\u9fff])"
# Four or six digits that are no part, no year and no amount of something.
_DIGITS = re.compile(
    rf"(?<![\w.,:/@#$\u20ac\u00a3+-]){_YEAR}(?:\d{{4}}|\d{{6}})"
    r"(?!\w|[.,:/%-]\d|\s?[%\u20ac$\u00a3\u00b0])"
)
_CJK_DIGITS = re.compile(
    rf"{_HAN}{_YEAR}\d{{4,6}}[#*]?(?![\w%.-])|{_HAN}\d{{6}}(?=[\u4e00-\u9fff])"
)
_GROUPS = re.compile(r"(?<![\d/.-])\d{1,2}(?:-\d{1,2}){2,3}(?![\d/.-])")
_SENT = re.compile(
    r"(?<![\w.,:/$\u20ac\u00a3+-])(?:\d{6}|\d{3}[ -]\d{3})"
    r"(?![\w-]|[.,:/]\d|\s?\d|\s?[%\u20ac$\u00a3])"
    rf"|{_HAN}(?:\d{{6}}|\d{{3}}-\d{{3}})(?!\d|-)"
)
# A letter among digits, in Latin or Cyrillic script.
_MIXED = r"\d{1,4}[A-Z\u0410-\u042f]\d{2,5}|[A-Z]\d{3,5}[A-Z]|\d{3,5}[A-Z#*]"
_DOOR = re.compile(rf"(?<![\w-])(?:{_MIXED})(?![\w-])|{_HAN}\d{{4}}[#*]?(?!\d)")
_HEX = re.compile(
    r"(?<![A-Za-z0-9_-])(?=[0-9a-f]{0,31}\d)(?=[0-9a-f]{0,31}[a-f])[0-9a-f]{32,64}"
    r"(?![A-Za-z0-9_-])"
)
_AT_END = re.compile(r"[,:\u2014\u2013-]?\s{0,3}(\d{4,6})[.!]?\s{0,3}$")
_WORD = re.compile(
    r"(?<![^\s\"'`(,:\u3001\u3002\uff0c\uff1a\u4e00-\u9fff])"
    r"[A-Za-z\u00c0-\u024f][!#-&*-.0-9;=?-Z^-~\u00c0-\u024f]{4,40}"
)
# Letters, and two digits or a sign: no word has that.
_LOOK = re.compile(
    r"(?=.*[A-Za-z\u00c0-\u024f]{3})(?:.*\w[!#$%&*=?^~]\w?.*|.*[a-z]{3}_?\d{2}.*"
    r"|.*[A-Z][a-z]{3,}_\d{1,4}|.*[a-z]\d[A-Za-z]{2}.*|.*[a-z]_[a-z]+\d.*)"
)
# "PEP8", "node18", "Argon2id"; and what is as long as a word with two digits or more.
_NAME = re.compile(r"[A-Za-z]{1,10}[-_]?\d{1,4}[a-z]?")
_ONE_WORD = re.compile(r"[a-z]{5,}\d{2,4}|[A-Z][a-z]{3,}\d{2,4}")
_VALUE = re.compile(r"\d|\w[!#$%&*=?^~]\w")
_PROGRAM = re.compile(r"\w\(|[={}<>\[\]]{2}|->|::|\\|[a-z]+\.[a-z]+\.[a-z]+|[`|]")


def found_by_use(text: str, folded: str) -> Iterator[Found]:
    """Yield kinds and places of values that are used as secrets are."""
    if not _VALUE.search(text):
        return
    start = 0
    for end in (*(match.start() for match in _ENDS.finditer(text)), len(text)):
        is_short = 0 < end - start <= LONGEST and _VALUE.search(text, start, end)
        if is_short and not _PROGRAM.search(text, start, end):
            yield from _in_sentence(text[start:end], folded[start:end], start)
        start = end


def _in_sentence(said: str, folded: str, start: int) -> Iterator[Found]:
    for kind, places in _RULES:
        for first, last in places(said, folded):
            yield kind, start + first, start + last


def _has(folded: str, name: str) -> bool:
    return _pattern(name).search(folded) is not None


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """Return what matches where a word of a list begins."""
    given = read_data("secrets_usage")[name]
    stems = given.split() if isinstance(given, str) else given
    plain = [stem.replace("\u00a0", " ") for stem in stems]
    wordless = [re.escape(stem) for stem in plain if ord(stem[0]) >= 0x2E80]
    spelled = [re.escape(stem) for stem in plain if ord(stem[0]) < 0x2E80]
    return re.compile("|".join([*wordless, rf"(?<!\w)(?:{'|'.join(spelled)})"]))


def _spans(pattern: re.Pattern[str], said: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(said)]


def _digits(said: str) -> list[tuple[int, int]]:
    found = [*_spans(_DIGITS, said), *_spans(_CJK_DIGITS, said)]
    return [p for p in found if said[slice(*p)] not in EXAMPLES and not _is_counted(said, p[0])]


def _is_counted(said: str, at: int) -> bool:
    return is_counted(said[:at].lower())


def _of_device(said: str, folded: str) -> list[tuple[int, int]]:
    is_told = _has(folded, "devices") and (_has(folded, "unlocks") or _has(folded, "sets"))
    return _digits(said) if is_told else []


def _of_dial(said: str, folded: str) -> list[tuple[int, int]]:
    return _spans(_GROUPS, said) if _GROUPS.search(said) and _has(folded, "dials") else []


def _of_key_box(said: str, folded: str) -> list[tuple[int, int]]:
    found = _AT_END.search(said)
    is_told = found and _has(folded, "key_boxes") and not _is_counted(said, found.start(1))
    return [found.span(1)] if found and is_told else []


def _of_door(said: str, folded: str) -> list[tuple[int, int]]:
    """Return the numbers right behind what is done at a way in."""
    if not (_has(folded, "ways_in") or _has(folded, "dials")):
        return []
    numbers = [*_spans(_DOOR, said), *_digits(said)]
    return [place for place in numbers if _is_done(folded[: place[0]]) and _ends(said, place[1])]


def _is_done(before: str) -> bool:
    return _done().search(before) is not None


@cache
def _done() -> re.Pattern[str]:
    words = sorted(read_data("secrets_usage")["done"], key=len, reverse=True)
    return re.compile(
        rf"(?:(?<!\w)|(?<=[\u4e00-\u9fff]))(?:{'|'.join(map(re.escape, words))})[\s:]{{0,3}}$"
    )


def _ends(said: str, at: int) -> bool:
    """Tell a number behind which no noun comes that it would be the amount of."""
    following = re.match(r"[\s]{0,3}([^\W\d_]+)", said[at:])
    return following is None or following[1].casefold() in _goes_on()


@cache
def _goes_on() -> frozenset[str]:
    lists = read_data("secrets_nearby")["goes_on"], read_data("secrets_usage")["goes_on"]
    return frozenset(word for some in lists for word in some.split())


def _of_sign_in(said: str, folded: str) -> list[tuple[int, int]]:
    """Return the words that look like passwords where one signs in."""
    if not (_has(folded, "signs_in") or (_has(folded, "devices") and _is_opened(folded))):
        return []
    found = []
    for match in _WORD.finditer(said):
        plain = match[0].rstrip(TRAILING.replace("!", ""))
        if _is_password(plain) and not _is_user(folded[: match.start()]):
            found.append((match.start(), match.start() + len(plain)))
    return found


def _is_opened(folded: str) -> bool:
    return any(_has(folded, name) for name in ("unlocks", "sets", "asks"))


def _is_password(word: str) -> bool:
    if "@" in word or "//" in word or "." in word.strip(".") or is_technical(word):
        return False
    if _NAME.fullmatch(word) and not _ONE_WORD.fullmatch(word):
        return False
    return _LOOK.fullmatch(word) is not None and CHECKS["strong"](word)


def _is_user(before: str) -> bool:
    words = before.split()
    return bool(words) and words[-1].strip(",:\"'") in _users()


@cache
def _users() -> frozenset[str]:
    return frozenset(read_data("secrets_usage")["users"].split())


def _of_message(said: str, folded: str) -> list[tuple[int, int]]:
    found = _spans(_SENT, said)
    is_sent = found and _has(folded, "sent") and _has(folded, "phones")
    return found if is_sent or (found and _has(folded, "messages")) else []


def _of_key(said: str, folded: str) -> list[tuple[int, int]]:
    found = _spans(_HEX, said)
    is_key = found and _has(folded, "keys") and not _has(folded, "hashes")
    return found if is_key else []


def _of_sim(said: str, folded: str) -> list[tuple[int, int]]:
    is_told = _has(folded, "cards") and _has(folded, "codes")
    return (
        [p for p in _digits(said) if p[1] - p[0] == SIM_DIGITS and _ends(said, p[1])]
        if is_told
        else []
    )


_RULES: Final[Sequence[tuple[str, Finder]]] = (
    ("code", _of_device),
    ("code", _of_dial),
    ("code", _of_key_box),
    ("code", _of_door),
    ("password", _of_sign_in),
    ("one-time code", _of_message),
    ("api key", _of_key),
    ("pin", _of_sim),
)
