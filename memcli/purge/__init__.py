"""Removing memories for good, with all that was made of them."""
