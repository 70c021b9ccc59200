"""Sync: files followed by path, so that the store has what is in them now."""
