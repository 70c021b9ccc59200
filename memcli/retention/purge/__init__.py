"""Purge: what goes for good, and its removal."""
