"""
Fit how sure the scores of a search are, and say how often they are right on data sets left out.

python tests/bench/fit_calibration.py STORE=JUDGMENTS ... [--cache DIR] [--write]

Stores as for fit_weights.py, whose weights are taken as they are in memcli/search/weights.toml.
Prints how often the first hit is right by its score, each data set by what was fitted on the
others (its languages left out together), and what `--min-score` keeps and drops. --write puts the
coefficients into that file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from judged import Question, questions_given, sets_given, write_values

from memcli.algorithms.answerability import (
    Calibration,
    answer_signs,
    answerability,
    certainty,
    expected,
    lead_signs,
)
from memcli.algorithms.logistic import fit_logistic
from memcli.algorithms.ranking import rank_candidates
from memcli.algorithms.weights import Weights
from memcli.search.weights import calibration, fitted_weights

# Of the questions that have an answer, how many `--min-score auto` may lose.
LOST = 0.05
EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)


@dataclass(frozen=True)
class Ranked:
    """
    A ranked question: whether it has an answer, which came first, and the signs of both.

    It has none where nothing is relevant or its premise is false.
    """

    data: str
    has_answer: bool
    is_right: bool
    answer: dict[str, float]
    lead: dict[str, float]

    def score(self, by: Calibration) -> float:
        """Return the score of the first hit."""
        return expected(answerability(self.answer, by), by) * certainty(self.lead, by)


def ranked(question: Question, weights: Weights) -> Ranked:
    """Return a question as it is ranked."""
    ranking = rank_candidates(question.candidates, weights)
    has_answer = bool(question.relevant) and question.category != "adversarial"
    first = question.keys[ranking.order[0]] if len(ranking.order) else None
    return Ranked(
        data=question.data,
        has_answer=has_answer,
        is_right=has_answer and first in question.relevant,
        answer=answer_signs(question.candidates, ranking, weights),
        lead=lead_signs(question.candidates, ranking),
    )


def calibrate(questions: Sequence[Ranked]) -> Calibration:
    """Fit the probabilities that there is an answer, and that the first hit is it."""
    answered = [q for q in questions if q.has_answer]
    both = _with_both(questions)
    # Both outcomes of each data set count the same; then each data set.
    known = _logistic(
        "intercept",
        [q.answer for q in both],
        [q.has_answer for q in both],
        [(q.data, q.has_answer) for q in both],
    )
    first = _logistic(
        "first",
        [q.lead for q in answered],
        [q.is_right for q in answered],
        [q.data for q in answered],
    )
    rough = Calibration(**known | first, threshold=0.0, answered=calibration().answered)
    found = Calibration(**{f.name: round(getattr(rough, f.name), 2) for f in fields(rough)})
    limits = []
    for name in sorted({q.data for q in both}):
        sure = [answerability(q.answer, found) for q in both if q.data == name and q.has_answer]
        limits.append(np.quantile(sure, LOST))
    return replace(found, threshold=round(float(np.mean(limits)), 2))


def _with_both(questions: Sequence[Ranked]) -> list[Ranked]:
    """Return the questions of the data sets that have some with and some without an answer."""
    answers = {(q.data, q.has_answer) for q in questions}
    return [q for q in questions if {(q.data, True), (q.data, False)} <= answers]


def _logistic(
    bias: str, rows: Sequence[dict[str, float]], labels: Sequence[bool], groups: Sequence[object]
) -> dict[str, float]:
    """Return the coefficients of a logistic regression by name, each group counting the same."""
    names = list(rows[0])
    sizes = Counter(groups)
    mass = np.array([1.0 / sizes[group] for group in groups])
    table = np.array([[1.0, *(row[name] for name in names)] for row in rows])
    ridge = [0.0, *[1e-3] * len(names)]
    values = fit_logistic(table, np.array(labels, float), mass / mass.sum(), ridge)
    return dict(zip([bias, *names], values.tolist(), strict=True))


def scores_left_out(questions: Sequence[Ranked]) -> list[float]:
    """Return the score of each question by what was fitted on the other data sets."""
    sources = [q.data.split("-")[0] for q in questions]
    by = {
        name: calibrate([q for q, of in zip(questions, sources, strict=True) if of != name])
        for name in set(sources)
    }
    return [q.score(by[of]) for q, of in zip(questions, sources, strict=True)]


def reliability(questions: Sequence[Ranked], scores: Sequence[float]) -> None:
    """Print how often the first hit is right by its score, over all and in the best of each set."""
    at = np.clip(np.searchsorted(EDGES, scores, side="right") - 1, 0, len(EDGES) - 2)
    for low in range(len(EDGES) - 1):
        some = [q for q, edge in zip(questions, at, strict=True) if edge == low]
        answered = [q.is_right for q in some if q.has_answer]
        print(
            f"  {EDGES[low]}-{EDGES[low + 1]}: {len(some)} questions, first right"
            f" {np.mean([q.is_right for q in some] or [0]):.2f};"
            f" {len(answered)} with an answer, {np.mean(answered or [0]):.2f}"
        )
    sure = Counter(q.data for q, score in zip(questions, scores, strict=True) if score >= 0.9)
    print("  above 0.9:", dict(sure))
    errors = np.array([s - q.is_right for q, s in zip(questions, scores, strict=True)]) ** 2
    data = np.array([q.data for q in questions])
    brier = np.mean([errors[data == name].mean() for name in _names(questions)])
    print(f"  Brier score, mean over sets: {brier:.3f}")


def _names(questions: Sequence[Ranked]) -> list[str]:
    return sorted({q.data for q in questions})


def trade_off(questions: Sequence[Ranked], found: Calibration) -> None:
    """Print what share of questions with and without an answer is let through at thresholds."""
    for name in _names(questions):
        some = [q for q in questions if q.data == name]
        sure = np.array([answerability(q.answer, found) for q in some])
        answered = np.array([q.has_answer for q in some])
        if answered.all():
            continue
        auc = np.mean(sure[answered][:, None] > sure[~answered][None, :])
        print(
            f"{name}: {answered.sum()} with an answer, {(~answered).sum()} without, AUC {auc:.3f}"
        )
        for at in sorted({0.2, 0.3, 0.4, 0.5, 0.6, found.threshold}):
            kept, dropped = (sure[answered] >= at).mean(), (sure[~answered] < at).mean()
            print(f"  --min-score {at:.2f}: keeps {kept:.3f}, drops {dropped:.3f} of those without")


def main() -> None:
    """Fit, and say how far it holds."""
    parser = sets_given(__doc__)
    parser.add_argument("--write", action="store_true", help="change memcli/search/weights.toml")
    given = parser.parse_args()
    questions = [ranked(question, fitted_weights()) for question in questions_given(given)]
    found = calibrate(questions)
    print(found)
    print("Each set by the others:")
    reliability(questions, scores_left_out(questions))
    print("As fitted on all:")
    reliability(questions, [q.score(found) for q in questions])
    print("As in weights.toml:")
    reliability(questions, [q.score(calibration()) for q in questions])
    trade_off(questions, found)
    if given.write:
        write_values(found)


if __name__ == "__main__":
    main()
