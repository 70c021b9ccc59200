"""
Names and how like they are: forms, initials, acronyms, slips of the pen.

A name is compared with a fuller one of the same type; what the nicknames stand for is in a table
of its own.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from memcli.language.names.nicknames import GIVEN_NAMES, formal_names

MAX_NAME: Final = 80
# Shorter names differ by a letter anyway.
TYPO_LENGTH: Final = 6

_TITLES: Final = {
    **dict.fromkeys(("mr", "mister", "sir", "herr", "monsieur", "señor"), "m"),
    **dict.fromkeys(("mrs", "ms", "miss", "madam", "madame", "frau", "lady", "señora"), "f"),
    **dict.fromkeys(
        ("dr", "doctor", "prof", "professor", "rev", "reverend", "coach", "captain"), ""
    ),
}
_COMPANY_WORDS: Final = frozenset(
    "inc incorporated ltd limited llc corp corporation co company gmbh plc".split()
)
_SMALL_WORDS: Final = frozenset("of the and for in on at de la du des &".split())
_ACCENTS = re.compile("(?<=[A-Za-z])[\u0300-\u036f]+")
_POSSESSIVE = re.compile(r"(?<=\w)['\u2019](?:[sS])?$")
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?")
# User names run first and last name together; MacLeod and DeShawn are one.
_SEAM = re.compile(r"(?<=[A-Za-z][a-z]{2})(?<!\bMac)(?<!\bFitz)(?=[A-Z][a-z]{2})")
_EDGES: Final = "'\"\u2018\u2019\u201c\u201d.,:;!?()[]"


def name_key(name: str) -> str:
    """Return what is the same for all ways of writing one spelling: case, spaces, composition."""
    folded = unicodedata.normalize("NFC", " ".join(name.split())).casefold()
    return unicodedata.normalize("NFC", folded)


class Form(NamedTuple):
    """A name taken apart: folded words without title and ending, and the sex that a title tells."""

    words: tuple[str, ...]
    sex: str = ""
    capitals: bool = False


@lru_cache(maxsize=65_536)
def read_form(name: str, type_: str) -> Form:
    """Take a name apart; a very long one is only what it is."""
    if len(name) > MAX_NAME:
        return Form((name_key(name),))
    plain = _POSSESSIVE.sub("", _without_accents(name).strip(_EDGES[:6] + " "))
    letters = plain.replace(".", "")
    plain = _SEAM.sub(" ", plain) if type_ == "person" else plain
    words = [w for part in plain.replace(",", " ").split() for w in _words(part, type_)]
    words, sex = _without_title(words) if type_ == "person" else (words, "")
    if type_ == "organization":
        words = _without_company(words)
    if type_ != "person" and len(words) > 1 and words[0] == "the":
        words = words[1:]
    return Form(tuple(words) or (name_key(name),), sex, letters.isascii() and letters.isupper())


def _without_accents(text: str) -> str:
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFKC", bare)


def _words(part: str, type_: str) -> list[str]:
    """Return the words of what stands between spaces: "J.R." is two of a person, else one."""
    if _DOTTED.fullmatch(part):
        letters = part.replace(".", "").casefold()
        return list(letters) if type_ == "person" else [letters]
    word = part.strip(_EDGES).casefold()
    return [word] if word else []


def _without_title(words: list[str]) -> tuple[list[str], str]:
    sex = ""
    while len(words) > 1 and words[0] in _TITLES:
        sex = sex or _TITLES[words[0]]
        words = words[1:]
    return words, sex


def _without_company(words: list[str]) -> list[str]:
    return words[:-1] if len(words) > 1 and words[-1] in _COMPANY_WORDS else words


# ---------------------------------------------------------------- likeness of two names


class Likeness(NamedTuple):
    """How well a name fits a fuller one, in [0, 1], and by which rule."""

    score: float
    reason: str


def likeness(short: Form, full: Form, type_: str) -> Likeness | None:
    """Return how a name may mean a fuller, other name of the same type; None where it cannot."""
    found = None
    if type_ == "person":
        found = _as_person(short, full)
    elif type_ == "organization" and _is_acronym(short, full):
        found = Likeness(0.8, "acronym")
    return found or _as_typo(short, full, type_)


def _as_person(short: Form, full: Form) -> Likeness | None:
    """Compare a person's name with a fuller one."""
    one, other = short.words, full.words
    if short.sex and short.sex != full.sex:
        return None  # Mrs Meyer need not be the Meyer whose first name is known
    if len(one) == 1:
        return _single(short, full)
    if len(other) < len(one) or one[-1] != other[-1]:
        return None
    first = _first_name(one[0], other[0])
    if first is None or not _middle_fits(one[1:-1], other[1:-1]):
        return None
    if first.reason == "equal":
        reason = "initials" if len(one) == len(other) else "short form"
        return None if one == other else Likeness(0.9, reason)
    return first


def _single(short: Form, full: Form) -> Likeness | None:
    """Compare a name of one word with a person's name."""
    word, other = short.words[0], full.words
    if len(other) == 1:
        return Likeness(0.9, "nickname") if other[0] in formal_names(word) else None
    if len(word) > 1 and word in (other[0], other[-1]):
        return Likeness(0.85, "first name" if word == other[0] else "last name")
    if other[0] in formal_names(word):
        return Likeness(0.8, "nickname")
    if short.capitals and len(word) > 1 and word in initials_of(other):
        return Likeness(0.7, "initials")
    return None


def _first_name(one: str, other: str) -> Likeness | None:
    if one == other:
        return Likeness(1.0, "equal")
    if other in formal_names(one):
        return Likeness(0.9, "nickname")
    return Likeness(0.85, "initials") if len(one) == 1 and other[:1] == one else None


def _middle_fits(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Say whether middle names are left out, or the same ones, maybe as letters."""
    if not one:
        return True
    return len(one) == len(other) and all(
        a == b or (len(a) == 1 and b[:1] == a) for a, b in zip(one, other, strict=True)
    )


def _is_acronym(short: Form, full: Form) -> bool:
    if not short.capitals or len(short.words) != 1 or not 3 <= len(short.words[0]) <= 8:
        return False
    return len(full.words) > 2 and short.words[0] in initials_of(full.words)


def initials_of(words: tuple[str, ...]) -> set[str]:
    """Return the first letters of all words, and of all but the small ones."""
    great = [word for word in words if word not in _SMALL_WORDS]
    return {"".join(word[:1] for word in some) for some in (words, great)}


def _as_typo(one: Form, other: Form, type_: str) -> Likeness | None:
    """
    Compare two spellings that are one slip apart.

    The first and last letters must agree: most other pairs are a plural, or Daniel and Daniela.
    """
    a, b = " ".join(one.words), " ".join(other.words)
    if not (_may_be_misspelt(a) and _may_be_misspelt(b)) or a[0] != b[0] or a[-1] != b[-1]:
        return None
    if not is_one_edit(a, b) or a in GIVEN_NAMES:
        return None
    # Of two first names that differ by a letter, both are mostly real.
    alone = type_ == "person" and len(other.words) == 1
    return Likeness(0.5 if alone else 0.8, "spelling")


def _may_be_misspelt(text: str) -> bool:
    return (
        TYPO_LENGTH <= len(text) <= MAX_NAME and text.isascii() and text.replace(" ", "").isalpha()
    )


def is_one_edit(a: str, b: str) -> bool:
    """Say whether one insertion, deletion, substitution or swap of neighbours makes `b` of `a`."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    if len(a) > len(b):
        a, b = b, a
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[at:] == b[at + 1 :]
    swapped = a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :]
    return a[at + 1 :] == b[at + 1 :] or swapped


def one_deleted(form: Form) -> set[str]:
    """
    Return a name with each of its letters left out, and whole; nothing for one not to be compared.

    Two names within one edit have one of these in common (SymSpell, Garbe 2012).
    """
    text = " ".join(form.words)
    if not _may_be_misspelt(text):
        return set()
    return {text, *(text[:i] + text[i + 1 :] for i in range(len(text)))}


# ---------------------------------------------------------------- blocks


def block_keys(form: Form, type_: str) -> set[str]:
    """Return the keys under which a name is found as the fuller one."""
    words = form.words
    blocks = {f"typo {text}" for text in one_deleted(form)}
    if type_ == "organization":
        blocks |= {f"letters {letters}" for letters in initials_of(words)}
    if type_ != "person":
        return blocks
    if len(words) == 1:
        return blocks | {f"name {words[0]}"}
    blocks |= {f"part {words[0]}", f"part {words[-1]}", f"ends {words[0]} {words[-1]}"}
    blocks |= {f"letters {letters}" for letters in initials_of(words)}
    return blocks | {f"ends {words[0][:1]} {words[-1]}"}


def lookup_keys(form: Form, type_: str) -> set[str]:
    """Return the keys under which the fuller ones of a name stand."""
    words = form.words
    blocks = {f"typo {text}" for text in one_deleted(form)}
    if len(words) == 1 and form.capitals:
        blocks.add(f"letters {words[0]}")
    if type_ != "person":
        return blocks
    if len(words) == 1:
        formal = formal_names(words[0])
        blocks |= {f"{kind} {name}" for name in formal for kind in ("name", "part")}
        return blocks | {f"part {words[0]}"}
    firsts = {words[0], *formal_names(words[0])}
    return blocks | {f"ends {first} {words[-1]}" for first in firsts}
