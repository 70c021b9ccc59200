"""Topics: what was said of one thing over time, across conversations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from memcli.algorithms.topics import distinctive_words, group_topics, shared_words
from memcli.consolidation.summaries.base import (
    Writer,
    between_text,
    episode_row,
    span,
    summary_of,
)
from memcli.consolidation.summaries.keywords import words_of_groups
from memcli.extraction.derived import told_of
from memcli.jsonl import Row

if TYPE_CHECKING:
    from memcli.models.encoder import Encoder

TOPIC_WORDS: Final = 100
MIN_SEGMENTS: Final = 3
MIN_SESSIONS: Final = 2
# A topic has at least two words that three tenths of its segments have: else it is only alike.
SHARE: Final = 0.3
MIN_SHARED: Final = 2
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Topic:
    """Segments of one topic in order of time, and the words that they share."""

    segments: tuple[Row, ...]
    words: tuple[str, ...]


def find_topics(
    segments: Sequence[Row], statements: dict[str, list[Row]], encoder: Encoder
) -> list[Topic]:
    """
    Return the topics of a namespace, in the order in which they begin.

    statements: those of each segment, by its id, whether they still hold or not: what a piece was
    about does not change by that.
    """
    ordered = sorted(segments, key=_place)
    words = distinctive_words(words_of_groups(statements.get(row["id"], ()) for row in ordered))
    if not any(words):
        return []
    vectors = encoder.encode([" ".join(own) for own in words])
    labels = group_topics(np.asarray(vectors), words)
    members: dict[int, list[int]] = {}
    for index, label in enumerate(labels.tolist()):
        if label >= 0:
            members.setdefault(label, []).append(index)
    found = []
    for indices in members.values():
        shared = shared_words([words[i] for i in indices], SHARE)
        topic = Topic(tuple(ordered[i] for i in indices), tuple(shared))
        if _is_worth_writing(topic):
            found.append(topic)
    return found


def _place(row: Row) -> tuple[datetime, str]:
    return row["happened_at"] or _NEVER, row["id"]


def _is_worth_writing(topic: Topic) -> bool:
    sessions = {row["session_id"] for row in topic.segments}
    return (
        len(topic.segments) >= MIN_SEGMENTS
        and len(sessions) >= MIN_SESSIONS
        and len(topic.words) >= MIN_SHARED
    )


def topic_row(topic: Topic, statements: Sequence[Row], write: Writer | None) -> Row:
    """
    Row of a topic; `statements` are those that hold, in order of time, with vectors.

    Statements that have the topic's own words stand for it first.
    """
    between = span(topic.segments)
    n_sessions = len({row["session_id"] for row in topic.segments})
    about = ", ".join(topic.words[:4])
    context = f"About {about}: {n_sessions} conversations, {between_text(*between)}."
    own = [row for row in statements if _on_topic(row, topic)]
    telling = own if told_of(own, TOPIC_WORDS)["text"] else statements
    told = summary_of(write, context, telling, TOPIC_WORDS)
    return told | episode_row(statements, context, between, topic.words)


def _on_topic(row: Row, topic: Topic) -> bool:
    said = {word for keyword in row["keywords"] or () for word in keyword.casefold().split()}
    return not said.isdisjoint(topic.words)
