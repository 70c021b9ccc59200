"""The options of commands that may ask a language model, and what they come to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from memcli.models.llm.settings import LlmSettings
    from store import Store

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


def model_settings(
    opened: Store,
    store: Path | None,
    llm: str | None,
    max_tokens: int | None,
    say: Callable[[str], None],
) -> LlmSettings | None:
    """Return the settings of the model to use; with none, nothing of it is loaded."""
    from memcli.config import read_config

    table = read_config(opened.layout.config).llm
    if not table and llm is None and max_tokens is None:
        return None
    from memcli.models.llm.opening import chosen_settings
    from store.location import is_own_store

    own = is_own_store(store, opened.layout.root)
    return chosen_settings(table, llm, max_tokens, own, say)
