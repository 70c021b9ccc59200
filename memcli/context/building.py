"""
Context building: what a prompt is told of the past, packed into a budget.

Sections fill soft shares of the budget; what they leave goes to what is relevant. A statement and
its turn are one, and what recent turns say is not said again. Turns around a relevant one are not
added: search weighs them already, and on judged conversations they took the place of evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import structs

from memcli.algorithms.mmr import mmr_order
from memcli.algorithms.packing import Piece, conflicts, pack
from memcli.context.recent_turns import recent_turns
from memcli.context.rendering import (
    BlockFormat,
    ContextEntry,
    bulleted,
    day_of,
    frame,
    head,
    one_line,
    render,
    said,
    short_date,
)
from memcli.jsonl import Row
from memcli.memory.filters import Filters
from memcli.memory.items import Item
from memcli.memory.states import State, ids_in_state
from memcli.search.excerpts import excerpt, statements_of

if TYPE_CHECKING:
    from memcli.context.tokens import Meter
    from memcli.records import Hit
    from memcli.search.retriever import Retriever
    from store import Snapshot

# Shares of the budget, in the order in which they are filled; `relevant` has what is left.
SHARES: Final = {"core": 0.1, "tasks": 0.1, "recent": 0.15, "profile": 0.1}
# Candidates for `relevant`: enough to fill the budget with short ones, within bounds.
TOKENS_PER_CANDIDATE: Final = 8
CANDIDATES: Final = (50, 500)
# What takes more than this part of the budget is shortened.
LONGEST_PART: Final = 8
# A message is searched for by its beginning and its end.
LONGEST_QUERY: Final = 2_000
CORE_COLUMNS: Final = (
    "id text level type tags speaker happened_at source_ids pinned importance superseded_by "
    "namespace"
).split()


@dataclass(frozen=True)
class Request:
    """
    What is asked for; recent: how many turns; profile: whether to show it.

    now: what is later is not seen; asked_at: what "last week" is counted from.
    """

    query: str
    max_tokens: int
    namespace: str | None = None
    session: str | None = None
    recent: int = 6
    profile: bool = True
    now: datetime | None = None
    asked_at: datetime | None = None


@dataclass(frozen=True)
class ContextBlock:
    """Entries, the block that they make, and how many tokens it has."""

    entries: list[ContextEntry]
    text: str
    tokens: int

    def recalled(self) -> list[tuple[str, int]]:
        """Return the ids of all that is shown with ranks from 1, what is relevant first."""
        order = sorted(self.entries, key=lambda e: (e.section != "relevant", -e.item.score))
        ids = dict.fromkeys(id_ for entry in order for id_ in entry.item.ids)
        return [(id_, rank) for rank, id_ in enumerate(ids, 1)]


def build_context(
    retriever: Retriever, request: Request, meter: Meter, form: BlockFormat = BlockFormat.md
) -> ContextBlock:
    """Return the context of a request, its block never above `max_tokens` by the meter."""
    limit = meter.limit(request.max_tokens)
    if meter.units([frame()])[0] >= limit:
        return ContextBlock([], "", 0)
    gathering = ContextBuilder(retriever, request, meter, limit)
    entries = gathering.entries()
    chosen = choose(entries, meter, limit, form)
    text = render(chosen, form)
    return ContextBlock(chosen, text, meter.tokens(meter.units([text])[0]))


def choose(
    entries: Sequence[ContextEntry], meter: Meter, limit: int, form: BlockFormat = BlockFormat.md
) -> list[ContextEntry]:
    """
    Return the entries that make a block of `limit` units or less, as full as can be.

    entries: in each section those to take first at the front.
    """
    heads = sorted({key for entry in entries for key in entry.heads}, key=str)
    texts = [*(head(key, form) for key in heads), *(bulleted(e.item.text) for e in entries)]  # type: ignore[arg-type]
    costs = meter.units(texts)
    of_head = dict(zip(heads, costs, strict=False))
    pieces = [
        Piece(
            entry.section,
            cost,
            tuple((key, of_head[key]) for key in entry.heads),
            entry.covers,
            entry.unless,
        )
        for entry, cost in zip(entries, costs[len(heads) :], strict=True)
    ]
    rest = limit - meter.units([frame()])[0]
    taken = pack(pieces, rest, SHARES) if rest > 0 else []
    if not meter.is_additive:
        taken = _settled(taken, pieces, entries, meter, limit, form)
    return [entries[i] for i in taken]


def _settled(
    taken: list[int],
    pieces: Sequence[Piece],
    entries: Sequence[ContextEntry],
    meter: Meter,
    limit: int,
    form: BlockFormat,
) -> list[int]:
    """
    Return what was taken by the sum of its parts as it fits when measured as a whole.

    For tokenizers to which lines are not apart; for others the sum is exact, and nothing is done.
    """

    def whole(indices: Sequence[int]) -> int:
        return meter.units([render([entries[i] for i in indices], form)])[0]

    heads = {head_ for i in taken for head_ in pieces[i].heads}
    parts = sum(pieces[i].cost for i in taken) + sum(cost for _, cost in heads)
    if not taken or whole(taken) == parts + meter.units([frame()])[0]:
        return taken
    while taken and whole(taken) > limit:
        taken = taken[:-1]
    for index in range(len(pieces)):
        if index not in taken and not conflicts(pieces, taken, index):
            more = [*taken, index]
            taken = more if whole(more) <= limit else taken
    return taken


class ContextBuilder:
    """What may go into a context, in each section what matters most first."""

    def __init__(self, retriever: Retriever, request: Request, meter: Meter, limit: int) -> None:
        self.retriever = retriever
        self.snapshot: Snapshot = retriever.snapshot
        self.request = request
        self._meter = meter
        self._longest = limit // LONGEST_PART

    def entries(self) -> list[ContextEntry]:
        """Return the entries of all sections."""
        # Searching comes first: the encoder loads meanwhile, and nothing else needs it.
        relevant = self._relevant()
        recent = self._recent() if self.request.recent else []
        listed = [self._listed(item, i) for i, item in enumerate(self._told())]
        listed.sort(key=lambda entry: -entry.item.score)
        entries = [*self._core(), *listed, *recent, *relevant]
        return self._in_mmr_order(self._shortened(entries))

    def _told(self) -> list[Item]:
        """Return what others gathered: tasks and, if wanted, the profile."""
        from memcli.context.tasks.reading import task_items

        request = self.request
        items = task_items(self.snapshot, request.namespace, request.now)
        if request.profile:
            from memcli.context.profiles.reading import profile_items

            now = request.now or self.snapshot.commit.time
            items += profile_items(self.snapshot, request.namespace, now)
        return items

    @staticmethod
    def _listed(item: Item, place: int) -> ContextEntry:
        """Return an item of others as an entry; the depth of a task is kept."""
        indent = item.text[: len(item.text) - len(item.text.lstrip(" "))]
        text = indent + one_line(item.text)
        tasks = item.ids if item.section == "tasks" else ()
        return ContextEntry(
            replaced(item, text=text), (place,), covers=frozenset((*tasks, _words_key(text)))
        )

    # ---------------------------------------------------------------- core

    def _core(self) -> list[ContextEntry]:
        """Return what is core, pinned or promoted, the pinned first, then by importance."""
        rows = [row for row in self._core_rows() if self._may_be_core(row)]
        rows.sort(
            key=lambda r: (not r["pinned"], not r["promoted"], -(r["importance"] or 0), r["id"])
        )
        return [self._core_entry(row, 1.0 / (1 + place)) for place, row in enumerate(rows)]

    def _core_rows(self) -> list[Row]:
        where = "type = 'core' OR pinned = true"
        rows = {r["id"]: r for r in self.snapshot.read("memories", CORE_COLUMNS, where).to_pylist()}
        promoted = ids_in_state(self.snapshot, State.promoted)
        more = self.snapshot.read_ids("memories", sorted(promoted - rows.keys()), CORE_COLUMNS)
        rows.update((row["id"], row) for row in more.to_pylist())
        return [{**row, "promoted": row["id"] in promoted} for row in rows.values()]

    @cached_property
    def _hidden(self) -> set[str]:
        return ids_in_state(self.snapshot, State.hidden)

    def _may_be_core(self, row: Row) -> bool:
        request, moment = self.request, row["happened_at"]
        later = request.now and moment and moment > request.now
        return not (
            row["superseded_by"]
            or row["type"] == "vault"
            or later
            # Tasks and profiles have sections of their own.
            or {"task", "profile"} & set(row["tags"] or ())
            or row["id"] in self._hidden
            or (request.namespace and row["namespace"] != request.namespace)
        )

    def _core_entry(self, row: Row, score: float) -> ContextEntry:
        turn = row["level"] == 0
        text = said(row["text"], row["speaker"]) if turn else one_line(row["text"])
        item = Item("core", text, (row["id"],), row["happened_at"], score)
        if turn and (day := day_of(item)):
            item = replaced(item, text=f"{text} ({short_date(day)})")
        keys = _same_keys(row["id"], row["level"], row["source_ids"])
        place = (row["happened_at"] is None, str(row["happened_at"]), row["id"])
        return ContextEntry(item, place, covers=keys | {_words_key(text)}, unless=keys)

    # ---------------------------------------------------------------- turns

    def _recent(self) -> list[ContextEntry]:
        """Return the last turns of the session, the newest first."""
        request = self.request
        rows = recent_turns(
            self.snapshot, request.namespace, request.session, request.recent, request.now
        )
        shown = [row for row in rows if row["id"] not in self._hidden]
        return [
            self._entry("recent", row, 1.0 / (1 + place), frozenset())
            for place, row in enumerate(shown)
        ]

    def _relevant(self) -> list[ContextEntry]:
        """Return what search finds, best first."""
        request = self.request
        least, most = CANDIDATES
        top_k = min(most, max(least, request.max_tokens // TOKENS_PER_CANDIDATE))
        filters = Filters(namespace=request.namespace).as_of_moment(request.now)
        hits = self.retriever.search(_searched(request.query), top_k, filters, now=request.asked_at)
        hits = [hit for hit in hits if hit.type != "vault" and not _is_profile(hit)]
        places = self._rows_by_id([hit.id for hit in hits])
        return [self._entry("relevant", _row(hit, places), hit.score, None) for hit in hits]

    def _rows_by_id(self, ids: Sequence[str]) -> dict[str, Row]:
        rows = self.snapshot.read_ids("memories", ids, ["id", "seq", "vector"]).to_pylist()
        self._vectors = {row["id"]: row["vector"] for row in rows}
        return {row["id"]: row for row in rows}

    def _entry(
        self, section: str, row: Row, score: float, unless: frozenset[str] | None
    ) -> ContextEntry:
        """Return the entry of a turn, or of what was found."""
        turn = row["level"] == 0
        text = said(row["text"], row["speaker"]) if turn else one_line(row["text"])
        item = Item(section, text, (row["id"],), row["happened_at"], score)
        moment = row["happened_at"].timestamp() if row["happened_at"] else 0.0
        place = (moment, row["session_id"] or "", row["seq"] or 0, row["id"])
        keys = _same_keys(row["id"], row["level"], row["source_ids"]) | {_words_key(text)}
        return ContextEntry(item, place, day_of(item), keys, keys if unless is None else unless)

    def _shortened(self, entries: Sequence[ContextEntry]) -> list[ContextEntry]:
        """Return entries with those that are too long made shorter."""
        units = self._meter.units([entry.item.text for entry in entries])
        long = {
            i
            for i, entry in enumerate(entries)
            if units[i] > self._longest and entry.section not in ("tasks", "profile")
        }
        if not long:
            return list(entries)
        turns = sorted({entries[i].item.ids[0] for i in long})
        statements = statements_of(self.snapshot, turns)
        return [
            self._telling_part(entry, statements.get(entry.item.ids[0], [])) if i in long else entry
            for i, entry in enumerate(entries)
        ]

    def _telling_part(self, entry: ContextEntry, statements: Sequence[str]) -> ContextEntry:
        """Return an entry that says the part that matters: by its statements, if it has some."""
        from memcli.language.sentences import split_sentences

        parts = [one_line(text) for text in statements]
        if not parts:
            parts = [s.text.strip() for s in split_sentences(entry.item.text) if s.text.strip()]
        text = excerpt(parts, self.request.query, self._longest, self._meter.units)
        return replaced(entry, item=replaced(entry.item, text=text))

    def _in_mmr_order(self, entries: list[ContextEntry]) -> list[ContextEntry]:
        """Return the entries, those that are relevant in an order that is also diverse."""
        relevant = [entry for entry in entries if entry.section == "relevant"]
        if not relevant:
            return entries
        vectors = np.array([self._vectors[e.item.ids[0]] for e in relevant], np.float32)
        costs = self._meter.units([bulleted(entry.item.text) for entry in relevant])
        scores = np.maximum([entry.item.score for entry in relevant], 0.0)
        order = mmr_order(scores, vectors, np.maximum(costs, 1))
        others = [entry for entry in entries if entry.section != "relevant"]
        return [*others, *(relevant[i] for i in order)]


def _is_profile(hit: Hit) -> bool:
    """Say whether a hit sums up a person, which the profile section does line by line."""
    return hit.level == 4 and hit.type == "core"


def _row(hit: Hit, places: dict[str, Row]) -> Row:
    """Return a hit as a row of `memories`, as far as it is shown."""
    return {**structs.asdict(hit), "seq": places.get(hit.id, {}).get("seq")}


def _same_keys(id_: str, level: int, sources: Sequence[str] | None) -> frozenset[str]:
    """Return what a memory and what says the same have in common: its id, and its only turn's."""
    alone = level == 1 and sources is not None and len(sources) == 1
    return frozenset((id_, sources[0]) if alone and sources else (id_,))


def _words_key(text: str) -> str:
    """Return a text as others with the same words have it; never an id."""
    return " " + "".join(filter(str.isalnum, text.casefold())) if text else ""


def _searched(query: str) -> str:
    """Return what is searched for: of a long message its beginning and its end."""
    if len(query) <= LONGEST_QUERY:
        return query
    half = LONGEST_QUERY // 2
    return f"{query[:half]}\n{query[-half:]}"
