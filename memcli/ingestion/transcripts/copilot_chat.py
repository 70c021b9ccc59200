"""
Chats of Copilot in VS Code: chatSessions/*.json, what `Chat: Export` writes, and its newer logs.

A log begins with the whole session; each later line sets, adds or deletes something in it. Of an
answer the words are read: what its tools did, and what it thought, are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from memcli.ingestion.transcripts.decoding import read_log
from memcli.ingestion.transcripts.items import Item, Rejected, Source, rejected
from memcli.ingestion.transcripts.json_document import read_documents
from memcli.ingestion.transcripts.outline import Outline
from memcli.ingestion.transcripts.saying import said
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.jsonl import Json
from store.errors import BadRecord

# The kinds of lines of a log.
WHOLE, SET, PUSH, DELETE = range(4)
# Parts of an answer that are words: markdown has no kind of its own.
WORDS: Final = (None, "markdownContent", "markdownVuln")
HEAD_BYTES: Final = 4096


def is_copilot_chat(seen: Outline) -> bool:
    """Tell a session by its requests, or a log by its first line."""
    first = seen.first
    session = first.get("v") if first.get("kind") == WHOLE else first
    return isinstance(session, dict) and isinstance(session.get("requests"), list) and (
        "responderUsername" in session or "requesterUsername" in session or "sessionId" in session
    )  # fmt: skip


def read_copilot_chat(source: Source) -> Iterator[Item]:
    """Yield the turns of a session."""
    head, source = look_ahead(source, HEAD_BYTES)
    is_log = head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b'{"kind":0', b'{"kind": 0'))
    for each in _replayed(source) if is_log else read_documents(source):
        if isinstance(each, Rejected):
            yield each
        else:
            yield from _turns(source, *each)


def _replayed(source: Source) -> Iterator[tuple[int, Json] | Rejected]:
    """Yield the session that a log comes to; a line that fits nothing is told."""
    session: Json = {}
    for each in read_log(source):
        if isinstance(each, Rejected):
            yield each
            continue
        line, entry = each
        try:
            if entry.get("kind") == WHOLE:
                session = dict(entry["v"])
            else:
                _apply(session, entry)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            reason = f"a change of what is not there: {error}"
            yield rejected(BadRecord(reason, remedy="the log may be broken"), source.path, line)
    yield 1, session


def _apply(session: Json, entry: Json) -> None:
    """Set, add or delete what an entry names by its path."""
    *path, last = entry["k"]
    at: Any = session
    for key in path:
        at = at[key]
    if entry.get("kind") == SET:
        if isinstance(at, list) and last == len(at):
            at.append(entry["v"])
        else:
            at[last] = entry["v"]
    elif entry.get("kind") == PUSH:
        whole = at.setdefault(last, []) if isinstance(at, dict) else at[last]
        if isinstance(entry.get("i"), int):
            del whole[entry["i"] :]
        whole += entry.get("v") or []
    elif entry.get("kind") == DELETE:
        del at[last]
    else:
        raise ValueError(f"kind {entry.get('kind')!r}")


def _turns(source: Source, line: int, session: Json) -> Iterator[Item]:
    """Yield a question and its answer for each request."""
    for request in session.get("requests") or []:
        if not isinstance(request, dict):
            continue
        told: dict[str, Any] = {
            "at": request.get("timestamp"),
            "session": session.get("sessionId"),
            "metadata": {"heading": title} if (title := session.get("customTitle")) else None,
        }
        ref = request.get("requestId")
        asked = request.get("message")
        question = asked.get("text") if isinstance(asked, dict) else asked
        turns = [
            ("user", session.get("requesterUsername"), str(question or ""), ref),
            ("assistant", None, _answer(request), request.get("responseId") or f"{ref}#answer"),
        ]
        for role, name, words, id_ in turns:
            item = said(source, line, words, role=role, name=name, ref=id_, **told)
            if item:
                yield item


def _answer(request: Json) -> str:
    """Return the words of an answer, with the names of files that stand among them."""
    parts = request.get("response")
    return "".join(map(_part, parts if isinstance(parts, list) else [parts])).strip()


def _part(part: Any) -> str:
    """Return what one part of an answer says."""
    if not isinstance(part, dict):
        return part if isinstance(part, str) else ""
    kind, value = part.get("kind"), part.get("value")
    if kind == "inlineReference":
        return str(part.get("name") or "")
    if kind not in WORDS:
        return ""
    content = value if value is not None else part.get("content")
    words = content.get("value") if isinstance(content, dict) else content
    return words if isinstance(words, str) else ""
