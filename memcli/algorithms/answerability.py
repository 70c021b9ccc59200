"""
Answerability: how likely a question has an answer at all, and the best hit is it.

Scores are relative to the best candidate of a question, and the best of nothing is still the best.
What does not depend on the others says whether it is an answer: how much of the question the best
hit and its surroundings say, whether its rarest word is said at all, and whether those who say it
are those who are asked about. And where one hit stands out from the rest it is more often right
than where many are as good. Two logistic regressions make these probabilities, as Platt's scaling
does (1999).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import Final

import numpy as np
from numpy.typing import NDArray

from memcli.algorithms.evidence import Candidates, lent_matches
from memcli.algorithms.fusion import scaled
from memcli.algorithms.late_interaction import coverage, rarity
from memcli.algorithms.ranking import FloatArray, Ranking
from memcli.algorithms.time_match import time_match
from memcli.algorithms.weights import Weights

# Below that a word is another one, which may be of the same kind: "breakfast" beside "dinner".
SAME_WORD: Final = 0.75
# Over how many of the best hits it is looked at who speaks.
LEADING: Final = 5
# With how many further turns the best is compared.
FOLLOWING: Final = 6


@dataclass(frozen=True)
class Calibration:
    """
    The fitted values, in memcli/search/weights.toml.

    intercept, covered, rarest, unspoken, elsewhere, said: of the logistic regression over the signs
    of `answer_signs`; threshold: in [0, 1], below which `--min-score auto` takes a question to have
    no answer; first, lead, ahead: of that over the signs of `lead_signs`.
    answered: in (0, 1), how many questions to a memory have an answer: the first regression was
    fitted on as many with one as without.
    """

    intercept: float
    covered: float
    rarest: float
    unspoken: float
    elsewhere: float
    said: float
    threshold: float
    first: float
    lead: float
    ahead: float
    answered: float


def answer_signs(candidates: Candidates, ranking: Ranking, weights: Weights) -> dict[str, float]:
    """
    Return the signs that the best hit answers the question, each in [0, 1].

    covered: the part of the question, by the rarity of its words, that the best hit or what is
    around it says in these words. rarest: the greatest part that one word is and that is said
    somewhere. unspoken: where somebody is asked about, the part of the best hits that others say.
    elsewhere: how much more of the question others say than who is asked about. said: the part of
    the words of the question that the best hit itself says.
    """
    matches = _matches_with_times(candidates)
    if matches is None or not len(ranking.order) or not matches.shape[1]:
        return dict.fromkeys(("covered", "rarest", "unspoken", "elsewhere", "said"), 0.0)
    rare = rarity(matches)
    lent = lent_matches(candidates, weights)[ranking.order[0]][None, :]
    lent = np.maximum(lent, matches[ranking.order[0]])
    of_each = coverage(matches, rare)
    asked_about = np.asarray(candidates.speaker_match) > 0.0
    leading = asked_about[ranking.order[:LEADING]]
    return {
        "covered": float(coverage(np.where(lent > SAME_WORD, lent, 0.0), rare)[0]),
        "rarest": float((rare / (rare.sum() or 1.0) * matches.max(axis=0)).max()),
        "unspoken": float(1.0 - leading.mean()) if asked_about.any() else 0.0,
        "elsewhere": float(of_each.max() - of_each[asked_about].max(initial=0.0))
        if asked_about.any()
        else 0.0,
        "said": float((matches[ranking.order[0]] > SAME_WORD).mean()),
    }


def _matches_with_times(candidates: Candidates) -> NDArray[np.float32] | None:
    """Return the matches [n, q]; the words that name a time are said by what was said then."""
    matches, timed = candidates.matches, candidates.timed
    if matches is None or timed is None or candidates.said is None:
        return matches
    then = time_match(candidates.said, candidates.times)[:, None]
    return np.maximum(matches, np.where(timed, then, 0.0)).astype(np.float32)


def lead_signs(candidates: Candidates, ranking: Ranking) -> dict[str, float]:
    """
    Return how far the best hit stands out, each in [0, 1].

    lead: the part of its score that the next turn lacks; ahead: that the sixth lacks.
    """
    best = ranking.scores.max(initial=0.0)
    if best <= 0.0:
        return {"lead": 0.0, "ahead": 0.0}
    after = _scores_after_the_first(candidates, ranking) / best
    return {
        "lead": float(1.0 - after[:1].max(initial=0.0)),
        "ahead": float(1.0 - (after[-1] if len(after) == FOLLOWING else 0.0)),
    }


def _scores_after_the_first(candidates: Candidates, ranking: Ranking) -> FloatArray:
    """Return the scores of what comes after the best, but for what is of the same turn."""
    order = ranking.order[: 4 * FOLLOWING]
    session, seq = np.asarray(candidates.session)[order], np.asarray(candidates.seq)[order]
    same = (session == session[0]) & (seq == seq[0]) & (session >= 0)
    same[0] = True
    return np.asarray(ranking.scores[order][~same][:FOLLOWING])


def answerability(signs: Mapping[str, float], calibration: Calibration) -> float:
    """Return the probability in (0, 1) that there is an answer, from `answer_signs`."""
    return _probability(calibration.intercept, signs, calibration)


def expected(answerable: float, calibration: Calibration) -> float:
    """Return the probability of an answer, in [0, 1], where as many questions have one as do."""
    yes = answerable * calibration.answered
    no = (1.0 - answerable) * (1.0 - calibration.answered)
    return yes / (yes + no)


def certainty(signs: Mapping[str, float], calibration: Calibration) -> float:
    """Return the probability in (0, 1) that the best hit is the answer, from `lead_signs`."""
    return _probability(calibration.first, signs, calibration)


def _probability(bias: float, signs: Mapping[str, float], calibration: Calibration) -> float:
    weighed = (getattr(calibration, name) * value for name, value in signs.items())
    return 1.0 / (1.0 + exp(-(bias + sum(weighed))))


def calibrated(ranking: Ranking, sureness: float) -> Ranking:
    """
    Scale scores and shares so that the best score is a probability.

    sureness: in [0, 1]. The others keep their relation to the best. Scores then compare between
    questions.
    """
    best = ranking.scores.max(initial=0.0)
    if best <= 0.0:
        return ranking
    scores, shares = scaled(ranking.shares, sureness / best)
    return Ranking(ranking.order, scores, shares)
