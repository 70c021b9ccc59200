"""
What the retention of memories rests on, read from a store: anchors, the clock, the settings.

Everything is computed anew from what is stored, by grouping in DuckDB, so that a memory fades by
the same law however often and at whatever times somebody looks.
"""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

import schemas
from memcli.algorithms import decay
from memcli.algorithms.decay import Anchors, Policy, Recalls, Thresholds
from store.errors import BadUsage

if TYPE_CHECKING:
    import pyarrow as pa

    from memcli.config import DecayConfig
    from store import Snapshot

DAY_S: Final = 86_400.0
TYPES: Final = ("episodic", "semantic", "procedural", "core", "resource", "vault")
DIVISORS: Final = frozenset(
    {
        *("initial_days", "half_days", "noise", "short_days", "mid_days", "long_days"),
        *("recency_days", "cooling_days"),
    }
)


@dataclasses.dataclass(frozen=True)
class Settings:
    """How memories fade: the policy of each type, and where that has effects."""

    policies: Mapping[str, Policy]
    thresholds: Thresholds
    promote_heat: float
    counts_idle_days: bool

    @classmethod
    def of(cls, config: DecayConfig) -> Settings:
        """Read [decay] of config.toml; BadUsage for what cannot be."""
        if unknown := sorted(set(config.types) - set(TYPES)):
            raise BadUsage(f"[decay.types] names {unknown[0]!r}", f"types are {', '.join(TYPES)}")
        policies = {
            name: _policy({**config.policy, **config.types.get(name, {})}) for name in TYPES
        }
        if config.archive_below > config.dormant_below:
            remedy = "what is archived was dormant before: lower archive_below"
            raise BadUsage("[decay] archive_below is above dormant_below", remedy)
        thresholds = Thresholds(config.dormant_below, config.archive_below, config.importance_floor)
        return cls(policies, thresholds, config.promote_heat, config.clock == "days")

    def fingerprint(self) -> int:
        """Return a number that changes with the settings."""
        return zlib.crc32(repr(self).encode())


def _policy(values: Mapping[str, Any]) -> Policy:
    """Return a policy from settings; BadUsage names what is wrong."""
    given = dict(values)
    remedy = f"policies are {', '.join(decay.POLICIES)}"
    if given.get("name", "none") not in [*decay.POLICIES]:
        raise BadUsage(f"[decay] there is no policy of the name {given['name']!r}", remedy)
    known = {field.name for field in dataclasses.fields(Policy)}
    if unknown := sorted(set(given) - known):
        raise BadUsage(f"[decay] there is no setting {unknown[0]!r}", "see: memcli decay --help")
    try:
        policy = msgspec.convert(given, Policy)
    except msgspec.ValidationError as error:
        raise BadUsage(f"[decay] {error}", "mend it, or delete the line") from error
    for key, value in vars(policy).items():
        if key != "name" and (wrong := _wrong(key, value)):
            raise BadUsage(f"[decay] {key} {wrong}", "mend it, or delete the line")
    if policy.mid_points > policy.long_points:
        raise BadUsage("[decay] mid_points is above long_points", "mend it, or delete the line")
    return policy


def _wrong(key: str, value: float) -> str | None:
    """Return what is wrong with a number of a policy, None when nothing is."""
    if not 0 <= value < float("inf"):
        return "is below 0 or no number"
    if key in DIVISORS and value == 0:
        return "is 0, and time is divided by it"
    return "is above 1" if key.endswith("_kept") and value > 1 else None


class MemoryTable:
    """
    Every memory of a snapshot with what its retention rests on, as arrays in one order, [n].

    Archived ones are among them: a recall brings them back. Time goes by in whole days, so that the
    states of a day hold until its end, whenever on it they were worked out.
    """

    def __init__(self, snapshot: Snapshot, now: datetime, settings: Settings) -> None:
        self.settings = settings
        self.now = now
        self.days = active_days(snapshot, now)
        self.today = clock_day(self.days, now, settings)
        tonight = _moment(int(now.timestamp() // DAY_S) + 1)
        rows = snapshot.sql(schemas.sql("anchors"), [_moment(self.today), tonight])
        parts = snapshot.sql(schemas.sql("parts"))
        self.parts = (parts["whole"].to_numpy(), parts["part"].to_numpy())
        self.ids: list[str] = rows["id"].to_pylist()
        self.types = np.array(rows["type"].to_pylist(), dtype=object)
        self.namespaces = np.array(rows["namespace"].to_pylist(), dtype=object)
        self.levels = rows["level"].to_numpy()
        self.states = np.array(rows["state"].to_pylist(), dtype=object)
        self.is_fixed = _bools(rows, "by_hand") | (self.states == "hidden")
        self.set_at = rows["set_at"]
        self.is_claim = _bools(rows, "claims")
        self.n_recalls = rows["n_recalls"].to_numpy()
        self.counted = rows["counted"].to_numpy()
        self.is_kept = _bools(rows, "kept")
        self.anchors = self._anchors(rows)
        self.last_recalls = rows["last_recall"]

    def _anchors(self, rows: pa.Table) -> Anchors:
        made = rows["made_s"].to_numpy() / DAY_S
        recalls = rows["recalls_s"].combine_chunks()
        counts = recalls.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
        owner = np.repeat(np.arange(len(self.ids)), counts)
        at = recalls.flatten().to_numpy(zero_copy_only=False).astype(np.float64) / DAY_S
        # A recall dated before its memory was made, as when a past is replayed, is of its making.
        at = np.maximum(at, made[owner])
        return Anchors(
            self._age(made),
            rows["importance"].to_numpy().astype(np.float64),
            rows["links"].to_numpy().astype(np.float64),
            rows["length"].to_numpy().astype(np.float64),
            Recalls(owner, self._age(at)),
        )

    def _age(self, since_days: np.ndarray) -> np.ndarray:
        if self.settings.counts_idle_days:
            passed: np.ndarray = np.maximum(self.today - since_days, 0.0)
            return passed
        # By its end, a day on which the store was used has passed for all that was there before.
        evening = np.nextafter(self.today + 1.0, 0.0)
        return decay.active_age_days(since_days, evening, self.days)

    def ids_of(self, chosen: np.ndarray) -> list[str]:
        """Return the ids of some memories, given by a bool for each."""
        return [self.ids[index] for index in np.flatnonzero(chosen)]

    def policy_of(self, index: int) -> Policy:
        """Return the policy by which a memory fades."""
        return self.settings.policies.get(self.types[index], self.settings.policies[TYPES[0]])

    def by_policy(self, values: str) -> np.ndarray:
        """Return what a function of algorithms.decay gives, each memory by its type's policy."""
        function = getattr(decay, values)
        found = np.zeros(len(self.ids))
        for name, where in self._groups:
            found[where] = function(part(self.anchors, where), self.settings.policies[name])
        return found

    @cached_property
    def _groups(self) -> list[tuple[str, np.ndarray]]:
        """The types and the indices of their memories; types not of ours are episodic."""
        is_of = {name: self.types == name for name in TYPES}
        is_of[TYPES[0]] = ~np.any([is_of[name] for name in TYPES[1:]], axis=0)
        return [(name, np.flatnonzero(mine)) for name, mine in is_of.items() if mine.any()]


def part(anchors: Anchors, where: np.ndarray) -> Anchors:
    """Return the anchors of some memories, given by their indices."""
    place = np.full(len(anchors.age_days), -1)
    place[where] = np.arange(len(where))
    owner = place[anchors.recalls.owner]
    mine = owner >= 0
    recalls = Recalls(owner[mine], anchors.recalls.age_days[mine])
    age_days, importance, links, length, _ = anchors
    return Anchors(age_days[where], importance[where], links[where], length[where], recalls)


def active_days(snapshot: Snapshot, now: datetime) -> np.ndarray:
    """Return the days since 1970 on which a store was told or asked something, sorted, int."""
    rows = snapshot.sql(schemas.sql("active_days"), [now])
    days: np.ndarray = rows["day"].to_numpy().astype(np.int64)
    return days


def clock_day(active: np.ndarray, now: datetime, settings: Settings) -> int:
    """
    Return the day since 1970 that it is by a store's clock, which stands still while it is idle.

    active: the days on which the store was used, until now, sorted.
    """
    if settings.counts_idle_days or not len(active):
        return int(now.timestamp() // DAY_S)
    return int(active[-1])


def _moment(day: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)


def _bools(rows: pa.Table, name: str) -> np.ndarray:
    values: np.ndarray = rows[name].to_numpy().astype(bool)
    return values
