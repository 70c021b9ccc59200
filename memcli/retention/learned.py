"""
Learned model of a store: kept as JSON in its commits, so that `undo` takes it back.

It has a number for each term and no word of any memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
import numpy as np

from memcli.algorithms.retention_model import SIGNS, TERMS, Learned
from memcli.jsonl import format_time

RETENTION: Final = "retention"
VERSION: Final = 1


class StoredModel(msgspec.Struct):
    """A model as a commit has it; figures: what it came to on the moments held out."""

    v: int
    terms: dict[str, float]
    bias: float
    fitted_at: str
    figures: dict[str, float]


def learned_of(models: Mapping[str, Mapping[str, Any]]) -> Learned | None:
    """Return the model of a commit; None where it has none, or none that this version can use."""
    try:
        stored = msgspec.convert(models[RETENTION], StoredModel)
    except (KeyError, msgspec.ValidationError):
        return None
    terms = np.array([stored.terms.get(name, 0.0) for name in TERMS])
    is_sound = bool(np.isfinite([*terms, stored.bias]).all()) and stored.v == VERSION
    signs = [SIGNS.get(name, 0) * value >= 0 for name, value in zip(TERMS, terms, strict=True)]
    if not is_sound or not all(signs) or set(stored.terms) - set(TERMS):
        return None
    return Learned(terms=tuple(terms.tolist()), bias=stored.bias)


def as_stored(model: Learned, figures: Mapping[str, float], now: datetime) -> dict[str, Any]:
    """Return a model as a commit keeps it."""
    terms = {name: round(value, 6) for name, value in zip(TERMS, model.terms, strict=True) if value}
    shown = {name: round(value, 4) for name, value in figures.items()}
    stored = StoredModel(VERSION, terms, round(model.bias, 6), format_time(now), shown)
    found: dict[str, Any] = msgspec.to_builtins(stored)
    return found
