"""
Values behind words: whether a bare word that stands where a secret would is one.

"My password is hunter2" gives one away, "my password is wrong" and "password = form.get(" do not.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Final

from memcli.language.data import read_data
from memcli.language.patterns import lazy_pattern

# Shannon entropy in bits a character: words lie near 3, random base 62 of 20 characters near 4.
RANDOM_BITS: Final = 3.0
# Of a number of a paper or an account; fewer are a year or an hour.
LEAST_DIGITS: Final = 5
LEAST_WITH_LETTERS: Final = 4
# Of capitals and digits: a passport has no more than some digits.
LEAST_SERIAL: Final = 8
# A word as long as this is no password that anybody said.
LEAST_PASSWORD: Final = 4

# An expression of a program: a call, a place in a list, or a name with points.
_CODE = lazy_pattern(
    r"[A-Za-z_][\w.>-]*[(\[]|[a-z_]\w*(?:\.[a-zA-Z_]\w*)+$|[a-z]+_[a-z_]+$|[A-Za-z_]\w*==?\w"
)
# Between the words of a name in a program, and in a password.
_CODE_SIGNS = lazy_pattern(r"(?<=[a-z])[._](?=[A-Za-z])")
_ADDRESS = lazy_pattern(
    r"\w[\w.+-]*@[\w-]+\.[\w.-]+$|www\.|[~.]{0,2}/\w+/|\\\\|[a-z]+(?:/[a-z]+)+\d?$"
)
# "8-character", "256bit", a version, a date, an hour, an amount.
_MEASURE = lazy_pattern(
    r"[\d.,]{1,9}[-+]?(?:[^\W\d_]{2,}|[x%°€$£])$|v?\d+(?:\.\d+)+$|[\d./-]*\d[./-]\d[\d./-]*$"
    r"|\d{1,2}[:.h]\d\d(?:[ap]m)?$|[$€£]\d|\d+(?:st|nd|rd|th)$|(?:19|20)\d\d['\u2019]\w+$",
    re.IGNORECASE,
)
# A digit, a sign between letters, or capitals in the middle.
_STRONG = lazy_pattern(r"\d|\w[!#$%&*+=?@^~]+\w|[a-z][A-Z].{0,40}[a-z][A-Z]|[A-Z]{2}[a-z]")
_LETTER = lazy_pattern(r"[^\W\d_]")
_DIGIT = lazy_pattern(r"\d")
_NO_LETTER = lazy_pattern(r"[\d_-]")
_MIXED = lazy_pattern(r"[A-Za-z]\d|\d[A-Za-z]")
_DATE = lazy_pattern(
    r"(?:19|20)\d\d(?:[-/.](?:19|20)?\d{1,2}){0,2}$|\d{1,2}[./]\d{1,2}[./](?:\d\d){1,2}$|\d{1,2}-\d{1,2}-(?:19|20)\d\d$"
)
_NAME = lazy_pattern(r"([a-z]+)(?:[-_]?\d{1,4}[a-z]?)?")
_SHORT_CAPITALS = lazy_pattern(r"[A-Z]{1,5}-?\d{1,4}[A-Z]?")
# A type or a name of a program; from small letters to capitals, from letters to digits and back.
_TYPE = lazy_pattern(
    r"(?:[A-Z][a-z]+)*(?:Str|String|Type|Field|Any)|[a-z]+(?:[A-Z][a-z]+)+|str|string|bytes|any"
)
_CHANGES = lazy_pattern(r"[A-Za-z](?=\d)|\d(?=[A-Za-z])|[a-z](?=[A-Z])")
# Said of codes at large.
EXAMPLES: Final = frozenset(("0000", "1111", "1234", "12345", "123456", "12345678"))
_NO_START: Final = ("[", "<", "{", "$", "%", "(", "-", "/", "\\", "@", "#{", "=", "&", "|")


def is_strong(value: str) -> bool:
    """Judge a word that nothing but its own look says to be a password: no plain word has it."""
    if len(value) <= LEAST_PASSWORD or not _STRONG.search(value) or not _LETTER.search(value):
        return False
    return not is_nothing(value) and not _MEASURE.match(value)


def is_odd(value: str) -> bool:
    """Judge a word that looks like a password; points may be in it where digits are."""
    return is_strong(_CODE_SIGNS.sub("-", value) if _DIGIT.search(value) else value)


def is_told(value: str) -> bool:
    """Judge one word that a person told as a password: a program would not say "is"."""
    return is_password(_CODE_SIGNS.sub("-", value))


def is_password(value: str) -> bool:
    """Judge one word said to be a password."""
    if is_nothing(value) or len(value) < LEAST_PASSWORD:
        return False
    if value.isdigit() or is_strong(value):
        return True
    if _MEASURE.match(value) or not value[0].isalnum():
        return False
    plain = value.casefold()
    return plain not in no_words() and not plain.endswith(_endings())


def is_told_word(value: str, least: int = LEAST_PASSWORD, *, is_behind_sign: bool = False) -> bool:
    """Judge a plain word of any language that stands where a password is told."""
    plain = value.casefold()
    parts = re.split(r"[\s-]+", plain)
    if len(value) < least or is_nothing(_CODE_SIGNS.sub("-", value)) or _MEASURE.match(value):
        return False
    if is_technical(value) and any(map(str.isdigit, value)):
        return False
    is_said_of_it = plain.endswith(_endings()) and not is_behind_sign
    return value[0].isalnum() and no_words().isdisjoint(parts) and not is_said_of_it


def is_assigned(value: str) -> bool:
    """Judge what a program or a file of settings gives a password."""
    plain = value.casefold()
    return not is_nothing(value) and plain not in no_words() and len(value) >= LEAST_PASSWORD


def is_setting(value: str) -> bool:
    """Judge what a line of settings gives a password: no type of a program."""
    is_type = _TYPE.fullmatch(value) is not None
    return not is_type and is_assigned(value.replace("_", "-"))


def is_unguessable(value: str) -> bool:
    """Judge a part of an address: it goes to and fro between letters and digits."""
    if value.lower() in no_words() or is_nothing(value) or not _DIGIT.search(value):
        return False
    n_changes = len(_CHANGES.findall(value))
    return n_changes >= 3 and n_changes * 10 >= len(value)


def is_quoted_secret(value: str) -> bool:
    """Judge what stands between quotation marks: anything but an example or a phrase about it."""
    words = value.casefold().split()
    if not words or is_nothing(value):
        return False
    return len(words) == 1 or is_phrase(value)


def is_phrase(value: str) -> bool:
    """Tell a phrase of words that is a secret from "too long to remember"."""
    words = re.split(r"[\s-]+", value.casefold())
    return no_phrase().isdisjoint(words) and not words[0].endswith(_endings())


def is_talk(words: list[str]) -> bool:
    """Tell words about a password from those of one, which has none that only talk has."""
    return not no_talk().isdisjoint(words) or words[0].endswith(_endings())


def is_code(value: str) -> bool:
    """Judge a code of a door: some digits, and letters or signs between them."""
    n_digits = sum(map(str.isdigit, value))
    return n_digits >= 3 or (n_digits > 0 and len(value) >= 4 and not _MEASURE.match(value))


def is_paper(value: str) -> bool:
    """Judge a number of a paper or an account: longer than a year, and no date."""
    if _DATE.match(value):
        return False
    n_digits, n_letters = (sum(map(test, value)) for test in (str.isdigit, str.isalpha))
    is_serial = len(value) >= LEAST_SERIAL and n_digits > 1 and value.isalnum() and value.isupper()
    return is_serial or n_digits >= (LEAST_WITH_LETTERS if n_letters else LEAST_DIGITS)


def is_name(value: str) -> bool:
    """Judge a family name."""
    return not value[0].islower() and value.casefold() not in no_words()


def is_random(value: str) -> bool:
    """Judge a run behind a key-like word: letters and digits within a part, with much entropy."""
    if not _DIGIT.search(value) or not _MIXED.search(value) or is_nothing(value):
        return False
    counts = Counter(value).values()
    bits = -sum(n / len(value) * math.log2(n / len(value)) for n in counts)
    return bits >= RANDOM_BITS and not _MEASURE.match(value)


def is_seed(value: str) -> bool:
    """Judge a run of words said to be those of a wallet: small talk is none."""
    words = re.findall(r"[^\W\d_]+", value)
    return value.islower() and no_seed().isdisjoint(words) and len(set(words)) > len(words) - 3


def is_basic(value: str) -> bool:
    """Judge a header of basic authentication: a name and a password, in base 64."""
    try:
        said = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return ":" in said.strip(":") and said.isprintable()


def is_technical(value: str) -> bool:
    """Tell a name of technical talk: "sha256", "ISO-27001", "Flask-Argon2"."""
    if _SHORT_CAPITALS.fullmatch(value):
        return True
    names = [_NAME.fullmatch(part) for part in re.split(r"[:/_+-]", value.casefold())]
    return all(name is not None and name[1] in _technical() for name in names)


@cache
def _technical() -> frozenset[str]:
    return frozenset(read_data("secrets_evidence")["beside"]["technical"].split())


def is_nothing(value: str) -> bool:
    """Tell what stands for a secret: a variable, a call, an address, stars, or an example."""
    if value.startswith(_NO_START) or not any(map(str.isalnum, value)):
        return True
    lowered = value.casefold()
    return (
        len(set(lowered)) < 2
        or "://" in value
        or _CODE.match(value) is not None
        or _ADDRESS.match(value) is not None
        or _placeholders()[1].search(lowered) is not None
        or _is_example(lowered)
    )


def _is_example(lowered: str) -> bool:
    """Tell a value of words alone that examples are made of: "mysecretpassword"."""
    return not any(map(str.isdigit, lowered)) and not _left(lowered)


def _left(lowered: str) -> str:
    """Return what is left of a value without the words of examples, from its beginning on."""
    while found := _placeholders()[0].match(lowered):
        lowered = lowered[found.end() :]
    return lowered


@cache
def _placeholders() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what matches one word of an example, the longest first, and what is in examples."""
    data = read_data("secrets")["placeholders"]
    known = sorted(data["words"].split(), key=len, reverse=True)
    inside = "|".join(map(re.escape, data["inside"].split()))
    return re.compile(rf"(?:{'|'.join(known)})[\s_.-]*"), re.compile(inside)


@cache
def no_words() -> frozenset[str]:
    """Return what is said of passwords in place of them, in any language."""
    lists = read_data("secrets")["none"].values()
    return frozenset(word for each in lists for word in each.split())


@cache
def _endings() -> tuple[str, ...]:
    lists = read_data("secrets")["endings"].values()
    return tuple({ending for each in lists for ending in each.split()})


@cache
def no_phrase() -> frozenset[str]:
    """Return words that a phrase has only where it is about a password."""
    data = read_data("secrets")
    others = (words for language, words in data["none"].items() if language != "en")
    return frozenset(" ".join([*others, data["excuses"]["en"]]).split())


@cache
def no_talk() -> frozenset[str]:
    """Return words that talk about a password has: "too", "must", "forgotten"."""
    return frozenset(read_data("secrets_told")["between"]["talk"].split())


@cache
def no_seed() -> frozenset[str]:
    """Return words that talk has and a seed phrase not."""
    return frozenset(" ".join(read_data("secrets")["no_seed"].values()).split())


CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "any": bool,
    "assigned": is_assigned,
    "basic": is_basic,
    "code": is_code,
    "command": lambda value: not is_nothing(value),
    "digits": lambda value: len(value) >= 3 and not is_nothing(value),
    "joined": lambda value: _NO_LETTER.search(value) is not None and is_setting(value),
    "long": lambda value: is_strong(value) or (value.isdigit() and len(value) >= 8),
    "name": is_name,
    "paper": is_paper,
    "password": is_password,
    "phrase": is_phrase,
    "random": is_random,
    "seed": is_seed,
    "shape": lambda value: _placeholders()[1].search(value.casefold()) is None,
    "strong": is_strong,
    "setting": is_setting,
    "told": is_told,
    "unguessable": is_unguessable,
}
