"""
Answerability: how likely the best of what a search found answers the question at all.

Scores are relative to the best candidate of a question, and the best of nothing is still the best.
What does not depend on the others says whether it is an answer: how much of the question the best
hit and its surroundings say, whether its rarest word is said at all, and whether those who say it
are those who are asked about. A logistic regression makes it a probability, as Platt's scaling
does (1999).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import Final

import numpy as np

from memcli.algorithms.fusion import scaled
from memcli.algorithms.late_interaction import coverage, rarity
from memcli.algorithms.ranking import Candidates, Ranking, Weights, lent_matches

# Below that a word is another one, which may be of the same kind: "breakfast" beside "dinner".
SAME_WORD: Final = 0.75
# Over how many of the best hits it is looked at who speaks.
LEADING: Final = 5


@dataclass(frozen=True)
class Calibration:
    """
    The fitted values, in memcli/search/weights.toml.

    intercept, covered, rarest, unspoken, elsewhere: of the logistic regression over the signs of
    `answer_signs`; threshold: in [0, 1], below which `--min-score auto` takes a question to have no
    answer.
    """

    intercept: float
    covered: float
    rarest: float
    unspoken: float
    elsewhere: float
    threshold: float


def answer_signs(candidates: Candidates, ranking: Ranking, weights: Weights) -> dict[str, float]:
    """
    Return the signs that the best hit answers the question, each in [0, 1].

    covered: the part of the question, by the rarity of its words, that the best hit or what is
    around it says in these words. rarest: the greatest part that one word is and that is said
    somewhere. unspoken: where somebody is asked about, the part of the best hits that others say.
    elsewhere: how much more of the question others say than who is asked about.
    """
    matches = candidates.matches
    if matches is None or not len(ranking.order) or not matches.shape[1]:
        return {"covered": 0.0, "rarest": 0.0, "unspoken": 0.0, "elsewhere": 0.0}
    rare = rarity(matches)
    lent = lent_matches(candidates, weights)[ranking.order[0]][None, :]
    said = coverage(matches, rare)
    asked_about = np.asarray(candidates.speaker_match) > 0.0
    leading = asked_about[ranking.order[:LEADING]]
    return {
        "covered": float(coverage(np.where(lent > SAME_WORD, lent, 0.0), rare)[0]),
        "rarest": float((rare / (rare.sum() or 1.0) * matches.max(axis=0)).max()),
        "unspoken": float(1.0 - leading.mean()) if asked_about.any() else 0.0,
        "elsewhere": float(said.max() - said[asked_about].max(initial=0.0))
        if asked_about.any()
        else 0.0,
    }


def answerability(signs: Mapping[str, float], calibration: Calibration) -> float:
    """Return the probability in (0, 1) that there is an answer, from `answer_signs`."""
    weighed = (getattr(calibration, name) * value for name, value in signs.items())
    return 1.0 / (1.0 + exp(-(calibration.intercept + sum(weighed))))


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
