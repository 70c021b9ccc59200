"""
Questions of security: what somebody answered when a page asked for a first pet, a maiden name.

The answer is a word or some that nothing tells from others; what asks, and where a clause ends, do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from memcli.language.data import read_data
from memcli.language.patterns import lazy_pattern
from memcli.language.secrets.clues import SHORT_TURN
from memcli.language.secrets.cues import listed
from memcli.language.secrets.places import (
    LONGEST_GAP,
    LONGEST_TAIL,
    SPACED,
    behind_fillers,
    between,
    ends_clause,
    is_empty,
    links,
    sentences_of,
    words_from,
)
from memcli.language.secrets.rules import Found
from memcli.language.secrets.values import is_told_word, no_words

if TYPE_CHECKING:
    from memcli.language.secrets.cues import Cue
    from memcli.language.secrets.evidence import Evidence

# What names a question, and what it may be about.
NAMING: Final = frozenset(("answer", "theme"))
# What is done where a question of security is asked.
_ASKED: Final = frozenset(("enter", "wants", "answer", "sign", "account", "password"))
MOST_ANSWER_WORDS: Final = 3
_VERB_LAST = lazy_pattern(r"\s([^\W\d_]{3,24})\s([^\W\d_]{3,14})(?=\s*(?:[.,;!)\n]|$))")
_LED = lazy_pattern(
    r"\s*((?:(?:i|they|you|u) )?(?:put|want|wants|say|typed?|enter|used?) )?(\w)", re.I
)
_HEAD = lazy_pattern(r"\s*([^\W\d_]+)\s?[:\uff1a]\s?")


def answers_to_questions(evidence: Evidence) -> Iterator[Found]:
    """Yield kinds and places of what answers a question of security."""
    if evidence.classes.isdisjoint(NAMING):
        return
    if not evidence.folded.isascii():
        for match in _wordless().finditer(evidence.text):
            yield "security answer", *match.span(match.lastindex or 0)
    for number in sentences_of(evidence, NAMING):
        yield from _headed(evidence, number)
        yield from _replied(evidence, number)
        for cue in evidence.cues_of(number):
            if "answer" in cue.classes or ("theme" in cue.classes and _is_asked(evidence, number)):
                yield from _answers(evidence, cue, number)


def _is_asked(evidence: Evidence, number: int) -> bool:
    """Tell a sentence in which something asks, or is answered, as pages for a login do."""
    classes = evidence.classes_at(number) | evidence.others(number) | evidence.asked
    words = set(SPACED.findall(evidence.folded))
    said = between("typed") | between("tells") | {f"{word}'s" for word in between("answers")}
    return bool(classes & _ASKED) or not words.isdisjoint(said)


def _answers(evidence: Evidence, cue: Cue, number: int) -> Iterator[Found]:
    """Yield what answers a question of security: at most three words that end the clause."""
    text, end = evidence.text, min(evidence.ends[number] - 1, cue.end + LONGEST_TAIL)
    first = max(evidence.ends[number - 1] if number else 0, cue.start - LONGEST_GAP)
    starts = [match.end() for match in links().finditer(text, first, end)]
    starts += [match.end() for match in _reply().finditer(text, first, end)]
    if place := _before_verb(evidence, cue, end):
        yield "security answer", *place
        return
    behind = sorted((at for at in starts if at > cue.start), reverse=True)
    for start in [*behind, *sorted(set(starts) - set(behind), reverse=True)]:
        if place := _answer(text, behind_fillers(text, start), end):
            yield "security answer", *place
            return


def _headed(evidence: Evidence, number: int) -> Iterator[Found]:
    """Yield what follows "Answer:" where another sentence tells of a question of security."""
    start = evidence.ends[number - 1] if number else 0
    head = _HEAD.match(evidence.folded, start)
    is_one = head is not None and head[1] in between("answers")
    if not head or not is_one or evidence.others(number).isdisjoint(NAMING):
        return
    if place := _answer(evidence.text, head.end(), evidence.ends[number] - 1):
        yield "security answer", *place


def _replied(evidence: Evidence, number: int) -> Iterator[Found]:
    """Yield what follows a question on a theme at once: "first car? they want Chevette"."""
    end = evidence.ends[number] - 1
    if number + 1 >= len(evidence.ends) or not evidence.text[:end].endswith("?"):
        return
    classes = evidence.classes_at(number)
    found = _LED.match(evidence.text, end)
    is_asked = "answer" in classes or ("theme" in classes and found and found[1])
    if not found or not is_asked or not found[2][0].isupper():
        return
    place = _answer(evidence.text, found.start(2), evidence.ends[number + 1] - 1)
    if place:
        yield "security answer", *place


def _before_verb(evidence: Evidence, cue: Cue, end: int) -> tuple[int, int] | None:
    """Return the place of the word before the verb of a clause: "hab ich Schnurzel genommen"."""
    found = _VERB_LAST.search(evidence.text, cue.end, end + 1)
    if found is None or found[2].lower() not in between("typed"):
        return None
    return found.span(1) if _answer(found[1], 0, len(found[1])) else None


def _answer(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the place of the few words from a place on with which a clause ends."""
    words = list(words_from(text, start, end, MOST_ANSWER_WORDS + 1))
    is_over = False
    for number, word in enumerate(words[1:], 1) if len(text) <= SHORT_TURN else ():
        if text[slice(*word)].lower() in between("clauses") | listed("tags"):
            words, is_over = words[:number], True
            break
    if not words or len(words) > MOST_ANSWER_WORDS:
        return None
    if not is_over and not ends_clause(text, words[-1][1]):
        return None
    said = [text[slice(*word)] for word in words]
    if is_empty(said[0]) or said[0].lower() in no_words():
        return None
    return (start, words[-1][1]) if is_told_word("-".join(said), least=2) else None


@cache
def _wordless() -> re.Pattern[str]:
    """Return what matches an answer in a script without spaces, up to what ends it."""
    return re.compile("|".join(read_data("secrets_told")["wordless"].values()))


@cache
def _reply() -> re.Pattern[str]:
    replies = between("answers") | between("tells") | between("typed")
    said = "|".join(sorted(map(re.escape, replies), key=len, reverse=True))
    return re.compile(rf"\s(?:{said})(?:['\u2019]s)?(?=[ :]):?\s", re.IGNORECASE)
