"""Projects of agents' sessions: what was said to an agent goes to the namespace of its project."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec import structs

from memcli.ingestion.transcripts import Accepted
from memcli.memory.projects import project_namespace
from memcli.records import Message


def by_project(
    items: Iterable[Accepted], namespace_of: Callable[[str], str] = project_namespace
) -> Iterator[Accepted]:
    """
    Yield records, those of a session in the namespace of the folder in which it began.

    What names its namespace itself, or no folder, stays as it is.
    """
    namespaces: dict[str | None, str] = {}
    for item in items:
        message = item.record
        if not isinstance(message, Message) or message.namespace is not None:
            yield item
            continue
        folder = (message.metadata or {}).get("cwd")
        if message.session_id not in namespaces and isinstance(folder, str):
            namespaces[message.session_id] = namespace_of(folder)
        space = namespaces.get(message.session_id)
        yield item._replace(record=structs.replace(message, namespace=space)) if space else item
