"""Hits as a search returns them, for the tests of what works on hits."""

from __future__ import annotations

from memcli.records import Hit


def hit(**fields):
    """Return a hit; what a test does not say is empty."""
    plain = {
        "rank": 1,
        "score": 0.5,
        "id": "a",
        "text": "",
        "type": "episodic",
        "level": 0,
        "namespace": "default",
        "refs": [],
        "speaker": None,
        "session_id": None,
        "happened_at": None,
        "source_ids": None,
        "ref": None,
        "why": {"dense": 0.5},
    }
    return Hit(v=1, **{**plain, **fields})


def hits(*texts, scores=None, **fields):
    """Return hits with these texts, best first, scores falling from 0.8."""
    found = []
    for index, text in enumerate(texts):
        score = round(0.8 * 0.9**index, 6) if scores is None else scores[index]
        why = {"dense": round(score * 0.75, 6), "lexical": round(score * 0.25, 6)}
        found.append(
            hit(rank=index + 1, score=score, id=f"id-{index}", text=text, why=why, **fields)
        )
    return found
