"""Sanitizing: text without control characters."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return a text without control characters, which could command a terminal."""
    return "".join(char if char.isprintable() or char in "\n\t" else "\ufffd" for char in text)
