"""
English verb forms: which word can be which form, and the third person singular.

A closed list knows the everyday verbs; a word that it lacks is judged by its ending and by where it
stands, because after "I" and its adverbs nothing but a verb can follow.
"""

from __future__ import annotations

import re
from typing import Final

from memcli.language.lexicon.verb_lists import IRREGULAR, MIXED, PLAIN

__all__ = [
    "ADVERBS",
    "AUXILIARIES",
    "BARE_VERBS",
    "COMMANDS",
    "MODALS",
    "PLAIN_FORMS",
    "has_finite_verb",
    "is_adverb",
    "is_bare",
    "is_finite",
    "is_participle",
    "is_past",
    "third_person",
]

_ROWS: Final = [row.split() for line in IRREGULAR.split("\n") for row in line.split("|") if row]
# The plain form of each irregular past and participle, "left" -> "leave", by the first verb that
# has it, unless it is a plain form itself ("lay").
PLAIN_FORMS: Final = {
    form: row[0] for row in reversed(_ROWS) for form in row[1:] if form not in {r[0] for r in _ROWS}
}
_PASTS: Final = frozenset({row[1] for row in _ROWS} | {"were"})
_PARTICIPLES: Final = frozenset(row[-1] for row in _ROWS)
_REGULAR: Final = frozenset(PLAIN.split())
BARE_VERBS: Final = frozenset({row[0] for row in _ROWS} | _REGULAR)
COMMANDS: Final = BARE_VERBS | frozenset(MIXED.split())
# "put", "read", "come": the form alone does not tell the tense, or the participle from the base.
_UNCHANGED: Final = frozenset(row[0] for row in _ROWS if row[0] in row[1:])

MODALS: Final = frozenset("can could may might must shall should will would cannot 'd".split())
_NEGATED_MODALS: Final = frozenset("can't couldn't mustn't shouldn't won't wouldn't".split())
_BE: Final = frozenset("am is are was were isn't aren't wasn't weren't ain't".split())
_HAVE_DO: Final = frozenset(
    "have has had do does did haven't hasn't hadn't don't doesn't didn't".split()
)
AUXILIARIES: Final = MODALS | _NEGATED_MODALS | _BE | _HAVE_DO

ADVERBS: Final = frozenset(
    """
    all almost already also always both either even ever first finally generally here just kinda
    later maybe never next not now often once only perhaps personally quite rather seldom sometimes
    soon sorta still then there though to-date today too twice usually well yesterday
    """.split()
)
_VERBS_IN_LY: Final = frozenset("apply rely reply fly supply multiply comply imply bully".split())
_BASES_IN_ED: Final = frozenset(
    "need feed breed bleed speed proceed succeed exceed heed weed seed shed embed wed".split()
)
_IRREGULAR_THIRD: Final = {
    "be": "is",
    "have": "has",
    "do": "does",
    "go": "goes",
    "undergo": "undergoes",
}
_SIBILANT = re.compile(r"(?:s|x|z|ch|sh|[^aeiou]o)$")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_CONTRACTED = re.compile(r"\b(?:i|you|we|they|he|she|it|that|there|who)'(?:m|s|re|ve|ll|d)\b")


def third_person(verb: str) -> str:
    """Return the third person singular of a verb in its base form: "try" gives "tries"."""
    lower = verb.lower()
    if lower in _IRREGULAR_THIRD:
        return _IRREGULAR_THIRD[lower]
    if lower.endswith("y") and lower[-2:-1] not in ("a", "e", "i", "o", "u", ""):
        return verb[:-1] + "ies"
    if lower.endswith(("quiz", "whiz")):
        return verb + "zes"
    return verb + ("es" if _SIBILANT.search(lower) else "s")


def is_adverb(word: str) -> bool:
    """Tell whether a word in lower case may stand between subject and verb and change nothing."""
    return word in ADVERBS or (len(word) > 4 and word.endswith("ly") and word not in _VERBS_IN_LY)


def is_past(word: str) -> bool:
    """Tell whether a word in lower case is a simple past; "put" may be one and counts as one."""
    return word in _PASTS or (len(word) > 3 and word.endswith("ed") and word not in _BASES_IN_ED)


def is_participle(word: str) -> bool:
    """Tell whether a word in lower case is a past participle and not also a base form."""
    if word in _UNCHANGED:
        return False
    return word in _PARTICIPLES or (
        len(word) > 3 and word.endswith("ed") and word not in _BASES_IN_ED
    )


def is_bare(word: str) -> bool:
    """Tell whether a word in lower case is the base form of a known verb."""
    return word in COMMANDS


def has_unchanged_past(word: str) -> bool:
    """Tell whether base and past look alike: "put", "read", "cut"; not so "come"."""
    return word in _UNCHANGED and word in _PASTS


def is_finite(word: str) -> bool:
    """Tell whether a word in lower case can be the finite verb of a clause."""
    if word in AUXILIARIES or is_past(word) or word in BARE_VERBS:
        return True
    return word.endswith("s") and _base_of_third(word) in BARE_VERBS


def _base_of_third(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    stem = word[:-2] if word.endswith("es") else ""
    return stem if stem and _SIBILANT.search(stem) else word[:-1]


def has_finite_verb(text: str) -> bool:
    """Tell whether a stretch of English has a word that can be a finite verb."""
    lower = text.lower().replace("\u2019", "'")
    return bool(_CONTRACTED.search(lower)) or any(is_finite(w) for w in _WORD.findall(lower))
