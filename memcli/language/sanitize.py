"""Sanitizing: text without control characters."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return a text without control characters, which could command a terminal."""
    bad = [char for char in set(text) if not char.isprintable() and char not in "\n\t"]
    return text.translate({ord(char): "\ufffd" for char in bad}) if bad else text
