"""
What a language model proposes, as statements: checked against the turns that it cites.

The same check as for the built-in extractor (no name, number or date that the sources do not
have), with the names that the store knows. What an assistant said counts only where a person said
something after it. What the model leaves open is filled in by the built-in functions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from memcli.extraction.llm.dates import (
    days_of,
    foreign_times,
    spans_of,
    with_dates,
    without_known_dates,
)
from memcli.extraction.llm.names import KnownNames
from memcli.extraction.llm.operations import Operation
from memcli.extraction.statements import (
    UNKNOWN_IMPORTANCE,
    Refused,
    Statement,
    confidence,
    memory_type,
)
from memcli.language.bearing import borne_share
from memcli.language.data import read_data
from memcli.language.facts.attributes import is_single
from memcli.language.facts.fact import Fact, Polarity
from memcli.language.grounding import ungrounded
from memcli.language.keywords import keywords, tags
from memcli.language.names.recognition import canonical, find_entities
from memcli.language.parts import Entity, TimeSpan, Utterance
from memcli.language.roles import CALLED, ROLES
from memcli.language.secrets import find_secrets, has_secret, redact
from memcli.language.time.finding import find_times
from memcli.language.time.validity import validity

__all__ = ["ordered_sources", "statement_of"]

# Nobody but the built-in detection says what is a secret; resources come from attachments.
MODEL_TYPES: Final = frozenset({"episodic", "semantic", "procedural", "core"})
# Content words of a statement that its turns must have, in any form; of a core one, which heads
# every prompt, the turns of persons must have half. Of 237 memories that annotators of HaluMem
# wrote, none has less than 0.57 of them in its session; six have less than this share in the
# person's turns alone.
LEAST_BORNE: Final = 0.3
LEAST_BORNE_OF_CORE: Final = 1 / 2
# Of what an assistant alone has said.
CONFIDENCE_OF_ASSISTANT: Final = 0.3
Judging = Callable[[str, str], tuple[Fact | None, float]]
_ATTRIBUTES: Final[dict[str, str]] = {
    form: attribute for attribute, forms in read_data("slots").items() for form in forms
}


def _unread(text: str, speaker: str) -> tuple[Fact | None, float]:
    return None, UNKNOWN_IMPORTANCE


@dataclass(frozen=True)
class _Grounds:
    """What a statement may rest on."""

    cited: Sequence[Utterance]
    people: Collection[str]
    names: KnownNames
    replaced: str = ""
    judge: Judging = _unread

    @property
    def own(self) -> Utterance:
        """The last turn of a person that says it, else of the assistant."""
        said = [turn for turn in self.cited if not turn.is_assistant]
        return said[-1] if said else self.cited[-1]

    def share(self, text: str, turns: Sequence[Utterance]) -> float:
        """Return the share of a text's content words that turns have, in [0, 1]."""
        people = {*self.people, self.own.speaker or "user", "user"}
        known = {word.casefold() for name in people for word in self.names.names_of(name)}
        return borne_share(text, [*(turn.text for turn in turns), self.replaced], known | ROLES)

    def foreign(self, text: str, spans: Sequence[TimeSpan]) -> list[str]:
        """Return what a text has beyond the turns, the names known and the times that follow."""
        plain = without_known_dates(text, self.own, spans)
        people = {*self.people, self.own.speaker or "user"}
        known = {word for name in people for word in self.names.names_of(name)}
        bearing = [*(turn.text for turn in self.cited), self.replaced]
        found = ungrounded(plain, bearing, known | ROLES, self.names.meant)
        return [*found, *self.names.strangers(text, self.cited, self.people)]


def ordered_sources(cited: Sequence[Utterance]) -> list[Utterance]:
    """Return the turns that a statement cites, its own first: the last that a person said."""
    own = _Grounds(cited, (), KnownNames()).own
    return [own, *(turn for turn in cited if turn.id != own.id)]


def statement_of(
    operation: Operation,
    cited: Sequence[Utterance],
    people: Collection[str],
    names: KnownNames | None = None,
    replaced: str = "",
    judge: Judging = _unread,
) -> Statement | Refused:
    """
    Return the statement that an operation makes, or what is wrong with it.

    cited: its turns in the order in which they were said, at least one; people: who speaks; names:
    what the store knows of the names of the namespace; replaced: the memory that it updates; judge:
    what the grammar of a text says of a speaker, and how much it matters.
    """
    known = names or KnownNames()
    last = max((i for i, turn in enumerate(cited) if not turn.is_assistant), default=-1)
    said = _made(operation, _Grounds(cited[: last + 1] or cited, people, known, replaced, judge))
    rest = cited[last + 1 :]
    if isinstance(said, Refused) and last >= 0 and rest:
        # Nobody has confirmed what an assistant said last: that is its own statement.
        own = [turn for turn in cited if turn.is_assistant]
        made = _made(operation, _Grounds(own, people, known, replaced, judge))
        said = said if isinstance(made, Refused) else made
    if isinstance(said, Refused):
        return said
    ids = dict.fromkeys((*said.source_ids, *(turn.id for turn in cited)))
    return replace(said, source_ids=tuple(ids))


def _made(operation: Operation, grounds: _Grounds) -> Statement | Refused:
    """Return what an operation makes of the turns that bear it out."""
    cited, people, own = grounds.cited, grounds.people, grounds.own
    spans = spans_of(cited)
    text = with_dates(operation.text, own)
    times = {"valid_from": operation.valid_from, "valid_to": operation.valid_to}
    foreign = grounds.foreign(text, [*spans, *days_of(cited)])
    if foreign := [*foreign, *foreign_times(times, cited, spans)]:
        return Refused(text, own.id, tuple(foreign))
    if grounds.share(operation.text, cited) < LEAST_BORNE:
        return Refused(text, own.id, (operation.text,))
    read, matters = grounds.judge(text, own.speaker or "")
    is_secret = has_secret(text)
    text = redact(text, find_secrets(text))
    is_open = not (is_secret or own.is_assistant)
    fact = _fact(operation, read, grounds) or read if is_open else None
    kind = _type(operation, text, fact, own, is_secret)
    said = [turn for turn in cited if not turn.is_assistant]
    if kind == "core" and grounds.share(operation.text, said) < LEAST_BORNE_OF_CORE:
        kind = "semantic"
    starts = {span.start for span in spans}
    found = find_times(text, own.said_at, own.utc_offset) if own.said_at else []
    own_spans = [span for span in found if span.start in starts]
    valid_from, valid_to = operation.valid_from, operation.valid_to
    if own.said_at and not (valid_from or valid_to):
        valid_from, valid_to = validity(text, own.said_at, own_spans)
    given_tags = (tag.lower() for tag in operation.tags if not grounds.foreign(tag, ()))
    made = Statement(
        text=text,
        source_ids=tuple(turn.id for turn in ordered_sources(cited)),
        speaker=own.speaker,
        type=kind,
        importance=matters if operation.importance is None else operation.importance,
        confidence=confidence(text, own.is_assistant)
        if operation.confidence is None
        else operation.confidence,
        valid_from=valid_from,
        valid_to=valid_to,
        times=tuple(span.words for span in own_spans),
        keywords=() if is_secret else _keywords(operation, text),
        tags=() if is_secret else tuple(given_tags) or tuple(tags(text)),
        entities=() if is_secret else tuple(_entities(text, {*people, *ROLES})),
        fact=fact,
    )
    return _of_assistant(made) if own.is_assistant else made


def _of_assistant(made: Statement) -> Statement:
    """Return a statement that only an assistant made: never core, and doubtful."""
    kind = "semantic" if made.type == "core" else made.type
    return replace(made, type=kind, confidence=min(made.confidence, CONFIDENCE_OF_ASSISTANT))


def _type(
    operation: Operation, text: str, fact: Fact | None, own: Utterance, is_secret: bool
) -> str:
    if is_secret or operation.type not in MODEL_TYPES:
        return memory_type(text, fact, own.speaker, has_happened=False, is_secret=is_secret)
    return str(operation.type)


def _fact(operation: Operation, read: Fact | None, grounds: _Grounds) -> Fact | None:
    """
    Return the fact that a model gives, with the subject and attribute that others of its kind have.

    Only with those can a later fact be found to replace an earlier one. read: what the grammar of
    the text says, which has the polarity where the model does not give it.
    """
    subject, attribute, value = operation.subject, operation.attribute, operation.value
    if not (subject and attribute and value) or grounds.foreign(f"{subject} has {value}", ()):
        return None
    worded = " ".join(attribute.replace("_", " ").casefold().split())
    named = _ATTRIBUTES.get(worded, worded)
    polarity: Polarity = read.polarity if read else "positive"
    if operation.is_negative is not None:
        polarity = "negative" if operation.is_negative else "positive"
    single = is_single(named)
    return Fact(_subject(subject, grounds), named, value, polarity, is_single=single)


def _subject(subject: str, grounds: _Grounds) -> str:
    """Return a subject by the name under which a speaker is known."""
    speaker = grounds.own.speaker or "user"
    if subject.casefold() in ("i", "me", "user", "the user"):
        return CALLED.get(speaker.casefold(), speaker)
    name = grounds.names.speaker_of(subject, grounds.people)
    return CALLED.get(name.casefold(), name) if name else subject


def _keywords(operation: Operation, text: str) -> tuple[str, ...]:
    """Return those of the model's keywords that stand in the statement, else the built-in's."""
    plain = text.casefold()
    given = tuple(word.lower() for word in operation.keywords if word.casefold() in plain)
    return given or tuple(keywords(text))


def _entities(text: str, known: Collection[str]) -> Iterator[Entity]:
    """Yield the entities of a statement, each once, in their canonical form."""
    seen = {"", *ROLES}
    for entity in find_entities(text, known):
        name = canonical(entity.name)
        if name not in seen:
            seen.add(name)
            yield Entity(name, entity.type)
