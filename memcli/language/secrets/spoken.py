"""
Spoken words: what somebody is told to say, and phrases that are a password by what is said of them.

"Alarm co will ask, say gooseberry", "pickup word: pickled turnip", "use harvest owl copper ladder
as the passphrase": one to eight plain words, which only the words around them tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from memcli.language.data import words as words_of
from memcli.language.patterns import lazy_pattern
from memcli.language.secrets import around
from memcli.language.secrets.clues import SHORT_TURN
from memcli.language.secrets.cues import classes_between, classes_of, copulas, listed
from memcli.language.secrets.places import (
    behind_fillers,
    between,
    ends_clause,
    is_empty,
    links,
    words_from,
)
from memcli.language.secrets.rules import Found
from memcli.language.secrets.values import is_talk, is_told_word, no_talk, no_words

if TYPE_CHECKING:
    from memcli.language.secrets.cues import Cue
    from memcli.language.secrets.evidence import Evidence

SPEAKING: Final = frozenset(("spoken", "asker"))
_NAMING: Final = frozenset(("password", "words"))
# Of a word that is said aloud, and of a phrase.
MOST_SAID: Final = 2
LEAST_PHRASE, MOST_PHRASE = 3, 8
# Between the name of a word and the word.
LONGEST_GAP: Final = 40
# Words one behind the other, right before what they are said to be.
_ROW = lazy_pattern(r"(?:[^\W\d_]{2,20} ){3,12}$")
# The last clause of a note.
_CLAUSE = lazy_pattern(
    r"(?:[,:\u2192=]|->)\s*[\"'\u201c]?([^\W\d_]{2,20}(?: [^\W\d_]{2,20}){2,24})[\"'\u201d.!]*\s*$"
)
# Small letters, then capitals or signs: no name is written so.
_SHOUTED = lazy_pattern(
    r"[\s:=\u2192>'s-]{1,4}[\"'`]?([a-z\u00df-\u00ff]{3,}(?:[A-Z]{2,}[a-z]*[!?$&*#]?|[A-Z][a-z]+[!?$&*#]{1,2}))"
    r"(?![^\s\"'`.,;)])"
)


def told_aloud(evidence: Evidence) -> Iterator[Found]:
    """Yield kinds and places of words to say, and of phrases, in a short turn."""
    classes = evidence.classes
    if len(evidence.text) > SHORT_TURN or classes.isdisjoint(SPEAKING | _NAMING):
        return
    for number in range(len(evidence.ends)):
        for cue in evidence.cues_of(number):
            place = None
            if "spoken" in cue.classes:
                place = _named(evidence, cue, number)
            elif "asker" in cue.classes:
                place = _asked(evidence, cue, number)
            if cue.classes & _NAMING:
                place = place or _before_as(evidence, cue) or _in_last_clause(evidence, cue, number)
                place = place or _shouted(evidence, cue) or _of_two(evidence, cue, number)
            if place:
                yield "password", *place


def _named(evidence: Evidence, cue: Cue, number: int) -> tuple[int, int] | None:
    """Return the place of what follows its name: "pickup word: pickled turnip"."""
    text, end = evidence.text, evidence.ends[number] - 1
    limit = min(end, cue.end + LONGEST_GAP)
    for match in _links().finditer(text, cue.end, limit):
        place = _said(text, behind_fillers(text, match.end()), end)
        if place:
            return place
    # "Verbal password with the alarm people, tangerine dream", which ends the note.
    comma = text.rfind(", ", cue.end, end)
    place = _said(text, comma + 2, end) if comma >= 0 else None
    if place and not text[place[1] : end].strip(" .!"):
        return place
    # "Memorable word gasometer", which ends the note.
    place = _said(text, cue.end + 1, end, most=1) if text[cue.end : cue.end + 1] == " " else None
    return place if place and not text[place[1] : end].strip(" .!") else None


def _asked(evidence: Evidence, cue: Cue, number: int) -> tuple[int, int] | None:
    """Return the place of what is to be said to who asks: "tell them rhubarb"."""
    for at in (number, number + 1):
        if at >= len(evidence.ends):
            break
        start = max(cue.end, evidence.ends[at - 1] if at else 0)
        end = evidence.ends[at] - 1
        for match in _telling().finditer(evidence.text, max(0, start - 1), end):
            if place := _said(evidence.text, match.end(), end):
                return place
    return None


def _said(text: str, start: int, end: int, most: int = MOST_SAID) -> tuple[int, int] | None:
    """Return the place of the one or two words with which a clause ends, if none is of talk."""
    words = list(words_from(text, start, end, most + 1))
    if not words or len(words) > most or not ends_clause(text, words[-1][1]):
        return None
    said = [text[slice(*word)].lower() for word in words]
    is_plain = any(is_empty(word) or word in no_words() or _is_reply(word) for word in said)
    is_plain |= any(len(word) < MOST_SAID + 1 or classes_of(word) for word in said)
    if is_plain or not no_talk().isdisjoint(said):
        return None
    if not is_told_word("-".join(said), is_behind_sign=True):
        return None
    return words[0][0], words[-1][1]


def _is_reply(word: str) -> bool:
    return word in words_of("secrets_replies", "no") or word in listed("tags")


def _before_as(evidence: Evidence, cue: Cue) -> tuple[int, int] | None:
    """Return the place of a phrase before what it is: "use muddy wellies sing as the phrase"."""
    joined = _as().search(evidence.folded, max(0, cue.start - LONGEST_GAP), cue.start)
    row = _ROW.search(evidence.text, 0, joined.start() + 1) if joined else None
    if row is None:
        return None
    end, words = row.end() - 1, row[0].split()
    kept: list[str] = []
    for word in reversed(words):
        if _is_verb(word.lower()) or len(kept) == MOST_PHRASE:
            break
        kept.append(word)
    start = end - len(" ".join(kept))
    return (start, end) if _is_phrase(kept) else None


def _is_verb(word: str) -> bool:
    """Tell a word that leads to a phrase, and is none of it."""
    return is_empty(word) or word in listed("used") or word in listed("lead_to")


def _is_phrase(words: list[str]) -> bool:
    """Tell words of a phrase from those of a sentence."""
    said = [word.lower() for word in words]
    is_said = any(is_empty(w) or w in no_words() or w in around.no_nouns() for w in said)
    return len(said) >= LEAST_PHRASE and not is_said and not is_talk(said)


def _in_last_clause(evidence: Evidence, cue: Cue, number: int) -> tuple[int, int] | None:
    """Return the place of a phrase that is the last clause of a note: "three words, a b c"."""
    start, end = cue.end, evidence.ends[number] - 1
    found = _CLAUSE.search(evidence.text, start, end)
    if found is None or "words" not in classes_between(evidence.folded[cue.start : found.start()]):
        return None
    words = found[1].split()
    is_one = _is_phrase(words) and not copulas() & set(words)
    return found.span(1) if is_one else None


def _of_two(evidence: Evidence, cue: Cue, number: int) -> tuple[int, int] | None:
    """Return the place of two plain words that a password is: "wifi password is blue kitten"."""
    text, end = evidence.text, evidence.ends[number] - 1
    link = links().match(text, cue.end, end) if "password" in cue.classes else None
    place = _said(text, behind_fillers(text, link.end()), end) if link else None
    words = text[slice(*place)].lower().replace("\u2019", "'").split() if place else []
    is_owner = any("'" in word for word in words)
    return place if len(words) == MOST_SAID and not is_owner and not is_talk(words) else None


def _shouted(evidence: Evidence, cue: Cue) -> tuple[int, int] | None:
    """Return the place of a word of small letters and capitals right behind its name."""
    found = _SHOUTED.match(evidence.text, cue.end) if "password" in cue.classes else None
    is_name = found is not None and bool(classes_of(found[1].lower().strip("!?$&*#")))
    return found.span(1) if found and not is_name else None


@cache
def _links() -> re.Pattern[str]:
    return re.compile(rf"(?:{links().pattern})|'s[ ]|[\u2019]s[ ]", re.IGNORECASE)


@cache
def _as() -> re.Pattern[str]:
    said = "|".join(sorted(map(re.escape, listed("as_that")), key=len, reverse=True))
    return re.compile(rf"[ ](?:{said})[ ](?:[^\W\d_]{{1,8}}[ ]){{0,2}}$")


@cache
def _telling() -> re.Pattern[str]:
    """Return what matches "say", "tell them", "it's" at the beginning of what is to be said."""
    tells = "|".join(sorted(map(re.escape, between("tells")), key=len, reverse=True))
    them = "|".join(map(re.escape, listed("told_to")))
    return re.compile(
        rf"[ ,.:](?:(?:{tells}|tell|give)(?:[ ](?:{them})){{0,2}}|it['\u2019]?s|its)[: ]\s?"
        r"[\"'\u201c]?",
        re.IGNORECASE,
    )
