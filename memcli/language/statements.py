"""
Statements of a conversation that stand alone, without a language model.

Sentence by sentence: what states nothing is left out, persons and dates are resolved, facts are
read off, and what cannot be traced to the turns it cites is refused (HaluMem: no invention). A
sentence is understood from what was said before it only, so that turns which come in later leave
the statements of the earlier ones as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from memcli.language.acts.kinds import Scored, confidence, importance, memory_type
from memcli.language.acts.stance import (
    Stance,
    certainty,
    is_negated,
    restates_user,
    salient,
    stance,
    stated_part,
)
from memcli.language.clauses import clauses
from memcli.language.facts.finding import find_facts, is_correction
from memcli.language.grounding import ungrounded
from memcli.language.keywords import keywords, tags
from memcli.language.lexicon.roles import ROLES
from memcli.language.names.recognition import canonical, find_entities
from memcli.language.parts import Entity, Fact, TimeSpan, Utterance
from memcli.language.persons.resolution import Antecedent, aged, antecedents_of, resolve_persons
from memcli.language.relations import Cue, cue_of
from memcli.language.secrets import find_secrets
from memcli.language.sentences import Sentence, split_sentences
from memcli.language.time.resolution import derived_dates, find_times, resolve, validity, words_of

# A sentence below this says too little to be a memory of its own.
LEAST_SALIENCE: Final = 0.25
# An answer may say little itself: "In Lisbon."
LEAST_SALIENCE_OF_ANSWER: Final = 0.1
# An assistant talks much; of each turn only what is most worth keeping.
MOST_OF_ASSISTANT: Final = 3
LEAST_SALIENCE_OF_ASSISTANT: Final = 0.5
_OF_ONESELF = re.compile(r"(?:\w+,? )?(?:I|I['\u2019]m|I['\u2019]ve|[Mm]y)\b")
# An answer as short as that is not understood without its question.
SHORT_ANSWER_WORDS: Final = 8
MAX_WORDS: Final = 80
# Nobody knows who is meant once the conversation is over.
_OPEN = re.compile(r"you(?:r|rs|rself)?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one sentence says, so that it can be read alone; `why` explains the two scores."""

    text: str
    source_ids: tuple[str, ...]
    speaker: str | None
    type: str
    importance: Scored
    confidence: Scored
    salience: float
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    times: tuple[str, ...] = ()
    context: str | None = None
    keywords: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    facts: tuple[Fact, ...] = ()
    is_correction: bool = False
    is_negated: bool = False
    cue: Cue | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A statement that was not stored, for it says something that its sources do not."""

    text: str
    source_id: str
    foreign: tuple[str, ...]


@dataclass
class Reading:
    """A conversation as far as it was read: what it stated, who was mentioned where."""

    people: tuple[str, ...]
    statements: list[list[Statement]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    antecedents: list[Antecedent] = field(default_factory=list)
    mentioned_in: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)


def read_conversation(utterances: Sequence[Utterance]) -> Reading:
    """Return the statements of each turn of one conversation, in order."""
    people = tuple(dict.fromkeys(u.speaker for u in utterances if u.speaker))
    reading = Reading(people)
    for before, utterance in zip([None, *utterances], utterances, strict=False):
        found = _of_turn(utterance, before, reading)
        chosen = _most_telling(found) if utterance.is_assistant else found
        reading.statements.append(chosen)
    return reading


def _most_telling(found: list[Statement]) -> list[Statement]:
    ranked = sorted(found, key=lambda statement: -statement.salience)[:MOST_OF_ASSISTANT]
    return [statement for statement in found if statement in ranked]


def _of_turn(utterance: Utterance, before: Utterance | None, reading: Reading) -> list[Statement]:
    """Return the statements of one turn, moving the reading on."""
    question = _question(before) if before and before.speaker != utterance.speaker else None
    found = []
    for sentence in split_sentences(utterance.text):
        for clause in _worth_reading(sentence, utterance, question is not None):
            statement = _statement(clause, utterance, question, reading)
            if statement is not None and statement.text.casefold() not in reading.seen:
                reading.seen.add(statement.text.casefold())
                found.append(statement)
    return found


def _question(utterance: Utterance) -> str | None:
    """Return the question that a turn ends with, if it does."""
    if not utterance.text.rstrip().endswith(("?", "\uff1f")):
        return None
    sentences = split_sentences(utterance.text)
    return sentences[-1].text if sentences else None


def _worth_reading(sentence: Sentence, utterance: Utterance, answers: bool) -> Iterator[str]:
    """Yield the clauses of a sentence that state something."""
    if sentence.kind in ("code", "heading", "quote"):
        return
    if find_secrets(sentence.text):
        yield sentence.text
        return
    act = stance(sentence.text, utterance.is_assistant, answers)
    recorded = utterance.is_assistant and restates_user(sentence.text)
    if act is not Stance.STATED and not recorded:
        return
    least = LEAST_SALIENCE_OF_ANSWER if answers else LEAST_SALIENCE
    if utterance.is_assistant and not recorded:
        least = LEAST_SALIENCE_OF_ASSISTANT
    for clause in clauses(stated_part(sentence.text)):
        if len(clause.split()) <= MAX_WORDS and (
            salient(clause) >= least or _states_fact(clause, utterance)
        ):
            yield clause


def _states_fact(clause: str, utterance: Utterance) -> bool:
    """Tell a short sentence in which people say something of themselves: "I love olives now."."""
    if utterance.is_assistant or not _OF_ONESELF.match(clause):
        return False
    speaker = utterance.speaker or "user"
    return bool(find_facts(resolve_persons(clause, speaker, None, []).text))


def _statement(
    clause: str, utterance: Utterance, question: str | None, reading: Reading
) -> Statement | None:
    """Return the statement of one clause; None where it is not grounded or says nothing."""
    speaker = utterance.speaker or ("assistant" if utterance.is_assistant else "user")
    others = [name for name in reading.people if name != speaker]
    addressee = others[0] if len(others) == 1 else None
    resolved = resolve_persons(clause, speaker, addressee, reading.antecedents)
    said_at = utterance.said_at
    spans = find_times(clause, said_at) if said_at else []
    text = resolved.text
    if said_at and spans:
        # Dates are put in first: the tense that tells "on Monday" is that of the words as said.
        dated = resolve(clause, said_at)
        text = resolve_persons(dated, speaker, addressee, reading.antecedents).text
    names = {speaker, *others, *ROLES}
    sources = _sources(utterance, resolved.replacements, names, reading)
    known = {name for name in names if name}
    foreign = ungrounded(text, [utterance.text], _derived(known, sources, spans, reading))
    _move_on(clause, resolved.text, utterance, reading)
    if foreign:
        reading.refused.append(Refused(text, utterance.id, tuple(foreign)))
        return None
    if not resolved.clear and _OPEN.match(resolved.text):
        return None
    facts = tuple(find_facts(resolved.text))
    secret = bool(find_secrets(clause))
    kind = memory_type(resolved.text, facts, secret)
    valid_from, valid_to = validity(clause, said_at, spans) if said_at else (None, None)
    short = question is not None and len(clause.split()) <= SHORT_ANSWER_WORDS
    sure = certainty(clause) * (1.0 if resolved.clear else 0.9)
    return Statement(
        text=text,
        source_ids=tuple(sources),
        speaker=utterance.speaker,
        type=kind,
        importance=importance(resolved.text, facts, kind),
        confidence=confidence(resolved.text, facts, sure),
        salience=1.0 if secret else salient(clause),
        valid_from=valid_from,
        valid_to=valid_to,
        times=tuple(words_of(spans)),
        context=question if short else None,
        keywords=() if secret else tuple(keywords(resolved.text)),
        tags=tuple(tags(resolved.text, facts[0] if facts else None)),
        entities=() if secret else tuple(_entities(resolved.text, known)),
        facts=facts,
        is_correction=is_correction(clause),
        is_negated=is_negated(clause),
        cue=cue_of(clause),
    )


def _sources(
    utterance: Utterance,
    replacements: Sequence[tuple[str, str]],
    speakers: set[str],
    reading: Reading,
) -> list[str]:
    """Return the turns that a statement rests on: its own, and those that name whom it means."""
    sources = [utterance.id]
    for _, name in replacements:
        place = reading.mentioned_in.get(name)
        if place and place not in sources and name not in speakers:
            sources.append(place)
    return sources


def _derived(
    names: set[str], sources: Sequence[str], spans: Sequence[TimeSpan], reading: Reading
) -> set[str]:
    """Return what a statement may say beyond its turn: speakers, antecedents, resolved dates."""
    told = {name for name, place in reading.mentioned_in.items() if place in sources}
    dates = {token for span in spans for token in derived_dates(span)}
    return names | told | dates


def _move_on(clause: str, resolved: str, utterance: Utterance, reading: Reading) -> None:
    """Note whom the clause brings up, for the pronouns of those that follow."""
    new = antecedents_of(clause, resolved, reading.people)
    met = {each.name for each in new}
    old = [each for each in aged(reading.antecedents) if each.name not in met]
    reading.antecedents = [*new, *old]
    for each in new:
        reading.mentioned_in.setdefault(each.name, utterance.id)


def _entities(text: str, known: set[str]) -> list[Entity]:
    """Return the entities of a statement, each once, in their canonical form."""
    found: dict[str, Entity] = {}
    for entity in find_entities(text, known):
        name = canonical(entity.name)
        if name and name not in ROLES:
            found.setdefault(name, Entity(name, entity.type))
    return list(found.values())
