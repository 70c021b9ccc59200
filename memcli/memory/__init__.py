"""Memories in the store: ids, rows, states, sessions, entities, times."""
