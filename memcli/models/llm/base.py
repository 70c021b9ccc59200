"""
Language models that the user may have: an OpenAI-compatible service, or any command.

Nothing here is imported or called unless a model is set up. An API key comes from the environment
and goes into one header of one host: never into a message, a representation or a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered; tokens are estimated where the service does not report them."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    is_estimated: bool = False
    is_truncated: bool = False
    is_cached: bool = False


class LanguageModel(Protocol):
    """Something that completes a prompt; `name` tells models apart in the cache."""

    @property
    def name(self) -> str:
        """Say which model this is, without any secret of the service."""

    def complete(self, system: str, user: str, schema: Schema) -> Reply:
        """Answer a prompt with JSON of a schema, as far as the model can be held to it.

        Raises ServiceUnavailable, or RequestRefused where only this prompt is at fault.
        """
