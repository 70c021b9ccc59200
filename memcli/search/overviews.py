"""
Overviews: sessions, topics and days as hits of a question that no one turn answers.

"How did the garden project go?" is answered by the conversation about it. The levels above the turn
(H-MEM, Sun et al. 2025; HEMA 2025; MemGAS 2025) are found by their meaning and their words, and
stand first where they say as much of the question as any turn does. A time in the question bounds
them; weeks and months are for such questions only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from memcli.algorithms.fusion import relative
from memcli.algorithms.time_match import Interval, time_match
from memcli.language.broad import asks_overview, topic_words
from memcli.memory.lessons import kind_of
from memcli.memory.periods import PERIODS, days_since_1970, within
from memcli.search.found import Found, with_rows
from memcli.search.key_expansion import SEGMENT
from memcli.search.signals import RowKey, days_of, read_columns, row_keys

if TYPE_CHECKING:
    from memcli.algorithms.ranking import FloatArray
    from memcli.memory.filters import Filters
    from memcli.search.candidates import CandidateSource
    from memcli.search.signals import SignalReader

# How many stand before the turns, and how many turns these are compared with.
MOST_SHOWN: Final = 2
LEADING: Final = 20
# What says less of the question, by the rarity of its words, is of something else.
LEAST_COVERED: Final = 0.4
# A longer text goes on with a talk rather than asks for one, in characters.
LONG: Final = 160
# What the words of the question count; the rest is for its meaning.
WORDS_WEIGHT: Final = 0.7
# What matches the time asked for less is of another time.
IN_TIME: Final = 0.95


def with_overviews(
    found: Found, candidates: CandidateSource, signals: SignalReader, filters: Filters
) -> Found:
    """Return what a question brought up with the overviews that it asks for, if it asks for any."""
    bounded = filters.level is not None or filters.type is not None
    if bounded or len(found.asked.text) > LONG or not asks_overview(found.asked.text):
        return found
    rows = candidates.find_overviews(found.asked.text, filters)
    if not rows.num_rows:
        return found
    words = sorted(topic_words(found.asked.text, bool(found.asked.time.spans)))
    turns = found.rows.take(found.ranking.order[:LEADING])
    covered, by_turns = _covered(signals, rows, turns["text"].to_pylist(), words)
    fits = covered >= max(LEAST_COVERED, by_turns.max(initial=0.0))
    of_period, covers = _periods(signals, rows, [s.interval for s in found.asked.time.spans])
    if found.asked.time.spans:
        times = [span.interval for span in found.asked.time.spans]
        fits &= time_match(days_of(rows), times) > IN_TIME
    fits &= ~of_period | (covers > 0.0)
    scores = WORDS_WEIGHT * covered + (1 - WORDS_WEIGHT) * relative(rows["cosine"].to_numpy())
    # Asked of a time alone, what covers most of it tells most.
    scores = scores if words else scores + covers
    return _placed(found, rows, np.where(fits, scores, 0.0), signals)


def _periods(
    signals: SignalReader, rows: pa.Table, spans: list[Interval]
) -> tuple[np.ndarray, FloatArray]:
    """Return which overviews are of weeks and months, and how much of a time each covers."""
    told = read_columns(signals.snapshot, rows, ("tags", "valid_from", "valid_to")).to_pylist()
    of_period = np.array([kind_of(row["tags"]) in PERIODS for row in told], bool)
    covers = [
        within(days_since_1970(row["valid_from"]), days_since_1970(row["valid_to"]), spans)
        if is_one
        else 0.0
        for row, is_one in zip(told, of_period.tolist(), strict=True)
    ]
    return of_period, np.array(covers, np.float64)


def _covered(
    signals: SignalReader, rows: pa.Table, turns: list[str], words: list[str]
) -> tuple[FloatArray, FloatArray]:
    """Return how much of some words each overview and each turn says, both in [0, 1]."""
    if not words:
        return np.ones(rows.num_rows), np.zeros(len(turns))
    says = signals.says([*_all_words(signals, rows), *turns], words)
    rare = np.log1p((len(says) + 0.5) / (says.sum(axis=0) + 0.5))
    covered: FloatArray = says @ (rare / rare.sum())
    return covered[: rows.num_rows], covered[rows.num_rows :]


def _all_words(signals: SignalReader, rows: pa.Table) -> list[str]:
    """Return the text and the keywords of each row; a session has those of its segments too."""
    keywords = read_columns(signals.snapshot, rows, ("keywords",))["keywords"].to_pylist()
    own = [
        " ".join([text, *(some or ())])
        for text, some in zip(rows["text"].to_pylist(), keywords, strict=True)
    ]
    segments: dict[tuple[str, str], list[str]] = {}
    columns = (rows[name].to_pylist() for name in ("namespace", "session_id", "level"))
    placed = list(zip(*columns, strict=True))
    for (space, session, level), text in zip(placed, own, strict=True):
        if level == SEGMENT and session is not None:
            segments.setdefault((space, session), []).append(text)
    return [
        text if level == SEGMENT else " ".join([text, *segments.get((space, session), ())])
        for (space, session, level), text in zip(placed, own, strict=True)
    ]


def _placed(found: Found, rows: pa.Table, scores: FloatArray, signals: SignalReader) -> Found:
    """Return what was found with the best of some rows before it, one of each session."""
    best = float(found.ranking.scores.max(initial=0.0)) or float(scores.max(initial=0.0))
    homes = zip(rows["namespace"].to_pylist(), rows["session_id"].to_pylist(), strict=True)
    home = list(homes)
    shown: dict[RowKey, tuple[pa.Table, float]] = {}
    taken = set()
    for at in np.argsort(-scores, kind="stable").tolist():
        if scores[at] <= 0.0 or len(shown) == MOST_SHOWN:
            break
        if home[at][1] is None or home[at] not in taken:
            taken.add(home[at])
            row = rows.slice(at, 1)
            shown[row_keys(row)[0]] = row, best
    return with_rows(found, shown, "overview", signals, first=True) if shown else found
