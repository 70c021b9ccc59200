"""
Operations on memories by a language model: one topic segment, one call.

The operations are Mem0's (add, update, delete, noop), as are the small numbers in place of ids;
update and delete become supersede and invalidate here, since nothing is ever deleted. Answers
that cite a turn or a memory which was not shown are refused, as A-MEM's invented ids were not.

Whether the statements are grounded in their sources is for the caller to check, as with the
statements of the built-in extractor.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal, NamedTuple

import msgspec

from memcli.extraction.llm.prompt import (
    KINDS,
    SCHEMA,
    SYSTEM,
    ExistingMemory,
    OperationKind,
    prompt,
    repair_prompt,
)
from memcli.language.parts import Utterance
from memcli.memory.times import parse_time
from memcli.models.llm.base import LanguageModel, Reply
from memcli.models.llm.text import parse_json
from memcli.records import MemoryType
from store.errors import BadRecord, InvalidAnswer

__all__ = ["Operation", "extract_batch"]

# A segment of some turns takes back one memory or two; an answer that ends all that it was shown
# follows somebody else's wishes.
MOST_DELETES: Final = 3
# In the sessions of HaluMem, whose updates are known, at most one turn in four updates a memory (9
# in 38, 10 in 60). Of few turns so many may, as one says that much: "I moved, got a new number".
TURNS_PER_CHANGE: Final = 4
MOST_CHANGES_OF_FEW: Final = 3
_LABEL = re.compile(r"([a-z]?)([0-9]{1,6})", re.ASCII | re.IGNORECASE)
_PARTIAL_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}", re.ASCII)
_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Operation:
    """
    What to do to the memory, and why.

    add and supersede have a text and sources; supersede and invalidate have a target, noop may
    have one. Times are in UTC, [valid_from, valid_to); importance and confidence in [0, 1].
    """

    kind: OperationKind
    text: str
    source_ids: tuple[str, ...]
    target_id: str | None = None
    type: MemoryType | None = None
    subject: str | None = None
    attribute: str | None = None
    value: str | None = None
    is_negative: bool | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    keywords: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    importance: float | None = None
    confidence: float | None = None
    reason: str | None = None


Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class _Proposal(msgspec.Struct):
    """One element of `memories` as a model writes it; only op is always needed."""

    op: Literal["add", "update", "delete", "noop"]
    text: Annotated[str, msgspec.Meta(max_length=2_000)] | None = None
    sources: list[str | int] | None = None
    target: str | int | None = None
    type: MemoryType | None = None
    subject: str | None = None
    attribute: str | None = None
    value: str | None = None
    polarity: Literal["positive", "negative"] | None = None
    valid_from: str | int | None = None
    valid_to: str | int | None = None
    keywords: list[str] | None = None
    tags: list[str] | None = None
    importance: Share | None = None
    confidence: Share | None = None
    reason: str | None = None


class _Labels(NamedTuple):
    """The ids behind t1, t2 ... and m1, m2 ..."""

    turns: Sequence[str]
    memories: Sequence[str]


def extract_batch(
    model: LanguageModel, utterances: Sequence[Utterance], existing: Sequence[ExistingMemory]
) -> list[Operation]:
    """
    Return what a model makes of the turns of one segment, given the memories they may bear on.

    Makes one call, and one more when the answer breaks the rules. What of the second one breaks
    them is left out; raises InvalidAnswer where nothing is left, and whatever the model raises. No
    turns make no call.
    """
    if not utterances:
        return []
    labels = _Labels([turn.id for turn in utterances], [memory.id for memory in existing])
    user = prompt(utterances, existing)
    reply = model.complete(SYSTEM, user, SCHEMA)
    operations, errors = _read(reply, labels)
    if errors:
        again = model.complete(SYSTEM, repair_prompt(user, reply.text, errors), SCHEMA)
        operations, errors = _read(again, labels)
    if errors and not operations:
        raise InvalidAnswer(f"the model's answer is not usable: {errors[0]}")
    return _within_bounds(_once_changed(operations), len(utterances))


def _once_changed(operations: Sequence[Operation]) -> list[Operation]:
    """Return operations of which each memory is ended by the first alone that would."""
    kept: list[Operation] = []
    ended: set[str | None] = set()
    for each in operations:
        if each.kind in ("supersede", "invalidate"):
            if each.target_id in ended:
                continue
            ended.add(each.target_id)
        kept.append(each)
    return kept


def _within_bounds(operations: Sequence[Operation], n_turns: int) -> list[Operation]:
    """
    Return operations without the ends where an answer has too many to be believed.

    Deletes are left out; what an update says may be true, and is added beside what it would end.
    """
    n_deletes = sum(each.kind == "invalidate" for each in operations)
    n_ends = n_deletes + sum(each.kind == "supersede" for each in operations)
    is_wild = n_ends > max(MOST_CHANGES_OF_FEW, -(-n_turns // TURNS_PER_CHANGE))
    if not is_wild and n_deletes <= MOST_DELETES:
        return list(operations)
    stay = [each for each in operations if each.kind != "invalidate"]
    return [_beside(each) if is_wild else each for each in stay]


def _beside(operation: Operation) -> Operation:
    """Return an update as what is added; all others as they are."""
    if operation.kind != "supersede":
        return operation
    return replace(operation, kind="add", target_id=None)


# ---------------------------------------------------------------- the answer


def _read(reply: Reply, labels: _Labels) -> tuple[list[Operation], list[str]]:
    """Return the operations of an answer and what is wrong with it."""
    try:
        proposals = _proposals(parse_json(reply.text))
    except InvalidAnswer as error:
        if reply.is_truncated:
            return [], ["the answer was cut off: it is too long, keep only what matters most"]
        return [], [error.what]
    operations: list[Operation] = []
    errors: list[str] = []
    for index, raw in enumerate(proposals):
        try:
            operations.append(_operation(raw, labels))
        except _Flaw as flaw:
            errors.append(f"memories[{index}]: {flaw}")
    return operations, errors + _twice_changed(operations, labels)


def _proposals(answer: object) -> list[Any]:
    """Return the list `memories`; a list without an object around it is taken for it."""
    found = answer.get("memories") if isinstance(answer, dict) else answer
    if not isinstance(found, list):
        raise InvalidAnswer('it is not an object with a list "memories"')
    return found


class _Flaw(ValueError):
    """What is wrong with one proposal."""


def _operation(raw: Any, labels: _Labels) -> Operation:
    """Check a proposal and return it as an operation; _Flaw says what is wrong with it."""
    try:
        proposal = msgspec.convert(raw, _Proposal, strict=False)
    except msgspec.ValidationError as error:
        raise _Flaw(str(error)) from None
    kind = KINDS[proposal.op]
    text = (proposal.text or "").strip()
    cited = (_id("sources", label, "t", labels.turns) for label in proposal.sources or [])
    sources = tuple(dict.fromkeys(cited))
    target = None if _is_absent(proposal.target) else proposal.target
    target_id = None if target is None else _id("target", target, "m", labels.memories)
    _require_parts(proposal.op, text, sources, target_id)
    valid_from, valid_to = _validity(proposal)
    return Operation(
        kind=kind,
        text=text,
        source_ids=sources,
        target_id=None if kind == "add" else target_id,
        type=proposal.type,
        subject=_text(proposal.subject),
        attribute=_text(proposal.attribute),
        value=_text(proposal.value),
        is_negative=_is_negative(proposal.polarity),
        valid_from=valid_from,
        valid_to=valid_to,
        keywords=_unique(proposal.keywords),
        tags=_unique(proposal.tags),
        importance=proposal.importance,
        confidence=proposal.confidence,
        reason=_text(proposal.reason),
    )


def _require_parts(op: str, text: str, sources: Sequence[str], target: str | None) -> None:
    """Raise _Flaw when an operation lacks what it needs."""
    if op in ("add", "update") and not text:
        raise _Flaw(f"{op} needs a text")
    if op != "noop" and not sources:
        raise _Flaw(f"{op} needs the turns that say it in sources")
    if op in ("update", "delete") and target is None:
        raise _Flaw(f"{op} needs a target")


def _id(field: str, label: str | int, letter: str, known: Sequence[str]) -> str:
    """Return the id behind a label such as t3; the letter may be left out."""
    found = _LABEL.fullmatch(str(label).strip())
    if found and found[1].lower() in ("", letter) and 1 <= int(found[2]) <= len(known):
        return known[int(found[2]) - 1]
    there_are = f"{letter}1 to {letter}{len(known)}" if known else "none"
    raise _Flaw(f"{field}: there is no {str(label)[:40]!r} (there are: {there_are})")


def _validity(proposal: _Proposal) -> tuple[datetime | None, datetime | None]:
    """Return the times of a proposal; what begins and ends on one day, say, lasts that day."""
    start = _moment("valid_from", proposal.valid_from)
    end = _moment("valid_to", proposal.valid_to)
    if start and start == end:
        end = _after(start, str(proposal.valid_to).strip())
    if start and end and end < start:
        raise _Flaw("valid_to is before valid_from")
    return start, end


def _after(start: datetime, date: str) -> datetime:
    """Return the end of the year, month or day that a date names."""
    if len(date) == len("2031"):
        return start.replace(year=start.year + 1)
    if len(date) == len("2031-05"):
        return (start + timedelta(days=31)).replace(day=1)
    return start + timedelta(days=1)


def _moment(field: str, value: str | int | None) -> datetime | None:
    """Read a time in the forms that the prompt allows."""
    if _is_absent(value):
        return None
    text = str(value).strip()
    try:
        if _PARTIAL_DATE.fullmatch(text):
            return parse_time(text + "0000-01-01"[len(text) :])
        if _DATED.match(text):
            return parse_time(text)
    except (BadRecord, ValueError, OverflowError):
        pass
    raise _Flaw(f"{field}: {text[:40]!r} is not a time such as 2031-05-02")


def _is_absent(value: str | int | None) -> bool:
    """Say whether a value is null, or a word that models write for it."""
    return value is None or str(value).strip().lower() in ("", "null", "none")


def _text(value: str | None) -> str | None:
    return (value or "").strip() or None


def _is_negative(polarity: str | None) -> bool | None:
    return None if polarity is None else polarity == "negative"


def _unique(words: Sequence[str] | None) -> tuple[str, ...]:
    stripped = (word.strip() for word in words or ())
    return tuple(dict.fromkeys(word for word in stripped if word))


def _twice_changed(operations: Sequence[Operation], labels: _Labels) -> list[str]:
    """Name the memories that more than one operation would end."""
    changed = [step.target_id for step in operations if step.kind in ("supersede", "invalidate")]
    return [
        f"m{number} has more than one update or delete; one is enough"
        for number, id_ in enumerate(labels.memories, 1)
        if changed.count(id_) > 1
    ]
