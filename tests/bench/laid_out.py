"""
Judged questions laid out as long arrays, for compiled_ranking.py: what no fitted weight changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from judged import Question

from memcli.algorithms.continuation import LITTLE, project_evidence
from memcli.algorithms.evidence import Candidates
from memcli.algorithms.fusion import length_factor, relative
from memcli.algorithms.late_interaction import rarity
from memcli.algorithms.time_match import time_match
from memcli.algorithms.weights import Weights

SIGNALS = ("dense", "lexical", "speaker", "statement_lexical", "segment", "fact", "interaction")
FORMS = ("asks", "answers", "dated", "other_role")


class Rows(NamedTuple):
    """
    The candidates of Q questions as arrays of N rows, those of each by session and place in it.

    starts: [Q + 1], where those of each begin. place: [N], a number for each place of a question;
    session, seq, assistant, said ...: as in `Candidates`.
    signals: [N, SIGNALS but interaction], relative; has: [Q, SIGNALS], which a question has.
    length: [N], of `length_factor`; forms: [N, FORMS], formed: [Q, FORMS], which are known; kept:
    [N], what state leaves of a score; successor: [N], a row of the question or -1.
    by_time: [N], rows in order of `noted`, timed: [Q], of how many it is known, -1 for a question
    without; by_said, dated: the same of `said`. match: [N], of `time_match`, asks_time: [Q].
    latest: [Q], 1 where that is asked for, -1 for the first, 0 for neither.
    unit: [N], what is judged of each row, the relevant ones first; wanted: [Q], how many of these
    there are, relevant: [Q], of how many.
    message: [Q], place in `Heard` or -1; home, told, age: [N], session, of `project_evidence`, and
    days for these.
    """

    starts: np.ndarray
    place: np.ndarray
    session: np.ndarray
    seq: np.ndarray
    records: np.ndarray
    assisted: np.ndarray
    assistant: np.ndarray
    is_assisted: np.ndarray
    signals: np.ndarray
    has: np.ndarray
    length: np.ndarray
    noted: np.ndarray
    by_time: np.ndarray
    timed: np.ndarray
    forms: np.ndarray
    formed: np.ndarray
    kept: np.ndarray
    successor: np.ndarray
    match: np.ndarray
    asks_time: np.ndarray
    said: np.ndarray
    by_said: np.ndarray
    dated: np.ndarray
    latest: np.ndarray
    unit: np.ndarray
    wanted: np.ndarray
    relevant: np.ndarray
    message: np.ndarray
    home: np.ndarray
    told: np.ndarray
    age: np.ndarray


class Heard(NamedTuple):
    """Sessions of messages: starts [M + 1], how many [M], likeness and kin, [s, s] each, flat."""

    starts: np.ndarray
    sizes: np.ndarray
    alike: np.ndarray
    kin: np.ndarray


class Words(NamedTuple):
    """
    Words of questions: matches, [n, q] of each, flat, their parts of the question, [q] of each.

    of_matches, of_words: [Q + 1], where those of each question begin.
    """

    matches: np.ndarray
    parts: np.ndarray
    of_matches: np.ndarray
    of_words: np.ndarray


def order_of(candidates: Candidates) -> np.ndarray:
    """Return the order of candidates by session and place in it."""
    return np.lexsort((candidates.seq, candidates.session))


def rows_of(questions: Sequence[Question], orders: Sequence[np.ndarray], weights: Weights) -> Rows:
    """Return the candidates of questions."""
    messages = [i for i, q in enumerate(questions) if q.candidates.heard is not None]
    number = {i: at for at, i in enumerate(messages)}
    parts = [
        _laid_out(question, order, weights, number.get(i, -1))
        for i, (question, order) in enumerate(zip(questions, orders, strict=True))
    ]
    starts = np.cumsum([0, *map(len, orders)])
    columns = zip(*(part[1:] for part in parts), strict=True)
    return Rows(starts, *(np.concatenate(column) for column in columns))


def words_of(questions: Sequence[Question], orders: Sequence[np.ndarray]) -> Words:
    """Return the words of questions."""
    matches, rare = [np.zeros(0, np.float32)], [np.zeros(0)]
    for question, order in zip(questions, orders, strict=True):
        found = question.candidates.matches
        found = np.zeros((len(order), 0), np.float32) if found is None else found
        matches.append(found[order].ravel())
        each = rarity(found)
        rare.append(each / (each.sum() or 1.0))
    starts = (np.cumsum([len(part) for part in parts]) for parts in (matches, rare))
    return Words(np.concatenate(matches), np.concatenate(rare), *starts)


def _laid_out(question: Question, order: np.ndarray, weights: Weights, message: int) -> Rows:
    """Return the arrays of one question."""
    rows = question.candidates
    n = len(order)
    session, seq = (np.asarray(x)[order].astype(np.int64) for x in (rows.session, rows.seq))
    known = {
        "dense": rows.cosine,
        "lexical": rows.lexical,
        "statement_lexical": rows.statement_lexical,
        "segment": rows.segment_lexical,
        "fact": rows.fact,
    }
    signals = {name: relative(x, weights.sharpness) for name, x in known.items() if x is not None}
    signals["speaker"] = np.clip(rows.speaker_match, 0.0, 1.0)
    words = rows.matches is not None and bool(rows.matches.any())
    has = {name: bool(values.any()) for name, values in signals.items()}
    has |= {"dense": True, "lexical": True, "speaker": True, "interaction": words}
    length = length_factor(rows.words, weights.record_words if rows.are_records else weights.words)
    fact = np.zeros(n, bool) if rows.fact is None else rows.fact
    forms = {name: getattr(rows, name) for name in FORMS}
    dormant = np.zeros(n, bool) if rows.dormant is None else rows.dormant
    kept = np.where(rows.superseded, weights.superseded, 1.0)
    noted = np.full(n, np.nan) if rows.noted is None else np.asarray(rows.noted, float)
    noted = noted[order]
    said = (np.full(n, np.nan) if rows.said is None else np.asarray(rows.said, float))[order]
    timed = int(np.isfinite(noted).sum())
    home, told, age = _of_message(rows, weights)
    unit, wanted = _units([question.keys[i] for i in order], question.relevant)
    is_new = (np.diff(session, prepend=-9) != 0) | (np.diff(seq, prepend=-9) != 0) | (session < 0)
    none = np.zeros(n, bool)

    def row(values: np.ndarray | None, kind: type = bool) -> np.ndarray:
        return (none if values is None else np.asarray(values))[order].astype(kind)

    def once(value: object) -> np.ndarray:
        return np.array([value])

    return Rows(
        starts=none,
        place=np.cumsum(is_new) - 1,
        session=session,
        seq=seq,
        records=row(rows.records),
        assisted=row(rows.assisted),
        assistant=row(rows.assistant),
        is_assisted=once(rows.assisted is not None and rows.assistant is not None),
        signals=np.array([row(signals.get(name), np.float32) for name in SIGNALS[:-1]]).T,
        has=once([has.get(name, False) for name in SIGNALS]),
        length=row(np.where(fact, 1.0, length), float),
        noted=noted,
        by_time=np.argsort(noted, kind="stable"),
        timed=once(timed if rows.noted is not None else -1),
        forms=np.array([row(forms[name]) for name in FORMS]).T,
        formed=once([forms[name] is not None for name in FORMS]),
        kept=row(kept * np.where(dormant, weights.dormant, 1.0), float),
        successor=_successors(rows, order),
        match=_time_match(rows)[order],
        asks_time=once(rows.said is not None and bool(rows.times)),
        said=said,
        by_said=np.argsort(said, kind="stable"),
        dated=once(int(np.isfinite(said).sum())),
        latest=once(0 if rows.latest is None or rows.said is None else 2 * rows.latest - 1),
        unit=unit,
        wanted=once(wanted),
        relevant=once(len(question.relevant)),
        message=once(message),
        home=home[order],
        told=told[order],
        age=age[order],
    )


def _successors(rows: Candidates, order: np.ndarray) -> np.ndarray:
    """Return the successor of each row in another order, -1 for none."""
    found = np.full(len(order), -1)
    if rows.successors is not None:
        to = np.argsort(order)
        old = np.flatnonzero(rows.successors >= 0)
        found[to[old]] = to[rows.successors[old]]
    return found


def _time_match(rows: Candidates) -> np.ndarray:
    if rows.said is None or not rows.times:
        return np.zeros(len(rows.lexical))
    return time_match(rows.said, rows.times)


def _of_message(rows: Candidates, weights: Weights) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return session, what its project says and age of each row, of what is no message nothing."""
    heard, n = rows.heard, len(rows.lexical)
    if heard is None:
        return np.full(n, -1), np.full(n, np.nan), np.zeros(n)
    home = np.full(n, -1)
    home[heard.sessions.rows] = heard.sessions.session
    told = np.full(n, np.nan)
    if rows.records is None or 2 * np.count_nonzero(rows.records) <= n:
        told = relative(project_evidence(heard), weights.sharpness)
    return home, told, np.where(np.isnan(heard.age), np.inf, np.maximum(heard.age, 0.0))


def _units(keys: Sequence[str], relevant: frozenset[str]) -> tuple[np.ndarray, int]:
    """Return a number for what is judged of each row, and how many are relevant: the first."""
    found = list(dict.fromkeys(keys))
    wanted = [key for key in found if key in relevant]
    number = {key: i for i, key in enumerate([*wanted, *(k for k in found if k not in relevant)])}
    return np.array([number[key] for key in keys], np.int64), len(wanted)


def heard_of(questions: Sequence[Question], weights: Weights) -> Heard:
    """Return the sessions of those questions that are messages."""
    sizes, alike, kin = [], [np.zeros(0, np.float32)], [np.zeros(0, np.float32)]
    for question in questions:
        heard = question.candidates.heard
        if heard is None:
            continue
        centers = heard.sessions.centers
        sizes.append(len(centers))
        near = heard.kin**weights.kin_sharpness
        near = near / (near.sum(axis=1, keepdims=True) + LITTLE)
        alike.append((centers @ centers.T).ravel().astype(np.float32))
        kin.append(near.ravel().astype(np.float32))
    starts = np.cumsum([0, *(size**2 for size in sizes)])
    return Heard(starts, np.array(sizes, np.int64), np.concatenate(alike), np.concatenate(kin))
