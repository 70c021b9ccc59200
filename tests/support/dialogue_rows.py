"""Rows of a session, for what exports read of them."""

from __future__ import annotations


def rows_of(*said):
    """Rows of turns in order: (speaker, text), or a dict that says more."""
    rows = []
    for number, one in enumerate(said):
        given = one if isinstance(one, dict) else {"speaker": one[0], "text": one[1]}
        plain = {
            "id": str(number),
            "level": 0,
            "type": "episodic",
            "extra": None,
            "archived": False,
        }
        rows.append({**plain, **given})
    return rows
