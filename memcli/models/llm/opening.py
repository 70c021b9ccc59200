"""
Opening of the language model that a command uses, if any, with its cache.

A store may come from somebody else, with a repository or an archive, and its [llm] can name a
command to run or a place to send the conversations to. So that table counts only where the user
has allowed what it names.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from memcli.models.llm.base import LanguageModel
from memcli.models.llm.cache import Budget, CachedModel, MeteredModel
from memcli.models.llm.settings import (
    COMMAND_PREFIX,
    NO_MODEL,
    LlmSettings,
    read_key,
    settings_from,
)
from store.errors import BadUsage, Untrusted
from store.files import io_errors

if TYPE_CHECKING:
    from collections.abc import Callable


FROM_CONFIG: Final = "config"
CACHE: Final = ("cache", "llm")


def chosen_settings(
    table: Mapping[str, Any],
    option: str | None,
    max_tokens: int | None,
    require_allowed: Callable[[], None],
    note: Callable[[str], None],
) -> LlmSettings | None:
    """
    Return the settings of the model to use; None for none. Raises BadUsage.

    table: [llm] of the store's config.toml; option, max_tokens: those given; require_allowed:
    raises Untrusted where the user has not allowed what the table names.
    """
    plain = None if option is None else option.strip()
    if plain == NO_MODEL:
        return None
    table = _allowed(table, plain, require_allowed, note)
    if plain == FROM_CONFIG and not table:
        raise BadUsage("config.toml has no table [llm]", "write one, or give --llm URL#MODEL")
    settings = settings_from(table, None if plain == FROM_CONFIG else plain)
    if settings is None and max_tokens is not None:
        raise BadUsage("--max-tokens without a model", "name one with --llm")
    if settings is None or max_tokens is None:
        return settings
    return replace(settings, max_tokens=max_tokens)


def _allowed(
    table: Mapping[str, Any],
    option: str | None,
    require_allowed: Callable[[], None],
    note: Callable[[str], None],
) -> Mapping[str, Any]:
    """Return the table where the user has allowed it, else an empty one, which is told."""
    if not table:
        return table
    try:
        require_allowed()
    except Untrusted as error:
        if _asks_for_table(option):
            raise
        if option is None:
            note(f"[llm] is not used: {error}")
        return {}
    return table


def _asks_for_table(option: str | None) -> bool:
    """Say whether --llm means the model of config.toml, or only gives it another name."""
    return option is not None and not option.startswith(COMMAND_PREFIX) and "://" not in option


def open_cached(settings: LlmSettings, root: Path) -> tuple[CachedModel, Budget]:
    """Return the model, its answers kept in the cache of a store, and what counts its tokens."""
    budget = Budget(settings.max_tokens)
    model = open_model(settings)
    folder = root.joinpath(*CACHE)
    with io_errors(f"make {folder}"):
        for path in (folder.parent, folder):
            path.mkdir(mode=0o700, exist_ok=True)
    return CachedModel(MeteredModel(model, budget), folder), budget


def model_label(settings: LlmSettings) -> str:
    """Return what a commit may keep of a model: its name, or the program without its words."""
    if settings.command is None:
        return settings.model or ""
    return COMMAND_PREFIX + Path(shlex.split(settings.command)[0]).name


def usage(budget: Budget, cached_answers: int) -> dict[str, int]:
    """Return the calls and tokens of a run."""
    return {
        "calls": budget.calls,
        "prompt_tokens": budget.prompt_tokens,
        "answer_tokens": budget.completion_tokens,
        "cached_answers": cached_answers,
    }


def usage_text(budget: Budget, cached_answers: int, label: str) -> str:
    """Say in words what a run used."""
    about = "about " if budget.is_estimated else ""
    return (
        f"{label}: {budget.calls:,} calls, {about}{budget.prompt_tokens:,} prompt and "
        f"{budget.completion_tokens:,} answer tokens, {cached_answers:,} answers from the "
        "cache"
    )


def open_model(settings: LlmSettings) -> LanguageModel:
    """Return the model of checked settings; BadUsage when the key's variable is not set."""
    # Imported here: only one of the two is used.
    if settings.command is not None:
        from memcli.models.llm.command import CommandModel

        return CommandModel(settings.command, settings.timeout_s)
    from memcli.models.llm.http import HttpModel

    return HttpModel(settings, read_key(settings.api_key_env))
