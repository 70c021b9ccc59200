"""
Learned retention beside the formulas, on public conversations with their questions as recalls.

Each question recalls its evidence at some time after the last of it was said: at the time that the
data names (RealMem), else at a time drawn evenly from there to a tenth of the conversation's length
beyond its end. So what is said here of time is so of an even chance, and of no real user's habits.
Nothing of a moment or of later goes into what laws see of it. Two questions are asked of each set:
what comes of fitting on all other sets, and of fitting on the first 70 % of its own questions.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from memcli.algorithms.retention_model import TERMS, Learned, fit
from memcli.algorithms.retention_replay import History, Moment, learning_rows
from memcli.config import DecayConfig
from memcli.retention.anchors import DAY_S, DecaySettings, MemoryReader, MemoryTable
from memcli.retention.fitting import HELD_OUT, MODEL, Comparison, compare, formulas, history_of
from store import Store

BEYOND = 0.1
SETTINGS = DecaySettings.of(DecayConfig(clock="days"))


def told(path: Path, judgments: Path, seed: int) -> tuple[History, list[Moment]]:
    """Return a store's memories, made when they were said, and the recalls of its questions."""
    snapshot = Store.open(path, mode="read").snapshot()
    known = MemoryReader(snapshot, datetime.now(UTC), SETTINGS).whole()
    place = {id_: n for n, id_ in enumerate(known.every_id())}
    at, refs, sessions = _said(snapshot, place)
    moments = _moments(judgments, at, refs, sessions, known, np.random.default_rng(seed))
    owner = np.concatenate([moment.recalled for moment in moments])
    times = np.concatenate([np.full(len(moment.recalled), moment.at) for moment in moments])
    history = history_of(snapshot, known)
    # Importance is of the reading alone here: nobody gave feedback.
    return replace(history, made=at, recall_owner=owner, recall_at=times, active_days=None), moments


def _said(snapshot: Any, place: dict[str, int]) -> tuple[np.ndarray, dict[str, int], dict]:
    at = np.zeros(len(place))
    refs: dict[str, int] = {}
    sessions: dict[str, list[int]] = defaultdict(list)
    columns = ["id", "level", "ref", "session_id", "happened_at", "recorded_at"]
    for row in snapshot.rows(columns):
        index = place[row["id"]]
        at[index] = (row["happened_at"] or row["recorded_at"]).timestamp() / DAY_S
        if row["level"] == 0:
            refs[row["ref"]] = index
            sessions[row["session_id"]].append(index)
    return at, refs, sessions


def _moments(
    judgments: Path,
    at: np.ndarray,
    refs: dict[str, int],
    sessions: dict[str, list[int]],
    known: MemoryTable,
    random: np.random.Generator,
) -> list[Moment]:
    """Return the questions of a set as recalls, in the order of their times."""
    wholes, parts = known.parts
    is_statement = known.levels[wholes] == 1
    found = []
    for line in judgments.read_text("utf-8").splitlines():
        asked = json.loads(line)
        turns = [refs[ref] for ref in asked.get("relevant") or () if ref in refs]
        turns += [n for name in asked.get("relevant_sessions") or () for n in sessions[name]]
        if not turns:
            continue
        evidence = np.unique(turns)
        stated = wholes[np.isin(parts, evidence) & is_statement]
        when = _when(asked, at, evidence, known, random)
        recalled = np.unique(np.append(evidence, stated)).astype(np.int64)
        found.append(Moment(when, recalled))
    return sorted(found, key=lambda moment: moment.at)


def _when(
    asked: dict[str, Any],
    at: np.ndarray,
    evidence: np.ndarray,
    known: MemoryTable,
    random: np.random.Generator,
) -> float:
    last = float(at[evidence].max())
    if "before" in asked:
        return max(datetime.fromisoformat(asked["before"]).timestamp() / DAY_S, last + 1e-3)
    of_talk = at[(known.namespaces == known.namespaces[evidence[0]]) & (known.levels == 0)]
    end = float(of_talk.max()) + BEYOND * float(np.ptp(of_talk))
    return float(random.uniform(last, max(end, last + 1e-3))) + 1e-3


def fit_on(sets: list[tuple[History, list[Moment]]]) -> Learned:
    """Return a model of all moments of some sets, each set weighing the same."""
    rows, labels, weights = [], [], []
    for history, moments in sets:
        some = learning_rows(history, moments, np.random.default_rng(0))
        rows.append(some[0])
        labels.append(some[1])
        weights.append(some[2] * 1_000 / max(some[2].sum(), 1.0))
    return fit(np.concatenate(rows), np.concatenate(labels), np.concatenate(weights))


def _plain(history: History) -> History:
    none = np.zeros(len(history.made))
    return replace(history, surprise=none, rarity=none)


def line(name: str, how: str, found: Comparison) -> str:
    """Return what came of a comparison as a line."""
    best, mine = found.scores[found.best_formula], found.scores[MODEL]
    return (
        f"| {name} | {how} | {len(mine.area)} | {found.best_formula} {best.area.mean():.3f} |"
        f" {mine.area.mean():.3f} | {best.kept.mean():.3f} | {mine.kept.mean():.3f} |"
        f" {found.sure:.2f} |"
    )


def main() -> None:
    """Print a table of what formulas and model come to on each set."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folders with judgments.jsonl")
    parser.add_argument("--stores", type=Path, required=True, help="a store for each, linked")
    parser.add_argument("sets", nargs="+")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plain", action="store_true", help="without surprise and rarity")
    given = parser.parse_args()
    sets = {
        name: told(given.stores / name, given.data / name / "judgments.jsonl", given.seed)
        for name in given.sets
    }
    if given.plain:
        sets = {name: (_plain(history), moments) for name, (history, moments) in sets.items()}
    print("| set | fitted on | questions | best formula | learned | half | half | sure |")
    for name, (history, moments) in sets.items():
        others = fit_on([some for other, some in sets.items() if other != name])
        print(line(name, "the others", compare(history, others, moments, formulas())), flush=True)
        cut = int(len(moments) * (1 - HELD_OUT))
        own = fit_on([(history, moments[:cut])])
        print(line(name, "its earlier", compare(history, own, moments[cut:], formulas())))
        weights = {term: round(value, 2) for term, value in zip(TERMS, own.terms, strict=True)}
        print(f"  {weights}", flush=True)


if __name__ == "__main__":
    main()
