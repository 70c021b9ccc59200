"""
Batches of a session for a language model: whole topics, no secrets, long turns in pieces.

A batch is one call, so its size is bounded in turns and in tokens.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from memcli.algorithms.segmentation import segment
from memcli.extraction.decisions import ReadingWithDecisions
from memcli.extraction.derived import SEGMENTS
from memcli.extraction.llm.prompt import MAX_TURN_CHARACTERS
from memcli.extraction.reader import GrammarReader
from memcli.extraction.statements import Reading, Statement
from memcli.jsonl import Row
from memcli.language.facts.fact import Fact, Polarity
from memcli.language.parts import Entity, Utterance
from memcli.language.secrets import find_secrets, redact
from memcli.models.llm.text import estimated_tokens

if TYPE_CHECKING:
    from memcli.memory.sessions import Session

__all__ = [
    "MAX_TURNS",
    "STATEMENT_COLUMNS",
    "Conversation",
    "Shown",
    "as_statement",
    "batches_of",
    "parts_of",
]

MAX_TURNS: Final = 24
# About 6,000 words.
MAX_TOKENS: Final = 8_000

STATEMENT_COLUMNS: Final = (
    "id text source_ids speaker type importance confidence valid_from valid_to context keywords "
    "tags entities subject attribute value polarity metadata"
).split()

# A turn, or a piece of a long one, as the model sees it, with its place in the session.
Shown = tuple[int, Utterance]


@dataclass
class Conversation:
    """A session that is being read; `done` are the places of the turns that were read before."""

    session: Session
    done: frozenset[int]
    reader: GrammarReader
    reading: ReadingWithDecisions = field(init=False)
    seen: dict[str, str] = field(default_factory=dict)
    kept: set[tuple[str, ...]] = field(default_factory=set)

    def __post_init__(self) -> None:
        people = tuple(dict.fromkeys(u.speaker for u in self.utterances if u.speaker))
        self.reading = ReadingWithDecisions(people, [[] for _ in self.utterances])

    @cached_property
    def utterances(self) -> list[Utterance]:
        """The turns in order."""
        return self.session.utterances()

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each turn stands."""
        return {utterance.id: place for place, utterance in enumerate(self.utterances)}

    @cached_property
    def built_in(self) -> Reading:
        """What the built-in extractor makes of the whole session."""
        return self.reader.read_turns(self.utterances)

    def id_of(self, statement: Statement) -> str:
        """Return the id that a statement has as a memory."""
        return statement.id(self.session.key.namespace)

    def keep(self, statement: Statement) -> bool:
        """Put a statement beside its turn; False where the session has said the same before."""
        text, fact = statement.text.casefold(), statement.fact
        slot = (fact.subject, fact.attribute, fact.value) if fact else ()
        if (text, *slot) in self.kept:
            return False
        self.kept.add((text, *slot))
        self.seen.setdefault(text, self.id_of(statement))
        self.reading.statements[self.places[statement.source_ids[0]]].append(statement)
        return True


def batches_of(talk: Conversation) -> list[list[Shown]]:
    """Cut a session into batches of whole topics, without those that were read before."""
    session = talk.session
    lengths = [row["n_words"] or 0 for row in session.rows]
    ranges = segment(session.vectors.astype(np.float64), session.gaps_s(), lengths, SEGMENTS)
    batches: list[list[Shown]] = []
    for start, end in ranges:
        if talk.done.issuperset(range(start, end)):
            continue
        topic = [(i, part) for i in range(start, end) for part in parts_of(talk.utterances[i])]
        follows = bool(batches) and batches[-1][-1][0] == start - 1
        if follows and _fits([*batches[-1], *topic]):
            batches[-1] += topic
        else:
            batches += _split(topic)
    return batches


def _split(topic: Sequence[Shown]) -> list[list[Shown]]:
    """Cut a topic that is too long for one call."""
    batches: list[list[Shown]] = [[]]
    for shown in topic:
        if batches[-1] and not _fits([*batches[-1], shown]):
            batches.append([])
        batches[-1].append(shown)
    return batches


def _fits(batch: Sequence[Shown]) -> bool:
    tokens = sum(estimated_tokens(shown.text) for _, shown in batch)
    return len({place for place, _ in batch}) <= MAX_TURNS and tokens <= MAX_TOKENS


def parts_of(utterance: Utterance) -> list[Utterance]:
    """Return a turn as the model may see it: without secrets, in pieces that are shown whole."""
    text = redact(utterance.text, find_secrets(utterance.text))
    if len(text) <= MAX_TURN_CHARACTERS:
        return [replace(utterance, text=text)]
    parts = []
    while text:
        end = MAX_TURN_CHARACTERS
        if len(text) > end:
            end = max(text.rfind(c, end // 2, end) for c in ("\n", " ")) + 1 or end
        parts.append(replace(utterance, text=text[:end]))
        text = text[end:]
    return parts


def as_statement(row: Row) -> Statement:
    """Return a statement of the store as an extractor would hand it over."""
    types = json.loads(row["metadata"] or "{}").get("entity_types", {})
    return Statement(
        text=row["text"],
        source_ids=tuple(row["source_ids"] or ("",)),
        speaker=row["speaker"],
        type=row["type"],
        importance=row["importance"] or 0.0,
        confidence=row["confidence"] or 0.0,
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        context=row["context"],
        keywords=tuple(row["keywords"] or ()),
        tags=tuple(row["tags"] or ()),
        entities=tuple(Entity(n, types.get(n, "other")) for n in row["entities"] or ()),
        fact=fact_of(row),
    )


def fact_of(row: Row) -> Fact | None:
    """Return the fact of a statement of the store, as its id has it."""
    if not (row["subject"] and row["attribute"]):
        return None
    polarity: Polarity = row.get("polarity") or "positive"
    return Fact(row["subject"], row["attribute"], row["value"] or "", polarity)
