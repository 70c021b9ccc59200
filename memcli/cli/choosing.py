"""Choice of memories by the filters of `query`, for commands that change what these let through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from memcli.cli import options
from memcli.memory.filters import Filters
from store.errors import BadUsage

if TYPE_CHECKING:
    from collections.abc import Collection

    from memcli.cli.with_store import Call
    from memcli.jsonl import Json


@dataclass(frozen=True)
class Choice:
    """Filters as they were given; by: the names of the options that were, `is_any` says whether."""

    filters: Filters
    by: tuple[str, ...]

    @property
    def is_any(self) -> bool:
        """Say whether anything was chosen by filters."""
        return bool(self.by)

    @property
    def alone(self) -> Filters:
        """The filters where no ids are given: they choose turns, of which all else is made."""
        is_of_turns = self.filters.level is None and "everything" not in self.by
        return self.filters.of_turns() if is_of_turns else self.filters


def choice_of(call: Call, **given: Any) -> Choice:
    """
    Return what was chosen by options of the names of `Filters`, and by `everything`.

    BadUsage for everything without a namespace, and for what is no text or time.
    """
    by = tuple(name for name, value in given.items() if value is not None and value is not False)
    if "everything" in by and call.namespace is None:
        raise BadUsage("--everything is of one namespace", "name it with --namespace")
    options.require_utf8(**{n: given.get(n) for n in ("session", "name", "where")})
    filters = Filters(
        namespace=call.namespace,
        level=given.get("level"),
        session=given.get("session"),
        name=given.get("name"),
        since=options.parse_moment(given.get("since"), "--since", call.now),
        until=options.parse_moment(given.get("until"), "--until", call.now, end=True),
        where=given.get("where"),
        superseded=True,
    )
    return Choice(filters, by)


def that_meet(call: Call, records: Collection[Json], choice: Choice) -> list[Json]:
    """Return those of some memories that meet what was chosen, too."""
    from memcli.memory.selection import select_matching

    if not choice.is_any:
        return list(records)
    meet = {record["id"] for record in select_matching(call.snapshot, choice.filters)}
    return [record for record in records if record["id"] in meet]
