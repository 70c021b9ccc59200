"""What a name is called in full and what it names, told by its inside and what stands around it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from memcli.language.names.words import (
    GIVEN_NAMES,
    KIN,
    PARTICLE_SET,
    PLACES,
    TITLES,
    TYPE_OF_LAST,
    is_nationality,
)

_WORK_NOUN: Final = "job|internship|career|position|role"
_WORK_VERB: Final = "work(?:s|ed|ing)?|intern(?:s|ed|ing)?|hired|employed|interview(?:ed)?"
_STUDY: Final = "stud(?:y|ies|ied|ying)|graduated?|enrolled|degree"
_MOTION: Final = (
    "go|goes|going|went|gone|move[sd]?|moving|travel(?:l?(?:ed|ing)|s)?|fl(?:y|ew|ying|ight)|trips?"
    "|dr[io]ve|driving|relocat(?:e|ed|ing)|came|come|coming|been|returned|headed|heading|welcome"
    "|vacation|back"
)
_STAY: Final = "live[sd]?|living|in|near|visit(?:s|ed|ing)?|across|outside|explor(?:e|ed|ing)"
_SOURCE: Final = "am|is|are|i'm|originally|come|comes|came|moved|back|flew|far|fly|hails?"
_GREETING: Final = "hey|hi|hello|thanks|thank you|bye|congrats|sorry|dear|oh|wow"
_BEFORE: Final = tuple(
    (kind, re.compile(cue + r"\Z", re.IGNORECASE))
    for kind, cue in (
        ("person", rf"\b(?:{KIN})s?,? (?:(?:named|called|is|and) )?"),
        ("person", rf"(?:\A|[.!?,] )(?:{_GREETING})[, ]+(?:so much,? )?"),
        (
            "person",
            r"\b(?:talk|talked|spoke|speak|said|married|dating|engaged) (?:to|with) ",
        ),
        ("person", r"\b(?:named|met|love you|see you|told|asked) "),
        (
            "organization",
            rf"\b(?:{_WORK_NOUN}|{_WORK_VERB}) (?:\w+ ){{0,3}}?(?:at|for|by) (?:the )?",
        ),
        ("organization", rf"\b(?:{_STUDY}) (?:\w+ ){{0,2}}?(?:at|from|in) (?:the )?"),
        ("place", rf"\b(?:{_STAY}) (?:(?:the|downtown|beautiful) )?"),
        ("place", rf"\b(?:{_SOURCE}) from (?:the )?"),
        ("place", rf"\b(?:{_MOTION}) to (?:the )?"),
        ("place", r"\bat (?:the )?"),
        ("product", r"\b(?:bought|buy|ordered|using|got) (?:an?|my|the|his|her) (?:new )?"),
    )
)
# The words on which those cues can end; a look at the last word spares most of the searches.
_LAST_BEFORE = re.compile(
    rf"\b(?:(?:{KIN})s?|named|called|is|and|{_GREETING}|much|to|with|met|you|told|asked|at|for|by"
    rf"|the|from|{_STAY}|downtown|beautiful|a|an|my|his|her|new)[, ]*\Z",
    re.IGNORECASE,
)
_PERSON_VERB = re.compile(
    r" (?:and I|said|says|told|asked|lives|lived|works (?:at|as|for)|loves|loved|likes|liked|hates"
    r"|wants|wanted|thinks|thought|called me|texted|moved to|met|bought|invited|taught|suggested"
    r"|recommended|agreed|wrote|has a (?:dog|cat|sister|brother|son|daughter))\b"
    r"|['\u2019]s (?:sister|brother|mother|father|mom|dad|wife|husband|son|daughter|birthday)\b"
)
# Capitals or digits within a word; a number of its own needs more than "Phase 2".
_MIXED = re.compile(r"[a-z][A-Z]|[^\W\d_]\d|\w \w+ \d")
NO_PERSON = re.compile(r".*(?:s|tion|ment|ness|ity|ing|ship|body|one)\Z", re.IGNORECASE)


class Run(NamedTuple):
    """A run of capitalised words at text[start:end]."""

    text: str
    start: int
    opens: bool  # it stands where a capital means nothing


def canonical(name: str) -> str:
    """Return one form of a name: no possessive, title or stray marks; idempotent."""
    plain = " ".join(name.strip(" \t\n\"'`*_.,;:!?()[]\u201c\u201d\u2018\u2019").split())
    for ending in ("'s", "\u2019s"):
        plain = plain.removesuffix(ending)
    words = plain.split()
    while len(words) > 1 and words[0].rstrip(".").casefold() in TITLES:
        words = words[1:]
    result = " ".join(_usual_case(word, len(words) == 1) for word in words)
    return result if result == name else canonical(result)


def _usual_case(word: str, alone: bool) -> str:
    """Write MARA as Mara when it is too long for an acronym, and mara as Mara."""
    if word.islower() and (alone or word not in PARTICLE_SET) and word.isalpha():
        cased = word[:1].upper() + word[1:]
    elif word.isupper() and word.isalpha() and len(word) > 5:
        cased = word[:1] + word[1:].lower()
    else:
        return word
    # Some letters change their number when their case changes: left alone.
    return cased if len(cased) == len(word) and not cased.islower() else word


def has_person_verb(run: Run, text: str) -> bool:
    """Tell a name that does what people do; a possessive is part of the run."""
    end = run.start + len(run.text)
    return bool(_PERSON_VERB.match(text, end - 2 if run.text.endswith(("'s", "\u2019s")) else end))


def type_of(run: Run, name: str, text: str, people: set[str]) -> str:
    """Type a name by what it is known as, how it ends, and what stands around it."""
    known = _known_type(name, run.text, people)
    if known:
        return known
    if run.text.isupper():
        return "other"
    if has_person_verb(run, text):
        return "person"
    before = text[max(0, run.start - 60) : run.start]
    if _LAST_BEFORE.search(before[-14:]):
        return next((kind for kind, cue in _BEFORE if cue.search(before)), "other")
    return "other"


def _known_type(name: str, written: str, people: set[str]) -> str | None:
    """Return the type that the name shows by itself, or None."""
    plain = name.casefold()
    words = plain.split()
    title = written.split(" ")[0].rstrip(".").casefold()
    shown: tuple[tuple[bool, str], ...] = (
        (plain in people, "person"),
        (plain in PLACES, "place"),
        (words[-1] in TYPE_OF_LAST, TYPE_OF_LAST.get(words[-1], "")),
        (words[0] in {"university", "bank", "institute", "museum"}, "organization"),
        (words[0] in {"lake", "mount", "mt", "fort"}, "place"),
        (is_nationality(plain), "other"),
        (words[0] in GIVEN_NAMES or (title in TITLES and " " in written), "person"),
        (bool(_MIXED.search(name)), "product"),
    )
    return next((kind for holds, kind in shown if holds), None)
