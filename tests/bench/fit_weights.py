"""
Fit what the signals of a search count, and say what that is worth on conversations left out.

python tests/bench/fit_weights.py STORE=JUDGMENTS ... [--cache DIR] [--folds] [--write]

Each STORE holds one data set, extracted and linked; JUDGMENTS is its file of judged questions. Data
sets are told apart by the folder of that file: one may be given in stores of several encoders. The
weights are chosen by coordinate descent over the few values in GRID, for the mean over kinds of
conversation, and over data sets of each, of recall@5 and recall@10; a value that is not better by
LEAST stays what it was. It begins with START, or, with --near, with what memcli/search/weights.toml
has and only the values next to each. --folds fits anew without each data set, the languages of one
being left out together, and --conversations without each conversation; both print recall on what
was left out, with 95 % intervals (paired bootstrap) of the difference to weights.toml, which was
fitted on all. --write puts the weights into that file; fit_calibration.py is to be run after it.
Ranking is compiled (compiled_ranking.py needs `pip install numba`).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace

import numpy as np
from compiled_ranking import LAID_OUT, Table
from judged import Question, bootstrap, questions_given, recalls, sets_given, write_values

from memcli.algorithms.weights import Weights
from memcli.search.weights import fitted_weights

GRID: dict[str, tuple[float, ...]] = {
    "interaction": (0.0, 0.4, 0.8, 1.2),
    "lent_forward": (0.0, 0.5, 0.9),
    "lent_backward": (0.0, 0.5, 0.9),
    "lexical": (0.7, 1.0, 1.4),
    "speaker": (0.0, 0.4, 0.5, 0.7),
    "fact": (0.0, 1.0, 2.0, 3.0),
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
    "words": (10.0, 5.0, 20.0),
    "record_words": (10.0, 5.0, 20.0),
    "sharpness": (2.5, 2.0, 3.0),
}
# Every fit begins with dense and lexical alone, so that all else has to earn its place.
START = {name: values[0] for name, values in GRID.items()} | {"lexical": 1.0}
ONLY_MESSAGES = ("topic", "topic_sessions", "recency", "recency_days", "project", "kin")
WORKERS = 2
LEAST = 0.0005
MOST = 0.5
PASSES = 2
# A data set, and what counts nothing for some of its questions.
Kind = tuple[str, tuple[str, ...]]


class Judge:
    """Recall of questions by weights, each combination worked out once."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self.questions = questions
        self.data = np.array([question.data for question in questions])
        self.group = np.array([question.group for question in questions])
        self.source = np.array([question.data.split("-")[0] for question in questions])
        kinds = [(q.data, idle_names(q)) for q in questions]
        self.parts = {
            kind: [i for i, other in enumerate(kinds) if other == kind] for kind in set(kinds)
        }
        self.kind_of = {
            name: kind_of([q for q in questions if q.data == name]) for name in set(self.data)
        }
        self._tables: dict[tuple[object, ...], Table] = {}
        self._known: dict[tuple[object, ...], np.ndarray] = {}

    def recalls(self, weights: Weights) -> np.ndarray:
        """Return recall of each question at each cut-off, [questions, cut-offs]."""
        found = np.zeros((len(self.questions), 2))
        with ThreadPoolExecutor(WORKERS) as pool:
            of_parts = list(pool.map(lambda kind: self._recalls_of(kind, weights), self.parts))
        for indices, of_part in zip(self.parts.values(), of_parts, strict=True):
            found[indices] = of_part
        return found

    def _recalls_of(self, kind: Kind, weights: Weights) -> np.ndarray:
        given = asdict(weights) | dict.fromkeys(kind[1])
        key = (kind, *given.values())
        if key not in self._known:
            self._known[key] = self._table(kind, weights).recalls(weights).astype(np.float32)
        return self._known[key]

    def _table(self, kind: Kind, weights: Weights) -> Table:
        key = (kind, *(getattr(weights, name) for name in LAID_OUT))
        if key not in self._tables:
            self._tables[key] = Table([self.questions[i] for i in self.parts[kind]], weights)
        return self._tables[key]

    def quality(self, weights: Weights, chosen: np.ndarray) -> float:
        """Return the mean of recall of some questions, bool [questions], see `mean`."""
        return self.mean(self.recalls(weights).mean(axis=1), chosen)

    def mean(self, found: np.ndarray, chosen: np.ndarray | None = None) -> float:
        """Return the mean over kinds of the mean over data sets of a figure of questions, [n]."""
        of_kinds: dict[str, list[float]] = {}
        chosen = np.ones(len(found), bool) if chosen is None else chosen
        for name in sorted(set(self.data[chosen])):
            mean = float(found[chosen & (self.data == name)].mean())
            of_kinds.setdefault(self.kind_of[name], []).append(mean)
        return float(np.mean([np.mean(of_kind) for of_kind in of_kinds.values()]))


def idle_names(question: Question) -> tuple[str, ...]:
    """Return the weights that do not change the order of a question's candidates."""
    rows = question.candidates
    works = {
        "time": bool(rows.times) and rows.said is not None,
        "fact": rows.fact is not None and rows.fact.any(),
        "records": rows.records is not None and rows.records.any(),
        "words": not rows.are_records,
        "record_words": rows.are_records,
        "exchange": rows.assisted is not None,
    }
    forms = ("asks", "answers", "dated", "other_role")
    works |= {name: np.any(getattr(rows, name)) for name in forms}
    works |= dict.fromkeys(ONLY_MESSAGES, rows.heard is not None)
    return tuple(name for name, does in works.items() if not does)


def kind_of(questions: Sequence[Question]) -> str:
    """Return what most of the candidates of a data set are of: an assistant's chats, records."""
    found = [question.candidates for question in questions]
    if np.mean([rows.other_role is not None for rows in found]) > MOST:
        return "assistant"
    return "records" if np.mean([np.mean(rows.records) for rows in found]) > MOST else "people"


def fit(judge: Judge, chosen: np.ndarray, near: bool) -> Weights:
    """Return the weights that are best on the chosen questions, bool [questions]."""
    best = fitted_weights() if near else replace(fitted_weights(), **START)
    quality = judge.quality(best, chosen)
    for _ in range(PASSES):
        before = best
        for name, values in GRID.items():
            for value in beside(values, getattr(best, name)) if near else values:
                tried = replace(best, **{name: value})
                found = judge.quality(tried, chosen)
                if found > quality + LEAST:
                    best, quality = tried, found
        if best == before:
            break
    return best


def beside(values: Sequence[float], value: float) -> list[float]:
    """Return the next value below, and the next above."""
    return [
        *sorted(x for x in values if x < value)[-1:],
        *sorted(x for x in values if x > value)[:1],
    ]


def left_out(judge: Judge, of: np.ndarray, near: bool) -> np.ndarray:
    """Return recall of each question by weights fitted without its group, [questions, cut-offs]."""
    found = np.zeros((len(judge.questions), 2))
    for name in sorted(set(of)):
        weights = fit(judge, of != name, near)
        out = np.flatnonzero(of == name)
        found[out] = recalls([judge.questions[i] for i in out], weights)
        print(f"  without {name}: {changed(weights)}", flush=True)
    return found


def changed(weights: Weights) -> str:
    """Return the fitted values that are others than in weights.toml, in a line."""
    now = fitted_weights()
    values = {name: (getattr(now, name), getattr(weights, name)) for name in GRID}
    return " ".join(f"{name} {old:g}>{new:g}" for name, (old, new) in values.items() if old != new)


def report(title: str, judge: Judge, found: np.ndarray, base: np.ndarray) -> None:
    """Print recall by data set, the interval of the difference to another, and mean over kinds."""
    stores = np.array([question.store for question in judge.questions])
    means = [judge.mean(each[:, cut]) for cut in (0, 1) for each in (found, base)]
    print(
        f"{title} | kinds | @5 {means[0]:.4f} ({means[0] - means[1]:+.4f}) | "
        f"@10 {means[2]:.4f} ({means[2] - means[3]:+.4f})"
    )
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


def main() -> None:
    """Fit, and say what that is worth."""
    parser = sets_given(__doc__)
    parser.add_argument("--write", action="store_true", help="change memcli/search/weights.toml")
    parser.add_argument("--near", action="store_true", help="begin with weights.toml")
    parser.add_argument("--folds", action="store_true", help="leave out each data set")
    parser.add_argument("--conversations", action="store_true", help="leave out each conversation")
    given = parser.parse_args()
    judge = Judge([question for question in questions_given(given) if question.relevant])
    base = recalls(judge.questions, fitted_weights())
    report("as in weights.toml", judge, base, base)
    everything = np.ones(len(judge.questions), bool)
    weights = fit(judge, everything, given.near)
    report("fitted on all", judge, recalls(judge.questions, weights), base)
    print(changed(weights), flush=True)
    if given.folds:
        found = left_out(judge, judge.source, given.near)
        report("one data set left out", judge, found, base)
    if given.conversations:
        found = left_out(judge, judge.group, given.near)
        report("one conversation left out", judge, found, base)
    if given.write:
        write_values(weights)


if __name__ == "__main__":
    main()
