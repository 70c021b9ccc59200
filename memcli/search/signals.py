"""
Signals of the candidates of a query, as the arrays that ranking takes.

Scores and texts come with the rows; vectors, where the question is a message, are read here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from memcli.algorithms.answerability import SAME_WORD
from memcli.algorithms.continuation import ContinuationRows
from memcli.algorithms.evidence import Candidates
from memcli.algorithms.late_interaction import WordBags, without_last, word_matches
from memcli.algorithms.restatement import Assertions, mean_word_vectors
from memcli.language.asked_role import asks_of_assistant
from memcli.language.languages import language_of
from memcli.language.messages import is_message
from memcli.language.restatements import asks_what_holds, is_plain_assertion
from memcli.language.roles import ROLE_OF
from memcli.language.time.query_time import AskedTime, asked_time
from memcli.language.turn_form import (
    answered_words,
    answers,
    are_of_calendar,
    asks,
    holds_date,
)
from memcli.language.words import speaker_match
from memcli.memory.folds import LEVEL as FOLD_LEVEL
from memcli.memory.folds import folded_words
from memcli.search.keyed_rows import turn_places
from memcli.search.kinds import Kinds
from memcli.search.word_vectors import WordVectors

if TYPE_CHECKING:
    from memcli.algorithms.late_interaction import SingleArray
    from memcli.memory.filters import Filters
    from memcli.models.encoder import Encoder
    from memcli.search.timings import Timings
    from store import Snapshot

# With so many words a turn is not discounted for being short; a paragraph never is.
MANY_WORDS: Final = 40
US_PER_DAY: Final = 86_400e6
RowKey = tuple[str, int]


@dataclass(frozen=True)
class Asked:
    """
    A question and what is read from its words alone.

    now: when it is asked, None where that is not known.
    """

    text: str
    time: AskedTime
    is_message: bool
    now: datetime | None = None

    @classmethod
    def of(cls, text: str, now: datetime | None, rows: pa.Table) -> Asked:
        """Return a question; the newest of `rows`, found for it, says which May is meant."""
        newest = pc.max(rows["happened_at"]).as_py()
        return cls(text, asked_time(text, now, newest), is_message(text), now)

    @property
    def is_of_now(self) -> bool:
        """Whether it asks for the one thing that holds now."""
        time = self.time
        told = bool(time.spans) or time.asks_when or time.direction == "first"
        return not told and not self.is_message and asks_what_holds(self.text)

    def near(self, filters: Filters) -> Filters | None:
        """Return the bounds of what was said at the one time asked for, if it has both ends."""
        named = [span for span in self.time.spans if span.weight == 1.0]
        if len(named) != 1 or named[0].start is None or named[0].end is None:
            return None
        slack = timedelta(days=named[0].softness_days)
        since, until = named[0].start - slack, named[0].end + slack
        return replace(
            filters,
            since=max(since, filters.since or since),
            until=min(until, filters.until or until),
        )


class SignalReader:
    """Reads the signals of candidate rows of one snapshot; words are kept between questions."""

    def __init__(self, snapshot: Snapshot, encoder: Callable[[], Encoder]) -> None:
        self.snapshot = snapshot
        self._words = WordVectors(encoder)

    def read(self, asked: Asked, rows: pa.Table, timings: Timings) -> Candidates:
        """Return the signals of candidate rows in their order."""
        measure = timings.measure
        speakers = rows["speaker"].to_pylist()
        texts: list[str] = rows["text"].to_pylist()
        # A paragraph of a document is known by its headings as a turn is by who speaks.
        contexts = zip(rows["level"].to_pylist(), rows["context"].to_pylist(), strict=True)
        headings = [None if level else context for level, context in contexts]
        written = np.array([heading is not None for heading in headings], bool)
        # The paragraphs of a section stand together, not those of its whole file.
        places = zip(turn_places(rows), headings, strict=True)
        session = _codes([place and (*place[:2], heading) for place, heading in places])
        seq = rows["seq"].fill_null(0).to_numpy()
        names = [_name(speaker) for speaker in speakers]
        named = [name or heading or "" for name, heading in zip(names, headings, strict=True)]
        titled = [name or _title(heading) for name, heading in zip(names, headings, strict=True)]
        named = self._with_folded(named, rows)
        kinds = Kinds.of(rows, session)
        # Who asks an assistant for help tells by it.
        asking = asks(texts) & ~kinds.assisted
        time, said = asked.time, days_of(rows)
        n_words = rows["n_words"].fill_null(0).to_numpy()
        answering = answers(asking, session, seq, speakers)
        whole = answered_words(answering, n_words, session, seq, texts, speakers)
        bags, matches = measure("words", lambda: self._matches(asked.text, texts, named))
        return Candidates(
            lexical=rows["bm25"].to_numpy(),
            cosine=rows["cosine"].to_numpy(),
            session=session,
            seq=seq,
            speaker_match=speaker_match(asked.text, titled),
            superseded=rows["superseded"].to_numpy(),
            records=kinds.records,
            noted=np.where(kinds.said, said, np.nan),
            documents=written if written.any() else None,
            fact=rows["fact"].to_numpy(zero_copy_only=False),
            words=np.where(written, np.maximum(whole, MANY_WORDS), whole),
            matches=matches,
            statement_lexical=rows["statement_bm25"].to_numpy(),
            segment_lexical=rows["segment_bm25"].to_numpy(),
            successors=_successors(rows),
            dormant=rows["dormant"].to_numpy(),
            asks=asking,
            answers=answering,
            dated=holds_date(texts) if time.asks_when else None,
            other_role=kinds.others(asks_of_assistant(asked.text)),
            assisted=kinds.assisted if kinds.assistant.any() else None,
            assistant=kinds.assistant if kinds.assistant.any() else None,
            asserted=self._asserted(rows, texts, n_words) if asked.is_of_now else None,
            said=said,
            times=tuple(span.interval for span in time.spans),
            timed=are_of_calendar(self._words.words_of(asked.text)) if time.spans else None,
            latest=None if time.direction is None else time.direction == "latest",
            heard=(
                measure("topic", lambda: self._heard(asked.text, rows, ages(said), bags))
                if asked.is_message
                else None
            ),
        )

    def _with_folded(self, named: list[str], rows: pa.Table) -> list[str]:
        """Return the names of rows, of folds with the words of what they stand for."""
        places = np.flatnonzero(rows["level"].to_numpy() == FOLD_LEVEL).tolist()
        if not places:
            return named
        read = read_columns(self.snapshot, rows.take(places), ("metadata",))["metadata"]
        for at, metadata in zip(places, read.to_pylist(), strict=True):
            named[at] = " ".join(filter(None, [named[at], folded_words(metadata)]))
        return named

    def _asserted(self, rows: pa.Table, texts: Sequence[str], n_words: np.ndarray) -> Assertions:
        """Return the plain assertions among rows, which have so many words."""
        speakers = rows["speaker"].to_pylist()
        plain = [
            at
            for at, (text, words, who) in enumerate(zip(texts, n_words, speakers, strict=True))
            if who and is_plain_assertion(text, int(words))
        ]
        vectors = mean_word_vectors(
            self._words.bags([texts[at] for at in plain]), self._words.table
        )
        whose = _codes([(speakers[at],) for at in plain])
        return Assertions(np.array(plain, np.int64), whose, vectors)

    def _matches(
        self, query: str, texts: Sequence[str], named: Sequence[str]
    ) -> tuple[WordBags, SingleArray]:
        """
        Return the words of each row and its name, and how near those of the question come.

        The words of the question are the last bag.
        """
        spoken = zip(named, texts, strict=True)
        bags = self._words.bags([*(f"{name} {text}" for name, text in spoken), query])
        rows, question = without_last(bags)
        table = self._words.table
        return bags, word_matches(rows, table, table[question])

    def says(self, texts: Sequence[str], words: Sequence[str]) -> np.ndarray:
        """Return whether each text has each of some words, or nearly that word, bool [n, words]."""
        bags = self._words.bags(texts)
        vectors = [self._words.of_question(word) for word in words]
        said = np.zeros((len(texts), len(words)), bool)
        if some := [one for one in vectors if len(one)]:
            near = word_matches(bags, self._words.table, np.concatenate(some)) > SAME_WORD
            owners = np.repeat(np.arange(len(words)), list(map(len, vectors)))
            np.logical_or.at(said.T, owners, near.T)
        return said

    def _heard(
        self, message: str, rows: pa.Table, age: np.ndarray, bags: WordBags
    ) -> ContinuationRows:
        """
        Return what counts of each row, whose age is in days, for a message.

        bags: the words of each row, and last those of the message.
        """
        stems, of_message = without_last(self._words.stems(bags, language_of(message)))
        read = read_columns(self.snapshot, rows, ("vector",))["vector"].combine_chunks()
        flat = read.flatten().to_numpy(zero_copy_only=False).astype(np.float32)
        dimension = read.type.list_size
        names = (rows[name].to_pylist() for name in ("namespace", "session_id"))
        homes = [None if home[1] is None else home for home in zip(*names, strict=True)]
        return ContinuationRows(
            home=_codes(homes),
            vectors=flat.reshape(-1, dimension),
            words=rows["n_words"].fill_null(0).to_numpy(),
            age=age,
            stems=stems,
            asked=of_message,
        )


def _name(speaker: str | None) -> str:
    """Return the name of a speaker: "user" is a role, and a word that questions have."""
    return "" if speaker is None or speaker.strip().lower() in ROLE_OF else speaker


def _title(heading: str | None) -> str:
    """Return the first part of the path of a paragraph: a document speaks for itself."""
    return (heading or "").split(" / ")[0]


def read_columns(snapshot: Snapshot, rows: pa.Table, columns: Sequence[str]) -> pa.Table:
    """Return columns of candidate rows, which may be of several tables, in their order."""
    tables = np.array(rows["table"].to_pylist(), dtype=object)
    row_ids = rows["_rowid"].to_numpy()
    names = list(dict.fromkeys(tables)) or ["memories"]
    parts = [snapshot.take(row_ids[tables == name].tolist(), columns, name) for name in names]
    if len(parts) == 1:
        return parts[0]
    places = np.concatenate([np.flatnonzero(tables == name) for name in names])
    return pa.concat_tables(parts).take(np.argsort(places))


def ages(said: np.ndarray) -> np.ndarray:
    """
    Return how many days before the newest of them rows were said, [n].

    Counted from there and not from the present: a topic is gone on with where it was left, however
    long ago that is.
    """
    newest = np.max(said, initial=-np.inf, where=~np.isnan(said))
    days: np.ndarray = newest - said
    return days


def said_within(rows: pa.Table, bounds: Filters) -> int:
    """Return how many rows were said from `since` to `until`, which the bounds have."""
    said = rows["happened_at"].to_pylist()
    since, until = bounds.since, bounds.until
    return sum(bool(m and since and until and since <= m <= until) for m in said)


def without_repeats(rows: pa.Table) -> pa.Table:
    """Return candidate rows without those that came before already."""
    first: dict[RowKey, int] = {}
    for at, key in enumerate(row_keys(rows)):
        first.setdefault(key, at)
    return rows.take(pa.array(first.values(), pa.int64()))


def row_keys(rows: pa.Table) -> list[RowKey]:
    """Return what tells each candidate row from all others: its table and its row id there."""
    return list(zip(rows["table"].to_pylist(), rows["_rowid"].to_pylist(), strict=True))


def hit_keys(rows: pa.Table) -> list[str]:
    """Return for each row what its hit is known by: the turn that it is, or is made of alone."""
    columns = (rows[name].to_pylist() for name in ("id", "level", "source_ids"))
    return [
        sources[0] if level == 1 and sources and len(sources) == 1 else id_
        for id_, level, sources in zip(*columns, strict=True)
    ]


def days_of(rows: pa.Table) -> np.ndarray:
    """Return when each row was said, in days since 1970, not a number where unknown; [n]."""
    moments = rows["happened_at"].cast(pa.timestamp("us")).cast(pa.int64())
    days: np.ndarray = moments.to_numpy() / US_PER_DAY
    return days


def _codes(keys: Iterable[tuple[object, ...] | None]) -> np.ndarray:
    """Return a number for each distinct key, -1 for none, int [n]."""
    codes: dict[tuple[object, ...], int] = {}
    numbers = (-1 if key is None else codes.setdefault(key, len(codes)) for key in keys)
    return np.array(list(numbers), np.int64)


def _successors(rows: pa.Table) -> np.ndarray:
    """Return for each row the index of the row that replaced it, -1 for most, int [n]."""
    at: dict[tuple[str, int | None], int] = {key: i for i, key in enumerate(row_keys(rows))}
    successors = zip(rows["table"].to_pylist(), rows["successor"].to_pylist(), strict=True)
    return np.array([at.get(successor, -1) for successor in successors], np.int64)
