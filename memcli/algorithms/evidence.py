"""
Evidence of the candidates of a query: what they say themselves, and what is said around them.

The signals are those of one query only, each relative to the best candidate's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from memcli.algorithms.contiguity import (
    Kernel,
    contiguity_kernel,
    elsewhere_support,
    session_support,
    spread,
)
from memcli.algorithms.continuation import ContinuationRows
from memcli.algorithms.fusion import Fused, fuse, length_factor, relative, scaled
from memcli.algorithms.late_interaction import coverage, rarity, with_neighbours
from memcli.algorithms.restatement import Assertions
from memcli.algorithms.time_match import Interval
from memcli.algorithms.weights import Weights

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Candidates:
    """The rows that one query brought up, as arrays [n] in any order.

    lexical: BM25, 0 where the row is no lexical hit; cosine: of query and row, for every row.
    session: a code per session of a namespace, below 0 outside sessions; seq: place in the session.
    speaker_match: in [0, 1], from `speaker_match`; superseded: a newer statement replaced it.
    words: number of words of the text.
    fact: it is a fact that says what the question asks for, or a turn that does.
    records: it is a note, a call, an entry: nobody else says anything in its session; noted: when
    somebody said it, in days, not a number where unknown and for documents. documents: it is a
    paragraph of one; None where none is.
    matches: [n, q] in [0, 1], how near each word of the question comes to one of the row's.
    statement_lexical, segment_lexical: the best BM25 of the statements made from the row, BM25 of
    the segment it is in; None where the store has nothing of the kind.
    successors: for a superseded row the index of the row that says what holds now, else -1.
    dormant: it has faded; None where nothing has.
    asks, answers, dated: among people, it asks; comes after a turn of someone else's that does; the
    question asks when and it says a time. None where that is not known.
    other_role: in a chat with an assistant, it is of the one whom the question is not about.
    assisted, assistant: it is of such a chat; the assistant says it. None where there is none.
    asserted: the plain assertions among the rows, where the question asks for what holds now.
    said: when each row was said, in days, not a number where unknown; times: the times that the
    question asks for, see `time_match.Interval`, and timed: [q], which of its words name them;
    latest: it asks for the latest (True) or the first (False) of several, None for neither.
    heard: what counts when the question is a message; None when it is not.
    """

    lexical: NDArray[np.floating]
    cosine: NDArray[np.floating]
    session: NDArray[np.integer]
    seq: NDArray[np.integer]
    speaker_match: NDArray[np.floating]
    superseded: NDArray[np.bool_]
    words: NDArray[np.integer]
    fact: NDArray[np.bool_] | None = None
    records: NDArray[np.bool_] | None = None
    noted: NDArray[np.floating] | None = None
    documents: NDArray[np.bool_] | None = None
    matches: NDArray[np.float32] | None = None
    statement_lexical: NDArray[np.floating] | None = None
    segment_lexical: NDArray[np.floating] | None = None
    successors: NDArray[np.integer] | None = None
    dormant: NDArray[np.bool_] | None = None
    asks: NDArray[np.bool_] | None = None
    answers: NDArray[np.bool_] | None = None
    dated: NDArray[np.bool_] | None = None
    other_role: NDArray[np.bool_] | None = None
    assisted: NDArray[np.bool_] | None = None
    assistant: NDArray[np.bool_] | None = None
    asserted: Assertions | None = None
    said: NDArray[np.floating] | None = None
    times: tuple[Interval, ...] = ()
    timed: NDArray[np.bool_] | None = None
    latest: bool | None = None
    heard: ContinuationRows | None = None

    @property
    def are_records(self) -> bool:
        """Whether most of them are records."""
        records = self.records
        return records is not None and bool(2 * np.count_nonzero(records) > len(records))


def own_evidence(candidates: Candidates, weights: Weights) -> Fused:
    """
    Score what a candidate's own text, its speaker and its keys say.

    The shares are dense, lexical and speaker, interaction where words were compared and, where
    there are keys, statement_lexical and segment, and fact where one answers, each [n]. A fact may
    be short.
    """
    signals = {
        "dense": relative(candidates.cosine, weights.sharpness),
        "lexical": relative(candidates.lexical, weights.sharpness),
        "speaker": np.clip(candidates.speaker_match, 0.0, 1.0),
    }
    others = {
        "interaction": interaction(candidates, weights),
        "statement_lexical": candidates.statement_lexical,
        "segment": candidates.segment_lexical,
        "fact": candidates.fact,
    }
    signals |= {
        name: relative(values, weights.sharpness)
        for name, values in others.items()
        if values is not None and values.any()
    }
    each = {name: float(getattr(weights, name)) for name in signals}
    length = length_factor(candidates.words, weights.words)
    if candidates.fact is not None:
        length = np.where(candidates.fact, 1.0, length)
    return scaled(fuse(signals, each).shares, length)


def interaction(candidates: Candidates, weights: Weights) -> FloatArray | None:
    """Return how much of the question the words of each candidate and around it cover, [n]."""
    if candidates.matches is None:
        return None
    return coverage(lent_matches(candidates, weights), rarity(candidates.matches))


def lent_matches(candidates: Candidates, weights: Weights) -> NDArray[np.float32]:
    """Return the matches of candidates, which have some, with what is lent by those around."""
    assert candidates.matches is not None
    lent = (weights.lent_forward, weights.lent_backward, weights.lent_decay, weights.lent_window)
    kernel = contiguity_kernel(*lent)
    return with_neighbours(candidates.matches, candidates.session, candidates.seq, kernel)


def in_context(own: Fused, candidates: Candidates, weights: Weights) -> Fused:
    """
    Add what the neighbours, the session and other sessions of the time say.

    The shares are contiguity, session and, where times are known, elsewhere, each [n]. The sum is
    divided by what it cannot exceed, so that it stays in [0, 1].
    """
    place = (candidates.session, candidates.seq)
    kernel = contiguity_kernel(weights.forward, weights.backward, weights.decay, weights.window)
    if candidates.records is None:
        less = np.ones(len(own.score))
    else:
        less = np.where(candidates.records, 1.0 / weights.records, 1.0)
    session = session_support(own.score, *place, weights.session_turns)
    shares = own.shares | {
        "contiguity": less * beside(own.score, candidates, kernel, weights.exchange),
        "session": less * weights.session * session,
    }
    most = 1.0 + max(sum(kernel.weights), weights.exchange) + weights.session
    if candidates.noted is not None:
        near = (candidates.session, candidates.noted, weights.elsewhere_hours)
        shares["elsewhere"] = weights.elsewhere / less * elsewhere_support(own.score, *near)
        most += weights.elsewhere * weights.records
    return scaled(shares, 1.0 / most)


def beside(
    scores: FloatArray, candidates: Candidates, kernel: Kernel, exchange: float
) -> FloatArray:
    """
    Return what each candidate receives of its neighbours' scores, [n].

    Among people it is told by all around. An assistant's reply repeats what it replies to and says
    nothing of the next request: there a turn and its reply speak for one another, and nothing else.
    """
    place = (candidates.session, candidates.seq)
    around = spread(scores, *place, kernel)
    assisted, assistant = candidates.assisted, candidates.assistant
    if assisted is None or assistant is None:
        return around
    of_request = spread(np.where(assistant, 0.0, scores), *place, Kernel((1,), (exchange,)))
    of_reply = spread(np.where(assistant, scores, 0.0), *place, Kernel((-1,), (exchange,)))
    within: FloatArray = np.where(assistant, of_request, of_reply)
    return np.where(assisted, within, around)
