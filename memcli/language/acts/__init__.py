"""Dialogue acts: what a sentence does, how sure it is, what matters."""
