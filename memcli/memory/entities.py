"""
Entities: rows of the table, one for each spelling of a name in a namespace.

A spelling that means the same as another keeps its row and points to it with `canonical_id`, so
every merge can be taken back, and a link `mentions` leads to the spelling that was used. `evidence`
is JSON text: `by` (rule or user), `reason`, `score` and `scores` of a merge, `never` (ids that a
user has split from it) and `seen` (what automatic resolution goes by: count, times, company, and
`aliases`, what it was said to be called besides, each with the turns that say so).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from memcli.algorithms.mentions import UNKNOWN_TYPES, Mention, sketch
from memcli.algorithms.resolution import Alias, Resolution, could_be_one, resolve
from memcli.jsonl import Row
from memcli.language.names.forms import name_key
from memcli.memory.ids import content_id
from store.errors import BadUsage, InputNotFound
from store.literals import quoted

if TYPE_CHECKING:
    from store.reading import TableReader

# A row of the table as `pyarrow.Table.to_pylist` gives it.
BY_RULE: Final = "rule"
BY_USER: Final = "user"
# The reason of a merge that was said in so many words, or ruled by `entities alias`.
ALIAS: Final = "alias"
# So many turns that say what a name is called are kept.
MOST_SAID_IN: Final = 32
_to_json = msgspec.json.Encoder(order="sorted").encode
# What an entity knows of others: the keys of their names.
COMPANY: Final = ("companions", "apart", "aliases")
Aliases = dict[str, list[str]]
MERGE_FIELDS: Final = ("by", "reason", "score", "scores")


def entity_id(namespace: str, name: str) -> str:
    """Return the id of a spelling: case and spaces do not matter."""
    return content_id("entity", namespace, name_key(name))


def evidence_of(row: Row) -> dict[str, Any]:
    """Return the evidence of a row, empty where there is none that can be read."""
    try:
        decoded = msgspec.json.decode(row.get("evidence") or "{}")
    except msgspec.DecodeError:
        return {}
    return decoded if isinstance(decoded, dict) else {}


def with_evidence(row: Row, changes: Mapping[str, Any]) -> Row:
    """Return a row with some of its evidence changed; None takes a piece away."""
    evidence = {**evidence_of(row), **changes}
    rest = {name: value for name, value in evidence.items() if value not in (None, [], {})}
    text = _to_json(rest).decode() if rest else None
    return {**row, "evidence": text}


def seen_without(row: Row, keys: Collection[tuple[str, str]]) -> dict[str, Any]:
    """Return where a name was seen, without some other names, by namespace and key, beside it."""
    seen = dict(evidence_of(row).get("seen") or {})
    for name in COMPANY:
        if name in seen:
            kept = [key for key in seen[name] if (row["namespace"], key) not in keys]
            seen[name] = {key: seen[name][key] for key in kept} if name == "aliases" else kept
    return seen


def aliases_of(row: Row) -> Aliases:
    """Return what a name was said to be called besides, by key, with the turns that say so."""
    found = (evidence_of(row).get("seen") or {}).get("aliases")
    return found if isinstance(found, dict) else {}


def canonical_of(rows: Iterable[Row]) -> dict[str, str]:
    """
    Return the id of the entity that each row means, itself where it is one.

    Follows chains up to the last row there is; of a circle the least id is the entity.
    """
    above = {row["id"]: row["canonical_id"] for row in rows}
    roots: dict[str, str] = {}
    for start in above:
        path: dict[str, None] = {}
        here = start
        while here not in roots and here not in path and above.get(here) in above:
            path[here] = None
            here = above[here]
        if here in path:
            circle = list(path)[list(path).index(here) :]
            here = min(circle)
        root = roots.get(here, here)
        roots.update(dict.fromkeys([*path, start, root], root))
    return roots


def meant_names(source: TableReader, namespace: str) -> Callable[[str], str]:
    """Return what gives the id of the entity that a name means in a namespace, known or not."""
    where = f"namespace = {quoted([namespace])}"
    roots = canonical_of(source.rows(["id", "canonical_id"], where, ["entities"]))

    def meant(name: str) -> str:
        id_ = entity_id(namespace, name)
        return roots.get(id_, id_)

    return meant


def find(rows: Sequence[Row], name: str) -> Row:
    """
    Return the row with an id, or with a name in any case.

    InputNotFound when there is none, BadUsage when several namespaces have one.
    """
    key = name_key(name)
    by_id = [row for row in rows if row["id"] == name]
    named = by_id or [row for row in rows if name_key(row["name"]) == key]
    if not named:
        raise InputNotFound(f"no entity {name!r}", "memcli entities list gives all")
    if len(named) > 1:
        places = ", ".join(sorted(row["namespace"] for row in named))
        raise BadUsage(f"{name!r} is an entity of the namespaces {places}", "add --namespace")
    return named[0]


# ---------------------------------------------------------------- by rule


def upsert_rows(
    rows: Sequence[Row],
    mentions: Iterable[Mention],
    aliases: Iterable[Alias],
    now: datetime,
    unsaid: Collection[str] = (),
) -> list[Row]:
    """
    Return the rows to write after new uses of names: new ones, and those that change.

    rows: all of the namespaces in question; mentions: of the new uses only, as `collect_mentions`
    gives them, because what they count is added to what the rows say. The outcome is that of all
    uses together, whatever the batches; only the case of a name and its type are those first seen.
    What a user has merged or split stays so. unsaid: turns that were replaced, so that what they
    said to be an alias is one no longer.
    """
    new, stated = list(mentions), list(aliases)
    if not new and not stated and not unsaid:
        return []
    table = {row["id"]: row for row in rows}
    for mention in [*new, *_mentions_of(stated)]:
        id_ = entity_id(mention.namespace, mention.name)
        table[id_] = _seen_again(table.get(id_) or new_row(mention), mention)
    _drop_unsaid(table, unsaid)
    _note_aliases(table, stated)
    return _resolve_rows(rows, table, now)


def resolve_again(rows: Sequence[Row], now: datetime) -> list[Row]:
    """Return the rows that change when the names of some namespaces are all resolved anew."""
    return _resolve_rows(rows, {row["id"]: row for row in rows}, now)


def _resolve_rows(before: Sequence[Row], table: Mapping[str, Row], now: datetime) -> list[Row]:
    resolutions = resolve(
        [_as_mention(row, table) for row in table.values()], _known_aliases(table)
    )
    return changed(before, _resolved(table, resolutions), now)


def new_row(mention: Mention) -> Row:
    """Return the row of a name that is seen for the first time."""
    return {
        "id": entity_id(mention.namespace, mention.name),
        "namespace": mention.namespace,
        "name": mention.name,
        "type": mention.type,
        "aliases": None,
        "canonical_id": None,
        "evidence": None,
        "recorded_at": None,
    }


def _mentions_of(aliases: Iterable[Alias]) -> list[Mention]:
    """Return the names in statements about aliases: each gets a row, used or not."""
    names = [(a.namespace, name) for a in aliases for name in (a.name, a.alias)]
    return [Mention(namespace, name) for namespace, name in dict.fromkeys(names) if name.strip()]


def _seen_again(row: Row, mention: Mention) -> Row:
    """Return a row with what new uses add to it."""
    seen = evidence_of(row).get("seen", {})
    firsts = [t for t in (_utc_time(seen.get("first_at")), mention.first_at) if t]
    lasts = [t for t in (_utc_time(seen.get("last_at")), mention.last_at) if t]
    kind = row["type"] if row["type"] not in (None, *UNKNOWN_TYPES) else mention.type
    # Only a name that is like this one could ever be merged with it.
    apart = {n for n in mention.apart if could_be_one(n, row["name"], _type(kind, mention.speaks))}
    new = {
        "count": seen.get("count", 0) + mention.count,
        "first_at": min(firsts).isoformat() if firsts else None,
        "last_at": max(lasts).isoformat() if lasts else None,
        "companions": sorted(sketch({*seen.get("companions", ()), *mention.companions})),
        "apart": sorted({*seen.get("apart", ()), *apart}),
        "speaks": bool(seen.get("speaks") or mention.speaks),
        "aliases": seen.get("aliases"),
    }
    return {**with_evidence(row, {"seen": {k: v for k, v in new.items() if v}}), "type": kind}


def _type(kind: str, speaks: bool) -> str:
    return "person" if speaks else kind


def _utc_time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def said_in(rows: Iterable[Row]) -> set[str]:
    """Return the turns that say what names are called besides."""
    return {turn for row in rows for turns in aliases_of(row).values() for turn in turns}


def _drop_unsaid(table: dict[str, Row], unsaid: Collection[str]) -> None:
    """Take turns that were replaced out of what is said of names."""
    for row in list(table.values()) if unsaid else ():
        known = aliases_of(row)
        left = {key: [t for t in turns if t not in unsaid] for key, turns in known.items()}
        left = {key: turns for key, turns in left.items() if turns}
        if left != known:
            seen = {**evidence_of(row).get("seen", {}), "aliases": left}
            kept = {name: value for name, value in seen.items() if value}
            table[row["id"]] = with_evidence(row, {"seen": kept})


def _note_aliases(table: dict[str, Row], aliases: Iterable[Alias]) -> None:
    """Keep in the row of a name what it is said to be called besides."""
    for alias in aliases:
        row = table.get(entity_id(alias.namespace, alias.name))
        if row and alias.alias.strip():
            seen, key = evidence_of(row).get("seen", {}), name_key(alias.alias)
            known = aliases_of(row)
            turns = {*known.get(key, ()), *filter(None, [alias.said_in])}
            named = {**known, key: sorted(turns)[:MOST_SAID_IN]}
            table[row["id"]] = with_evidence(row, {"seen": {**seen, "aliases": named}})


def _known_aliases(table: Mapping[str, Row]) -> list[Alias]:
    """Return all statements about aliases so far."""
    return [
        Alias(row["namespace"], row["name"], alias)
        for row in table.values()
        for alias in aliases_of(row)
    ]


def _as_mention(row: Row, table: Mapping[str, Row]) -> Mention:
    """Return what resolution goes by, from a row."""
    evidence = evidence_of(row)
    seen = evidence.get("seen", {})
    never = (table[id_]["name"] for id_ in evidence.get("never", ()) if id_ in table)
    overruled = evidence.get("by") == BY_USER and table.get(row["canonical_id"])
    return Mention(
        row["namespace"],
        row["name"],
        row["type"] or "other",
        seen.get("count", 0),
        _utc_time(seen.get("first_at")),
        _utc_time(seen.get("last_at")),
        frozenset(seen.get("companions", ())),
        frozenset(seen.get("apart", ())),
        bool(seen.get("speaks")),
        frozenset(map(name_key, never)),
        name_key(overruled["name"]) if overruled else None,
    )


def _resolved(table: Mapping[str, Row], resolutions: Iterable[Resolution]) -> list[Row]:
    """Return the rows with the merges that were found, and without those no longer found."""
    merges = {entity_id(r.namespace, r.name): r for r in resolutions}
    return [_ruled_row(row, merges.get(row["id"])) for row in table.values()]


def _ruled_row(row: Row, merge_: Resolution | None) -> Row:
    if evidence_of(row).get("by") == BY_USER and row["canonical_id"]:
        return row
    if merge_ is None:
        by_rule = evidence_of(row).get("by") == BY_RULE
        empty = dict.fromkeys(MERGE_FIELDS) if by_rule else {}
        return {**with_evidence(row, empty), "canonical_id": None}
    why = {"by": BY_RULE, "reason": merge_.reason, "score": merge_.score}
    merged = with_evidence(row, {**why, "scores": dict(merge_.evidence)})
    return {**merged, "canonical_id": entity_id(merge_.namespace, merge_.canonical)}


# ---------------------------------------------------------------- what to write


def changed(before: Sequence[Row], after: Sequence[Row], now: datetime) -> list[Row]:
    """Return the rows that differ from what they were, with the names under each, in id order."""
    old = {row["id"]: row for row in before}
    named = with_aliases(after)
    new = [row for row in named if row != old.get(row["id"])]
    return sorted(({**row, "recorded_at": now} for row in new), key=lambda row: str(row["id"]))


def with_aliases(rows: Sequence[Row]) -> list[Row]:
    """Return rows with the other names of each entity; what is merged into one has none."""
    roots = canonical_of(rows)
    names: dict[str, list[str]] = {}
    for row in rows:
        if roots[row["id"]] != row["id"]:
            names.setdefault(roots[row["id"]], []).append(row["name"])
    return [{**row, "aliases": sorted(names.get(row["id"], ())) or None} for row in rows]
