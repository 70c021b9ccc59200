"""Lines of `memory` records that state facts and quotations, for tests of what tells of people."""

from __future__ import annotations

import json
from typing import Any

SAID = "2026-01-03T10:00:00Z"


def statement(id_: str, text: str, speaker: str | None = "Ida", **fields: Any) -> str:
    """Return the line of a statement; ids are of 16 characters."""
    record = {
        "kind": "memory",
        "v": 1,
        "id": id_.ljust(16, "x"),
        "text": text,
        "namespace": "default",
        "type": "semantic",
        "level": 1,
        "speaker": speaker,
        "happened_at": SAID,
        "valid_from": SAID,
        "recorded_at": SAID,
        "importance": 0.7,
        "confidence": 0.8,
        "session_id": "s",
        **fields,
    }
    return json.dumps(record) + "\n"


def fact(id_: str, attribute: str, value: str, subject: str = "Ida", **fields: Any) -> str:
    """Return the line of a fact, said by its subject unless `speaker` is given."""
    named = {"subject": subject, "attribute": attribute, "value": value, "polarity": "positive"}
    speaker = fields.pop("speaker", subject)
    text = fields.pop("text", f"I said {attribute} {value}.")
    return statement(id_, text, speaker, **named, **fields)
