"""An export of Zulip: messages with the numbers of people and channels, whose names lie beside."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import msgspec

from memcli.ingestion.transcripts.archives import read_neighbor
from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.json_document import read_members
from memcli.ingestion.transcripts.known_json import has, items_of
from memcli.ingestion.transcripts.outline import Outline
from memcli.ingestion.transcripts.saying import said
from memcli.jsonl import Json

REALM: Final = "realm.json"
# Which kind of recipient a channel is; others are people.
CHANNEL: Final = 2
BESIDE: Final = "files of people, channels and settings"


def is_zulip(seen: Outline) -> bool:
    """Tell a file of an export: messages, or the people and channels of the realm."""
    return (
        has(seen.first, "zerver_message")
        or has(seen.first, "zerver_realm")
        or any(
            has(each, "sender", "recipient", "date_sent")
            for each in items_of(seen.first, "zerver_message")
        )
    )


def read_zulip(source: Source) -> Iterator[Item]:
    """Yield the messages of a file in their order; a topic of a channel is a session."""
    people, channels = _realm(source.path)
    found = False
    for each in read_members(source, "zerver_message"):
        found = True
        if isinstance(each, Rejected):
            yield each
            continue
        line, message = each
        item = said(
            source,
            line,
            str(message.get("content") or ""),
            name=people.get(message.get("sender"), str(message.get("sender"))),
            ref=message.get("id"),
            at=message.get("date_sent"),
            session=_session(message, channels),
        )
        if item:
            yield item
    if not found:
        source.leave_out(BESIDE)


def _session(message: Json, channels: dict[Any, str]) -> str:
    """Return the channel and topic of a message, of one to people the number of these."""
    recipient = message.get("recipient")
    place = channels.get(recipient, str(recipient))
    return f"{place} > {message['subject']}" if message.get("subject") else place


@lru_cache(maxsize=2)
def _realm(path: str) -> tuple[dict[Any, str], dict[Any, str]]:
    """Return the names of people by their numbers, and of channels by those of recipients."""
    try:
        realm = msgspec.json.decode(read_neighbor(path, REALM) or b"{}")
    except (msgspec.DecodeError, RecursionError):
        realm = {}
    people = {
        one.get("id"): str(one.get("full_name")) for one in _rows(realm, "zerver_userprofile")
    }
    people |= {
        one.get("id"): str(one.get("full_name") or one.get("email"))
        for one in _rows(realm, "zerver_userprofile_crossrealm")
    }
    streams = {one.get("id"): str(one.get("name")) for one in _rows(realm, "zerver_stream")}
    channels = {
        one.get("id"): streams.get(one.get("type_id"), str(one.get("type_id")))
        for one in _rows(realm, "zerver_recipient")
        if one.get("type") == CHANNEL
    }
    return people, channels


def _rows(realm: Json, table: str) -> list[Json]:
    """Return the rows of a table of a realm."""
    return items_of(realm, table) if isinstance(realm, dict) else []
