"""
Ties: what a memory is linked to, and why, as a reader wants them beside it.

A-MEM (Xu et al. 2025) gives a model the notes that a note is linked to, Memoria (2025) and AssoMem
(2025) walk from one to the next; here each tie says its relation and its reason. What only tells
how memories were made (the next turn, the parts of a summary) stands last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from memcli.jsonl import Json, Row
from memcli.memory.fragments import is_fragment, visible_rows
from memcli.memory.holds import COLUMNS as HOLDS
from memcli.memory.states import State, read_strengths

if TYPE_CHECKING:
    from store import Snapshot

# What tells a reader most of a memory comes first; of equals, the heaviest.
ORDER: Final = (
    "contradicts",
    "supersedes",
    "supports",
    "causes",
    "depends_on",
    "similar",
    "co_recalled",
    "mentions",
    "derived_from",
    "summarizes",
    "part_of",
    "next",
)
COLUMNS: Final = ("source_id", "target_id", "relation", "weight", "reason")
MEMORY: Final = ("id", "namespace", "tags", "text", "speaker", "happened_at", *HOLDS)
# So many links of one memory are looked at: a name that is in everything has no end of them.
MOST_READ: Final = 2_000


@dataclass(frozen=True)
class Tie:
    """A link of `of` to `other`, a memory or an entity; outward: whether it begins at `of`."""

    of: str
    other: str
    relation: str
    weight: float
    outward: bool
    reason: str | None
    text: str
    speaker: str | None = None
    level: int | None = None

    @property
    def is_name(self) -> bool:
        """Whether the other end is the name of a person or thing."""
        return self.level is None

    def to_json(self) -> Json:
        """Return it as it stands in the record of a hit."""
        told = {
            "id": self.other,
            "relation": self.relation,
            "outward": self.outward,
            "weight": round(self.weight, 4),
            "reason": self.reason,
            "text": self.text,
            "speaker": self.speaker,
            "level": self.level,
        }
        return {name: value for name, value in told.items() if value is not None}


def read_ties(
    snapshot: Snapshot,
    ids: Sequence[str],
    namespace: str | None = None,
    besides: Collection[str] = (),
    everything: bool = False,
) -> dict[str, list[Tie]]:
    """
    Return the ties of memories or entities, by id, those that tell most first.

    What is hidden or of another namespace is left out; besides: ids that are shown already.
    """
    links = _links(snapshot, set(ids))
    wanted = sorted({_other(link, id_) for id_, some in links.items() for link in some})
    ends = _ends(snapshot, wanted, namespace, everything)
    return {
        id_: in_order(_tie(link, id_, ends) for link in some if _is_shown(link, id_, ends, besides))
        for id_, some in links.items()
    }


def _links(snapshot: Snapshot, ids: set[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {id_: [] for id_ in ids}
    for end in ("source_id", "target_id"):
        for row in snapshot.rows_of(sorted(ids), COLUMNS, end, tables=["links"]):
            if len(found[row[end]]) < MOST_READ:
                found[row[end]].append(row)
    return found


def _other(link: Row, id_: str) -> str:
    return str(link["target_id"] if link["source_id"] == id_ else link["source_id"])


def _ends(
    snapshot: Snapshot, ids: Sequence[str], namespace: str | None, everything: bool
) -> dict[str, Row]:
    """Return the memories and entities at the other ends that may be shown, by id."""
    tables = ["memories", "archive"] if everything else ["memories"]
    rows = list(snapshot.rows_of(ids, MEMORY, tables=tables))
    if not everything:
        states = read_strengths(snapshot, [row["id"] for row in rows])
        hidden = {id_ for id_, row in states.items() if row["state"] == State.hidden}
        rows = visible_rows(snapshot, [row for row in rows if row["id"] not in hidden])
    rows = [row for row in rows if row["type"] != "vault" and not is_fragment(row)]
    columns = ["id", "namespace", "name", "type"]
    names = snapshot.rows_of(ids, columns, tables=["entities"])
    found = {row["id"]: row for row in (*rows, *names)}
    return {i: row for i, row in found.items() if namespace in (None, row["namespace"])}


def _is_shown(link: Row, id_: str, ends: Mapping[str, Row], besides: Collection[str]) -> bool:
    other = _other(link, id_)
    return other in ends and other != id_ and other not in besides


def _tie(link: Row, id_: str, ends: Mapping[str, Any]) -> Tie:
    other = _other(link, id_)
    row = ends[other]
    return Tie(
        of=id_,
        other=other,
        relation=link["relation"],
        weight=float(link["weight"]),
        outward=link["source_id"] == id_,
        reason=link["reason"],
        text=row["name"] if "name" in row else row["text"],
        speaker=row.get("speaker"),
        level=row.get("level"),
    )


def _place(tie: Tie) -> tuple[int, float, str]:
    known = ORDER.index(tie.relation) if tie.relation in ORDER else len(ORDER)
    return known, -tie.weight, tie.other


def in_order(ties: Iterable[Tie]) -> list[Tie]:
    """Return ties, those that tell most first, of which each other end is there once."""
    best: dict[str, Tie] = {}
    for tie in sorted(ties, key=_place):
        best.setdefault(tie.other, tie)
    return list(best.values())


@dataclass(frozen=True)
class Neighbourhood:
    """Memories and what is tied to them, step by step: the ties of each node that was walked to."""

    roots: list[Json]
    ties: dict[str, list[Tie]]

    @property
    def ids(self) -> list[str]:
        """The ids of all that is in it, the memories that it was asked for first."""
        ends = (tie.other for some in self.ties.values() for tie in some)
        return list(dict.fromkeys([*(root["id"] for root in self.roots), *ends]))


def neighbourhood(
    snapshot: Snapshot,
    roots: Sequence[Json],
    depth: int,
    most: int,
    namespace: str | None = None,
) -> Neighbourhood:
    """
    Return what is tied to some memories, `depth` steps far; most: how many ties of each node.

    At each further step half as many of each, for a drawing that can be read.
    """
    ties: dict[str, list[Tie]] = {}
    here = [root["id"] for root in roots]
    known = set(here)
    for _ in range(depth):
        found = read_ties(snapshot, here, namespace)
        here = []
        for id_, some in found.items():
            ties[id_] = [tie for tie in some if tie.other not in known][:most]
            known.update(tie.other for tie in ties[id_])
            here += [tie.other for tie in ties[id_]]
        most = max(1, most // 2)
    return Neighbourhood(list(roots), ties)


def graph_records(snapshot: Snapshot, graph: Neighbourhood, namespace: str | None) -> list[Json]:
    """Return a neighbourhood as records: its memories, names and links."""
    from memcli.memory.entity_records import as_record
    from memcli.memory.lookup import links_of, read_by_id

    ids = graph.ids
    memories = read_by_id(snapshot, ids, namespace)
    names = {row["id"]: as_record(row) for row in snapshot.rows_of(ids, tables=["entities"])}
    links = {
        (link["source_id"], link["target_id"], link["relation"]): link
        for id_ in graph.ties
        for link in links_of(snapshot, id_, namespace)
        if {link["source_id"], link["target_id"]} <= set(ids)
    }
    nodes = [node for id_ in ids if (node := memories.get(id_) or names.get(id_))]
    return [*nodes, *links.values()]
