"""The options of commands that may ask a language model, and what they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from memcli.cli.with_store import Call
    from memcli.models.llm.settings import LlmSettings

LlmOption = Annotated[
    str | None,
    typer.Option(
        "--llm",
        help="Read with a language model: its name, URL#MODEL, 'command:WORDS', 'config' for"
        " [llm] of config.toml, or none.",
        metavar="MODEL",
    ),
]
MaxTokensOption = Annotated[
    int | None,
    typer.Option("--max-tokens", min=0, help="Tokens that the model may use in this run."),
]


def model_settings(call: Call, llm: str | None, max_tokens: int | None) -> LlmSettings | None:
    """Return the settings of the model to use; with none, nothing of it is loaded."""
    from memcli.config import read_config

    root = call.store.layout.root
    table = read_config(call.store.layout.config).llm
    if not table and llm is None and max_tokens is None:
        return None
    from memcli.models.llm.opening import chosen_settings, is_own_store

    return chosen_settings(
        table, llm, max_tokens, is_own_store(call.given["store"], root), call.say
    )
