"""Turns and memories, and a model with fixed answers, for the tests of extraction."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

from memcli.extraction.llm.prompt import SCHEMA, SYSTEM, ExistingMemory
from memcli.language.parts import Utterance
from memcli.models.llm.base import Reply

FRIDAY = datetime(2031, 5, 2, 17, 30, tzinfo=UTC)
TURNS = [
    Utterance("turn-a", "I moved to Lund yesterday.", "Wilma", FRIDAY),
    Utterance("turn-b", "You could rent out the old flat.", "Helper", FRIDAY, is_assistant=True),
    Utterance("turn-c", "No, I sold it.", "Wilma", FRIDAY),
]
EXISTING = [
    ExistingMemory("id-home", "Wilma lives in Malmö.", datetime(2029, 1, 1, tzinfo=UTC)),
    ExistingMemory("id-flat", "Wilma owns a flat."),
]
ADD = {"op": "add", "text": "Wilma moved to Lund.", "sources": ["t1"]}


class FakeModel:
    """A model that says one thing after the other and remembers what it was asked."""

    name = "fake"

    def __init__(self, *answers, truncated=False):
        self.answers = [a if isinstance(a, str) else json.dumps(a) for a in answers]
        self.asked = []
        self.truncated = truncated

    def complete(self, system, user, schema):
        assert (system, schema) == (SYSTEM, SCHEMA)
        self.asked.append(user)
        return Reply(self.answers[len(self.asked) - 1], 1, 1, is_truncated=self.truncated)


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)
