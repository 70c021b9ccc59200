"""JSON of other programs, known by its keys: what a document or log is, before it is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from memcli.ingestion.transcripts.outline import Outline, outline
from memcli.jsonl import Json

Test = Callable[[Outline], bool]
CLAUDE_CODE_TYPES: Final = frozenset(
    """user assistant system summary file-history-snapshot queue-operation attachment progress
    ai-title custom-title agent-name mode permission-mode last-prompt worktree-state pr-link
    """.split()
)
CODEX_TYPES: Final = frozenset(
    """session_meta response_item event_msg turn_context compacted world_state message""".split()
)

COGX_KINDS: Final = ("document", "episode", "entity", "fact", "memory", "memory_block", "raw_node")


def known(test: Test) -> Callable[[bytes], bool]:
    """Return a test of the first bytes of an input, in which there has to be an object."""

    def is_one(head: bytes) -> bool:
        seen = outline(head)
        return bool(seen.objects) and test(seen)

    return is_one


def has(raw: Any, *keys: str) -> bool:
    """Tell an object that has all of some keys."""
    return isinstance(raw, dict) and all(key in raw for key in keys)


def items_of(raw: Json, *path: str) -> list[Json]:
    """Return the objects of the list at a path of keys."""
    value: Any = raw
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def is_chatgpt(seen: Outline) -> bool:
    """Tell an export of ChatGPT by the tree of messages in its first conversation."""
    first = seen.first
    told = has(first, "title") or has(first, "current_node") or has(first, "create_time")
    return told and isinstance(first.get("mapping"), dict)


def is_deepseek(seen: Outline) -> bool:
    """Tell an export of DeepSeek, whose tree is like that of ChatGPT and whose messages are not."""
    return has(seen.first, "mapping", "inserted_at")


def is_claude(seen: Outline) -> bool:
    """Tell an export of claude.ai by the list of messages in its first conversation."""
    return has(seen.first, "uuid", "chat_messages")


def is_claude_code(seen: Outline) -> bool:
    """Tell a log of Claude Code by the types of its lines and what they have beside."""
    if isinstance(seen.first.get("loglines"), list):
        return True
    return any(
        raw.get("type") in CLAUDE_CODE_TYPES
        and (
            has(raw, "sessionId")
            or has(raw, "leafUuid")
            or has(raw, "messageId", "snapshot")
            or (isinstance(raw.get("message"), dict) and raw["message"].get("role") == raw["type"])
        )
        for raw in seen.objects
    )


def is_codex(seen: Outline) -> bool:
    """Tell a rollout of Codex by its lines with a payload; the oldest begin with instructions."""
    if has(seen.first, "id", "timestamp", "instructions"):
        return True
    return any(
        raw.get("type") in CODEX_TYPES and isinstance(raw.get("payload"), dict)
        for raw in seen.objects
    )


def is_gemini(seen: Outline) -> bool:
    """Tell a session of Gemini CLI by its head."""
    return has(seen.first, "sessionId", "projectHash")


def is_chat_lines(seen: Outline) -> bool:
    """Tell lines of which each has the messages of one conversation, as those of fine-tuning."""
    return seen.shape == "array" or len(seen.objects) > 1 if is_conversation(seen) else False


def is_conversation(seen: Outline) -> bool:
    """Tell an object that has the messages of a conversation, a document of its own or not."""
    lists = (items_of(seen.first, key)[:3] for key in ("messages", "conversations"))
    return any(
        bool(messages) and all(has(m, "content") or has(m, "value") for m in messages)
        for messages in lists
    )


def is_slack(seen: Outline) -> bool:
    """Tell a day of a channel of Slack: messages with `ts` and a user or a bot."""
    return seen.shape == "array" and any(
        raw.get("type") == "message" and has(raw, "ts") and (has(raw, "user") or has(raw, "text"))
        for raw in seen.objects
    )


def is_telegram(seen: Outline) -> bool:
    """Tell an export of Telegram, of one chat or of all."""
    chats = items_of(seen.first, "chats", "list") or [seen.first]
    messages = [message for chat in chats for message in items_of(chat, "messages")]
    return any(
        m.get("type") in ("message", "service")
        and (has(m, "date") or has(m, "date_unixtime"))
        and any(key in m for key in ("from_id", "actor_id", "from", "actor"))
        for m in messages
    )


def is_discord(seen: Outline) -> bool:
    """Tell an export of DiscordChatExporter."""
    return has(seen.first, "guild", "channel", "messages")


def is_messenger(seen: Outline) -> bool:
    """Tell a thread of Messenger or Instagram."""
    messages = items_of(seen.first, "messages")
    encrypted = has(seen.first, "threadName") and any(has(m, "senderName") for m in messages)
    return encrypted or any(has(m, "sender_name", "timestamp_ms") for m in messages)


def is_skype(seen: Outline) -> bool:
    """Tell an export of Skype."""
    return any(has(each, "MessageList") for each in items_of(seen.first, "conversations"))


def is_companion(seen: Outline) -> bool:
    """Tell what lies beside the conversations of an export: people, channels, settings."""
    first = seen.first
    return (
        (seen.shape == "array" and has(first, "id", "name") and "content" not in first and (
            has(first, "profile") or has(first, "members") or has(first, "topic")
        ))
        or has(first, "uuid", "full_name", "email_address")
        or has(first, "uuid", "is_private", "docs")
        or (has(first, "user_id", "team_id") and has(first, "app_id"))
        or has(first, "user_id", "date", "change_type")
        or (has(first, "id", "email") and has(first, "chatgpt_plus_user"))
        or (has(first, "id", "type") and (has(first, "recipients") or has(first, "guild")))
        or (has(first, "version", "type", "transient"))
        or any(has(each, "user_type") for each in items_of(first, "members"))
        or (has(first, "conversation_id", "id", "rating"))
        or (seen.shape == "array" and has(first, "id", "conversation_id", "title", "is_anonymous"))
    )  # fmt: skip


def is_mcp_memory(seen: Outline) -> bool:
    """Tell the memory of the MCP memory server: entities with observations, and relations."""
    kinds = (raw.get("type") or raw.get("_type") for raw in seen.objects)
    names = ("entityType", "relationType", "observations")
    return any(
        kind in ("entity", "relation") and any(name in raw for name in names)
        for kind, raw in zip(kinds, seen.objects, strict=True)
    )


def is_mem0(seen: Outline) -> bool:
    """Tell the memories of mem0, alone or under `results`."""
    first = next(iter(items_of(seen.first, "results")), seen.first)
    return has(first, "id", "memory") and isinstance(first["memory"], str)


def is_cogx(seen: Outline) -> bool:
    """Tell a file of an archive of COGX; the manifest too."""
    return has(seen.first, "cogx_version") or any(
        raw.get("kind") in COGX_KINDS and has(raw, "external_id") for raw in seen.objects
    )


def is_langgraph(seen: Outline) -> bool:
    """Tell threads, states and checkpoints of LangGraph by the messages among their values."""
    first = seen.first
    checkpoint = first.get("checkpoint")
    values = [first.get("values"), first.get("channel_values")]
    if isinstance(checkpoint, dict):
        values.append(checkpoint.get("channel_values"))
    is_state = any(key in first for key in ("next", "config", "checkpoint", "thread_id", "ts"))
    return is_state and any(has(each, "messages") for each in values)


def is_signal(seen: Outline) -> bool:
    """Tell a chat of Signal, as signal-export or signal-cli write it."""
    envelope = seen.first.get("envelope")
    if has(envelope, "source", "timestamp"):
        return True
    return has(seen.first, "date", "sender", "body", "sticker", "quote")


def is_memory_list(seen: Outline) -> bool:
    """Tell what ChatGPT remembers of a person: a list of memories, which may be switched off."""
    memories = items_of(seen.first, "memories")
    if memories:
        return has(memories[0], "id", "content") and "role" not in memories[0]
    return has(seen.first, "content", "enabled") and "role" not in seen.first


def is_letta(seen: Outline) -> bool:
    """Tell the file of an agent of Letta."""
    return has(seen.first, "agents") and (has(seen.first, "blocks") or has(seen.first, "tools"))


def is_claude_memory(seen: Outline) -> bool:
    """Tell the memories in an export of claude.ai."""
    return has(seen.first, "conversations_memory")


def is_keep(seen: Outline) -> bool:
    """Tell a note of Google Keep."""
    words = has(seen.first, "textContent") or has(seen.first, "listContent")
    return words and has(seen.first, "isTrashed")


def is_llm_logs(seen: Outline) -> bool:
    """Tell the logs of the program llm: a prompt and its response in each."""
    return has(seen.first, "prompt", "response", "datetime_utc")


def is_sillytavern(seen: Outline) -> bool:
    """Tell a chat of SillyTavern by its head."""
    return has(seen.first, "user_name", "character_name") or (
        has(seen.first, "mes", "is_user", "name")
    )


def is_open_webui(seen: Outline) -> bool:
    """Tell an export of Open WebUI: chats with a history."""
    chat = seen.first.get("chat")
    return has(chat, "messages") or has(chat, "history")


def is_opencode(seen: Outline) -> bool:
    """Tell an export of opencode, or one part of a message in its folder."""
    first = next(iter(items_of(seen.first, "messages")), {})
    return has(first, "info", "parts") or has(seen.first, "id", "messageID", "type")


def is_opencode_state(seen: Outline) -> bool:
    """Tell what opencode keeps beside the parts of messages: messages without words, sessions."""
    first = seen.first
    is_message = has(first, "id", "sessionID", "role", "time") and not any(
        key in first for key in ("parts", "content", "text")
    )
    return is_message or has(first, "id", "projectID", "time")


def is_github(seen: Outline) -> bool:
    """Tell an issue or a pull request of GitHub, or a list of such, with or without comments."""
    first = seen.first
    who = has(first.get("author"), "login") or has(first.get("user"), "login")
    return who and has(first, "title", "body", "number")
