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
from memcli.extraction.sections import named_of, place_of, sections
from memcli.jsonl import Row
from memcli.language.names.recognition import find_entities
from memcli.language.secrets import find_secrets, has_secret, redact
from memcli.language.sentences import split_sentences
from memcli.language.words import FUNCTION_WORDS
from memcli.memory import telling
from memcli.memory.arrow import json_text
from memcli.memory.ids import content_id
from memcli.memory.replacing import ended_by
from memcli.memory.search_columns import count_words, embedding_text, search_columns
from store.bigrams import index_keys

if TYPE_CHECKING:
    from memcli.extraction.statements import Reading, Refused, Statement
    from memcli.memory.sessions import Session
    from memcli.models.encoder import Encoder

# Shorter segments say better which words were used around a turn.
SEGMENTS: Final = SegmentationSettings(min_turns=3, max_turns=10)
SEGMENT_WORDS: Final = 40
SESSION_WORDS: Final = 80
LONGEST_EXCERPT: Final = 300
MAX_TAGS: Final = 6
# A summary is told in so many lines at most.
MAX_LINES: Final = 6
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


def derive(session: Session, encoder: Encoder, now: datetime, reading: Reading) -> DerivedMemories:
    """
    Return what is made of a session and of what was read in it.

    Statements and summaries are encoded here, vectors are under `vector` of each row.
    """
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
    ranges = sections(session.rows) or segment(
        session.vectors.astype(np.float64),
        session.gaps_s(),
        [row["n_words"] or 0 for row in session.rows],
        SEGMENTS,
    )
    notes.segments = [
        maker.segment(a, b, [r for rs in by_turn[a:b] for r in rs]) for a, b in ranges
    ]
    if reading.is_foreign:
        for row, (a, b) in zip(notes.segments, ranges, strict=True):
            row["entities"] = _names_in(session.open_rows[a:b])
    encode(notes.segments, encoder)
    notes.summary = [maker.summary(notes.statements, notes.segments)]
    encode(notes.summary, encoder)
    return notes


def _names_in(turns: Sequence[Row]) -> list[str] | None:
    """Return the names in turns of a language without a parser, the most frequent first."""
    people = {row["speaker"] for row in turns if row["speaker"]}
    found = (e.name for row in turns for e in find_entities(open_text(row["text"]), people))
    return [name for name, _ in Counter(found).most_common(MAX_ENTITIES)] or None


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
        self.rows = session.open_rows
        self.shared = {
            "namespace": session.key.namespace,
            "session_id": session.key.session_id,
            "recorded_at": now,
            "encoder": encoder,
        }

    def statement(self, statement: Statement, turn: Row) -> Row:
        """Return the row of a statement that was made in a turn."""
        fact = statement.fact
        row = {
            **self.shared,
            "id": statement.id(turn["namespace"]),
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
            "polarity": fact and fact.polarity,
            "speaker": statement.speaker,
            "seq": turn["seq"],
            "happened_at": turn["happened_at"],
            "valid_from": statement.valid_from,
            "valid_to": statement.valid_to,
            "importance": statement.importance,
            "confidence": statement.confidence,
            "source_ids": list(statement.source_ids),
            "ref": turn["ref"],
            "metadata": metadata_of(statement),
        }
        return {**row, **_end_of(turn, row)}

    def segment(self, start: int, end: int, statements: Sequence[Row]) -> Row:
        """Return the row of a topic segment: its most central statements, all its words."""
        turns = self.rows[start:end]
        is_section = turns[0].get("context") is not None
        around = turns if is_section else self.rows[max(0, start - 1) : end + 1]
        told = told_of(statements, SEGMENT_WORDS)
        return {
            **self.shared,
            **common_of(statements),
            **told,
            "id": content_id("segment", turns[0]["namespace"], *(row["id"] for row in turns)),
            "type": "episodic",
            "level": 2,
            "text": told["text"] or _excerpt(turns),
            # A section has the path of its headings, and is found at its first paragraph.
            "context": turns[0].get("context"),
            "metadata": {**(told["metadata"] or {}), **place_of(turns[0])} or None,
            "keywords": _turn_words(around) or None,
            "seq": turns[0]["seq"],
            **_between(turns),
            "source_ids": [row["id"] for row in turns],
        }

    def summary(self, statements: Sequence[Row], segments: Sequence[Row]) -> Row:
        """Return the row of the whole session; its parts are its segments."""
        told = told_of(statements, SESSION_WORDS)
        counts = Counter(word for row in statements for word in row["keywords"] or ())
        parts = [row["id"] for row in segments]
        return {
            **self.shared,
            **common_of(statements),
            **told,
            "id": content_id("session", self.session.key.namespace, *parts),
            "type": "episodic",
            "level": 3,
            "text": told["text"] or segments[0]["text"],
            "keywords": [word for word, _ in counts.most_common(30)] or None,
            **_between(self.rows),
            "source_ids": parts,
        }


def _between(turns: Sequence[Row]) -> Row:
    """
    Return when what stands for several turns was: until the last was said, it is not known.

    Their order is that of the source, where one may come late.
    """
    moments = [row["happened_at"] for row in turns]
    return {"happened_at": max(moments), "valid_from": min(moments), "valid_to": max(moments)}


def _end_of(turn: Row, row: Row) -> Row:
    """Return what a statement has of the end of its turn: until a time, or replaced by hand."""
    by, end = turn.get("superseded_by"), turn.get("valid_to")
    if by is not None and end is not None:
        ruling = {"op": "replace", "turn": by, "reason": "its turn was replaced"}
        return {**ended_by(row, by, end), "metadata": {**row["metadata"], "ruling": ruling}}
    if end is None:
        return {}
    # The time of an event is not how long it holds: what has an end is told as what is so.
    kind = "semantic" if row["type"] == "episodic" else row["type"]
    return {"valid_to": min(end, row["valid_to"] or end), "type": kind}


def metadata_of(statement: Statement) -> dict[str, Any]:
    """Return what a statement says of itself that has no column."""
    fact = statement.fact
    values = {
        "times": list(statement.times),
        "entity_types": {entity.name: entity.type for entity in statement.entities},
        "effect": fact.effect if fact and fact.effect != "state" else None,
        "replaces": fact and fact.replaces,
        "single": bool(fact and fact.is_single),
    }
    return {name: value for name, value in values.items() if value}


def telling_rows(statements: Sequence[Row], budget_words: int) -> list[Row]:
    """
    Statements that stand for some, in order: a few lines within a number of words.

    Facts and what is worth it by its importance, each text once, the most central and salient;
    none where nothing is, never a secret. Rows have vectors.
    """
    by_text: dict[str, Row] = {}
    for row in sorted(statements, key=lambda row: not telling.is_fact(row)):
        if row["type"] != "vault" and telling.is_worth(row):
            by_text.setdefault(row["text"], row)
    some = [row for row in statements if by_text.get(row["text"]) is row]
    if not some:
        return []
    chosen = pick_summary(
        np.stack([row["vector"] for row in some]),
        [count_words(telling.told_line(row)) for row in some],
        budget_words,
        salience=[row["importance"] or telling.WORTH for row in some],
    )
    best = sorted(chosen, key=lambda i: -(some[i]["importance"] or 0.0))[:MAX_LINES]
    rows = [some[i] for i in sorted(best)]
    # A quotation may come again behind the sentence before it.
    return [row for row in rows if not any(row["text"] in r["text"] != row["text"] for r in rows)]


def told_of(statements: Sequence[Row], budget_words: int, is_dated: bool = False) -> Row:
    """Text and metadata of a summary: its lines, each a fact or a quotation, and whose they are."""
    rows = telling_rows(statements, budget_words)
    text = "\n".join(dict.fromkeys(telling.told_line(row, is_dated) for row in rows))
    return {"text": text, "metadata": {"told": [row["id"] for row in rows]} if rows else None}


def _excerpt(turns: Sequence[Row]) -> str:
    """Return the longest of some turns, cut: what stands for a segment that states nothing."""
    longest = max(turns, key=lambda row: row["n_words"] or 0)
    said = open_text(longest["text"]) or ("(a secret)" if longest["text"] else telling.FILE_ALONE)
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
    text = " ".join(f"{named_of(row)} {open_text(row['text'])}" for row in turns)
    words = (word.casefold() for word in (*_WORD.findall(text), *index_keys(text)))
    return [word for word in dict.fromkeys(words) if word not in FUNCTION_WORDS][:MAX_WORDS]


def open_text(text: str) -> str:
    """Return a text without the sentences that give a secret away."""
    if not has_secret(text):
        return text
    plain = redact(text, find_secrets(text))
    return " ".join(s.text for s in split_sentences(plain) if not has_secret(s.text))


def as_columns(row: Row) -> Row:
    """Return a row with its structured values as the columns hold them."""
    return {**row, "metadata": json_text(row.get("metadata"))}
