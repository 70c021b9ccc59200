"""Namespaces of a store, and those that a reader of one of them may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from store.errors import BadUsage
from store.layout import MEMORY_TABLES
from store.literals import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

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
