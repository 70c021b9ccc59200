"""Blocks of memories for a prompt, within a budget of tokens."""
