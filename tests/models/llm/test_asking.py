"""Answers of a form: whole, or refused."""

from __future__ import annotations

import msgspec
import pytest

from memcli.models.llm.asking import answered
from memcli.models.llm.base import Reply
from store.errors import InvalidAnswer


class Sums(msgspec.Struct):
    """What is asked for."""

    total: int


class Model:
    """Answers always the same."""

    name = "same"

    def __init__(self, text, **more):
        self.reply = Reply(text, 1, 1, **more)

    def complete(self, system, user, schema):
        return self.reply


def ask(*answer, **more):
    return answered(Model(*answer, **more), "add", "1 and 2", {}, Sums)


def test_an_answer_is_what_was_asked_for():
    assert ask('Sure: {"total": 3}') == Sums(3)


@pytest.mark.parametrize(
    ("text", "more", "what"),
    [
        ('{"total": 3}', {"is_truncated": True}, "cut off"),
        ('{"total": "three"}', {}, "not usable"),
        ("three", {}, "no JSON"),
    ],
)
def test_what_is_none_is_refused(text, more, what):
    with pytest.raises(InvalidAnswer, match=what):
        ask(text, **more)
