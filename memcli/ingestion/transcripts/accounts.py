"""
conversations.json of an account of ChatGPT, DeepSeek or claude.ai: a list of conversations.

Only what a person typed and was shown in answer is a turn: no thoughts, tools or hidden messages.
A conversation of ChatGPT is a tree, as answers can be asked for again: its branch that was left
on the screen is read, from `current_node` back to the root. DeepSeek does not say which that was:
the longest branch is read, of equals the newest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from memcli.ingestion.transcripts.blocks import text_of
from memcli.ingestion.transcripts.items import Item, Rejected, Source, rejected
from memcli.ingestion.transcripts.json_document import read_documents
from memcli.ingestion.transcripts.saying import said
from memcli.jsonl import Json
from store.errors import BadRecord

SAID: Final = ("text", "multimodal_text")
ROLES: Final = {"user": "user", "human": "user", "assistant": "assistant"}
# The fragments of DeepSeek's messages that were typed, and shown in answer.
FRAGMENTS: Final = {"REQUEST": "user", "RESPONSE": "assistant"}
Turns = Callable[[Json], Iterator[Json]]


def read_chatgpt(source: Source) -> Iterator[Item]:
    """Yield the turns of each conversation of ChatGPT, in the order of the branch shown last."""
    return _read_conversations(source, "mapping", dict, _chatgpt_turns)


def read_deepseek(source: Source) -> Iterator[Item]:
    """Yield the turns of each conversation of DeepSeek."""
    return _read_conversations(source, "mapping", dict, _deepseek_turns)


def read_claude(source: Source) -> Iterator[Item]:
    """Yield the turns of each conversation of claude.ai."""
    return _read_conversations(source, "chat_messages", list, _claude_turns)


def _read_conversations(source: Source, key: str, kind: type, turns: Turns) -> Iterator[Item]:
    """Yield the turns of conversations, which have their messages under `key`."""
    for each in read_documents(source):
        if isinstance(each, Rejected):
            yield each
            continue
        line, conversation = each
        if not isinstance(conversation.get(key), kind):
            error = BadRecord(f"no conversation: it has no {key!r}", remedy="see --from")
            yield rejected(error, source.path, line, msgspec.json.encode(conversation))
            continue
        for turn in turns(conversation):
            item = said(source, line, turn.pop("content"), **turn)
            if item:
                yield item


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
                text_of(content.get("parts")),
                message.get("id") or node.get("id"),
                message.get("create_time"),
                conversation.get("conversation_id") or conversation.get("id"),
            )


def _deepseek_turns(conversation: Json) -> Iterator[Json]:
    """Yield the turns on the longest branch; what was thought and searched for is left out."""
    for node in _branch(conversation):
        message = _dict(node.get("message"))
        fragments = message.get("fragments")
        for part in filter(None, map(_dict, fragments if isinstance(fragments, list) else [])):
            if part.get("type") in FRAGMENTS:
                yield from _turn(
                    FRAGMENTS[str(part["type"])],
                    part.get("content"),
                    node.get("id"),
                    message.get("inserted_at"),
                    conversation.get("id"),
                )


def _branch(conversation: Json) -> list[Json]:
    """Return the nodes from the root to the current one; without one, to the deepest leaf."""
    nodes = {key: node for key, node in conversation["mapping"].items() if isinstance(node, dict)}
    current = conversation.get("current_node")
    if current in nodes:
        return _branch_to(nodes, current)
    return max((_branch_to(nodes, key) for key in reversed(nodes)), key=len, default=[])


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
            words = text_of(message.get("content")) or message.get("text")
            turns = _turn(
                message["sender"],
                words,
                message.get("uuid"),
                message.get("created_at"),
                conversation.get("uuid"),
            )
            sent = [message.get(key) for key in ("attachments", "files")]
            files = [each for some in sent if isinstance(some, list) for each in some]
            yield from ({**turn, "attachments": files} if files else turn for turn in turns)


def _turn(role: str, words: Any, id_: Any, moment: Any, session: Any) -> Iterator[Json]:
    """Yield the parts of a turn, unless nothing was said."""
    if isinstance(words, str) and words.strip():
        yield {"content": words, "role": role, "ref": id_, "at": moment, "session": session}


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
