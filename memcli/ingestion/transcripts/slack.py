"""
Exports of Slack: a folder for each channel, a file for each day in it, and users.json above them.

The channel is the session. Names come from users.json, those in a text too.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

from memcli.ingestion.transcripts.archives import read_neighbor
from memcli.ingestion.transcripts.decoding import decode_json, decode_object
from memcli.ingestion.transcripts.items import STDIN, Item, Rejected, Source, rejected
from memcli.ingestion.transcripts.json_document import read_values
from memcli.ingestion.transcripts.known_json import items_of
from memcli.ingestion.transcripts.lines import MAX_LINE_BYTES
from memcli.ingestion.transcripts.saying import said
from memcli.jsonl import Json
from store.errors import BadRecord

SERVICE: Final = "service lines"
# Of the many subtypes those in which somebody says something.
SAID: Final = (None, "bot_message", "me_message", "thread_broadcast", "file_share", "file_comment")
# Blocks that stand on lines of their own.
LINES: Final = (
    "rich_text_section",
    "rich_text_quote",
    "rich_text_preformatted",
    "section",
    "header",
)
_MARKUP = re.compile(r"<(?P<sign>[@#!]?)(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")


def read_slack(source: Source) -> Iterator[Item]:
    """Yield the turns of one day of a channel."""
    folder = os.path.dirname(source.path)
    users = {} if source.path == STDIN else _users(folder)
    channel = os.path.basename(os.path.abspath(folder))
    session = source.conversation if source.path == STDIN else channel
    line = 1
    try:
        for text, line in read_values(source, MAX_LINE_BYTES):
            found = decode_object(text.encode(), source, line)
            item = (
                found if isinstance(found, Rejected) else _turn(source, line, found, users, session)
            )
            if item:
                yield item
    except BadRecord as error:
        yield rejected(error, source.path, line)


@lru_cache(maxsize=4)
def _users(folder: str) -> Mapping[str, str]:
    """Return the names of users by their ids, from the users.json beside or above a folder."""
    for name in ("../users.json", "users.json"):
        data = read_neighbor(os.path.join(folder, "day.json"), name)
        try:
            users = decode_json(data) if data else None
        except msgspec.DecodeError:
            continue
        if isinstance(users, list):
            known = (user for user in users if isinstance(user, dict) and user.get("id"))
            return {user["id"]: _name(user) for user in known}
    return {}


def _name(user: Json) -> str:
    """Return what a user is called."""
    profile = user.get("profile")
    about = profile if isinstance(profile, dict) else {}
    names = (about.get("display_name"), user.get("real_name"), about.get("real_name"))
    return next((str(n) for n in (*names, user.get("name"), user.get("id")) if n), "")


def _turn(
    source: Source, line: int, message: Json, users: Mapping[str, str], session: str
) -> Item | None:
    """Return the turn that a message is, None for what the program says."""
    if message.get("type") != "message" or message.get("subtype") not in SAID:
        source.leave_out(SERVICE)
        return None
    files = _files(message)
    id_, own = message.get("user") or _uploader(message), message.get("user_profile")
    name = users.get(str(id_)) or (_name(own) if isinstance(own, dict) else None)
    name = name or message.get("username") or id_ or message.get("bot_id")
    told: dict[str, Any] = {
        "thread": message.get("thread_ts"),
        "files": [file["name"] for file in files],
    }
    return said(
        source,
        line,
        plain(message.get("text") or _of_blocks(message), users) or _of_bot(message, users),
        name=str(name) if name else None,
        ref=message.get("ts"),
        at=message.get("ts"),
        session=session,
        metadata={key: value for key, value in told.items() if value} or None,
        attachments=files or None,
    )


def _files(message: Json) -> list[Json]:
    """Return what is told of the files of a message; their addresses hold a key to them."""
    one = message.get("file")
    files = items_of(message, "files") or ([one] if isinstance(one, dict) else [])
    told = [
        {
            "name": file.get("title") or file.get("name"),
            "mimetype": file.get("mimetype"),
            "alt": file.get("alt_txt"),
        }
        for file in files
    ]
    named = [{key: value for key, value in one.items() if value} for one in told]
    return [one for one in named if "name" in one]


def _uploader(message: Json) -> Any:
    """Return the id of who sent a file, in older exports, where the message does not say it."""
    file = message.get("file")
    return file.get("user") if isinstance(file, dict) else None


def _of_blocks(message: Json) -> str:
    """Return the words in the blocks of a message that has no text beside them."""
    parts: list[str] = []
    waiting: list[Any] = [*reversed(items_of(message, "blocks"))]
    while waiting:
        block = waiting.pop()
        if isinstance(block, str):
            parts.append(block)
        elif isinstance(block, dict):
            inside = block.get("elements") or block.get("fields") or [_block_text(block)]
            end = ["\n"] if str(block.get("type")) in LINES else []
            waiting += reversed([*inside, *end])
    return "".join(parts).strip()


def _block_text(block: Json) -> Any:
    """Return what a piece of a block says, in Slack's own markup; a text may be an object."""
    if block.get("type") == "user":
        return f"<@{block.get('user_id')}>"
    if block.get("type") == "link":
        return block.get("text") or block.get("url")
    if block.get("type") == "emoji":
        return f":{block.get('name')}:"
    return block.get("text")


def _of_bot(message: Json, users: Mapping[str, str]) -> str:
    """Return the words of a program, which are in what is attached to a message of no words."""
    found = []
    for each in items_of(message, "attachments"):
        parts = [each.get(key) for key in ("pretext", "title", "text")]
        said = [part for part in parts if isinstance(part, str) and part.strip()]
        found += said or [str(each.get("fallback") or "")]
    return plain("\n".join(dict.fromkeys(filter(None, found))), users)


def plain(text: str, users: Mapping[str, str]) -> str:
    """Return a text without the markup of Slack: names for ids, labels for links."""

    def words(found: re.Match[str]) -> str:
        target, label = found["target"], found["label"]
        if found["sign"] == "@":
            return f"@{users.get(target) or label or target}"
        if found["sign"] == "#":
            return f"#{label or target}"
        if found["sign"] == "!":
            return f"@{label or target.partition('^')[0]}"
        return label or target

    return html.unescape(_MARKUP.sub(words, text))
