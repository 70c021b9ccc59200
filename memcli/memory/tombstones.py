"""
Tombstones: what was purged is known again by keyed hashes, of which no text comes, and stays gone.

A memory is known by its id, by what it says in plain form, and where it is a fact, by whom it is
about, the attribute and the value. Nobody can tell what a hash is of without the key, which lies
in the store for its owner alone; with it, one can look whether a text that one has is among them.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from memcli.algorithms.replication import LIFTED, after
from memcli.jsonl import Row
from memcli.language.facts.attributes import is_opposite, slot_of
from memcli.language.plain_form import plain_form, says_something
from memcli.language.sentences import split_sentences
from memcli.language.values import read_value
from memcli.memory.arrow import json_text, records_to_table
from memcli.memory.entities import entity_id, meant_names
from memcli.memory.naming import evolved_by, named_in
from memcli.memory.states import forgotten_ids
from schemas import tables
from store.errors import StoreCorrupt
from store.keys import KEY_BYTES, read_key
from store.layout import TOMBSTONES
from store.lost_key import REMEDY
from store.reading import portions

if TYPE_CHECKING:
    from pathlib import Path

    from store import Snapshot, Transaction
    from store.reading import TableReader

Fields = Mapping[str, Any]

HASH_BYTES: Final = 16
NAME_BYTES: Final = 8
NAME: Final = re.compile("[0-9a-f]{16}")
TOMBSTONE_COLUMNS: Final = ("hash", "kind", "turn", "recorded_at", "key")
ID, CONTENT, FACT = "id", "content", "fact"
# What is looked at of a memory.
COLUMNS: Final = (
    "id namespace type level text subject attribute value polarity source_ids metadata".split()
)


RESOURCE: Final = "resource"
# Turns are episodic; what is summed up elsewhere comes in as these.
MADE_BY_OTHERS: Final = ("semantic", "core")
TURN, STATEMENT, OTHER, ROW = "turn", "statement", "memory", "row of a table"
MANY: Final = {
    TURN: "turns",
    STATEMENT: "statements",
    OTHER: "memories",
    ROW: "rows of tables",
}
STAYS: Final = "{} was purged before and stays gone (--allow takes it again)"
STAY: Final = "{} were purged before and stay gone (--allow takes them again)"


class Marker:
    """Makes the hashes by which memories are known, with the key of a store."""

    def __init__(
        self, key: bytes, meant: Callable[[str], Callable[[str], str]] | None = None
    ) -> None:
        """`meant` gives for a namespace what gives the id of whom a name means there."""
        self._key = key
        self._meant = meant
        self._names: dict[str, Callable[[str], str]] = {}

    def id(self, id_: str) -> str:
        """Return the hash of an id."""
        return self._hash(ID, id_)

    def content(self, row: Fields) -> str | None:
        """
        Return the hash of what a memory says; None for what is not known by that.

        That is a fact, an attachment, whose text may be no more than the name of a file, and what
        anybody says.
        """
        return self.said(row) if says_something(plain_form(row["text"])) else None

    def said(self, row: Fields) -> str | None:
        """Return the same of what anybody says, too: of that there is no tombstone to be found."""
        is_attached = row.get("level") == 1 and row["type"] == RESOURCE
        if is_attached or is_fact(row):
            return None
        return self._hash(CONTENT, row["namespace"], plain_form(row["text"]))

    def quoted(self, row: Fields) -> set[str]:
        """Return the same of the lines of a memory that others made: they quote whole turns."""
        if row.get("level") or row["type"] not in MADE_BY_OTHERS:
            return set()
        return self.lines(row["namespace"], row["text"])

    def lines(self, namespace: str, text: str) -> set[str]:
        """Return the hashes of what the lines of a text say, without who says it too."""
        lines = [line.strip() for line in text.splitlines()]
        lines += [said for line in lines if (said := line.partition(": ")[2])]
        return self._contents(namespace, lines)

    def sentences(self, namespace: str, text: str) -> set[str]:
        """Return the hashes of what the sentences of a text say."""
        return self._contents(namespace, [sentence.text for sentence in split_sentences(text)])

    def _contents(self, namespace: str, texts: Iterable[str]) -> set[str]:
        some = {plain for plain in map(plain_form, texts) if says_something(plain)}
        return {self._hash(CONTENT, namespace, plain) for plain in some}

    def facts(self, row: Fields) -> set[str]:
        """Return the hashes of a fact, of whom it is about by its name and by what that means."""
        if not is_fact(row) or not row["value"]:
            return set()
        space, attribute = row["namespace"], row["attribute"]
        denies = (row["polarity"] == "negative") != is_opposite(attribute)
        told = (slot_of(attribute), read_value(row["value"]).key, "not" if denies else "")
        return {
            self._hash(FACT, space, who, *told) for who in self._subjects(space, row["subject"])
        }

    def _subjects(self, namespace: str, name: str) -> set[str]:
        if self._meant and namespace not in self._names:
            self._names[namespace] = self._meant(namespace)
        meant = self._names.get(namespace)
        return {entity_id(namespace, name), *([meant(name)] if meant else ())}

    def known_by(self, row: Fields) -> Iterator[str]:
        """Yield all hashes that one of what is gone may have in common with a memory."""
        # What comes back from another program has the id that it had here as its ref.
        yield from (self.id(id_) for id_ in (row["id"], row.get("ref")) if id_)
        if said := self.said(row):
            yield said
        yield from self.facts(row)
        yield from self.quoted(row)

    def _hash(self, *parts: str) -> str:
        # With its length in front, no part can pass for two others.
        text = "".join(f"{len(part)}:{part}" for part in parts)
        data = text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(data, key=self._key, digest_size=HASH_BYTES).hexdigest()


def is_fact(row: Fields) -> bool:
    """Say whether a memory is a statement of a fact, which is known by that, not by its words."""
    return bool(row.get("level") != 0 and row.get("subject") and row.get("attribute"))


@dataclass(frozen=True)
class Held:
    """What was kept back of some rows, and what was overruled: what other processes found."""

    kept_back: Mapping[str, str] = field(default_factory=dict)
    lifted: frozenset[str] = frozenset()
    lifted_turns: frozenset[str] = frozenset()


@dataclass
class Barred:
    """
    What is gone of a store: memories that may not be written again, unless somebody allows it.

    marker, foreign: what makes the hashes of this store, and those that came from others.
    is_allowed: they may. kept_back: by the id of each memory that was kept back, what it is.
    """

    marker: Marker
    # By hash, the turns that said it.
    hashes: dict[str, set[str | None]] = field(default_factory=dict)
    is_allowed: bool = False
    kept_back: dict[str, str] = field(default_factory=dict)
    foreign: Sequence[Marker] = ()
    _lifted: set[str] = field(default_factory=set)
    _lifted_turns: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.hashes)

    def has_id(self, id_: str) -> bool:
        """Say whether a memory or an entity of an id is gone, or was kept back."""
        return id_ in self.kept_back or any(m.id(id_) in self.hashes for m in self._markers)

    @property
    def _markers(self) -> tuple[Marker, ...]:
        return self.marker, *self.foreign

    def bars(self, row: Fields) -> bool:
        """Say whether a memory is gone, or rests on one that is."""
        return bool(self._matches(row)) or any(map(self.has_id, _rests_on(row)))

    def _matches(self, row: Fields) -> set[str]:
        told = (hash_ for marker in self._markers for hash_ in marker.known_by(row))
        return {hash_ for hash_ in told if hash_ in self.hashes}

    def admits(self, row: Fields) -> bool:
        """Say whether a new memory may be written, and take note of it if not, or if at all."""
        if not self.bars(row):
            return True
        if not self.is_allowed:
            self.kept_back[row["id"]] = _kind(row)
            return False
        matches = self._matches(row)
        if row.get("level"):
            self._lifted |= matches
        else:
            turns = {turn for hash_ in matches for turn in self.hashes[hash_]}
            self._lifted_turns |= {turn for turn in turns if turn}
        return True

    def says(self, namespace: str, text: str) -> bool:
        """Say whether a text that a model or a program wrote says in a sentence what is gone."""
        if not self or self.is_allowed:
            return False
        return any(
            not (marker.lines(namespace, text) | marker.sentences(namespace, text)).isdisjoint(
                self.hashes
            )
            for marker in self._markers
        )

    def admits_words(self, row: Fields) -> bool:
        """Say whether what a program wrote says nothing that is gone, and take note if not."""
        if not self.says(row["namespace"], row["text"]):
            return True
        self.kept_back[row["id"]] = _kind(row)
        return False

    def held(self) -> Held:
        """Return what was kept back and what was overruled so far."""
        return Held(dict(self.kept_back), frozenset(self._lifted), frozenset(self._lifted_turns))

    def hold(self, held: Held) -> None:
        """Take note of what another process kept back or overruled."""
        self.kept_back.update(held.kept_back)
        self._lifted |= held.lifted
        self._lifted_turns |= held.lifted_turns

    def lift(self, transaction: Transaction, now: datetime | None = None) -> None:
        """
        Take away the tombstones that were overruled: with a turn, those of what it said.

        That they were is kept in their place, for stores that have them too.
        """
        when = now or datetime.now(UTC)
        for column, hashes in (("hash", self._lifted), ("turn", self._lifted_turns)):
            for some in portions(sorted(hashes)):
                where = f"{column} IN ({some})"
                rows = transaction.read(TOMBSTONES, where=where).to_pylist()
                transaction.delete(TOMBSTONES, where)
                write_tombstones(transaction, [_lifted(row, when) for row in rows])

    def told(self) -> Iterator[str]:
        """Yield in a line what was kept back, if anything was."""
        kinds = list(self.kept_back.values())
        # What rests on a turn is told only where no turn is.
        counts = {kind: kinds.count(kind) for kind in (TURN, STATEMENT, ROW)}
        if not any(counts.values()):
            counts = {OTHER: len(kinds)}
        parts = [f"{n:,} {kind if n == 1 else MANY[kind]}" for kind, n in counts.items() if n]
        if parts:
            form = STAY if sum(counts.values()) > 1 else STAYS
            yield form.format(" and ".join(parts))


def _kind(row: Fields) -> str:
    """Return what a memory is called when it was kept back."""
    if not row.get("level"):
        return TURN
    return STATEMENT if row["level"] == 1 and row["type"] != RESOURCE else OTHER


def _rests_on(row: Fields) -> Iterator[str]:
    """Yield the ids of the memories that one was made of, or that its metadata names."""
    if not row.get("level") and not row.get("source_ids"):
        return
    yield from row.get("source_ids") or ()
    metadata = row.get("metadata")
    text = metadata if isinstance(metadata, str) else json_text(metadata)
    yield from named_in(text)
    yield from evolved_by(text)


def read_barred(snapshot: Snapshot, is_allowed: bool = False) -> Barred:
    """
    Return what was purged from a store.

    StoreCorrupt where the key of the hashes is lost, unless what was purged is allowed.
    """
    rows = read_tombstones(snapshot)
    if not rows:
        return Barred(Marker(b""))
    key = read_key(snapshot.layout.tombstone_key)
    if key is None and not is_allowed:
        require_key(snapshot)
    keys = {name: foreign_key(snapshot, name) for name in _foreign_names(rows)}
    foreign = tuple(marker_of(snapshot, foreign) for foreign in keys.values() if foreign)
    barred = Barred(marker_of(snapshot, key or b""), is_allowed=is_allowed, foreign=foreign)
    for row in rows:
        if row["kind"] != LIFTED and (keys[row["key"]] if row["key"] else key):
            barred.hashes.setdefault(row["hash"], set()).add(row["turn"])
    return barred


def _foreign_names(rows: Iterable[Fields]) -> list[str]:
    """Return the names of the keys of hashes that came from other stores."""
    return sorted({row["key"] for row in rows if row["key"]})


def read_tombstones(source: TableReader) -> list[Row]:
    """Return what was purged, and what of it was allowed again."""
    return list(source.rows(TOMBSTONE_COLUMNS, tables=[TOMBSTONES]))


def write_tombstones(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Add rows of `tombstones` which the store does not have."""
    if rows:
        if not transaction.has(TOMBSTONES):
            transaction.make(TOMBSTONES)
        transaction.append(TOMBSTONES, records_to_table(rows, tables.tombstones()))


def _lifted(row: Row, now: datetime) -> Row:
    """Return a tombstone that was overruled; a clock that is behind changes nothing of that."""
    return {**row, "kind": LIFTED, "recorded_at": max(now, after(row["recorded_at"]))}


def key_lost(path: Path) -> StoreCorrupt:
    """Return the error for a store without a key of its hashes."""
    return StoreCorrupt(f"{path} is missing: what was purged cannot be known again", REMEDY)


def require_key(snapshot: Snapshot) -> None:
    """Raise StoreCorrupt where a new key would make what was purged before unknown in silence."""
    path = snapshot.layout.tombstone_key
    if read_key(path) is None and any(row["key"] is None for row in read_tombstones(snapshot)):
        raise key_lost(path)


def key_name(key: bytes) -> str:
    """Return the name of a key, from which the key does not come."""
    return hashlib.blake2b(b"name", key=key, digest_size=NAME_BYTES).hexdigest()


def foreign_key(snapshot: Snapshot, name: str) -> bytes | None:
    """Return the key of hashes of another store, None where it is not the one of that name."""
    if not NAME.fullmatch(name):
        return None
    key = read_key(snapshot.layout.foreign_tombstone_key(name))
    return key if key is not None and key_name(key) == name else None


def marker_of(snapshot: Snapshot, key: bytes) -> Marker:
    """Return what makes the hashes of a store, of names as the store understands them."""
    return Marker(key, lambda namespace: meant_names(snapshot, namespace))


def read_forgotten(snapshot: Snapshot) -> Barred:
    """
    Return the statements that were archived by hand, so that nothing states them again.

    One that went along with its turn has its fact forgotten, for the words may be said anew.
    """
    barred = Barred(marker_of(snapshot, secrets.token_bytes(KEY_BYTES)))
    ids = forgotten_ids(snapshot)
    rows = list(snapshot.rows_of(sorted(ids), COLUMNS, where="level = 1", tables=["archive"]))
    standing = _standing(snapshot, rows)
    for row in rows:
        own = barred.marker.facts(row)
        if not standing.isdisjoint(row["source_ids"] or ()):
            content = barred.marker.content(row)
            own |= {barred.marker.id(row["id"]), *([content] if content else ())}
        barred.hashes.update((hash_, {None}) for hash_ in own)
    return barred


def _standing(snapshot: Snapshot, rows: Iterable[Fields]) -> set[str]:
    """Return those of the turns of some statements that are not archived."""
    turns = sorted({turn for row in rows for turn in row["source_ids"] or ()})
    return {row["id"] for row in snapshot.rows_of(turns, ["id"], tables=["memories"])}
