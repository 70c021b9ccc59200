"""
Derived memories of one conversation: statements, topic segments and a summary, as rows.

Level 1 are statements, level 2 segments, whose parts are turns, level 3 the session, whose parts
are its segments. Ids are of what a memory says and rests on, so the same turns give the same rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from memcli.algorithms.centrality import pick_summary
from memcli.algorithms.segmentation import SegmentationSettings, segment
from memcli.jsonl import Row
from memcli.language.secrets import find_secrets, redact
from memcli.language.sentences import split_sentences
from memcli.language.statements import Reading, Statement, read_conversation
from memcli.language.words import FUNCTION_WORDS
from memcli.memory.arrow import json_text
from memcli.memory.ids import content_id
from memcli.memory.search_columns import embedding_text, search_columns
from store.bigrams import index_keys

if TYPE_CHECKING:
    from memcli.language.statements import Refused
    from memcli.memory.sessions import Session
    from memcli.models.encoder import Encoder

# Shorter segments say better which words were used around a turn.
SEGMENTS: Final = SegmentationSettings(min_turns=3, max_turns=10)
SEGMENT_WORDS: Final = 40
SESSION_WORDS: Final = 80
LONGEST_EXCERPT: Final = 300
MAX_TAGS: Final = 6
MAX_ENTITIES: Final = 24
MAX_WORDS: Final = 400
_WORD = re.compile(r"\w{2,}")


@dataclass
class DerivedMemories:
    """The rows made of one session, and what was refused."""

    session: Session
    statements: list[Row] = field(default_factory=list)
    segments: list[Row] = field(default_factory=list)
    summary: list[Row] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def rows(self) -> list[Row]:
        """Return all rows."""
        return [*self.statements, *self.segments, *self.summary]


def derive(
    session: Session, encoder: Encoder, now: datetime, reading: Reading | None = None
) -> DerivedMemories:
    """
    Return what is made of a session; `reading` is what another extractor made of it, if any.

    Statements and summaries are encoded here, vectors are under `vector` of each row.
    """
    reading = reading or read_conversation(session.utterances())
    notes = DerivedMemories(session, refused=reading.refused)
    maker = _Deriver(session, encoder.name, now)
    by_turn: list[list[Row]] = []
    cues: list[tuple[Row, Row, Statement]] = []
    before: Row | None = None
    for turn, statements in zip(session.rows, reading.statements, strict=True):
        rows = []
        for statement in statements:
            row = maker.statement(statement, turn)
            if statement.cue is not None and before is not None:
                cues.append((before, row, statement))
            rows.append(row)
            before = row
        by_turn.append(rows)
    _note_cues(cues)
    notes.statements = [row for rows in by_turn for row in rows]
    encode(notes.statements, encoder)
    ranges = segment(
        session.vectors.astype(np.float64),
        session.gaps_s(),
        [row["n_words"] or 0 for row in session.rows],
        SEGMENTS,
    )
    notes.segments = [
        maker.segment(a, b, [r for rs in by_turn[a:b] for r in rs]) for a, b in ranges
    ]
    encode(notes.segments, encoder)
    notes.summary = [maker.summary(notes.statements, notes.segments)]
    encode(notes.summary, encoder)
    return notes


def encode(rows: Sequence[Row], encoder: Encoder) -> None:
    """Fill in the vectors and search columns of rows."""
    vectors = encoder.encode([embedding_text(row) for row in rows]) if rows else ()
    for row, vector in zip(rows, vectors, strict=True):
        row.update(search_columns(row))
        row["vector"] = vector


def _note_cues(cues: Iterable[tuple[Row, Row, Statement]]) -> None:
    """Keep in a statement's metadata how it says that it relates to the one before."""
    for before, row, statement in cues:
        if statement.cue is not None:
            ends = [before["id"], row["id"]] if statement.cue.forward else [row["id"], before["id"]]
            row["metadata"]["relation"] = [statement.cue.relation, *ends, statement.cue.words]


class _Deriver:
    """Makes the rows of one session."""

    def __init__(self, session: Session, encoder: str, now: datetime) -> None:
        self.session = session
        self.rows = session.rows
        self.shared = {
            "namespace": session.key.namespace,
            "session_id": session.key.session_id,
            "recorded_at": now,
            "encoder": encoder,
        }

    def statement(self, statement: Statement, turn: Row) -> Row:
        """Return the row of a statement that was made in a turn."""
        fact = statement.facts[0] if statement.facts else None
        return {
            **self.shared,
            "id": content_id("statement", turn["namespace"], statement.text, *statement.source_ids),
            "type": statement.type,
            "level": 1,
            "text": statement.text,
            "context": statement.context,
            "keywords": list(statement.keywords) or None,
            "tags": list(statement.tags) or None,
            "entities": [entity.name for entity in statement.entities] or None,
            "subject": fact and fact.subject,
            "attribute": fact and fact.attribute,
            "value": fact and fact.value,
            "speaker": statement.speaker,
            "seq": turn["seq"],
            "happened_at": turn["happened_at"],
            "valid_from": statement.valid_from,
            "valid_to": statement.valid_to,
            "importance": statement.importance.value,
            "confidence": statement.confidence.value,
            "source_ids": list(statement.source_ids),
            "ref": turn["ref"],
            "metadata": metadata_of(statement),
        }

    def segment(self, start: int, end: int, statements: Sequence[Row]) -> Row:
        """Return the row of a topic segment: its most central statements, all its words."""
        turns = self.rows[start:end]
        around = self.rows[max(0, start - 1) : end + 1]
        text = central_text(statements, SEGMENT_WORDS) or _excerpt(turns)
        return {
            **self.shared,
            **common_of(statements),
            "id": content_id("segment", turns[0]["namespace"], *(row["id"] for row in turns)),
            "type": "episodic",
            "level": 2,
            "text": text,
            "keywords": _turn_words(around) or None,
            "seq": turns[0]["seq"],
            # A segment is not known before its last turn is said.
            "happened_at": turns[-1]["happened_at"],
            "valid_from": turns[0]["happened_at"],
            "valid_to": turns[-1]["happened_at"],
            "source_ids": [row["id"] for row in turns],
        }

    def summary(self, statements: Sequence[Row], segments: Sequence[Row]) -> Row:
        """Return the row of the whole session; its parts are its segments."""
        text = central_text(statements, SESSION_WORDS) or segments[0]["text"]
        counts = Counter(word for row in statements for word in row["keywords"] or ())
        parts = [row["id"] for row in segments]
        return {
            **self.shared,
            **common_of(statements),
            "id": content_id("session", self.session.key.namespace, *parts),
            "type": "episodic",
            "level": 3,
            "text": text,
            "keywords": [word for word, _ in counts.most_common(30)] or None,
            "happened_at": self.rows[-1]["happened_at"],
            "valid_from": self.rows[0]["happened_at"],
            "valid_to": self.rows[-1]["happened_at"],
            "source_ids": parts,
        }


def metadata_of(statement: Statement) -> dict[str, Any]:
    """Return what a statement says of itself that has no column."""
    others = [[f.subject, f.attribute, f.value] for f in statement.facts[1:]]
    types = {entity.name: entity.type for entity in statement.entities}
    values = {
        "importance": {k: round(v, 3) for k, v in statement.importance.why.items()},
        "confidence": {k: round(v, 3) for k, v in statement.confidence.why.items()},
        "times": list(statement.times),
        "facts": others,
        "entity_types": types,
        "fact_negated": bool(statement.facts and statement.facts[0].negated),
        "negated": statement.is_negated,
        "correction": statement.is_correction,
    }
    return {name: value for name, value in values.items() if value}


def central_text(statements: Sequence[Row], budget_words: int) -> str:
    """Return the most central statements within a number of words, in order; never a secret."""
    open_ = [row for row in statements if row["type"] != "vault"]
    if not open_:
        return ""
    chosen = pick_summary(
        np.stack([row["vector"] for row in open_]),
        [row["n_words"] for row in open_],
        budget_words,
        salience=[row["importance"] for row in open_],
    )
    return " ".join(open_[i]["text"] for i in chosen)


def _excerpt(turns: Sequence[Row]) -> str:
    """Return the longest of some turns, cut: what stands for a segment that states nothing."""
    longest = max(turns, key=lambda row: row["n_words"] or 0)
    said = open_text(longest["text"]) or "(a secret)"
    text = f"{longest['speaker']}: {said}" if longest["speaker"] else said
    return text if len(text) <= LONGEST_EXCERPT else text[: LONGEST_EXCERPT - 3] + "..."


def common_of(statements: Sequence[Row]) -> Row:
    """Return the tags and entities that some statements share, the most frequent first."""
    open_ = [row for row in statements if row["type"] != "vault"]
    tags = Counter(tag for row in open_ for tag in row["tags"] or ())
    entities = Counter(name for row in open_ for name in row["entities"] or ())
    return {
        "tags": [tag for tag, _ in tags.most_common(MAX_TAGS)] or None,
        "entities": [name for name, _ in entities.most_common(MAX_ENTITIES)] or None,
        "importance": max((row["importance"] for row in statements), default=None),
    }


def _turn_words(turns: Sequence[Row]) -> list[str]:
    """Return the words of some turns and of the names of who speaks, each once, in order."""
    text = " ".join(f"{row['speaker'] or ''} {open_text(row['text'])}" for row in turns)
    words = (word.casefold() for word in (*_WORD.findall(text), *index_keys(text)))
    return [word for word in dict.fromkeys(words) if word not in FUNCTION_WORDS][:MAX_WORDS]


def open_text(text: str) -> str:
    """Return a text without the sentences that give a secret away."""
    if not find_secrets(text):
        return text
    if any(secret.kind == "private key" for secret in find_secrets(text)):
        return ""
    kept = " ".join(s.text for s in split_sentences(text) if not find_secrets(s.text))
    return redact(kept, find_secrets(kept))


def as_columns(row: Row) -> Row:
    """Return a row with its structured values as the columns hold them."""
    return {**row, "metadata": json_text(row.get("metadata"))}
