"""
What a language model proposes, as statements: checked against the turns that it cites.

The same check as for the built-in extractor (no name, number or date that the sources do not
have). A date that the model worked out is let pass only where it follows from the words of those
turns too. What the model leaves open is filled in by the built-in functions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from memcli.extraction.llm.operations import Operation
from memcli.language.acts.kinds import Scored, confidence, importance, memory_type
from memcli.language.acts.stance import certainty, is_negated, salient
from memcli.language.facts.finding import find_facts, is_correction
from memcli.language.grounding import ungrounded
from memcli.language.keywords import keywords, tags
from memcli.language.lexicon.roles import ROLES
from memcli.language.names.recognition import canonical, find_entities
from memcli.language.parts import Entity, Fact, TimeSpan, Utterance
from memcli.language.secrets import find_secrets
from memcli.language.statements import Refused, Statement
from memcli.language.time.resolution import derived_dates, find_times, resolve, validity, words_of

__all__ = ["ordered_sources", "statement_of"]

# Nobody but the built-in detection says what is a secret; resources come from attachments.
MODEL_TYPES: Final = frozenset({"episodic", "semantic", "procedural", "core"})
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_A_DAY: Final = timedelta(days=1)


def ordered_sources(cited: Sequence[Utterance]) -> list[Utterance]:
    """Return the turns that a statement cites, its own first: the last that a person said."""
    said = [turn for turn in cited if not turn.is_assistant] or list(cited)
    own = said[-1]
    return [own, *(turn for turn in cited if turn.id != own.id)]


def statement_of(
    operation: Operation, cited: Sequence[Utterance], people: Collection[str]
) -> Statement | Refused:
    """
    Return the statement that an operation makes, or what is wrong with it.

    cited: its turns in the order in which they were said, at least one; people: who speaks.
    """
    sources = ordered_sources(cited)
    texts = [turn.text for turn in sources]
    known = {*people, *ROLES}
    spans = _spans(cited)
    derived = known | {token for span in spans for token in derived_dates(span)}
    text = _with_dates(operation.text, sources[0])
    foreign = [*ungrounded(text, texts, derived), *_foreign_dates(operation, cited, spans)]
    if foreign:
        return Refused(text, sources[0].id, tuple(foreign))
    facts = _facts(operation, text, texts, derived)
    is_secret = bool(find_secrets(text))
    kind = _type(operation, text, facts, is_secret)
    own_spans = _own_spans(text, sources[0], spans)
    valid_from, valid_to = _validity(operation, text, sources[0], own_spans)
    return Statement(
        text=text,
        source_ids=tuple(turn.id for turn in sources),
        speaker=sources[0].speaker,
        type=kind,
        importance=_said(operation.importance) or importance(text, facts, kind),
        confidence=_said(operation.confidence) or confidence(text, facts, certainty(text)),
        salience=1.0 if is_secret else salient(text),
        valid_from=valid_from,
        valid_to=valid_to,
        times=tuple(words_of(own_spans)),
        keywords=() if is_secret else _keywords(operation, text),
        tags=_tags(operation, text, facts, texts, derived),
        entities=tuple(_entities(text, known)),
        facts=facts,
        is_correction=is_correction(text),
        is_negated=is_negated(text),
    )


def _said(score: float | None) -> Scored | None:
    """Return a score that the model gave."""
    return None if score is None else Scored(score, {"model": score})


def _type(operation: Operation, text: str, facts: Sequence[Fact], is_secret: bool) -> str:
    if is_secret or operation.type not in MODEL_TYPES:
        return memory_type(text, facts, is_secret)
    return str(operation.type)


# ---------------------------------------------------------------- dates


def _spans(cited: Sequence[Utterance]) -> list[TimeSpan]:
    """Return the times that some turns name, each as seen from its own time."""
    return [span for turn in cited if turn.said_at for span in find_times(turn.text, turn.said_at)]


def _with_dates(text: str, own: Utterance) -> str:
    """Add the dates of relative times, where the model left them out and the turn has the words."""
    if own.said_at is None or _YEAR.search(text):
        return text
    said = own.text.casefold()
    words = words_of(find_times(text, own.said_at))
    return resolve(text, own.said_at) if all(each.casefold() in said for each in words) else text


def _own_spans(text: str, own: Utterance, spans: Sequence[TimeSpan]) -> list[TimeSpan]:
    """Return the times of a statement that its sources have too."""
    starts = {span.start for span in spans}
    found = find_times(text, own.said_at) if own.said_at else []
    return [span for span in found if span.start in starts]


def _validity(
    operation: Operation, text: str, own: Utterance, spans: list[TimeSpan]
) -> tuple[datetime | None, datetime | None]:
    """Return the times that the model gave, or those that the built-in extractor reads."""
    if operation.valid_from or operation.valid_to or own.said_at is None:
        return operation.valid_from, operation.valid_to
    return validity(text, own.said_at, spans)


def _foreign_dates(
    operation: Operation, cited: Sequence[Utterance], spans: Sequence[TimeSpan]
) -> list[str]:
    """Return the times of an operation that do not follow from its turns."""
    times = {"valid_from": operation.valid_from, "valid_to": operation.valid_to}
    given = {name: moment for name, moment in times.items() if moment}
    if not given:
        return []
    days = set(_days(cited, spans))
    return [f"{name} {m.date()}" for name, m in given.items() if m.date() not in days]


def _days(cited: Sequence[Utterance], spans: Sequence[TimeSpan]) -> Iterator[date]:
    """Yield the days at which something may begin or end by what the turns say."""
    for span in spans:
        yield from (span.start.date(), span.end.date(), (span.end - _A_DAY).date())
        first = span.start.date().replace(day=1)
        # The model may give no more than the month or the year.
        yield from (first, (first + 31 * _A_DAY).replace(day=1))
        yield from _year(first.year)
    for turn in cited:
        if turn.said_at:
            said = turn.said_at.date()
            yield from (said, said + _A_DAY if said < date.max else said)
        for found in _YEAR.findall(turn.text):
            yield from _year(int(found))


def _year(year: int) -> Iterator[date]:
    yield from (date(year, 1, 1), date(min(year + 1, 9999), 1, 1))


# ---------------------------------------------------------------- what is said of what


def _facts(
    operation: Operation, text: str, sources: Sequence[str], derived: Collection[str]
) -> tuple[Fact, ...]:
    """Return the facts of a statement, in the built-in attributes where these fit.

    Only with those can a later fact be found to replace an earlier one.
    """
    found = tuple(find_facts(text))
    subject, attribute, value = operation.subject, operation.attribute, operation.value
    if found or not (subject and attribute and value):
        return found
    if ungrounded(f"{subject} {value}", sources, derived):
        return ()
    negated = is_negated(text)
    named = attribute.replace("_", " ")
    if not negated and (found := tuple(find_facts(f"{subject} {named} {value}."))):
        return found
    return (Fact(subject, "_".join(named.lower().split()), value, negated),)


def _keywords(operation: Operation, text: str) -> tuple[str, ...]:
    """Return those of the model's keywords that stand in the statement, else the built-in's."""
    plain = text.casefold()
    given = tuple(word.lower() for word in operation.keywords if word.casefold() in plain)
    return given or tuple(keywords(text))


def _tags(
    operation: Operation,
    text: str,
    facts: Sequence[Fact],
    sources: Sequence[str],
    derived: Collection[str],
) -> tuple[str, ...]:
    given = tuple(tag.lower() for tag in operation.tags if not ungrounded(tag, sources, derived))
    return given or tuple(tags(text, facts[0] if facts else None))


def _entities(text: str, known: Collection[str]) -> Iterator[Entity]:
    """Yield the entities of a statement, each once, in their canonical form."""
    seen = {"", *ROLES}
    for entity in find_entities(text, known):
        name = canonical(entity.name)
        if name not in seen:
            seen.add(name)
            yield Entity(name, entity.type)
