"""
Statements: what is kept of a turn, one quotation or fact each, with its type and its sources.

The kinds are those of MIRIX (core, semantic, episodic, procedural, vault).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Final, Self

from memcli.extraction.drafts import Draft, called, covers, is_short
from memcli.jsonl import Row
from memcli.language.data import read_data
from memcli.language.data import words as words_of
from memcli.language.facts.attributes import about, canonical
from memcli.language.facts.fact import Fact
from memcli.language.keywords import keywords, tags
from memcli.language.names.types import canonical as canonical_name
from memcli.language.parts import Entity, TimeSpan
from memcli.language.relations import Cue, cue_of
from memcli.language.roles import ROLES
from memcli.language.secrets import find_secrets, has_secret, redact
from memcli.language.time.finding import COMPLETE
from memcli.language.time.tense import tense_of
from memcli.language.time.validity import validity
from memcli.language.time.wording import iso
from memcli.memory.ids import content_id

# How far a statement is trusted: a person's word, with a doubt in it, and an assistant's.
ASSERTED: Final = 0.9
HEDGED: Final = 0.6
OF_ASSISTANT: Final = 0.5
# Of what no parser reads.
UNKNOWN_IMPORTANCE: Final = 0.5
_TYPES: Final = {"PER": "person", "LOC": "place", "ORG": "organization", "MISC": "other"}
# Groups of attributes that say who somebody is.
CORE: Final = frozenset(("person", "home", "work", "family", "pets", "health"))


@dataclass(frozen=True, slots=True)
class Statement:
    """
    One quotation, or one fact that it states; in UTC from when and until when it holds.

    source_ids: its own turn first, then those that say who is meant; context: what it answers, or
    the canonical sentence of its fact; replaces: the value that a correction takes back.
    """

    text: str
    source_ids: tuple[str, ...]
    speaker: str | None
    type: str
    importance: float
    confidence: float
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    times: tuple[str, ...] = ()
    context: str | None = None
    keywords: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    fact: Fact | None = None
    cue: Cue | None = None

    def id(self, namespace: str) -> str:
        """Return the id that a statement has as a memory: of what it says and rests on."""
        fact = self.fact
        slot = (fact.subject, fact.attribute, fact.value, fact.polarity) if fact else ()
        return content_id("statement", namespace, self.text, *slot, *self.source_ids)


@dataclass(frozen=True, slots=True)
class Refused:
    """A statement that was not stored, for it says something that its sources do not."""

    text: str
    source_id: str
    foreign: tuple[str, ...]


@dataclass
class Reading:
    """
    What was made of a conversation: the statements of each turn, and what was refused.

    is_foreign: it is in a language that the parser does not read, so there are none.
    """

    people: tuple[str, ...]
    statements: list[list[Statement]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    is_foreign: bool = False

    def without(self, gone: Collection[str], stay: list[list[Statement]]) -> Self:
        """Return the same with the statements that stay; `gone` are the ids of the others."""
        return replace(self, statements=stay)


def known_by(statement: Statement, namespace: str) -> Row:
    """Return the columns of a statement by which it is known again."""
    fact = statement.fact
    return {
        "id": statement.id(namespace),
        "namespace": namespace,
        "type": statement.type,
        "level": 1,
        "text": statement.text,
        "subject": fact and fact.subject,
        "attribute": fact and fact.attribute,
        "value": fact and fact.value,
        "polarity": fact and fact.polarity,
        "source_ids": list(statement.source_ids),
    }


def memory_type(
    text: str, fact: Fact | None, speaker: str | None, has_happened: bool, is_secret: bool
) -> str:
    """
    Return vault, core, procedural, episodic or semantic, the first that applies.

    A secret is for the vault; what a person says of who they are is core; routines, instructions
    and standing rules are procedural; facts are semantic; what is told with a past or a date
    happened once: episodic.
    """
    if is_secret:
        return "vault"
    if fact is not None:
        own = (
            fact.subject == speaker
            and fact.effect in ("state", "correct")
            and about(fact.attribute)["group"] in CORE
        )
        return "core" if own else "episodic" if is_event(fact) else "semantic"
    if _matches("routine", text) and not _matches("no_rule", text):
        return "procedural"
    return "episodic" if has_happened else "semantic"


def is_event(fact: Fact) -> bool:
    """Tell whether a fact says what happened or was done once."""
    return bool(about(fact.attribute)["group"] == "events")


def confidence(text: str, is_assistant: bool) -> float:
    """Return how far a statement may be trusted, in [0, 1]."""
    if is_assistant:
        return OF_ASSISTANT
    return HEDGED if _matches("hedged", text) else ASSERTED


def _matches(cue: str, text: str) -> bool:
    return any(pattern.search(text) for pattern in _patterns(cue))


@cache
def _patterns(cue: str) -> Sequence[re.Pattern[str]]:
    return [re.compile(each, re.IGNORECASE) for each in read_data("kinds")[cue]]


# ---------------------------------------------------------------- of a draft


def statement_of(draft: Draft, importance: float) -> Statement:
    """Return the statement that a draft makes."""
    utterance, fact = draft.utterance, draft.fact
    speaker = utterance.speaker and called(utterance.speaker)
    inside = [span for span in draft.spans if covers(draft.quotation, span.place)]
    text = _bracketed(draft, inside)
    if draft.is_secret:
        text = redact(text, find_secrets(text))
    happened = bool(inside) or _is_past(draft)
    valid_from, valid_to = _validity(draft, inside)
    names = [] if draft.is_secret else list(_names(draft))
    return Statement(
        text=text,
        source_ids=_sources(draft),
        speaker=utterance.speaker,
        type=memory_type(draft.said, fact, speaker, happened, draft.is_secret),
        importance=1.0 if draft.is_secret else importance,
        confidence=confidence(draft.said, utterance.is_assistant),
        valid_from=valid_from,
        valid_to=valid_to,
        times=tuple(span.words for span in inside),
        context=_context(draft),
        keywords=() if draft.is_secret else tuple(keywords(draft.said)),
        tags=() if draft.is_secret else tuple(tags(draft.said)),
        entities=tuple(names),
        fact=fact,
        cue=cue_of(draft.said),
    )


def _sources(draft: Draft) -> tuple[str, ...]:
    """Return the turns that a statement rests on: its own, then those that name whom it means."""
    named = any(_is_inside(draft, place) for place, _ in draft.meant.brackets)
    naming = draft.meant.source_ids if named or draft.fact else ()
    return tuple(dict.fromkeys((draft.utterance.id, *naming)))


def _bracketed(draft: Draft, spans: Sequence[TimeSpan]) -> str:
    """Return a quotation with dates and names in brackets behind relative times and pronouns."""
    names = [(place, name) for place, name in draft.meant.brackets if _is_inside(draft, place)]
    text = draft.parse.text[: draft.quotation.end]
    said = _noted(text, draft.quotation.start, [*_dates(spans), *names])
    return f"{_noted(draft.lead, 0, _dates(draft.lead_spans))} {said}" if draft.lead else said


def _dates(spans: Sequence[TimeSpan]) -> list[tuple[int, str]]:
    return [(s.place[1], iso(s)) for s in spans if not COMPLETE.search(s.words)]


def _noted(text: str, start: int, notes: Sequence[tuple[int, str]]) -> str:
    """Return a text from a place on, with notes in brackets where they belong."""
    noted = ""
    for place, note in sorted(notes):
        noted += f"{text[start:place]} [{note}]"
        start = place
    return noted + text[start:]


def _is_inside(draft: Draft, place: int) -> bool:
    return draft.quotation.start < place <= draft.quotation.end


def _context(draft: Draft) -> str | None:
    """Return what a statement is not understood, or not found, without."""
    if (fact := draft.fact) is not None:
        return canonical(
            fact.subject, fact.attribute, fact.value, fact.polarity, fact.effect == "past"
        )
    open_ = draft.question is not None and not has_secret(draft.question)
    return draft.question if is_short(draft.said) and open_ else None


def _is_past(draft: Draft) -> bool:
    root = draft.parse.root
    return root is not None and tense_of(draft.parse, root) == "past"


def _validity(draft: Draft, spans: Sequence[TimeSpan]) -> tuple[datetime | None, datetime | None]:
    """Return from when until when it holds: a fact from what dates it, or as it is told."""
    said_at, fact = draft.utterance.said_at, draft.fact
    if said_at is None:
        return None, None
    if fact is None or is_event(fact):
        return validity(draft.parse, said_at, list(spans))
    since, until = _span_at(draft, fact.since), _span_at(draft, fact.until)
    if about(fact.attribute).get("passes") and fact.effect in ("state", "correct"):
        day = since or next((s for s in spans if s.kind == "at"), None)
        return said_at, day.end if day and day.end > said_at else None
    if fact.effect == "past":
        return since.start if since else None, until.start if until else said_at
    return since.start if since else said_at, until.start if until else None


def _span_at(draft: Draft, place: tuple[int, int] | None) -> TimeSpan | None:
    """Return the resolved time that stands at a place."""
    if place is None:
        return None
    return next((s for s in draft.spans if s.place[0] < place[1] and place[0] < s.place[1]), None)


def _type_of(fact: Fact | None, name: str) -> str | None:
    """Return what a name in the value of a fact is by its attribute: an employer is no place."""
    row = about(fact.attribute) if fact is not None and name in fact.value else {}
    return row.get("names")


def _names(draft: Draft) -> Iterator[Entity]:
    """Yield who and what a quotation names, each once; the speaker where it is of himself."""
    seen: set[str] = set()
    times = words_of("moods", "time_nouns")
    speaker = draft.utterance.speaker
    if speaker and speaker.lower() not in ROLES and draft.fact and draft.fact.subject == speaker:
        seen.add(speaker)
        yield Entity(speaker, "person")
    for type_, words in draft.parse.names():
        place, said = draft.parse.span(words), draft.parse.slice(words)
        # The parser takes "the jetty" for a name now and then, and a day.
        is_name = said != said.lower() and not times.issuperset(w.text.lower() for w in words)
        is_time = any(s.place[0] < place[1] and place[0] < s.place[1] for s in draft.spans)
        name = canonical_name(said)
        if not covers(draft.quotation, place) or is_time or not is_name:
            continue
        if name and name not in seen | ROLES:
            seen.add(name)
            yield Entity(name, _type_of(draft.fact, said) or _TYPES[type_])
