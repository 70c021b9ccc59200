"""
The archive of an account of Twitter, or X: JSON behind the name of a variable of JavaScript.

Its own posts and direct messages are read; a post of somebody else that was only passed on is none.
Of other people the archive has numbers alone; the owner has a name in account.js beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, Final

import msgspec

from memcli.ingestion.transcripts.archives import read_neighbor
from memcli.ingestion.transcripts.items import BOM, Item, Rejected, Source, rejected
from memcli.ingestion.transcripts.json_document import read_documents
from memcli.ingestion.transcripts.json_layouts import first_of, value_at
from memcli.ingestion.transcripts.saying import said
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.jsonl import Json
from store.errors import BadRecord

LOOKED_AT: Final = 256
_ASSIGNED = re.compile(rb"\s*window\.YTD\.(?P<what>\w+)\.part\d+\s*=\s*")
_PASSED_ON = re.compile(r"RT @\w{1,15}: ")
POSTS: Final = ("tweet", "tweets", "note_tweet", "community_tweet")
MESSAGES: Final = ("direct_messages", "direct_messages_group")
PASSED_ON: Final = "posts of others that were passed on"
BESIDE: Final = "files of people, channels and settings"
SERVICE: Final = "service lines"


def kind_of(head: bytes) -> str | None:
    """Return what a file of an archive holds, by the name of its variable; None for any other."""
    found = _ASSIGNED.match(head.removeprefix(BOM)[:LOOKED_AT])
    return found["what"].decode() if found else None


def is_archive_file(head: bytes) -> bool:
    """Tell a file of an archive."""
    return kind_of(head) is not None


def read_twitter(source: Source) -> Iterator[Item]:
    """Yield the posts of a file, or the direct messages, each conversation in its order."""
    head, source = look_ahead(source, LOOKED_AT)
    kind, found = kind_of(head), _ASSIGNED.search(head)
    if kind is None or found is None:
        yield rejected(BadRecord("no file of an archive of Twitter"), source.path, 0)
        return
    if kind not in POSTS + MESSAGES:
        source.leave_out(BESIDE)
        return
    source.stream.read(found.end())
    owner = _owner(source.path)
    for each in read_documents(source):
        if isinstance(each, Rejected):
            yield each
        elif kind in MESSAGES:
            yield from _messages(source, *each, owner)
        else:
            yield from _post(source, *each, owner)


def _owner(path: str) -> tuple[str, str]:
    """Return the number and the name of whom an archive is of, as far as it is there."""
    data = read_neighbor(path, "account.js", LOOKED_AT * 64) or b""
    found = _ASSIGNED.search(data)
    try:
        account = msgspec.json.decode(data[found.end() :])[0]["account"] if found else {}
    except (msgspec.DecodeError, RecursionError, LookupError, TypeError):
        account = {}
    name = account.get("accountDisplayName") or account.get("username") or ""
    return str(account.get("accountId", "")), str(name)


def _messages(source: Source, line: int, raw: Json, owner: tuple[str, str]) -> Iterator[Item]:
    """Yield the messages of a conversation, which it has the newest first."""
    conversation = raw.get("dmConversation") or {}
    for event in reversed(conversation.get("messages") or []):
        message = event.get("messageCreate")
        if not isinstance(message, dict):
            source.leave_out(SERVICE)
            continue
        sender = str(message.get("senderId") or "")
        item = said(
            source,
            line,
            _plain(message.get("text"), message.get("urls")),
            name=owner[1] if sender == owner[0] and owner[1] else sender,
            ref=message.get("id"),
            at=message.get("createdAt"),
            session=conversation.get("conversationId"),
        )
        if item:
            yield item


def _post(source: Source, line: int, raw: Json, owner: tuple[str, str]) -> Iterator[Item]:
    """Yield a post, unless another one wrote it."""
    post = next((raw[key] for key in ("tweet", "noteTweet") if key in raw), raw)
    words = first_of(post, ["full_text", "text", "core.text"])
    if not isinstance(words, str) or _PASSED_ON.match(words):
        source.leave_out(PASSED_ON)
        return
    item = said(
        source,
        line,
        _plain(words, value_at(post, "entities.urls") or value_at(post, "core.urls")),
        role=None if owner[1] else "user",
        name=owner[1] or None,
        ref=first_of(post, ["id_str", "id", "noteTweetId"]),
        at=first_of(post, ["created_at", "createdAt"]),
    )
    if item:
        yield item


def _plain(text: Any, links: Any) -> str:
    """Return a text with the places that its short links lead to."""
    plain = unescape(str(text or ""))
    for link in links if isinstance(links, list) else ():
        short, whole = value_at(link, "url"), first_of(link, ["expanded", "expanded_url"])
        if isinstance(short, str) and isinstance(whole, str) and short:
            plain = plain.replace(short, whole)
    return plain
