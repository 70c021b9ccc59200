"""
Fit what the signals of a search count, and say what that is worth on conversations left out.

python tests/bench/fit_weights.py STORE=JUDGMENTS ... [--write] [--folds]

Each STORE holds one data set, extracted and linked; JUDGMENTS is its file of judged questions. Data
sets are told apart by the folder of that file: one may be given in stores of several encoders. The
weights are chosen by coordinate descent over the few values in GRID, from START, for the mean over
kinds of conversation, and over data sets of each, of recall@5 and recall@10; a value that is not
better by LEAST stays what it was. --write puts them, and the calibration of scores, into
memcli/search/weights.toml. --folds fits them anew without each conversation and without each data
set, and prints recall on what was left out, with 95 % intervals (paired bootstrap) of the
difference to the search without the later signals (BEFORE).
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields, replace
from importlib.resources import files
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from judged import Question, bootstrap, questions_of, recalls

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

GRID: dict[str, tuple[float, ...]] = {
    "interaction": (0.0, 0.4, 0.8, 1.2),
    "lent_forward": (0.0, 0.5, 0.9),
    "lent_backward": (0.0, 0.5, 0.9),
    "lexical": (0.7, 1.0, 1.4),
    "speaker": (0.0, 0.4, 0.5, 0.7),
    "fact": (0.0, 1.0, 2.0),
    "statement_lexical": (0.0, 0.3, 0.6),
    "segment": (0.0, 0.2, 0.4),
    "forward": (0.0, 0.1, 0.2, 0.3),
    "backward": (0.0, 0.1, 0.2),
    "exchange": (0.0, 0.2, 0.4, 0.6),
    "session": (0.0, 0.4, 0.8),
    "session_again": (0.0, 0.15, 0.25, 0.35),
    "elsewhere": (0.0, 0.25, 0.5, 0.75),
    "records": (1.0, 2.0),
    "other_role": (1.0, 0.8, 0.65, 0.5),
    "time": (1.0, 2.0, 3.0),
    "asks": (1.0, 0.9),
    "answers": (1.0, 1.1),
    "dated": (1.0, 1.1, 1.2),
    "topic": (0.0, 0.5, 1.0, 1.5),
    "topic_sessions": (3, 2),
    "recency": (0.0, 0.25, 0.5),
    "recency_days": (30.0, 60.0),
    "project": (0.0, 0.4, 0.6, 0.8),
    "kin": (0.0, 0.5, 0.75, 1.0),
}
# Every fit begins with dense and lexical alone, so that all else has to earn its place.
START = {name: values[0] for name, values in GRID.items()} | {"lexical": 1.0}
# The search as it was before late interaction, times, the form of turns and messages.
BEFORE = {
    "lexical": 1.2,
    "interaction": 0.0,
    "forward": 0.3,
    "backward": 0.2,
    "exchange": 0.3,
    "session": 0.75,
    "session_again": 0.0,
    "asks": 1.0,
    "answers": 1.0,
    "dated": 1.0,
    "time": 0.0,
    "latest": 0.0,
    "topic": 0.0,
    "recency": 0.0,
    "project": 0.0,
    "kin": 0.0,
    "statement_lexical": 0.5,
    "segment": 0.3,
    "speaker": 0.4,
    "fact": 0.0,
    "elsewhere": 0.0,
    "records": 1.0,
    "other_role": 1.0,
}
ONLY_MESSAGES = ("topic", "topic_sessions", "recency", "recency_days", "project", "kin")
LEAST = 0.0005
MOST = 0.5
PASSES = 2
# Of the questions that have an answer, how many `--min-score auto` may lose.
LOST = 0.05


class Judge:
    """Recall of questions by weights, each combination worked out once."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self.questions = questions
        self.data = np.array([question.data for question in questions])
        self.group = np.array([question.group for question in questions])
        kinds = [(q.data, q.candidates.heard is not None) for q in questions]
        self.parts = {
            kind: [i for i, other in enumerate(kinds) if other == kind] for kind in set(kinds)
        }
        self.kind_of = {
            name: kind_of([q for q in questions if q.data == name]) for name in set(self.data)
        }
        self.known: dict[tuple[object, ...], np.ndarray] = {}

    def recalls(self, weights: Weights) -> np.ndarray:
        """Return recall of each question at each cut-off, [questions, cut-offs]."""
        found = np.zeros((len(self.questions), 2))
        for kind, indices in self.parts.items():
            given = {f.name: getattr(weights, f.name) for f in fields(weights)}
            if not kind[1]:
                given |= dict.fromkeys(ONLY_MESSAGES)
            key = (kind, *given.items())
            if key not in self.known:
                self.known[key] = recalls([self.questions[i] for i in indices], weights)
            found[indices] = self.known[key]
        return found

    def quality(self, weights: Weights, chosen: np.ndarray) -> float:
        """
        Return the mean over kinds of the mean over data sets of recall of some questions.

        chosen: bool [questions].
        """
        found = self.recalls(weights).mean(axis=1)
        of_kinds: dict[str, list[float]] = {}
        for name in sorted(set(self.data[chosen])):
            mean = float(found[chosen & (self.data == name)].mean())
            of_kinds.setdefault(self.kind_of[name], []).append(mean)
        return float(np.mean([np.mean(of_kind) for of_kind in of_kinds.values()]))


def kind_of(questions: Sequence[Question]) -> str:
    """Return what most of the candidates of a data set are of: an assistant's chats, records."""
    found = [question.candidates for question in questions]
    if np.mean([rows.other_role is not None for rows in found]) > MOST:
        return "assistant"
    return "records" if np.mean([np.mean(rows.records) for rows in found]) > MOST else "people"


def fit(judge: Judge, chosen: np.ndarray) -> Weights:
    """Return the weights that are best on the chosen questions, bool [questions]."""
    best = replace(fitted_weights(), **START)
    quality = judge.quality(best, chosen)
    for _ in range(PASSES):
        before = best
        for name, values in GRID.items():
            for value in values:
                tried = replace(best, **{name: value})
                found = judge.quality(tried, chosen)
                if found > quality + LEAST:
                    best, quality = tried, found
        if best == before:
            break
    return best


def left_out(judge: Judge, of: np.ndarray) -> np.ndarray:
    """Return recall of each question by weights fitted without its group, [questions, cut-offs]."""
    found = np.zeros((len(judge.questions), 2))
    names = sorted(set(of))
    # Forked, so that the questions are there already; each process keeps what it worked out.
    with ProcessPoolExecutor(2, get_context("fork"), _keep, (judge,)) as pool:
        fitted = list(pool.map(_fit_on, [of != name for name in names]))
    for name, weights in zip(names, fitted, strict=True):
        found[of == name] = judge.recalls(weights)[of == name]
        print(f"  without {name}: {changed(weights)}", flush=True)
    return found


_judges: list[Judge] = []


def _keep(judge: Judge) -> None:
    _judges.append(judge)


def _fit_on(chosen: np.ndarray) -> Weights:
    return fit(_judges[0], chosen)


def changed(weights: Weights) -> str:
    """Return the fitted values in a line."""
    return " ".join(f"{name}={getattr(weights, name):g}" for name in GRID)


def report(title: str, judge: Judge, found: np.ndarray, base: np.ndarray) -> None:
    """Print recall by data set, and the interval of the difference to another search."""
    stores = np.array([question.store for question in judge.questions])
    for name in sorted(set(stores)):
        rows = stores == name
        if rows.any():
            figures = []
            for cut, at in ((0, 5), (1, 10)):
                low, high = bootstrap((found - base)[rows, cut])
                mean = found[rows, cut].mean()
                figures.append(
                    f"@{at} {mean:.4f} ({mean - base[rows, cut].mean():+.4f} "
                    f"[{low:+.4f}, {high:+.4f}])"
                )
            print(f"{title} | {name} | {' | '.join(figures)}", flush=True)


def has_answer(question: Question) -> bool:
    """Say whether the store answers a question: its premise holds and something is relevant."""
    return bool(question.relevant) and question.category != "adversarial"


def is_first_right(question: Question, weights: Weights) -> bool:
    """Say whether the first hit of a question is of what is relevant."""
    order = rank_candidates(question.candidates, weights).order
    return bool(len(order)) and question.keys[order[0]] in question.relevant


def calibrate(questions: Sequence[Question], weights: Weights) -> Calibration:
    """Fit the probabilities that there is an answer, and that the first hit is it."""
    rough = _fit_certainty(questions, weights, _fit_answerable(questions, weights))
    rounded = {f.name: round(getattr(rough, f.name), 2) for f in fields(rough)}
    found = Calibration(**rounded)
    answered = [q for q in _with_both(questions) if has_answer(q)]
    limits = []
    for name in sorted({q.data for q in answered}):
        signs = [_signs(q, weights) for q in answered if q.data == name]
        limits.append(np.quantile([answerability(each, found) for each in signs], LOST))
    return replace(found, threshold=round(float(np.mean(limits)), 2))


def _with_both(questions: Sequence[Question]) -> list[Question]:
    """Return the questions of the data sets that have some with and some without an answer."""
    answers = {(q.data, has_answer(q)) for q in questions}
    return [q for q in questions if {(q.data, True), (q.data, False)} <= answers]


def _fit_answerable(questions: Sequence[Question], weights: Weights) -> dict[str, float]:
    """Fit whether there is an answer, both outcomes of each data set counting the same."""
    judged = _with_both(questions)
    rows = [_signs(question, weights) for question in judged]
    answered = np.array([has_answer(q) for q in judged], float)
    groups = [(q.data, has_answer(q)) for q in judged]
    return _logistic("intercept", rows, answered, groups)


def _fit_certainty(
    questions: Sequence[Question], weights: Weights, known: dict[str, float]
) -> Calibration:
    """Fit whether the first hit of a question with an answer is it, each data set the same."""
    judged = [question for question in questions if has_answer(question)]
    rows = [lead_signs(q.candidates, rank_candidates(q.candidates, weights)) for q in judged]
    right = np.array([is_first_right(q, weights) for q in judged], float)
    first = _logistic("first", rows, right, [q.data for q in judged])
    return Calibration(**known | first, threshold=0.0, answered=calibration().answered)


def _logistic(
    bias: str, rows: Sequence[dict[str, float]], labels: np.ndarray, groups: Sequence[object]
) -> dict[str, float]:
    """Return the coefficients of a logistic regression by name, each group counting the same."""
    names = list(rows[0])
    sizes = Counter(groups)
    mass = np.array([1.0 / sizes[group] for group in groups])
    table = np.array([[1.0, *(row[name] for name in names)] for row in rows])
    values = fit_logistic(table, labels, mass / mass.sum(), [0.0, *[1e-3] * len(names)])
    return dict(zip([bias, *names], values.tolist(), strict=True))


def _signs(question: Question, weights: Weights) -> dict[str, float]:
    ranking = rank_candidates(question.candidates, weights)
    return answer_signs(question.candidates, ranking, weights)


def reliability(questions: Sequence[Question], weights: Weights) -> None:
    """Print how often the first hit is right by its score, fitted without the set asked."""
    bins: dict[int, list[tuple[bool, bool]]] = {}
    for name in sorted({q.data for q in questions}):
        found = calibrate([q for q in questions if q.data != name], weights)
        for question in (q for q in questions if q.data == name):
            ranking = rank_candidates(question.candidates, weights)
            sure = expected(answerability(_signs(question, weights), found), found)
            score = sure * certainty(lead_signs(question.candidates, ranking), found)
            right = has_answer(question) and is_first_right(question, weights)
            bins.setdefault(int(score * 10), []).append((right, has_answer(question)))
    for low in sorted(bins):
        right = [each for each, _ in bins[low]]
        answered = [each for each, has_one in bins[low] if has_one]
        print(
            f"  {low / 10:.1f}: {len(right)} questions, first right {np.mean(right):.2f};"
            f" {len(answered)} with an answer, {np.mean(answered or [0]):.2f}"
        )


def trade_off(questions: Sequence[Question], weights: Weights, found: Calibration) -> None:
    """Print what share of questions with and without an answer is let through at thresholds."""
    for name in sorted({q.data for q in questions}):
        some = [q for q in questions if q.data == name]
        sure = np.array([answerability(_signs(q, weights), found) for q in some])
        answered = np.array([has_answer(q) for q in some])
        if answered.all():
            continue
        auc = np.mean(sure[answered][:, None] > sure[~answered][None, :])
        print(
            f"{name}: {answered.sum()} with an answer, {(~answered).sum()} without, AUC {auc:.3f}"
        )
        for at in sorted({0.2, 0.3, 0.4, 0.5, 0.6, found.threshold}):
            kept, dropped = (sure[answered] >= at).mean(), (sure[~answered] < at).mean()
            print(f"  --min-score {at:.2f}: keeps {kept:.3f}, drops {dropped:.3f} of those without")


def write(weights: Weights, found: Calibration) -> None:
    """Put values into memcli/search/weights.toml, leaving its comments."""
    path = Path(str(files("memcli").joinpath("search", "weights.toml")))
    text = path.read_text(encoding="utf-8")
    for each in (weights, found):
        for name in (f.name for f in fields(each)):
            line = f"{name} = {getattr(each, name)!r}"
            text = re.sub(rf"^{name} = .*$", line, text, flags=re.MULTILINE)
    path.write_text(text, encoding="utf-8")


def main() -> None:
    """Fit, and say what that is worth."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("sets", nargs="+", metavar="STORE=JUDGMENTS")
    parser.add_argument("--cache", type=Path, help="a folder to keep candidates in")
    parser.add_argument("--write", action="store_true", help="change memcli/search/weights.toml")
    parser.add_argument(
        "--folds", action="store_true", help="leave out conversations and data sets"
    )
    given = parser.parse_args()
    every = []
    for pair in given.sets:
        store, judgments = pair.split("=")
        name = f"{Path(store).name}-{Path(judgments).stem}.pkl"
        cache = given.cache / name if given.cache else None
        every += questions_of(Path(store), Path(judgments), cache)
    judge = Judge([q for q in every if q.relevant])
    base = judge.recalls(replace(fitted_weights(), **BEFORE))
    everything = np.ones(len(judge.questions), bool)
    report("before", judge, base, base)
    if given.folds:
        report("one conversation left out", judge, left_out(judge, judge.group), base)
        if len(set(judge.data)) > 1:
            report("one data set left out", judge, left_out(judge, judge.data), base)
    report("as in weights.toml", judge, judge.recalls(fitted_weights()), base)
    weights = fit(judge, everything)
    report("fitted on all", judge, judge.recalls(weights), base)
    print(changed(weights))
    found = calibrate(every, weights)
    print(found)
    trade_off(every, weights, found)
    if given.folds:
        reliability(every, weights)
    if given.write:
        write(weights, found)


if __name__ == "__main__":
    main()
