"""
Anchors of retention, read from a store, with its clock and the settings.

Everything is computed anew from what is stored, by grouping in DuckDB, so that a memory fades by
the same law however often and at whatever times somebody looks.
"""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import numpy as np

import schemas
from memcli.algorithms import decay
from memcli.algorithms.decay import (
    Anchors,
    Ebbinghaus,
    Heat,
    Layered,
    Policy,
    Recalls,
    Thresholds,
)
from memcli.config import MEND
from memcli.language.wrong_values import in_words
from memcli.memory.states import State
from memcli.retention.anchor_columns import AnchorColumns, anchor_batches, together
from memcli.retention.anchor_index import AnchorIndex
from memcli.retention.terms import LearnedTerms, read_terms
from store.errors import BadUsage, PluginUnavailable

if TYPE_CHECKING:
    from memcli.config import DecayConfig
    from store import Snapshot

DAY_S: Final = 86_400.0
# As many however they are folded.
RECALLS: Final = "SELECT count(*) + coalesce(sum(times - 1), 0) AS n FROM accesses"
KIND: Final = "decay_policies"
DEFAULT: Final = "ebbinghaus"
LEARNED: Final = "learned"
TYPES: Final = ("episodic", "semantic", "procedural", "core", "resource", "vault")
DIVISORS: Final = frozenset(
    {
        *("initial_days", "half_days", "noise", "short_days", "mid_days", "long_days"),
        *("recency_days", "cooling_days"),
    }
)


class Fading(NamedTuple):
    """How the memories of a type fade, and what gives their stability and heat whatever that is."""

    name: str
    policy: Policy
    stability: Ebbinghaus
    heat: Heat


@dataclasses.dataclass(frozen=True)
class DecaySettings:
    """How memories fade: the policy of each type, and where that has effects."""

    policies: Mapping[str, Fading]
    thresholds: Thresholds
    promote_heat: float
    counts_idle_days: bool
    # The types whose policy the settings name: what was learned is for the others.
    named: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: DecayConfig, is_own: bool = True) -> DecaySettings:
        """
        Read [decay] of config.toml; BadUsage for what cannot be.

        is_own: whether the store is the user's; in another one no plug-in is run.
        """
        if unknown := sorted(set(config.types) - set(TYPES)):
            raise BadUsage(f"[decay.types] names {unknown[0]!r}", f"types are {', '.join(TYPES)}")
        tables = [config.policy, *config.types.values()]
        laws = {**decay.POLICIES, **_plugins(tables, is_own)}
        policies = {
            name: _fading({**config.policy, **config.types.get(name, {})}, laws) for name in TYPES
        }
        if config.archive_below > config.dormant_below:
            remedy = "what is archived was dormant before: lower archive_below"
            raise BadUsage("[decay] archive_below is above dormant_below", remedy)
        thresholds = Thresholds(config.dormant_below, config.archive_below, config.importance_floor)
        named = tuple(n for n in TYPES if "name" in {**config.policy, **config.types.get(n, {})})
        return cls(policies, thresholds, config.promote_heat, config.clock == "days", named)

    def with_model(self, model: Policy | None) -> DecaySettings:
        """Return them with what was learned in the place of formulas that nobody chose."""
        if model is None:
            return self
        policies = {
            name: fading if name in self.named else fading._replace(name=LEARNED, policy=model)
            for name, fading in self.policies.items()
        }
        return dataclasses.replace(self, policies=policies)

    @property
    def has_model(self) -> bool:
        """Whether anything fades by what was learned."""
        return any(fading.name == LEARNED for fading in self.policies.values())

    def fingerprint(self) -> int:
        """Return a number that changes with the settings."""
        return zlib.crc32(repr(self).encode())


def _plugins(tables: Sequence[Mapping[str, Any]], is_own: bool) -> dict[str, type[Policy]]:
    """Return the policies of other packages that are named; BadUsage where there is no such."""
    names = (table["name"] for table in tables if "name" in table)
    laws = {}
    for name in names:
        if not isinstance(name, str):
            raise BadUsage(f"[decay] the name of a policy is text, not {name!r}", "mend it")
        if name not in decay.POLICIES:
            from memcli.plugins import look_up, require_own

            # What a stranger's store names is not even looked for.
            require_own(KIND, name, is_own)
            law: Any = look_up(KIND, name)
            if law is None:
                remedy = f"policies are {', '.join(decay.POLICIES)}, and plug-ins"
                raise BadUsage(f"[decay] there is no policy of the name {name!r}", remedy)
            if not (isinstance(law, type) and issubclass(law, Policy)):
                raise PluginUnavailable(f"{name} is no class of policies", "tell its author")
            laws[name] = law
    return laws


def _fading(values: Mapping[str, Any], laws: Mapping[str, type[Policy]]) -> Fading:
    """Return how a type fades from settings; BadUsage names what is wrong."""
    fields = dict(values)
    name = fields.pop("name", DEFAULT)
    names = {law: {field.name for field in dataclasses.fields(law)} for law in laws.values()}
    if unknown := sorted(set(fields) - set[str]().union(*names.values())):
        raise BadUsage(f"[decay] there is no setting {unknown[0]!r}", "see: memcli decay --help")
    made = {}
    for key, law in laws.items():
        try:
            options = {field: value for field, value in fields.items() if field in names[law]}
            made[key] = msgspec.convert(options, law)
        except (msgspec.ValidationError, ValueError) as error:
            raise BadUsage(f"[decay] {in_words(str(error))}", MEND) from error
        if key in decay.POLICIES:
            _require_right(made[key])
    stability, heat = made["ebbinghaus"], made["heat"]
    assert isinstance(stability, Ebbinghaus)
    assert isinstance(heat, Heat)
    return Fading(name, made[name], stability, heat)


def _require_right(policy: Policy) -> None:
    """Raise BadUsage for numbers that a policy of ours cannot have."""
    for key, value in vars(policy).items():
        if wrong := _wrong(key, value):
            raise BadUsage(f"[decay] {key} {wrong}", "mend it, or delete the line")
    if isinstance(policy, Layered) and policy.mid_points > policy.long_points:
        raise BadUsage("[decay] mid_points is above long_points", "mend it, or delete the line")


def _wrong(key: str, value: float) -> str | None:
    """Return what is wrong with a number of a policy, None when nothing is."""
    if not 0 <= value < float("inf"):
        return "is below 0 or no number"
    if key in DIVISORS and value == 0:
        return "is 0, and time is divided by it"
    return "is above 1" if key.endswith("_kept") and value > 1 else None


class MemoryReader:
    """
    Reads all memories of a snapshot with what their retention rests on, archived ones too.

    A recall brings those back. Time goes by in whole days, so that the states of a day hold until
    its end, whenever on it they were worked out.
    """

    def __init__(self, snapshot: Snapshot, now: datetime, settings: DecaySettings) -> None:
        self.snapshot, self.settings = snapshot, settings
        self.days = active_days(snapshot, now)
        self.today = clock_day(self.days, now, settings)
        tonight = _day_time(int(now.timestamp() // DAY_S) + 1)
        self.index = AnchorIndex(snapshot, tonight)
        self._terms: LearnedTerms | None = None
        if settings.has_model:
            known = self.whole()
            terms = read_terms(snapshot, known.every_id(), known.parts)
            at = self.index.ids.places(known.ids)
            self._terms = LearnedTerms(*(_spread(values, at) for values in terms))

    def tables(self) -> Iterator[MemoryTable]:
        """Yield some memories at a time, turns before what was made of them."""
        for read in self._batches():
            terms = self._terms and LearnedTerms(*(values[read.places] for values in self._terms))
            yield MemoryTable(read, self, terms)

    def whole(self) -> MemoryTable:
        """Return all memories at once, in the order of their ids."""
        return MemoryTable(together(list(self._batches()), len(self.index)), self, None)

    def _batches(self) -> Iterator[AnchorColumns]:
        return anchor_batches(self.snapshot, self.index, _day_time(self.today))

    def age(self, since_days: np.ndarray) -> np.ndarray:
        """Return for how many days of the store's clock something has been there."""
        if self.settings.counts_idle_days:
            passed: np.ndarray = np.maximum(self.today - since_days, 0.0)
            return passed
        # By its end, a day on which the store was used has passed for all that was there before.
        evening = np.nextafter(self.today + 1.0, 0.0)
        return decay.active_age_days(since_days, evening, self.days)


class MemoryTable:
    """Some memories of a snapshot with what their retention rests on, [n] in one order."""

    def __init__(
        self, read: AnchorColumns, reader: MemoryReader, terms: LearnedTerms | None
    ) -> None:
        self.settings, self.days = reader.settings, reader.days
        self.ids, self.places, self.parts = read.ids, read.places, read.parts
        self.types, self.namespaces, self.levels = read.types, read.namespaces, read.levels
        self.states, self.set_at = read.states, read.set_at
        self.is_fixed = read.is_by_hand | (read.states == State.hidden.value)
        self.is_claim, self.is_kept = read.is_claim, read.is_kept
        self.n_recalls, self.counted = read.recalls.times, read.counted
        self.last_recalls = read.last_recall
        made, at = read.made_s / DAY_S, read.recalls.at_us / 1e6 / DAY_S
        # A recall dated before its memory was made, as when a past is replayed, is of its making.
        at = np.maximum(at, made[read.recalls.owner])
        self.made_days, self.recall_days = made, at
        self.anchors = Anchors(
            reader.age(made),
            read.importance,
            read.links.astype(np.float64),
            read.length.astype(np.float64),
            Recalls(read.recalls.owner, reader.age(at)),
            *(terms or ()),
        )

    def every_id(self) -> list[str]:
        """Return the ids of all of them."""
        ids: list[str] = self.ids.to_pylist()
        return ids

    def ids_at(self, where: np.ndarray) -> list[str]:
        """Return the ids of some memories, given by their indices."""
        ids: list[str] = self.ids.take(where).to_pylist()
        return ids

    def index_of(self, id_: str) -> int:
        """Return the index of a memory, -1 where there is none of the id."""
        return int(self.ids.index(id_).as_py())

    def __len__(self) -> int:
        return len(self.ids)

    def fading_of(self, index: int) -> Fading:
        """Return how a memory fades."""
        return self.settings.policies.get(self.types[index], self.settings.policies[TYPES[0]])

    def by_policy(self, values: Callable[[Anchors, Fading], np.ndarray]) -> np.ndarray:
        """Return what a function gives, each memory by how its type fades, float [n]."""
        result = np.zeros(len(self))
        for name, where in self._indices_by_type:
            result[where] = values(part(self.anchors, where), self.settings.policies[name])
        return result

    @cached_property
    def _indices_by_type(self) -> list[tuple[str, np.ndarray]]:
        """The types and the indices of their memories; types not of ours are episodic."""
        is_of = {name: self.types == name for name in TYPES}
        is_of[TYPES[0]] = ~np.any([is_of[name] for name in TYPES[1:]], axis=0)
        return [(name, np.flatnonzero(mine)) for name, mine in is_of.items() if mine.any()]


def retention(anchors: Anchors, fading: Fading) -> np.ndarray:
    """Return how much is left, float [n]; PluginUnavailable where a policy of others fails."""
    if fading.name in decay.POLICIES or fading.name == LEARNED:
        return decay.retention(anchors, fading.policy)
    from memcli.plugins import blamed

    with blamed(KIND, fading.name):
        left = decay.retention(anchors, fading.policy)
        if left.shape != anchors.age_days.shape:
            raise ValueError(f"{left.shape} numbers for {len(anchors.age_days)} memories")
    return left


def stability_days(anchors: Anchors, fading: Fading) -> np.ndarray:
    """Return the stability of memories in days, float [n], whatever they fade by."""
    return fading.stability.stability_days(anchors)


def heat(anchors: Anchors, fading: Fading) -> np.ndarray:
    """Return the heat of memories, float [n], whatever they fade by."""
    return fading.heat.heat(anchors)


def part(anchors: Anchors, where: np.ndarray) -> Anchors:
    """Return the anchors of some memories, given by their indices."""
    owner, age_days = anchors.recalls
    if (owner[1:] < owner[:-1]).any():
        order = np.argsort(owner, kind="stable")
        owner, age_days = owner[order], age_days[order]
    first, after = (np.searchsorted(owner, where, side) for side in ("left", "right"))
    counts = after - first
    mine = np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
    recalls = Recalls(np.repeat(np.arange(len(where)), counts), age_days[mine])
    return anchors._replace(
        age_days=anchors.age_days[where],
        importance=anchors.importance[where],
        links=anchors.links[where],
        length=anchors.length[where],
        recalls=recalls,
        surprise=None if anchors.surprise is None else anchors.surprise[where],
        rarity=None if anchors.rarity is None else anchors.rarity[where],
    )


def active_days(snapshot: Snapshot, now: datetime) -> np.ndarray:
    """Return the days since 1970 on which a store was told or asked something, sorted, int."""
    rows = snapshot.sql(schemas.sql("active_days"), [now])
    days: np.ndarray = rows["day"].to_numpy().astype(np.int64)
    return days


def count_recalls(snapshot: Snapshot) -> int:
    """Return how many recalls there were, those in folded rows too."""
    return int(snapshot.sql(RECALLS)["n"][0].as_py())


def clock_day(active: np.ndarray, now: datetime, settings: DecaySettings) -> int:
    """
    Return the day since 1970 that it is by a store's clock, which stands still while it is idle.

    active: the days on which the store was used, until now, sorted.
    """
    if settings.counts_idle_days or not len(active):
        return int(now.timestamp() // DAY_S)
    return int(active[-1])


def _spread(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    spread = np.empty_like(values)
    spread[places] = values
    return spread


def _day_time(day: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)
