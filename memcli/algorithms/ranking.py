"""Ranking of the candidates of a query: words, meaning, speaker, neighbours and session."""

from dataclasses import astuple, dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from memcli.algorithms.contiguity import (
    Kernel,
    contiguity_kernel,
    elsewhere_support,
    session_part,
    session_rank,
    session_support,
    spread,
)
from memcli.algorithms.continuation import (
    ContinuationRows,
    kindred_evidence,
    project_evidence,
    recency,
    topic_likeness,
)
from memcli.algorithms.fusion import Fused, fuse, length_factor, relative, scaled
from memcli.algorithms.late_interaction import coverage, rarity, with_neighbours
from memcli.algorithms.restatement import Assertions, restated
from memcli.algorithms.time_match import Interval, order_prior, preference, time_match

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Weights:
    """
    What each signal counts; the fitted values are in memcli/search/weights.toml.

    dense, lexical, interaction, speaker: of the evidence of the turn itself; fact: of a fact that
    says what the question asks for, and of the turn that says it.
    lent_forward, lent_backward, lent_decay, lent_window: what a turn lends of the question's words
    to those after and before it, see `late_interaction.with_neighbours`.
    statement_lexical, segment: of what the keys of a turn say of it, where there are keys.
    sharpness: power on the relative scores of all of these.
    words: scale of the discount on short turns, see `length_factor`.
    forward, backward, decay, window: the contiguity kernel, in parts of the neighbour's evidence.
    exchange: the same within an exchange with an assistant, a turn and its reply, which takes the
    place of that kernel.
    session, session_turns: weight of the mean of the session's best turns, and of how many turns;
    session_again: how much less each further turn of a session counts where a few hold them all.
    elsewhere, elsewhere_hours: weight of what was said at the time in another session, and how fast
    it fades with the time between; records: 1 or more, how many times as much that counts for a
    record, and as little its neighbours and its session.
    documents: how many times as much the meaning of a paragraph of a document counts, see
    `of_documents`.
    asks, answers, dated: factors on a turn that asks, that comes after one that does, and that says
    a time where the question asks for one.
    other_role: factor in [0, 1] on the turns of a chat with an assistant that are not of whom the
    question is about.
    superseded: factor in [0, 1] on statements that a newer one replaced: they stay findable, below
    their equals. restated: the same on what the same speaker said otherwise later, where a question
    asks for what holds now.
    dormant: factor in [0, 1] on what has faded.
    time: how many times as much, less one, what was said at the time asked for counts; latest: the
    same of the latest or first of what answers, where the question asks for that.
    topic, topic_sessions, recency, recency_days: what counts for messages beside their evidence,
    against that of the best candidate, see continuation.py. project: the same of what a session and
    its kin say of the message; kin, kin_sharpness: what the evidence of other sessions counts for
    those that are like them, by likeness to the power of sharpness.
    """

    dense: float
    lexical: float
    interaction: float
    speaker: float
    fact: float
    lent_forward: float
    lent_backward: float
    lent_decay: float
    lent_window: int
    statement_lexical: float
    segment: float
    sharpness: float
    words: float
    forward: float
    backward: float
    decay: float
    window: int
    exchange: float
    session: float
    session_turns: int
    session_again: float
    elsewhere: float
    elsewhere_hours: float
    records: float
    documents: float
    asks: float
    answers: float
    dated: float
    other_role: float
    superseded: float
    restated: float
    dormant: float
    time: float
    latest: float
    topic: float
    topic_sessions: int
    recency: float
    recency_days: float
    project: float
    kin: float
    kin_sharpness: float

    def __post_init__(self) -> None:
        """Refuse values with which scores would leave [0, 1]."""
        factors = (
            self.session_again,
            self.superseded,
            self.restated,
            self.dormant,
            self.other_role,
        )
        if (
            min(astuple(self)) < 0
            or min(self.session_turns, self.topic_sessions) < 1
            or max(factors) > 1
        ):
            raise ValueError(f"weights out of range: {self}")
        if min(self.recency_days, self.elsewhere_hours) <= 0 or self.records < 1:
            raise ValueError(f"days and hours must be above 0, records 1 or more: {self}")


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


class Ranking(NamedTuple):
    """The candidates' order and scores.

    order: int [n], indices of the candidates, best first; scores: float [n], in [0, 1].
    shares: of dense, lexical, speaker, contiguity and session, float [n]; they sum to the score.
    Scores and shares keep the order of the candidates.
    """

    order: IntArray
    scores: FloatArray
    shares: dict[str, FloatArray]


def rank_candidates(candidates: Candidates, weights: Weights) -> Ranking:
    """Order candidates by their own evidence, that of their neighbours and that of their session.

    Scores compare within one query only, because evidence is relative to the best candidate's.
    Equal scores come in the order of session code and seq.
    """
    found = evidence_by_kind(candidates, weights)
    # What takes the place of something out of date inherits all of its evidence.
    shares = found.shares | succession(found.score, candidates.successors)
    formed = scaled(shares, form_factor(candidates, weights))
    timed = in_topic(in_time(formed, candidates, weights), candidates, weights)
    evidence = newest_first(timed, candidates, weights)
    score, shares = scaled(evidence.shares, again_factor(evidence.score, candidates, weights))
    return Ranking(_order(score, candidates), score, shares)


def evidence_by_kind(candidates: Candidates, weights: Weights) -> Fused:
    """Return the evidence of each candidate in its context; documents have weights of their own."""
    said = in_context(own_evidence(candidates, weights), candidates, weights)
    documents = candidates.documents
    if documents is None:
        return said
    own = of_documents(weights)
    written = in_context(own_evidence(candidates, own), candidates, own)
    shares = {
        name: np.where(documents, written.shares[name], said.shares[name]) for name in said.shares
    }
    return scaled(shares, 1.0)


def of_documents(weights: Weights) -> Weights:
    """
    Return the weights for paragraphs of documents.

    Who looks into notes asks in words of his own for what one paragraph says by itself. Those
    around it are of other things, as the items of a list are, and lend it nothing.
    """
    return replace(
        weights,
        dense=weights.documents * weights.dense,
        forward=0.0,
        backward=0.0,
        exchange=0.0,
        session=0.0,
        lent_forward=0.0,
        lent_backward=0.0,
    )


def _order(score: FloatArray, candidates: Candidates) -> IntArray:
    return np.lexsort((candidates.seq, candidates.session, -score))


def form_factor(candidates: Candidates, weights: Weights) -> FloatArray:
    """
    Return what each candidate's form and state leave of its evidence, [n] in [0, 1].

    The highest factor is 1: a question that is told when rather than asked back loses nothing.
    """
    forms = {
        "superseded": candidates.superseded,
        "dormant": candidates.dormant,
        "asks": candidates.asks,
        "answers": candidates.answers,
        "dated": candidates.dated,
        "other_role": candidates.other_role,
    }
    factor = np.ones(len(candidates.lexical))
    for name, holds in forms.items():
        if holds is not None:
            weight = float(getattr(weights, name))
            factor *= np.where(holds, weight, 1.0) / max(weight, 1.0)
    return factor


def in_time(evidence: Fused, candidates: Candidates, weights: Weights) -> Fused:
    """Prefer what was said at the time asked for, and the latest or first where that is asked."""
    said = candidates.said
    if said is None:
        return evidence
    if candidates.times:
        match = time_match(said, candidates.times)
        evidence = scaled(evidence.shares, preference(match, weights.time))
    if candidates.latest is not None:
        place = order_prior(said, evidence.score, candidates.latest)
        evidence = scaled(evidence.shares, preference(place, weights.latest))
    return evidence


def in_topic(evidence: Fused, candidates: Candidates, weights: Weights) -> Fused:
    """Add what counts for a message, as the shares project, topic, recency and kin [n]."""
    heard = candidates.heard
    best = evidence.score.max(initial=0.0)
    if heard is None or best <= 0.0:
        return evidence
    records = candidates.records
    # Each record is a session by itself, and no part of a project.
    of_projects = records is None or 2 * np.count_nonzero(records) <= len(records)
    if of_projects:
        told = relative(project_evidence(heard), weights.sharpness)
        shares = evidence.shares | {"project": best * weights.project * told}
        evidence = scaled(shares, 1.0 / (1.0 + weights.project))
        best = evidence.score.max()
    added = {
        "topic": weights.topic * topic_likeness(evidence.score, heard, weights.topic_sessions),
        "recency": weights.recency * recency(heard.age, weights.recency_days),
    }
    most = 1.0 + weights.topic + weights.recency
    shares = evidence.shares | {name: best * part for name, part in added.items()}
    found = scaled(shares, 1.0 / most)
    if not of_projects:
        return found
    kin = weights.kin * kindred_evidence(found.score, heard, weights.kin_sharpness)
    return scaled(found.shares | {"kin": kin}, 1.0 / (1.0 + weights.kin))


def newest_first(evidence: Fused, candidates: Candidates, weights: Weights) -> Fused:
    """
    Let what one speaker said last of a thing lead over what that takes the place of.

    Like what replaced a statement it inherits all of the evidence, as the share succession; what it
    restates comes right behind.
    """
    asserted, said = candidates.asserted, candidates.said
    if asserted is None or said is None or not len(asserted.rows):
        return evidence
    named = candidates.speaker_match >= 1.0
    # What is known to hold no longer restates nothing.
    known = np.where(candidates.superseded, np.nan, said)
    again = restated(_order(evidence.score, candidates), asserted, known, named)
    if again is None:
        return evidence
    best = evidence.score[np.concatenate(again)].max()
    factor = np.ones(len(evidence.score))
    factor[again.older] = weights.restated
    score, shares = scaled(evidence.shares, factor)
    lacks = np.zeros(len(score))
    lacks[again.newest] = best - score[again.newest]
    inherited = shares.get("succession", np.zeros(len(score))) + lacks
    return scaled(shares | {"succession": inherited}, 1.0)


def again_factor(scores: FloatArray, candidates: Candidates, weights: Weights) -> FloatArray:
    """
    Return what further turns of a session keep of their scores, [n] in [0, 1], the best all.

    Where all was said in a few long sessions, the best of them would have every hit, and a question
    over several only half of its answer (as xQuAD, Santos et al., 2010, for the aspects of a
    query). Among many sessions, or within one, it is nearly 1.
    """
    place = (candidates.session, candidates.seq)
    part = session_part(*place)
    factor: FloatArray = (1.0 - weights.session_again * part * (1.0 - part)) ** session_rank(
        scores, *place
    )
    return factor


def succession(scores: FloatArray, successors: NDArray[np.integer] | None) -> dict[str, FloatArray]:
    """
    Return what successors lack to stand where what they replaced would have stood, as a share [n].

    Who asks where someone lives wants what holds now, in whatever words it was said.
    """
    if successors is None or not (successors >= 0).any():
        return {}
    old = np.flatnonzero(successors >= 0)
    wanted = scores.copy()
    np.maximum.at(wanted, successors[old], scores[old])
    return {"succession": wanted - scores}


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
