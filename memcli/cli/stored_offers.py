"""
Offers of what is in the store: namespaces, speakers, sessions, ids with their text, commits,
the names in the vault.

They are those of the store that the command would use, within the namespace that it names. What
stands in a store is no text of ours, and the file that keeps it may be anybody's.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from memcli.memory import value_cache, value_ids
from memcli.memory.value_cache import PINNED, TASK
from store.encryption.identity import encrypted_id
from store.errors import Untrusted
from store.location import StorePlace, store_place
from store.trust import trust_in

Json = dict[str, Any]
Offer = tuple[str, str]
# A namespace that bounds the offers, and what is typed, in small letters.
Asked = tuple[str | None, str]
# What yields offers of a kind from the values of a store; all of them, or those that begin so.
Source = Callable[[Json, str | None, str], Iterator[Offer]]
# Of so many ids one is chosen; of more, a few characters of it are typed first.
IDS: Final = 50
COMMIT: Final = "commit"
ID: Final = "id"


def stored_offers(kind: str, given: Mapping[str, str], current: str) -> list[Offer]:
    """
    Return the values of a kind in the store that begin as is typed, the most likely first.

    given: options of the command line by their names, of which `store` and `namespace` count.
    """
    named = os.path.expandvars(os.path.expanduser(given.get("store", "")))
    place = store_place(Path(named) if named else None)
    root = place.path
    if not (root / "store.json").is_file() or not _is_trusted(place):
        return []
    seen = decrypted(root)
    if seen is None:
        return []
    namespace = given.get("namespace") or os.environ.get("MEMCLI_NAMESPACE") or None
    folded = current.casefold()
    if kind == COMMIT:
        found = list(_commits(seen))
    else:
        found = _of_values(kind, root, seen, (namespace, folded))
    begun = [offer for offer in found if offer[0].casefold().startswith(folded)]
    return begun[:IDS] if kind in MEMORIES else begun


def decrypted(root: Path) -> Path | None:
    """Return where a store is in plain; of an encrypted one None, unless a copy is kept now."""
    store_id = encrypted_id(root)
    if store_id is None:
        return root
    from store.encryption.runtime import kept_copy

    return kept_copy(root, store_id)


def _is_trusted(place: StorePlace) -> bool:
    """Say whether a store is one that offers are taken from, and kept in."""
    try:
        return trust_in(place).is_full
    except Untrusted:
        return False


def _of_values(kind: str, root: Path, seen: Path, asked: Asked) -> list[Offer]:
    """Return the offers of a kind; what is kept in a form that is none is gathered anew."""
    values = value_cache.offered(seen, lambda _: gather(root), lambda _: refresh(root))
    try:
        return list(SOURCES[kind](values, *asked))
    except (ValueError, TypeError, LookupError, AttributeError):
        return list(SOURCES[kind](gather(root), *asked))


def gather(root: Path) -> Json:
    """Return the values of a store from its tables."""
    from memcli.memory.value_gathering import gather as from_tables

    return from_tables(root)


def refresh(root: Path) -> None:
    """Let a process of its own gather the values of a store."""
    from memcli.memory.detached import start_detached

    if os.access(root, os.W_OK):
        start_detached(["--complete", "refresh", str(root.absolute())])


def _rows(values: Json, name: str, namespace: str | None) -> Iterator[list[Any]]:
    """Yield the rows of a kind that are in a namespace, which is the second column of ids."""
    place = 1 if name in ("memories", "unseen") else 0
    for row in values.get(name, ()):
        if namespace in (None, row[place]):
            yield row


def _namespaces(values: Json, namespace: str | None, begun: str) -> Iterator[Offer]:
    for name, n in values.get("namespaces", ()):
        yield str(name), counted(n)


def _speakers(values: Json, namespace: str | None, begun: str) -> Iterator[Offer]:
    totals: dict[str, int] = {}
    for _, name, n in _rows(values, "speakers", namespace):
        totals[str(name)] = totals.get(str(name), 0) + int(n)
    yield from ((name, counted(n)) for name, n in totals.items())


def _sessions(values: Json, namespace: str | None, begun: str) -> Iterator[Offer]:
    for _, name, day, n in _rows(values, "sessions", namespace):
        yield str(name), ", ".join(filter(None, [str(day), counted(n)]))


def _entities(values: Json, namespace: str | None, begun: str) -> Iterator[Offer]:
    for _, name, type_, n in _rows(values, "entities", namespace):
        yield str(name), ", ".join(filter(None, [str(type_), counted(n)]))


def _marked(mark: str) -> Source:
    """Return what yields the memories with a mark."""

    def found(values: Json, namespace: str | None, begun: str) -> Iterator[Offer]:
        for id_, _, day, speaker, text, marks in _rows(values, "memories", namespace):
            if mark in str(marks):
                yield str(id_), told(day, speaker, text)

    return found


def _memories(values: Json, namespace: str | None, begun: str) -> Iterator[Offer]:
    """Yield the newest memories with their words, then older ones whose ids begin so, by day."""
    newest = dict(_marked("")(values, namespace, begun))
    yield from newest.items()
    for space, packed in values["ids"] if begun else ():
        if namespace in (None, space):
            older = value_ids.beginning_with(packed, begun)
            yield from (offer for offer in older if offer[0] not in newest)


def _unseen(values: Json, namespace: str | None, begun: str) -> Iterator[Offer]:
    for id_, _, day, state in _rows(values, "unseen", namespace):
        yield str(id_), ", ".join(filter(None, [str(state), str(day)]))


def _secrets(values: Json, namespace: str | None, begun: str) -> Iterator[Offer]:
    for _, name, day in _rows(values, "secrets", namespace):
        yield str(name), f"kept {day}"


def _commits(root: Path) -> Iterator[Offer]:
    for commit in value_cache.commits(root):
        yield str(commit["number"]), f"{str(commit['time'])[:16]}Z {commit['command']}"


def counted(n: int) -> str:
    """Return a number of memories in words."""
    return f"{n:,} {'memory' if n == 1 else 'memories'}"


def told(day: str, speaker: str, text: str) -> str:
    """Return a memory as a line behind its id."""
    said = text if not speaker or text.startswith(speaker) else f"{speaker}: {text}"
    return f"{day} {said}".strip()


SOURCES: Final[Mapping[str, Source]] = {
    "namespace": _namespaces,
    "speaker": _speakers,
    "session": _sessions,
    "entity": _entities,
    ID: _memories,
    "pinned": _marked(PINNED),
    "task": _marked(TASK),
    "unseen": _unseen,
    "secret": _secrets,
}
MEMORIES: Final = (ID, "pinned", "task", "unseen")
