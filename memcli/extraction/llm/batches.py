"""
Batches of a session for a language model: whole topics, no secrets, long turns in pieces.

A batch is one call, so its size is bounded in turns and in tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from memcli.algorithms.segmentation import segment
from memcli.extraction.derived import SEGMENTS
from memcli.extraction.llm.prompt import MAX_TURN_CHARACTERS
from memcli.extraction.updates import ReadingWithDecisions
from memcli.language.parts import Utterance
from memcli.language.secrets import find_secrets, redact
from memcli.language.statements import Reading, Statement, read_conversation
from memcli.memory.ids import content_id
from memcli.models.llm.text import estimated_tokens

if TYPE_CHECKING:
    from memcli.memory.sessions import Session

__all__ = ["MAX_TURNS", "Conversation", "Shown", "batches_of", "parts_of"]

MAX_TURNS: Final = 24
# About 6,000 words.
MAX_TOKENS: Final = 8_000

# A turn, or a piece of a long one, as the model sees it, with its place in the session.
Shown = tuple[int, Utterance]


@dataclass
class Conversation:
    """A session that is being read; `done` are the places of the turns that were read before."""

    session: Session
    done: frozenset[int]
    reading: ReadingWithDecisions = field(init=False)
    seen: dict[str, str] = field(default_factory=dict)

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
        return read_conversation(self.utterances)

    def id_of(self, statement: Statement) -> str:
        """Return the id that a statement has as a memory."""
        namespace = self.session.key.namespace
        return content_id("statement", namespace, statement.text, *statement.source_ids)

    def keep(self, statement: Statement) -> bool:
        """Put a statement beside its turn; False where the session has said the same before."""
        text = statement.text.casefold()
        if text in self.seen:
            return False
        self.seen[text] = self.id_of(statement)
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
