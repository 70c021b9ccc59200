"""
Rollouts of Codex: ~/.codex/sessions/YYYY/MM/DD/rollout-TIME-ID.jsonl, one event a line.

Words stand there twice, as items of the answer and as events for the screen: the items are read,
and the events only where there are no items.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from memcli.ingestion.transcripts.blocks import text_of
from memcli.ingestion.transcripts.decoding import read_log
from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.saying import in_folder, said
from memcli.ingestion.transcripts.service_texts import service_texts
from memcli.ingestion.transcripts.trials import Trials, with_trials
from memcli.jsonl import Json

SERVICE: Final = "service lines"
EVENTS: Final = {"user_message": "user", "agent_message": "assistant"}
ITEMS: Final = {"UserMessage": "user", "AgentMessage": "assistant"}
CALLS: Final = ("function_call", "custom_tool_call", "local_shell_call")
OUTPUTS: Final = ("function_call_output", "custom_tool_call_output")
# Under this name newer rollouts say what of a user's message the user wrote.
KINDS: Final = ("internal_chat_message_metadata_passthrough", "content_item_kinds")
# How kinds of threads begin that Codex begins by itself.
DELEGATED: Final = ("sub", "memory_", "guardian_")


def read_codex(source: Source) -> Iterator[Item]:
    """Yield the turns of a rollout; that of a sub-agent has none."""
    reader = _Rollout(source)
    for each in read_log(source):
        if isinstance(each, Rejected):
            yield each
        else:
            yield from reader.take(*each)
    yield from reader.close()


class _Rollout:
    """Makes turns of events; those for the screen wait until it is known that they are needed."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._texts = service_texts("codex")
        self._session: str | None = None
        self._folder: Json | None = None
        self._is_delegated = False
        self._shown: list[Item] | None = []
        self._trials = Trials()

    def take(self, line: int, event: Json) -> Iterator[Item]:
        """Read one event; yield the turn that it is."""
        kind, payload = event.get("type"), event.get("payload")
        if not isinstance(payload, dict):  # the oldest rollouts have no envelopes
            payload = event
            kind = "session_meta" if "instructions" in event else "response_item"
        if kind == "session_meta":
            self._begin(payload)
        elif self._is_delegated:
            self._source.leave_out("turns of sub-agents")
        elif kind == "response_item":
            yield from self._item(line, event, payload)
        elif kind == "event_msg":
            self._show(line, event, payload)
        else:
            self._source.leave_out(SERVICE)

    def close(self) -> Iterator[Item]:
        """Yield what was shown, where the rollout has no items."""
        yield from self._shown or ()

    def _begin(self, meta: Json) -> None:
        """Take the session's id; a rollout that goes on from another names that one after it."""
        if self._session is None:
            id_ = meta.get("id") or meta.get("session_id")
            self._session = id_ if isinstance(id_, str) else None
            self._folder = in_folder(meta.get("cwd"))
            self._is_delegated = _is_delegated(meta)

    def _item(self, line: int, event: Json, item: Json) -> Iterator[Item]:
        """Yield the turn that an item of an answer is."""
        kind = item.get("type", "message")
        if kind in CALLS + OUTPUTS:
            yield from self._tool(line, event, item)
        elif kind != "message" or item.get("role") not in ("user", "assistant"):
            self._source.leave_out(SERVICE)
        else:
            text = self._texts.said(text_of(item.get("content")))
            if not text or not _is_typed(item):
                self._source.leave_out(SERVICE)
                return
            self._shown = None
            turn = self._said(line, event, text, role=item["role"], ref=item.get("id"))
            if turn:
                yield turn

    def _show(self, line: int, event: Json, shown: Json) -> None:
        """Keep a turn as it was shown, until an item says the same."""
        item = shown.get("item") if shown.get("type") == "item_completed" else None
        if isinstance(item, dict) and item.get("type") in ITEMS:
            role, text = ITEMS[item["type"]], text_of(item.get("content") or item.get("text"))
        else:
            role, text = EVENTS.get(str(shown.get("type")), ""), text_of(shown.get("message"))
        text = self._texts.said(text) if role else ""
        if not text:
            self._source.leave_out(SERVICE)
        elif self._shown is not None:
            turn = self._said(line, event, text, role=role)
            self._shown += [turn] if turn else []

    def _tool(self, line: int, event: Json, item: Json) -> Iterator[Item]:
        """Note a call of a tool, or what it gave back; yield it where they are kept."""
        output = item.get("output")
        self._note(item, output)
        text = text_of(output) or text_of(item.get("arguments") or item.get("input"))
        ref = f"{item.get('call_id')}#{item.get('type')}"
        name = item.get("name") if isinstance(item.get("name"), str) else "tool"
        turn = self._said(line, event, text, role="tool", name=name, ref=ref)
        if turn:
            yield turn

    def _note(self, item: Json, output: Any) -> None:
        """Take note of what was tried: the call of a tool, or its output."""
        kind, call = str(item.get("type")), item.get("call_id")
        if kind in OUTPUTS:
            self._trials.result(call, _plain_output(output))
        else:
            given = item.get("action") or item.get("arguments") or item.get("input")
            self._trials.call(call, item.get("name") or "local_shell", given)

    def _said(self, line: int, event: Json, text: str, **about: Any) -> Item | None:
        """Return a turn at the time of its event."""
        payload = event.get("payload")
        own = payload.get("timestamp") if isinstance(payload, dict) else None
        at = event.get("timestamp") or own
        tried = self._trials.take() if about.get("role") != "tool" else []
        folder = with_trials(self._folder, tried)
        about = {"at": at, "session": self._session, "metadata": folder, **about}
        return said(self._source, line, text, **about)


def _plain_output(output: Any) -> str:
    """Return what a tool gave back; the older ones wrote a record of it and of its status."""
    text = output if isinstance(output, str) else text_of(output)
    if not text.startswith("{"):
        return text
    try:
        told = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text
    status = told.get("metadata") if isinstance(told.get("metadata"), dict) else {}
    code = f"Exit code: {status['exit_code']}\n" if "exit_code" in status else ""
    return f"{code}{told.get('output', text)}"


def _is_delegated(meta: Json) -> bool:
    """
    Tell a rollout that Codex began by itself, to work for another or to review it.

    Kinds of threads are an open list, and one that is not known may be a user's: only those that
    are known to be none are told. A source that is a record is none either, but for one of a
    program of the user's (`custom`).
    """
    source = meta.get("source")
    owned = not isinstance(source, dict) or "custom" in source
    return not owned or str(meta.get("thread_source")).startswith(DELEGATED)


def _is_typed(item: Json) -> bool:
    """Tell what a user typed from what was put into their message, where the rollout says it."""
    told = item.get(KINDS[0])
    kinds = told.get(KINDS[1]) if isinstance(told, dict) else None
    return item.get("role") != "user" or not kinds or "user.text" in kinds
