"""
Which facet of a person's life a statement shows: attributes, preferences, people, plans, routines.

Cues are read off what follows the name of the person (see `about`): the verb in front decides, as
in shallow open information extraction; what only reacts, agrees or feels for a moment shows
nothing. Each facet comes with a strength in [0, 1]: how plainly it is shown.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final, NamedTuple

from memcli.language.facets.about import About
from memcli.language.facets.cues import (
    DEFINITE,
    EAGER,
    FAVOURITE,
    FIRST_WORD,
    FLAGS,
    GOAL_NOUN,
    GUESSED,
    HAS_FAVOURITE,
    IDENTITY,
    KIN_HEAD,
    KIN_OF_THEIRS,
    LIKES,
    MILESTONE,
    MIND,
    MODAL,
    MOOD,
    OWN_NOUN,
    PERFECT,
    POINTING,
    PROPOSES,
    ROUTINE,
    SHARES,
    SPEECH,
    TALK,
    USED_TO,
    VAGUE,
    VAGUE_OBJECT,
    WILL,
    WISHES,
)
from memcli.language.facts.words import NOUN_ATTRIBUTES
from memcli.language.lexicon.verbs import is_finite

__all__ = ["Facet", "Shown", "Tense", "facet_of_attribute", "is_former", "shown_facet"]


class Facet(StrEnum):
    """The sections of a profile, in the order in which they are shown."""

    ATTRIBUTES = "attributes"
    PREFERENCES = "preferences"
    PEOPLE = "people"
    ROUTINES = "routines"
    PLANS = "plans"
    HISTORY = "history"


class Tense(StrEnum):
    """When what a statement says holds, seen from when it was said."""

    PAST = "past"
    PRESENT = "present"
    FUTURE = "future"


class Shown(NamedTuple):
    """A facet and how plainly it is shown, in (0, 1]."""

    facet: Facet
    strength: float


_BY_ATTRIBUTE: Final[dict[str, Facet]] = {
    attribute: facet
    for facet, attributes in {
        Facet.PREFERENCES: "likes loves dislikes hates prefers fears",
        Facet.PEOPLE: "spouse partner mother father sibling child friend relative lives_with",
        Facet.PLANS: "plans_to goal",
        Facet.ROUTINES: "habit",
        Facet.HISTORY: "past_residence past_employer past_occupation decision",
        Facet.ATTRIBUTES: "name birthday age origin residence employer occupation"
        " relationship_status diet phone email address pet owns has_count allergic_to health"
        " education speaks learning plays project",
    }.items()
    for attribute in attributes.split()
}


def facet_of_attribute(attribute: str) -> Facet | None:
    """Return the facet that an attribute of a fact belongs to, if it is of a person."""
    if attribute.startswith("favourite_"):
        return Facet.PREFERENCES
    if attribute in _BY_ATTRIBUTE or attribute in NOUN_ATTRIBUTES.values():
        return _BY_ATTRIBUTE.get(attribute, Facet.ATTRIBUTES)
    return None if attribute in ("status", "value") else Facet.ATTRIBUTES


def is_former(predicate: str) -> bool:
    """Tell whether a predicate says of itself that it holds no more: "used to play the drums"."""
    return bool(USED_TO.match(predicate))


def shown_facet(about: About, tense: Tense, dated: bool) -> Shown | None:
    """
    Return the facet that a statement about a person shows; None where it shows none.

    tense: when it holds, seen from when it was said; dated: whether the sentence names that time.
    """
    if about.noun:
        return _of_noun(about, tense)
    predicate = about.predicate
    if _empty(predicate):
        return None
    for test in (_used_to, _preference, _plan, _people, _routine, _attribute, _past):
        shown = test(predicate, tense, dated)
        if shown is not None:
            factor = 0.8 if about.together else 1.0
            return Shown(shown.facet, shown.strength * factor)
    return None


def _empty(predicate: str) -> bool:
    """Tell whether what is said cannot be read alone, or is of the conversation itself."""
    liked = LIKES.match(predicate)
    if liked and re.match(VAGUE, liked["what"], FLAGS):
        return True
    return bool(VAGUE_OBJECT.match(predicate) or SHARES.match(predicate))


def _of_noun(about: About, tense: Tense) -> Shown | None:
    """Return what "NAME's NOUN ..." shows."""
    noun, says = about.noun, about.predicate.strip(" .!")
    if not says or POINTING.search(says):
        return None
    if GUESSED.match(says):
        return None
    if KIN_HEAD.match(noun):
        return Shown(Facet.PEOPLE, 0.9 if tense is not Tense.PAST else 0.75)
    if tense is Tense.PAST:
        return Shown(Facet.HISTORY, 0.5) if MILESTONE.search(says) else None
    if FAVOURITE.search(noun):
        return Shown(Facet.PREFERENCES, 0.9)
    if GOAL_NOUN.search(noun):
        return Shown(Facet.PLANS, 0.85)
    return Shown(Facet.ATTRIBUTES, 0.7) if OWN_NOUN.search(noun) else None


def _preference(predicate: str, tense: Tense, _dated: bool) -> Shown | None:
    found = LIKES.match(predicate)
    if found is None:
        favourite = HAS_FAVOURITE.search(predicate) and tense is Tense.PRESENT
        return Shown(Facet.PREFERENCES, 0.8) if favourite else None
    # "Loves the leaves" is of what is at hand, "loves leaves" of all.
    return Shown(Facet.PREFERENCES, 0.6 if DEFINITE.match(found["what"]) else 0.9)


def _plan(predicate: str, tense: Tense, dated: bool) -> Shown | None:
    found = WISHES.match(predicate)
    if found is not None:
        return None if TALK.match(found["what"]) else Shown(Facet.PLANS, 0.9 if dated else 0.75)
    will = WILL.match(predicate)
    if will is not None:
        return Shown(Facet.PLANS, 0.6) if dated and not TALK.match(will["what"]) else None
    eager = EAGER.match(predicate)
    if eager is not None:
        return None if TALK.match(eager["what"]) else Shown(Facet.PLANS, 0.5)
    open_ = tense is Tense.FUTURE and dated and not PROPOSES.match(predicate)
    return Shown(Facet.PLANS, 0.7) if open_ else None


def _people(predicate: str, tense: Tense, dated: bool) -> Shown | None:
    if not KIN_OF_THEIRS.search(predicate) or (tense is Tense.PAST and dated):
        return None
    if MODAL.match(predicate):
        return None
    return Shown(Facet.PEOPLE, 0.6 if MOOD.match(predicate) else 0.75)


def _routine(predicate: str, tense: Tense, _dated: bool) -> Shown | None:
    if tense is not Tense.PRESENT or not ROUTINE.search(predicate):
        return None
    if MOOD.match(predicate) or MODAL.match(predicate):
        return None
    return Shown(Facet.ROUTINES, 0.85)


def _attribute(predicate: str, tense: Tense, _dated: bool) -> Shown | None:
    if tense is Tense.PAST:
        return Shown(Facet.ATTRIBUTES, 0.5) if PERFECT.match(predicate) else None
    if MOOD.match(predicate) or POINTING.search(predicate):
        return None
    if IDENTITY.match(predicate):
        return Shown(Facet.ATTRIBUTES, 0.85)
    if PERFECT.match(predicate):
        return Shown(Facet.ATTRIBUTES, 0.5)
    first = FIRST_WORD.match(predicate)
    verb = first["verb"].lower() if first else ""
    durable = verb.endswith("s") and verb not in SPEECH and is_finite(verb)
    return Shown(Facet.ATTRIBUTES, 0.4) if durable else None


def _used_to(predicate: str, _tense: Tense, _dated: bool) -> Shown | None:
    return Shown(Facet.HISTORY, 0.9) if is_former(predicate) else None


def _past(predicate: str, tense: Tense, dated: bool) -> Shown | None:
    if tense is not Tense.PAST and not dated:
        return None
    if MIND.match(predicate) or MOOD.match(predicate) or not MILESTONE.search(predicate):
        return None
    return Shown(Facet.HISTORY, 0.85 if dated else 0.55)
