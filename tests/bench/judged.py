"""
Judged questions with the candidates that a store brings up for each, to rank them again and again.

What the searches of a store find does not depend on the weights, so it is found once and kept in
memory (or in a file, with --cache): 2,000 questions are then ranked anew in seconds.
"""

from __future__ import annotations

import argparse
import json
import pickle
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path

import numpy as np

from memcli.algorithms.answerability import Calibration
from memcli.algorithms.evidence import Candidates
from memcli.algorithms.metrics import unique
from memcli.algorithms.ranking import Ranking, rank_candidates
from memcli.algorithms.weights import Weights
from memcli.memory.filters import Filters
from memcli.models.encoder import Encoder
from memcli.records import Judgment, from_wire
from memcli.search.retriever import Retriever
from memcli.search.signals import read_columns
from store import Snapshot, Store

CUTOFFS = (5, 10)
Rank = Callable[[Candidates, Weights], Ranking]


@dataclass(frozen=True)
class Question:
    """One judged question: its candidates, and the unit of each that `relevant` names."""

    data: str
    store: str
    group: str
    category: str
    text: str
    candidates: Candidates
    keys: list[str]
    relevant: frozenset[str]


def sets_given(page: str | None) -> argparse.ArgumentParser:
    """Return a parser of what a bench is given, whose page begins with what it does."""
    parser = argparse.ArgumentParser(description=(page or "").splitlines()[1])
    parser.add_argument("sets", nargs="+", metavar="STORE=JUDGMENTS")
    parser.add_argument("--cache", type=Path, help="a folder to keep candidates in")
    return parser


def questions_given(given: argparse.Namespace) -> list[Question]:
    """Return the questions of all sets, from --cache where they are there."""
    found = []
    for pair in given.sets:
        store, judgments = map(Path, pair.split("="))
        cache = given.cache / f"{store.name}-{judgments.stem}.pkl" if given.cache else None
        found += questions_of(store, judgments, cache)
    return found


def write_values(values: Weights | Calibration) -> None:
    """Put values into memcli/search/weights.toml, leaving its comments."""
    path = Path(str(files("memcli").joinpath("search", "weights.toml")))
    text = path.read_text(encoding="utf-8")
    for name in (field.name for field in fields(values)):
        line = f"{name} = {getattr(values, name)!r}"
        text = re.sub(rf"^{name} = .*$", line, text, flags=re.MULTILINE)
    path.write_text(text, encoding="utf-8")


def read_judgments(path: Path) -> Iterator[Judgment]:
    """Yield the judgments of a file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        record = from_wire(json.loads(line), "judgment")
        assert isinstance(record, Judgment)
        yield record


def questions_of(store: Path, judgments: Path, cache: Path | None = None) -> list[Question]:
    """Return the judged questions of a store with what it brings up for them, at level 0."""
    if cache is not None and cache.exists():
        return list(pickle.loads(cache.read_bytes()))  # our own file
    snapshot = Store.open(store).snapshot()
    encoder = Encoder.of_stamp(snapshot.encoder, 1)
    retriever = Retriever(snapshot, lambda: encoder)
    found = [
        _question(retriever, snapshot, judgment, judgments.parent.name)
        for judgment in read_judgments(judgments)
    ]
    if cache is not None:
        cache.write_bytes(pickle.dumps(found))
    return found


def _question(retriever: Retriever, snapshot: Snapshot, judgment: Judgment, data: str) -> Question:
    bounds = Filters(namespace=judgment.namespace, level=0, before=judgment.before)
    found = retriever.ranked(judgment.query, bounds.as_of_moment(None))
    rows, candidates = found.rows, found.candidates
    if judgment.relevant_sessions is not None:
        keys, relevant = rows["session_id"].to_pylist(), judgment.relevant_sessions
    else:
        keys, relevant = (
            read_columns(snapshot, rows, ("ref",))["ref"].to_pylist(),
            judgment.relevant or [],
        )
    return Question(
        data=data,
        store=snapshot.layout.root.name,
        group=f"{data}/{judgment.namespace}",
        category=judgment.category or "",
        text=judgment.query,
        candidates=candidates,
        keys=keys,
        relevant=frozenset(relevant),
    )


def recalls(
    questions: Sequence[Question], weights: Weights, rank: Rank = rank_candidates
) -> np.ndarray:
    """Return recall of each question at each of CUTOFFS, [questions, cut-offs]."""
    return np.array(
        [_recall(question, rank(question.candidates, weights)) for question in questions]
    )


def _recall(question: Question, ranking: Ranking) -> list[float]:
    # No more than this many turns are needed for ten sessions in all but odd cases.
    found = unique([question.keys[i] for i in ranking.order])
    return [
        len(question.relevant.intersection(found[:cut])) / len(question.relevant) for cut in CUTOFFS
    ]


def bootstrap(difference: np.ndarray, rounds: int = 2_000) -> tuple[float, float]:
    """Return the 95 % interval of the mean of paired differences [n], by resampling questions."""
    chance = np.random.default_rng(0)
    picked = chance.integers(0, len(difference), (rounds, len(difference)))
    low, high = np.percentile(difference[picked].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)
