"""Conversations as their readers take them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

from memcli.language.parts import Utterance
from memcli.memory.times import parse_time

WEDNESDAY = datetime(2025, 3, 5, 10, tzinfo=UTC)
# What is said, by Ida unless somebody else is named; None is nobody that is known.
Turn = str | tuple[str | None, str]


def talk(*turns: Turn) -> list[Utterance]:
    """Return turns t0, t1 ... of a Wednesday in March 2025, a minute apart."""
    said = [("Ida", turn) if isinstance(turn, str) else turn for turn in turns]
    return [
        Utterance(f"t{n}", text, speaker, WEDNESDAY + timedelta(minutes=n), speaker == "assistant")
        for n, (speaker, text) in enumerate(said)
    ]


def talks_of(path: Path) -> list[list[Utterance]]:
    """Return the conversations of a file of messages."""
    turns = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        [Utterance(t["id"], t["content"], t["name"], parse_time(t["timestamp"])) for t in session]
        for _, session in groupby(turns, lambda turn: turn["session_id"])
    ]
