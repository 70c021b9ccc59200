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
# Who is no person.
ASSISTANTS: Final = frozenset(
    {name for name, role in ROLE_OF.items() if role != "user"} | {"claude"}
)
USER: Final = "the user"
ASSISTANT: Final = "the assistant"
# What a statement calls those who have a role and no name.
CALLED: Final = {"user": USER, "assistant": ASSISTANT}
ROLES: Final = frozenset(CALLED)
