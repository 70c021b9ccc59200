"""
Tombstones: what was purged is known again by keyed hashes, of which no text comes, and stays gone.

A memory is known by its id, by what it says in plain form, and where it is a fact, by whom it is
about, the attribute and the value. Nobody can tell what a hash is of without the key, which lies
in the store for its owner alone; with it, one can look whether a text that one has is among them.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from memcli.language.facts.attributes import is_opposite, slot_of
from memcli.language.plain_form import plain_form, says_something
from memcli.language.sentences import split_sentences
from memcli.language.values import read_value
from memcli.memory.arrow import json_text
from memcli.memory.entities import entity_id, meant_names
from memcli.memory.naming import evolved_by, named_in
from memcli.memory.states import forgotten_ids
from store.errors import StoreCorrupt
from store.keys import KEY_BYTES, read_key
from store.layout import TOMBSTONES
from store.lost_key import REMEDY
from store.reading import portions

if TYPE_CHECKING:
    from store import Snapshot, Transaction

Fields = Mapping[str, Any]

HASH_BYTES: Final = 16
ID, CONTENT, FACT = "id", "content", "fact"
# What is looked at of a memory.
COLUMNS: Final = (
    "id namespace type level text subject attribute value polarity source_ids metadata".split()
)


RESOURCE: Final = "resource"
# Turns are episodic; what is summed up elsewhere comes in as these.
MADE_BY_OTHERS: Final = ("semantic", "core")
TURN, STATEMENT, OTHER = "turn", "statement", "memory"
MANY: Final = {TURN: "turns", STATEMENT: "statements", OTHER: "memories"}
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

    def _hash(self, *parts: str) -> str:
        # With its length in front, no part can pass for two others.
        text = "".join(f"{len(part)}:{part}" for part in parts)
        data = text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(data, key=self._key, digest_size=HASH_BYTES).hexdigest()


def is_fact(row: Fields) -> bool:
    """Say whether a memory is a statement of a fact, which is known by that, not by its words."""
    return bool(row.get("level") != 0 and row.get("subject") and row.get("attribute"))


@dataclass
class Barred:
    """
    What is gone of a store: memories that may not be written again, unless somebody allows it.

    is_allowed: they may. kept_back: by the id of each memory that was kept back, what it is.
    """

    marker: Marker
    # By hash, the turns that said it.
    hashes: dict[str, set[str | None]] = field(default_factory=dict)
    is_allowed: bool = False
    kept_back: dict[str, str] = field(default_factory=dict)
    _lifted: set[str] = field(default_factory=set)
    _lifted_turns: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.hashes)

    def has_id(self, id_: str) -> bool:
        """Say whether a memory or an entity of an id is gone, or was kept back."""
        return id_ in self.kept_back or self.marker.id(id_) in self.hashes

    def bars(self, row: Fields) -> bool:
        """Say whether a memory is gone, or rests on one that is."""
        return bool(self._matches(row)) or any(map(self.has_id, _rests_on(row)))

    def _matches(self, row: Fields) -> set[str]:
        # What comes back from another program has the id that it had here as its ref.
        ids = (self.marker.id(id_) for id_ in (row["id"], row.get("ref")) if id_)
        own = (*ids, self.marker.said(row), *self.marker.facts(row), *self.marker.quoted(row))
        return {hash_ for hash_ in own if hash_ in self.hashes and hash_}

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
        told = self.marker.lines(namespace, text) | self.marker.sentences(namespace, text)
        return not told.isdisjoint(self.hashes)

    def admits_words(self, row: Fields) -> bool:
        """Say whether what a program wrote says nothing that is gone, and take note if not."""
        if not self.says(row["namespace"], row["text"]):
            return True
        self.kept_back[row["id"]] = _kind(row)
        return False

    def lift(self, transaction: Transaction) -> None:
        """Take away the tombstones that were overruled: with a turn, those of what it said."""
        for column, hashes in (("hash", self._lifted), ("turn", self._lifted_turns)):
            for some in portions(sorted(hashes)):
                transaction.delete(TOMBSTONES, f"{column} IN ({some})")

    def told(self) -> Iterator[str]:
        """Yield in a line what was kept back, if anything was."""
        kinds = list(self.kept_back.values())
        # What rests on a turn is told only where no turn is.
        counts = {kind: kinds.count(kind) for kind in (TURN, STATEMENT)}
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
    if not snapshot.count(TOMBSTONES):
        return Barred(Marker(b""))
    key = read_key(snapshot.layout.tombstone_key)
    if key is None and not is_allowed:
        raise key_lost(snapshot)
    barred = Barred(marker_of(snapshot, key or b""), is_allowed=is_allowed)
    for row in snapshot.rows(["hash", "turn"], tables=[TOMBSTONES]) if key else ():
        barred.hashes.setdefault(row["hash"], set()).add(row["turn"])
    return barred


def key_lost(snapshot: Snapshot) -> StoreCorrupt:
    """Return the error for a store without the key of its hashes."""
    what = f"{snapshot.layout.tombstone_key} is missing: what was purged cannot be known again"
    return StoreCorrupt(what, REMEDY)


def require_key(snapshot: Snapshot) -> None:
    """Raise StoreCorrupt where a new key would make what was purged before unknown in silence."""
    if snapshot.count(TOMBSTONES) and read_key(snapshot.layout.tombstone_key) is None:
        raise key_lost(snapshot)


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
