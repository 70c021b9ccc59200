"""
Fitting step: a model of retention is learned from a store's own recalls and feedback, and judged.

It is fitted on the earlier of the moments at which something was recalled, and replayed on the
later beside all formulas. What would tell it the answer is taken away: links that recalls made, and
the importance of what feedback spoke of. Only where it beats the best of the formulas is it fitted
on all moments and kept, unless it is asked for all the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from memcli.algorithms import decay
from memcli.algorithms.decay import Anchors, FloatArray, IntArray
from memcli.algorithms.retention_model import Learned, as_retention, features, fit
from memcli.algorithms.retention_replay import (
    History,
    Law,
    Moment,
    Score,
    certainty,
    learning_rows,
    replay,
)
from memcli.memory.step import Step, Tally
from memcli.retention.anchors import (
    DAY_S,
    DecaySettings,
    MemoryReader,
    MemoryTable,
    part,
    retention,
)
from memcli.retention.learned import RETENTION, as_stored
from memcli.retention.terms import read_terms
from store.errors import BadRecord

if TYPE_CHECKING:
    from store import Snapshot, Store, Transaction

# Of a question's hits, those that a person is likely to have looked at.
BEST_RANKS: Final = 5
HELD_OUT: Final = 0.3
MIN_MOMENTS: Final = 60
MIN_DAYS: Final = 10
MIN_RECALLED: Final = 60
MOST_MOMENTS: Final = 2_000
SURE: Final = 0.95
IN_FORCE: Final = "in force"
MODEL: Final = "learned"
LINKS: Final = """
SELECT id, count(*) AS links
FROM (SELECT unnest([source_id, target_id]) AS id FROM links
      WHERE relation IN ('similar', 'supports', 'contradicts', 'causes', 'depends_on'))
GROUP BY id
"""
# Of what is folded, nobody knows any more what was recalled together.
ASKED: Final = """
SELECT id, epoch(accessed_at) AS at, rank FROM accesses WHERE days IS NULL ORDER BY accessed_at, id
"""


class Comparison(NamedTuple):
    """What laws came to on the moments held out, how many these are, and how sure it is."""

    scores: Mapping[str, Score]
    best_formula: str
    gain: float
    sure: float

    @property
    def is_better(self) -> bool:
        """Whether the model beats the best of the formulas, so that chance does not explain it."""
        return self.gain > 0 and self.sure >= SURE

    def figures(self) -> dict[str, float]:
        """Return what is kept beside the model."""
        mine, best = self.scores[MODEL], self.scores[self.best_formula]
        return {
            "moments": float(len(mine.area)),
            "area": float(mine.area.mean()),
            "formula_area": float(best.area.mean()),
            "kept_half": float(mine.kept.mean()),
            "formula_kept_half": float(best.kept.mean()),
            "sure": self.sure,
        }


def formulas() -> dict[str, Law]:
    """Return the formulas of forgetting with their defaults, as laws of a replay."""
    return {
        name: partial(_by_formula, policy=law())
        for name, law in decay.POLICIES.items()
        if name != "none"
    }


def _by_formula(anchors: Anchors, where: IntArray, policy: decay.Policy) -> FloatArray:
    return decay.retention(anchors, policy)


def by_model(model: Learned) -> Law:
    """Return a model as a law of a replay."""
    return lambda anchors, where: decay.retention(anchors, model)


def compare(
    history: History, model: Learned, moments: Sequence[Moment], laws: Mapping[str, Law]
) -> Comparison:
    """Replay moments by a model and by formulas, and say which is better."""
    random = np.random.default_rng(0)
    scores = replay(history, moments, {**laws, MODEL: by_model(model)}, random)
    if not len(scores[MODEL].area):
        raise _too_little("nothing that may fade was recalled in the last third of the time")
    best = max(laws, key=lambda name: scores[name].area.mean())
    gain = scores[MODEL].area - scores[best].area
    sure = certainty(scores[MODEL].area, scores[best].area, random)
    return Comparison(scores, best, float(gain.mean()), sure)


def learn(history: History, moments: Sequence[Moment]) -> Learned:
    """Return the model that moments teach."""
    return fit(*learning_rows(history, moments, np.random.default_rng(0)))


class FitStep(Step):
    """One call of `models fit-retention`."""

    command = "models"
    harmless = None

    def __init__(self, store: Store, settings: DecaySettings, now: datetime) -> None:
        super().__init__(store, now)
        self.tally = Tally()
        self._known = MemoryReader(self.snapshot, now, settings).whole()
        self._stored: dict[str, Any] | None = None
        self.history = history_of(self.snapshot, self._known)
        self.moments = moments_of(self.snapshot, self._known)

    def run(self) -> Comparison:
        """Fit on the earlier moments and judge on the later; BadRecord where there are too few."""
        require_enough(self.history, self.moments)
        held_out = int(len(self.moments) * (1 - HELD_OUT))
        earlier, later = self.moments[:held_out], self.moments[held_out:]
        found = compare(self.history, learn(self.history, earlier), later, self._laws())
        self._stored = as_stored(
            self._scaled(learn(self.history, self.moments)), found.figures(), self.now
        )
        return found

    @property
    def stored(self) -> dict[str, Any]:
        """The model as it would be kept."""
        return self._stored or {}

    def _laws(self) -> dict[str, Law]:
        def in_force(anchors: Anchors, where: IntArray) -> FloatArray:
            left = np.zeros(len(where))
            types = self._known.types[where]
            for name, fading in self._known.settings.policies.items():
                mine = np.flatnonzero(types == name)
                left[mine] = retention(part(anchors, mine), fading)
            return left

        return {IN_FORCE: in_force, **formulas()}

    def _scaled(self, model: Learned) -> Learned:
        """Return the model on the scale of the formula in force, of what may fade now."""
        now = self.now.timestamp() / DAY_S
        where = np.flatnonzero(self.history.may_fade)
        anchors = self.history.anchors_at(now, where)
        scores = features(anchors) @ np.array(model.terms) + model.bias
        left = self._laws()[IN_FORCE](anchors, where)
        limits = self._known.settings.thresholds
        return as_retention(model, scores, left, limits.dormant_below, limits.archive_below)

    def _write(self, transaction: Transaction) -> None:
        transaction.models = {**transaction.models, RETENTION: self.stored}


def require_enough(history: History, moments: Sequence[Moment]) -> None:
    """Raise BadRecord, in one line, where there is too little to learn from."""
    days = len({int(moment.at) for moment in moments})
    recalled = len({int(index) for moment in moments for index in moment.recalled})
    if len(moments) < MIN_MOMENTS or days < MIN_DAYS or recalled < MIN_RECALLED:
        raise _too_little(
            f"{len(moments):,} of {MIN_MOMENTS} questions, on {days} of {MIN_DAYS} days, that"
            f" recalled {recalled:,} of {MIN_RECALLED} memories"
        )


def _too_little(what: str) -> BadRecord:
    return BadRecord(f"too little to learn from: {what}", remedy="the formulas stay in force")


# ---------------------------------------------------------------- what a store knows


def history_of(snapshot: Snapshot, known: MemoryTable) -> History:
    """Return the memories of a store with all their recalls, without what would tell the answer."""
    ids = known.every_id()
    place = {id_: index for index, id_ in enumerate(ids)}
    links = np.zeros(len(ids))
    for row in snapshot.sql(LINKS).to_pylist():
        if (index := place.get(row["id"])) is not None:
            links[index] = row["links"]
    surprise, rarity = read_terms(snapshot, ids, known.parts)
    spaces = np.unique(known.namespaces.astype(str), return_inverse=True)[1]
    return History(
        made=known.made_days,
        importance=_importance(snapshot, known, place),
        links=links,
        length=known.anchors.length,
        surprise=surprise,
        rarity=rarity,
        space=spaces.astype(np.int64),
        may_fade=~(known.is_kept | known.is_fixed) & (known.levels <= 1),
        recall_owner=known.anchors.recalls.owner,
        recall_at=known.recall_days,
        active_days=None if known.settings.counts_idle_days else known.days,
    )


def _importance(snapshot: Snapshot, known: MemoryTable, place: Mapping[str, int]) -> FloatArray:
    """Return importance, the middle of their level for those that feedback has spoken of."""
    found = known.anchors.importance.copy()
    judged = [place[each.id] for each in _verdicts(snapshot) if each.id in place]
    _, parts = known.parts
    spoken = np.isin(np.arange(len(found)), judged)
    wholes = known.parts[0][spoken[parts]]
    spoken[wholes] = True
    for level in np.unique(known.levels[spoken]):
        of_level = known.levels == level
        others = found[of_level & ~spoken]
        found[of_level & spoken] = np.median(others) if len(others) else 0.4
    return found


def _verdicts(snapshot: Snapshot) -> list[Any]:
    return [each for given in snapshot.commit.verdicts.values() for each in given]


def moments_of(snapshot: Snapshot, known: MemoryTable) -> list[Moment]:
    """Return when something was recalled, the newest of many, without what did not help."""
    place = {id_: index for index, id_ in enumerate(known.every_id())}
    verdicts = [each for each in _verdicts(snapshot) if each.id in place]
    wrong = {(place[v.id], int(v.at.timestamp() / DAY_S)) for v in verdicts if not v.helped}
    recalled: dict[float, set[int]] = defaultdict(set)
    for row in snapshot.sql(ASKED).to_pylist():
        index = place.get(row["id"])
        if index is not None and (row["rank"] or 1) <= BEST_RANKS:
            recalled[row["at"] / DAY_S].add(index)
    for verdict in verdicts:
        if verdict.helped:
            recalled[verdict.at.timestamp() / DAY_S].add(place[verdict.id])
    turns = _turns_of(known)
    found = []
    for at, indices in sorted(recalled.items())[-MOST_MOMENTS:]:
        kept = {index for index in indices if (index, int(at)) not in wrong}
        spread = kept | {turn for index in kept for turn in turns.get(index, ())}
        if spread:
            found.append(Moment(at, np.array(sorted(spread), np.int64)))
    return found


def _turns_of(known: MemoryTable) -> dict[int, list[int]]:
    """Return the turns that each statement was made of, as places."""
    wholes, parts = known.parts
    mine = (known.levels[wholes] == 1) & (known.levels[parts] == 0)
    turns: dict[int, list[int]] = defaultdict(list)
    for whole, turn in zip(wholes[mine].tolist(), parts[mine].tolist(), strict=True):
        turns[whole].append(turn)
    return turns
