"""Ranking of the candidates of a query: words, meaning, speaker, neighbours and session."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from memcli.algorithms.contiguity import session_part, session_rank
from memcli.algorithms.evidence import Candidates, in_context, own_evidence
from memcli.algorithms.fusion import Fused, scaled
from memcli.algorithms.message_evidence import in_topic
from memcli.algorithms.restatement import restated
from memcli.algorithms.time_match import order_prior, preference, time_match
from memcli.algorithms.weights import Weights

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


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
    weights = of_records(weights) if candidates.are_records else weights
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


def of_records(weights: Weights) -> Weights:
    """
    Return the weights where most of what a question brings up is records.

    A short turn of a talk may say nothing, but an entry of a calendar is short and says all. All
    candidates count by them: a discount that only some have would order them by their kind.
    """
    return replace(weights, words=weights.record_words)


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
