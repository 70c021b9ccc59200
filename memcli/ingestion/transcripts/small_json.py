"""Small JSON of other programs: Google Keep, logs of llm, Open WebUI, GitHub, SillyTavern."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from memcli.ingestion.transcripts.blocks import text_of
from memcli.ingestion.transcripts.decoding import read_objects
from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.json_document import (
    MAX_DOCUMENT,
    read_documents,
    read_members,
)
from memcli.ingestion.transcripts.markup import text_of_html
from memcli.ingestion.transcripts.saying import said
from memcli.jsonl import Json

Turns = Callable[[Source, int, Json], Iterator[Item | None]]
# 2026-3-2 @10h 00m 05s 123ms
_TAVERN = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2}) ?@(\d{1,2})h ?(\d{1,2})m(?: ?(\d{1,2})s)?.*")


def _read(source: Source, turns: Turns, lines: bool = False) -> Iterator[Item]:
    """Yield what a function makes of each object of a document or of lines."""
    for each in read_objects(source) if lines else read_documents(source):
        if isinstance(each, Rejected):
            yield each
        else:
            yield from filter(None, turns(source, *each))


def read_keep(source: Source) -> Iterator[Item]:
    """Yield a note of Google Keep, unless it is in the bin."""
    return _read(source, _keep)


def _keep(source: Source, line: int, note: Json) -> Iterator[Item | None]:
    """Yield a note with its title, its list and its labels."""
    if note.get("isTrashed"):
        source.leave_out("notes in the bin")
        return
    items = [item.get("text") for item in note.get("listContent") or () if isinstance(item, dict)]
    text = "\n".join(filter(None, [note.get("textContent"), *(f"- {item}" for item in items)]))
    labels = [str(each.get("name")) for each in note.get("labels") or () if isinstance(each, dict)]
    told = {"heading": note.get("title"), "tags": labels}
    yield said(
        source,
        line,
        text or str(note.get("title") or ""),
        at=note.get("createdTimestampUsec") or note.get("userEditedTimestampUsec"),
        metadata={key: value for key, value in told.items() if value} or None,
    )


def read_llm_logs(source: Source) -> Iterator[Item]:
    """Yield the prompt and the response of each log of the program llm."""
    return _read(source, _llm_log)


def _llm_log(source: Source, line: int, log: Json) -> Iterator[Item | None]:
    """Yield the two turns of a log."""
    for role, key in (("user", "prompt"), ("assistant", "response")):
        yield said(
            source,
            line,
            str(log.get(key) or ""),
            role=role,
            ref=f"{log.get('id')}#{key}",
            at=log.get("datetime_utc"),
            session=log.get("conversation_id"),
        )


def read_open_webui(source: Source) -> Iterator[Item]:
    """Yield the turns of chats of Open WebUI, on the branch that was shown last."""
    return _read(source, _open_webui)


def _open_webui(source: Source, line: int, entry: Json) -> Iterator[Item | None]:
    """Yield the turns of a chat."""
    chat = entry.get("chat") or {}
    history = chat.get("history") or {}
    nodes, key = history.get("messages") or {}, str(history.get("currentId"))
    branch: dict[str, Json] = {}
    while isinstance(nodes, dict) and key in nodes and key not in branch:
        branch[key] = nodes[key]
        key = str(nodes[key].get("parentId"))
    messages = [*branch.values()][::-1] or chat.get("messages") or []
    for message in messages:
        yield said(
            source,
            line,
            text_of(message.get("content")),
            role=message.get("role"),
            ref=message.get("id"),
            at=message.get("timestamp"),
            session=entry.get("id"),
        )


def read_github(source: Source) -> Iterator[Item]:
    """Yield an issue or a pull request of GitHub, and its comments where they are there."""
    return _read(source, _github)


def _github(source: Source, line: int, issue: Json) -> Iterator[Item | None]:
    """Yield the text of an issue and its comments; the issue is a session."""
    session = issue.get("url") or issue.get("html_url") or f"#{issue.get('number')}"
    comments = issue.get("comments")
    for post in [issue, *(comments if isinstance(comments, list) else [])]:
        who = post.get("author") or post.get("user") or {}
        yield said(
            source,
            line,
            str(post.get("body") or (post.get("title") if post is issue else "") or ""),
            name=who.get("login"),
            ref=post.get("url") or post.get("html_url") or post.get("id"),
            at=post.get("createdAt") or post.get("created_at"),
            session=session,
            metadata={"heading": issue.get("title")} if issue.get("title") else None,
        )


def read_sillytavern(source: Source) -> Iterator[Item]:
    """Yield the turns of a chat of SillyTavern."""
    return _read(source, _tavern, lines=True)


def _tavern(source: Source, line: int, message: Json) -> Iterator[Item | None]:
    """Yield a turn, nothing for the head."""
    if "mes" not in message:
        return
    is_user = message.get("is_user")
    yield said(
        source,
        line,
        str(message["mes"] or ""),
        role="system" if message.get("is_system") else "user" if is_user else "assistant",
        name=message.get("name"),
        at=_tavern_time(message.get("send_date")),
    )


def _tavern_time(value: Any) -> Any:
    """Return a time as others write it."""
    found = _TAVERN.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return value
    parts = [int(part or 0) for part in found.groups()]
    return "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}".format(*parts)


def read_skype(source: Source) -> Iterator[Item]:
    """Yield the turns of each conversation of Skype, the oldest first."""
    for each in read_members(source, "conversations", limit=MAX_DOCUMENT):
        if isinstance(each, Rejected):
            yield each
            continue
        line, chat = each
        for message in reversed(chat.get("MessageList") or []):
            if not str(message.get("messagetype", "")).startswith(("RichText", "Text")):
                source.leave_out("service lines")
                continue
            item = said(
                source,
                line,
                text_of_html(str(message.get("content") or "")),
                name=message.get("displayName") or str(message.get("from") or "").partition(":")[2],
                ref=message.get("id"),
                at=message.get("originalarrivaltime"),
                session=chat.get("displayName") or chat.get("id"),
            )
            if item:
                yield item
