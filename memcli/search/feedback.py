"""
Feedback step: verdicts on hits in, moved weights of search and importance out.

A verdict is of a hit, whichever of its memories is named. All is computed anew under the lock, so
that two programs that give feedback at once both count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from memcli.algorithms.feedback import (
    SIGNALS,
    Shares,
    learn_factors,
    lowered_importance,
    raised_importance,
)
from memcli.jsonl import Row
from memcli.memory.encoders import store_encoder
from memcli.memory.selection import select_each
from memcli.memory.step import PlannedStep, Step, given_options
from memcli.memory.writing import update_columns
from memcli.search.access_log import kept_question
from memcli.search.feedback_hits import (
    FeedbackHit,
    HitList,
    accesses_of,
    ask_again,
    key_of,
    members,
)
from memcli.search.verdicts import ByNamespace, verdicts_on, with_verdicts
from memcli.search.weights import fitted_weights
from schemas import tables
from store.errors import BadUsage

if TYPE_CHECKING:
    from store import Commit, Snapshot, Store, Transaction

Factors = dict[str, dict[str, float]]
# What commits keep of a factor: more digits would only be noise.
DIGITS: Final = 6
SAME: Final = 1e-6
BOTH: Final = (True, False)


@dataclass
class Moves:
    """
    What feedback changes: factors by namespace and signal, importance by table and id.

    verdicts: those that are kept with their questions, by namespace.
    """

    factors: Factors = field(default_factory=dict)
    importance: dict[str, dict[str, float]] = field(default_factory=dict)
    verdicts: ByNamespace = field(default_factory=dict)

    @property
    def n_weighed(self) -> int:
        """How many memories change in importance."""
        return sum(map(len, self.importance.values()))


class FeedbackStep(Step):
    """One call of `feedback`; `moved` is what it changed, once it is written."""

    command = "feedback"
    harmless = None

    def __init__(
        self, store: Store, namespace: str | None, now: datetime, rest_unused: bool = False
    ) -> None:
        super().__init__(store, now)
        self.namespace = namespace
        self.moved = Moves()
        self.rest_unused = rest_unused
        self.verdicts: dict[str, bool] = {}
        self.answers: list[HitList] = []
        self._accesses: list[Row] = []

    def judge(
        self, used: Sequence[str], unused: Sequence[str], hit_lists: Sequence[HitList] = ()
    ) -> None:
        """
        Take what helped and what did not, as ids, beginnings of ids or refs.

        hit_lists: the hits that this is about; without any, the queries that returned them last are
        asked again. Raises InputNotFound for what the store lacks, BadUsage for what is both.
        """
        self.verdicts = dict.fromkeys(self._keys_of_names(unused, hit_lists), False)
        helped = self._keys_of_names(used, hit_lists)
        if both := sorted(helped & self.verdicts.keys()):
            what = f"{both[0]} is both used and unused"
            raise BadUsage(what, "a statement and its turn are one hit")
        self.verdicts |= dict.fromkeys(sorted(helped), True)
        named = members(self.snapshot, self.verdicts)
        ids = [row["id"] for rows in named.values() for row in rows]
        self._accesses = accesses_of(self.snapshot, ids)
        self.answers = list(hit_lists) or ask_again(self.snapshot, named, self._accesses)

    def _keys_of_names(self, names: Sequence[str], hit_lists: Sequence[HitList]) -> set[str]:
        """Return the keys of the hits that are meant; a ref means all memories that have it."""
        spaces = {answer.namespace for answer in hit_lists}
        keys = set()
        for records in select_each(self.snapshot, names, self.namespace).values():
            inside = [record for record in records if not spaces or record["namespace"] in spaces]
            keys |= {key_of(record) for record in inside or records}
        return keys

    @property
    def n_beside(self) -> int:
        """How many of the hits that were named no known query returned."""
        return len(self.verdicts.keys() - self._found().keys())

    def _found(self) -> dict[str, tuple[HitList, FeedbackHit]]:
        """Return the named hits that are in an answer, by key."""
        return {
            hit.key: (answer, hit)
            for answer in self.answers
            for hit in answer.hits
            if hit.key in self.verdicts
        }

    # ---------------------------------------------------------------- computing

    def moves(self, tables_of: Snapshot | Transaction, factors: Factors) -> Moves:
        """Return what changes, from what a store or a transaction has."""
        return Moves(self._learned(factors), self._weighed(tables_of), self._given())

    def _given(self) -> ByNamespace:
        """Return the verdicts on hits of known questions."""
        judged = [
            (answer.namespace, answer.query, key, self.verdicts[key])
            for key, (answer, _) in self._found().items()
            if answer.query.strip()
        ]
        if not judged:
            return {}
        encoder = store_encoder(self.snapshot.encoder, self.snapshot.layout)
        return verdicts_on(judged, encoder, self.now)

    def _learned(self, factors: Factors) -> Factors:
        """Return the factors that move, in full for each namespace with any."""
        present = {answer.namespace: factors.get(answer.namespace, {}) for answer in self.answers}
        after = dict(present)
        for answer in self.answers:
            now = after[answer.namespace]
            after[answer.namespace] = learn_factors(now, *self._compared(answer), fitted_weights())
        rounded = {space: kept(moved) for space, moved in after.items()}
        return {space: moved for space, moved in rounded.items() if moved != kept(present[space])}

    def _compared(self, answer: HitList) -> tuple[list[Shares], list[Shares]]:
        """Return the shares of the used and of the unused hits of an answer."""
        # That hits above a used one were passed over is not taken to say that they are worse:
        # learning from that alone undoes the order that the weights are for.
        default = False if self.rest_unused else None
        verdicts = [(self.verdicts.get(hit.key, default), hit.shares) for hit in answer.hits]
        used = [shares for verdict, shares in verdicts if verdict is True]
        return used, [shares for verdict, shares in verdicts if verdict is False]

    def _weighed(self, tables_of: Snapshot | Transaction) -> dict[str, dict[str, float]]:
        """Return the importance of the memories in which it changes, by table."""
        by_key = self._found()
        changed: dict[str, dict[str, float]] = {}
        for key, rows in members(tables_of, self.verdicts).items():
            shown = by_key[key][1].id if key in by_key else None
            for row in rows:
                # Other statements of the turn did not help: only it and what stood for it.
                if row["id"] in (key, shown) or (shown is None and len(rows) == 1):
                    value = self._importance(row, rows, self.verdicts[key])
                    if value is not None and _differs(value, row["importance"]):
                        changed.setdefault(row["table"], {})[row["id"]] = value
        return changed

    def _importance(self, row: Row, rows: Iterable[Row], is_used: bool) -> float | None:
        """Return the importance of a memory after a verdict on its hit."""
        if not is_used:
            return lowered_importance(row["importance"])
        if row["importance"] is not None:
            return raised_importance(row["importance"])
        # A turn matters as much as what it says; one that nobody read so far may say much.
        said = [other["importance"] for other in rows if other["importance"] is not None]
        unknown = raised_importance(None)
        return max([unknown, *(raised_importance(value) for value in said)])

    def uncounted(self) -> list[Row]:
        """Return rows of `accesses` for what helped and is in none for that query yet."""
        by_key = self._found()
        counted = {row["id"] for row in self._accesses}
        asked = {(row["id"], row["query"]) for row in self._accesses}
        rows = []
        for key, is_used in sorted(self.verdicts.items()):
            if not is_used:
                continue
            if key not in by_key:
                seen = key in counted
                row: Row = {"id": key, "query": None, "rank": None}
            else:
                answer, hit = by_key[key]
                question = kept_question(answer.query)
                seen = (hit.id, question) in asked
                row = {"id": hit.id, "query": question or None, "rank": hit.rank}
            if not seen:
                rows.append({**row, "accessed_at": self.now})
        return rows

    # ---------------------------------------------------------------- writing

    def _write(self, transaction: Transaction) -> None:
        self.moved = self.moves(transaction, transaction.weights)
        transaction.weights = with_factors(transaction.weights, self.moved.factors)
        transaction.verdicts = with_verdicts(transaction.verdicts, self.moved.verdicts)
        for table, importance in sorted(self.moved.importance.items()):
            new = {id_: {"importance": value} for id_, value in importance.items()}
            update_columns(transaction, new, [table], now=self.now, by_hand=True)

    def arguments(self) -> dict[str, Any]:
        """Return what the commit says of this call: hits by their ids, never the question."""
        helped = {
            verdict: [k for k, v in self.verdicts.items() if v is verdict] for verdict in BOTH
        }
        return given_options(
            namespace=self.namespace,
            used=helped[True],
            unused=helped[False],
            rest=self.rest_unused,
        )

    def count_accesses(self) -> int:
        """Note the recalls that no query has noted, and return how many they were."""
        import pyarrow as pa

        rows = self.uncounted()
        if rows:
            self.store.record_accesses(pa.Table.from_pylist(rows, schema=tables.accesses()))
        return len(rows)

    def counts(self) -> dict[str, Any]:
        """Return the counts of a summary record."""
        moves = self.moved
        verdicts = Counter(self.verdicts.values())
        return {
            "used": verdicts[True],
            "unused": verdicts[False],
            "queries": len(self.answers),
            "importance": moves.n_weighed,
            "weights": {space: in_full(moved) for space, moved in sorted(moves.factors.items())},
        }


def _differs(value: float, before: float | None) -> bool:
    """Say whether an importance is another one in the single precision that it is kept in."""
    return before is None or abs(value - before) > SAME


def kept(factors: Mapping[str, float]) -> dict[str, float]:
    """Return the factors that a commit keeps: rounded, without those that change nothing."""
    rounded = {name: round(value, DIGITS) for name, value in factors.items()}
    return {name: value for name, value in sorted(rounded.items()) if value != 1.0}


def in_full(factors: Mapping[str, float]) -> dict[str, float]:
    """Return a factor for every signal, 1 where it was not moved."""
    return {signal: factors.get(signal, 1.0) for signal in SIGNALS}


def with_factors(weights: Factors, moved: Factors) -> Factors:
    """Return the factors of all namespaces with some replaced; those without any are left out."""
    return {space: factors for space, factors in sorted((weights | moved).items()) if factors}


class ResetStep(PlannedStep):
    """One call of `feedback --reset`: `moved` are the namespaces whose factors go back to 1."""

    command = "feedback"

    def __init__(self, store: Store, namespace: str | None, now: datetime) -> None:
        self.namespace = namespace
        super().__init__(store, now)

    def plan(self) -> None:
        """Find the namespaces."""
        self.moved = moved_namespaces(self.snapshot.commit, self.namespace)

    @property
    def _is_empty(self) -> bool:
        return not self.moved

    def _write(self, transaction: Transaction) -> None:
        back: Factors = {space: {} for space in self.moved}
        transaction.weights = with_factors(transaction.weights, back)
        for space in self.moved:
            transaction.verdicts.pop(space, None)

    def counts(self) -> dict[str, Any]:
        """Return the counts of a summary record."""
        return {"reset": len(self.moved)}


def moved_namespaces(commit: Commit, namespace: str | None) -> list[str]:
    """Return the namespaces that feedback taught something, at most the one that is asked for."""
    taught = {*commit.weights, *commit.verdicts}
    return sorted(space for space in taught if namespace in (None, space))
