"""Asking a model for an answer of a form, which is whole or none."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from memcli.models.llm.base import LanguageModel, Schema
from memcli.models.llm.text import parse_json
from store.errors import InvalidAnswer

Form = TypeVar("Form")


def answered(
    model: LanguageModel, system: str, user: str, schema: Schema, form: type[Form]
) -> Form:
    """
    Return what a model answers to a prompt, as `form`.

    Raises InvalidAnswer where it was cut off, holds no JSON or is of another form.
    """
    reply = model.complete(system, user, schema)
    if reply.is_truncated:
        raise InvalidAnswer("the answer was cut off")
    try:
        return msgspec.convert(parse_json(reply.text), form)
    except msgspec.ValidationError as error:
        raise InvalidAnswer(f"the model's answer is not usable: {error}") from error
