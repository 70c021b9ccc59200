"""Namespaces of a store, and those that a reader of one of them may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from store.errors import BadUsage
from store.layout import MEMORY_TABLES
from store.literals import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from store.reading import TableReader

DEFAULT: Final = "default"
DEFAULT_NAMESPACE: Final = "default"
# What stands here is for the readers of every namespace.
SHARED: Final = "shared"


def namespaces(
    source: TableReader, where: str | None = None, tables: Sequence[str] = MEMORY_TABLES
) -> list[str]:
    """Names of the namespaces of the memories that meet a condition, in their order."""
    found: set[str] = set()
    for table in tables:
        for batch in source.scan(table, ["namespace"], where):
            found.update(batch["namespace"].dictionary_encode().dictionary.to_pylist())
    return sorted(found)


def readable(source: TableReader, given: str | None) -> list[str]:
    """
    Namespaces that one reader sees: one and `shared`; none of an empty store.

    Without one given, it is `default`, or the only one. Raises BadUsage where that leaves several.
    """
    if given is not None:
        shared = source.count("memories", f"namespace = {quoted([SHARED])}") > 0
        return list(dict.fromkeys([given, *([SHARED] if shared else [])]))
    known = namespaces(source, tables=["memories"])
    own = [name for name in known if name != SHARED]
    if DEFAULT_NAMESPACE in own or len(own) <= 1:
        chosen = [DEFAULT_NAMESPACE] if DEFAULT_NAMESPACE in own else own
        return [*chosen, *(name for name in known if name == SHARED)]
    raise BadUsage(f"there are {len(own)} namespaces, and a prompt is told of one", "-n NAMESPACE")


def unknown_names(
    source: TableReader, namespace: str | None, speaker: str | None = None
) -> Iterator[str]:
    """Yield a line for a namespace and a speaker that nothing is of, with the nearest ones."""
    if namespace is not None:
        known = namespaces(source)
        if namespace not in known:
            yield f"there is no namespace {namespace!r}{nearest_names(namespace, known)}"
    if speaker is not None:
        found: set[str | None] = set()
        for batch in source.scan("memories", ["speaker"]):
            found.update(batch["speaker"].dictionary_encode().dictionary.to_pylist())
        names = sorted(name for name in found if name)
        if speaker.lower() not in {name.lower() for name in names}:
            yield f"nobody is called {speaker!r}{nearest_names(speaker, names)}"


def nearest_names(name: str, known: Sequence[str]) -> str:
    """Return which names are meant perhaps, in brackets."""
    from difflib import get_close_matches

    lowered = {each.lower(): each for each in known}
    near = get_close_matches(name.lower(), lowered, 3, 0.5) or list(lowered)[:3]
    return f" (there is {', '.join(lowered[each] for each in near)})" if near else ""
