"""Roles in a chat with a program: what they are called, by transcripts and in statements."""

from __future__ import annotations

from typing import Final

# Names that stand before turns, and the role that they mean.
ROLE_OF: Final = {
    "user": "user",
    "human": "user",
    "you": "user",
    "assistant": "assistant",
    "ai": "assistant",
    "bot": "assistant",
    "chatgpt": "assistant",
    "system": "system",
    "tool": "tool",
}
# The same in records, where a role is no word that might begin a line.
_IN_RECORDS: Final = ROLE_OF | {
    "model": "assistant",
    "gpt": "assistant",
    "prompter": "user",
    "gemini": "assistant",
    "chatbot": "assistant",
    "agent": "assistant",
    "developer": "system",
    "function": "tool",
    "function_call": "tool",
    "function_response": "tool",
    "observation": "tool",
    "toolresult": "tool",
    "ipython": "tool",
}
# Programs by name: who answers a user, and nobody where people talk, some of whom are called so.
PRODUCTS: Final = frozenset(
    """chatgpt claude gemini copilot cursor grok deepseek mistral perplexity bard llama qwen codex
    aider gpt-4 gpt-4o gpt-5""".split()
)
# Who is no person.
ASSISTANTS: Final = frozenset(
    {name for name, role in ROLE_OF.items() if role != "user"} | {"claude"}
)
USER: Final = "the user"
ASSISTANT: Final = "the assistant"
# What a statement calls those who have a role and no name.
CALLED: Final = {"user": USER, "assistant": ASSISTANT}
ROLES: Final = frozenset(CALLED)


def role_of(text: str | None) -> str | None:
    """Return the role that a record's word for one means; another word is as it is."""
    return _IN_RECORDS.get(text.casefold(), text) if text else None
