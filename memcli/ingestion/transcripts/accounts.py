"""
What ChatGPT and claude.ai give out of an account: conversations.json, a list of conversations.

Only what a person typed and was shown in answer is a turn: no thoughts, tools or hidden messages.
A conversation of ChatGPT is a tree, as answers can be asked for again: its branch that was left
on the screen is read, from `current_node` back to the root.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from memcli.ingestion.transcripts.fields import to_record
from memcli.ingestion.transcripts.items import Accepted, Item, Source, rejected
from memcli.ingestion.transcripts.json_document import read_values
from memcli.jsonl import Json
from store.errors import BadRecord

# A conversation is read whole; one with much code and many branches has some megabytes.
MAX_CONVERSATION: Final = 256 * 1024 * 1024
SAID: Final = ("text", "multimodal_text")
ROLES: Final = {"user": "user", "human": "user", "assistant": "assistant"}
Turns = Callable[[Json], Iterator[Json]]


def read_chatgpt(source: Source) -> Iterator[Item]:
    """Yield the turns of each conversation of ChatGPT, in the order of the branch shown last."""
    return _read_conversations(source, "mapping", dict, _chatgpt_turns)


def read_claude(source: Source) -> Iterator[Item]:
    """Yield the turns of each conversation of claude.ai."""
    return _read_conversations(source, "chat_messages", list, _claude_turns)


def _read_conversations(source: Source, key: str, kind: type, turns: Turns) -> Iterator[Item]:
    """Yield the turns of conversations, which have their messages under `key`."""
    line = 1
    try:
        for text, line in read_values(source, MAX_CONVERSATION):
            try:
                conversation = msgspec.json.decode(text)
                if not isinstance(_dict(conversation).get(key), kind):
                    raise BadRecord(f"no conversation: it has no {key!r}", remedy="see --from")
                messages = [to_record(turn) for turn in turns(conversation)]
            except (BadRecord, msgspec.DecodeError, RecursionError) as error:
                why = error if isinstance(error, BadRecord) else BadRecord(f"broken JSON: {error}")
                yield rejected(why, source.path, line, text.encode())
                continue
            for message in messages:
                yield Accepted(message, source.path, line)
    except BadRecord as error:
        yield rejected(error, source.path, line)


def _chatgpt_turns(conversation: Json) -> Iterator[Json]:
    """Yield the turns on the branch that was shown last, as raw messages."""
    for node in _branch(conversation):
        message = _dict(node.get("message"))
        metadata = _dict(message.get("metadata"))
        author = _dict(message.get("author")).get("role")
        hidden = metadata.get("is_visually_hidden_from_conversation")
        if hidden or author not in ROLES or message.get("recipient", "all") != "all":
            continue
        content = _dict(message.get("content"))
        if content.get("content_type", "text") in SAID:
            yield from _turn(
                author,
                _joined(content.get("parts")),
                message.get("id") or node.get("id"),
                message.get("create_time"),
                conversation.get("conversation_id") or conversation.get("id"),
            )


def _branch(conversation: Json) -> list[Json]:
    """Return the nodes from the root to the current one; without one, to the deepest leaf."""
    nodes = {key: node for key, node in conversation["mapping"].items() if isinstance(node, dict)}
    current = conversation.get("current_node")
    if current in nodes:
        return _branch_to(nodes, current)
    return max((_branch_to(nodes, key) for key in nodes), key=len, default=[])


def _branch_to(nodes: dict[str, Json], key: Any) -> list[Json]:
    """Return the nodes from the root to one, by their parents; a circle is walked once."""
    found: dict[str, Json] = {}
    while isinstance(key, str) and key in nodes and key not in found:
        found[key] = nodes[key]
        key = nodes[key].get("parent")
    return [*found.values()][::-1]


def _claude_turns(conversation: Json) -> Iterator[Json]:
    """Yield the turns of a conversation of claude.ai, as raw messages."""
    for message in filter(None, map(_dict, conversation["chat_messages"])):
        if message.get("sender") in ROLES:
            said = _joined(message.get("content")) or message.get("text")
            yield from _turn(
                message["sender"],
                said,
                message.get("uuid"),
                message.get("created_at"),
                conversation.get("uuid"),
            )


def _turn(role: str, said: Any, id_: Any, moment: Any, session: Any) -> Iterator[Json]:
    """Yield a raw message, unless nothing was said."""
    if isinstance(said, str) and said.strip():
        fields = {"id": id_, "timestamp": moment, "session_id": session}
        present = {name: value for name, value in fields.items() if value is not None}
        yield {"content": said, "role": ROLES[role], **present}


def _joined(parts: Any) -> str:
    """Return the texts among the parts of a message, a line apart; pictures and tools have none."""
    texts = (
        part.get("text") if isinstance(part, dict) and part.get("type", "text") == "text" else part
        for part in (parts if isinstance(parts, list) else ())
    )
    return "\n".join(text for text in texts if isinstance(text, str) and text)


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
