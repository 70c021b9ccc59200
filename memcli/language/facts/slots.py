"""Which facts can replace each other: slots, opposites and corrections."""

from __future__ import annotations

import re
from typing import Final

from memcli.language.facts import words as known
from memcli.language.facts.words import ATTRIBUTES
from memcli.language.parts import Fact

LONGEST_SENTENCE: Final = 600
_CORRECTION = re.compile(
    r"\A\W*(?:actually|correction|no,? (?:wait|actually)|wait|scratch that|i meant|sorry,? (?:i"
    r" meant|it's|not))\b"
    r"|\b(?:i (?:made a mistake|was wrong|misspoke|meant(?: to say)?)|correction:|to correct"
    r" (?:that|myself)"
    r"|let me correct|that was (?:wrong|a mistake|incorrect)|scratch that|my mistake|not \w+,?"
    r" but (?:rather )?"
    r"\w+|(?:is|it's) actually|actually (?:is|it's|not))\b",
    re.IGNORECASE,
)
_OPPOSITES: Final = {"likes": "dislikes", "loves": "hates", "dislikes": "likes", "hates": "loves"}


def is_single(attribute: str) -> bool:
    """Tell whether only one value of an attribute holds at a time."""
    if attribute in ATTRIBUTES:
        return ATTRIBUTES[attribute]
    return attribute.startswith("favourite_") or is_single_noun(attribute.split("_"))


def opposite(attribute: str) -> str | None:
    """Return the attribute that contradicts this one about the same value, or None."""
    return _OPPOSITES.get(attribute)


def slot(fact: Fact) -> tuple[str, str]:
    """
    Return the key under which a newer statement replaces an older one: subject and attribute.

    Many-valued attributes add their value; the four attitudes share one, so that liking sushi and
    hating it meet; counts add what is counted, preferences what is compared.
    """
    return _normal(fact.subject), _slot_attribute(fact)


def replaces(newer: Fact, older: Fact) -> bool:
    """
    Tell whether the newer of two facts ends the older.

    They share a slot and differ; "left X" ends working at X, not at Y, and an older denial ends by
    any newer claim in its slot only when it denied just that; two denials can both hold.
    """
    if slot(newer) != slot(older):
        return False
    same = _normal(newer.value) == _normal(older.value)
    if newer.negated != older.negated:
        return same
    if newer.negated:
        return False
    return not same or newer.attribute != older.attribute


def is_correction(sentence: str) -> bool:
    """Tell whether a sentence takes an earlier one back ("Actually, ...", "I meant ...")."""
    return bool(_CORRECTION.search(sentence[:LONGEST_SENTENCE].replace("\u2019", "'")))


def _slot_attribute(fact: Fact) -> str:
    if is_single(fact.attribute):
        return fact.attribute
    if opposite(fact.attribute):
        return f"attitude:{_normal(fact.value)}"
    if fact.attribute == "has_count":
        return f"has_count:{_normal(fact.value.split(' ')[-1])}"
    if fact.attribute == "prefers":
        return "prefers:" + "|".join(sorted(map(_normal, re.split(" (?:over|to) ", fact.value))))
    if fact.attribute == "pet":
        return f"pet:{_normal(fact.value.split(' named ')[-1])}"
    return f"{fact.attribute}:{_normal(fact.value)}"


def _normal(text: str) -> str:
    """Return text for comparison: lower case, no articles, possessives, punctuation or plural."""
    words = re.findall(r"\w+", re.sub(r"['\u2019]s?\b", "", text.casefold()))
    kept = [
        word for word in words if word not in {"the", "a", "an", "to", "his", "her", "their", "its"}
    ]
    return " ".join(_singular(word) for word in kept or words) or text.casefold().strip()


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "sui" else word


def is_single_noun(words: list[str]) -> bool:
    """Tell whether the last word of a noun phrase names what there is one of at a time."""
    return words[-1] in known.SINGLE_NOUNS
