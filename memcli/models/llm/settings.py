"""Settings of a language model: the table [llm] of config.toml, and --llm over it."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, Final
from urllib.parse import SplitResult, urlsplit, urlunsplit

import msgspec

from memcli.language.wrong_values import in_words
from store.errors import BadUsage

__all__ = [
    "COMMAND_PREFIX",
    "ENDPOINT",
    "NO_MODEL",
    "LlmSettings",
    "checked_table",
    "command_words",
    "read_key",
    "settings_from",
]

MEND: Final = "mend it, or delete the line"
NO_MODEL: Final = "none"
COMMAND_PREFIX: Final = "command:"
ENDPOINT: Final = "/chat/completions"

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_NOT_URL = re.compile(r"[\s\x00-\x1f\x7f]")

Name = Annotated[str, msgspec.Meta(min_length=1)]


@dataclass(frozen=True, slots=True)
class LlmSettings:
    """
    The table [llm] of config.toml: `base_url` and `model`, or `command`.

    api_key_env: name of the environment variable that holds the key; none is sent without it.
    timeout_s: the most that one answer may take, tries included. A local model without a
    graphics card writes some ten tokens a second.
    max_tokens: the budget of one run, as --max-tokens; answer_tokens: the most of one answer.
    """

    base_url: Name | None = None
    model: Name | None = None
    api_key_env: Name | None = None
    command: Name | None = None
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = 300.0
    max_tokens: Annotated[int, msgspec.Meta(ge=0)] | None = None
    answer_tokens: Annotated[int, msgspec.Meta(ge=1)] = 4096
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.0


def settings_from(table: Mapping[str, Any], option: str | None) -> LlmSettings | None:
    """
    Return the model to use, from the table [llm] and the value of --llm; None for no model.

    `option` is a model's name, URL#MODEL, command:WORDS or `none`. Raises BadUsage.
    """
    settings = checked_table(table)
    if option is not None:
        settings = _overridden(settings, option.strip())
    if settings.command is not None:
        if settings.base_url or settings.model:
            raise BadUsage("[llm] names both a command and a service", "keep one of them")
        command_words(settings.command)
        return settings
    return _service(settings) if settings.base_url or settings.model else None


def checked_table(table: Mapping[str, Any]) -> LlmSettings:
    """Return the table as it stands; BadUsage for what cannot be in it."""
    names = [known.name for known in fields(LlmSettings)]
    for name in table:
        if name not in names:
            remedy = "name a variable in api_key_env" if name == "api_key" else ", ".join(names)
            raise BadUsage(f"[llm] has no setting {name!r}", f"use {remedy}")
    try:
        settings = msgspec.convert(dict(table), LlmSettings)
    except msgspec.ValidationError as error:
        raise BadUsage(f"[llm] of config.toml: {in_words(str(error))}", MEND) from error
    # What is no name of a variable may be the key itself, so it is not quoted.
    if settings.api_key_env is not None and not _VARIABLE.fullmatch(settings.api_key_env):
        raise BadUsage(
            "api_key_env of [llm] is not the name of an environment variable",
            'put the key into one, and its name here: api_key_env = "LLM_API_KEY"',
        )
    return settings


def _overridden(settings: LlmSettings, option: str) -> LlmSettings:
    """Put what --llm says over the table."""
    if option == NO_MODEL:
        return LlmSettings()
    if option.startswith(COMMAND_PREFIX):
        command = option.removeprefix(COMMAND_PREFIX)
        return replace(settings, command=command, base_url=None, model=None)
    if "://" not in option:
        if not option:
            raise BadUsage("--llm names nothing", "give a model, URL#MODEL or 'command:llm -m x'")
        return replace(settings, model=option, command=None)
    url, _, model = option.partition("#")
    # A key is meant for the service that it stands beside.
    keeps_key = settings.base_url is None or _same_origin(settings.base_url, url)
    key = settings.api_key_env if keeps_key else None
    model = model or settings.model or ""
    return replace(settings, base_url=url, model=model, api_key_env=key, command=None)


def _service(settings: LlmSettings) -> LlmSettings:
    """Check and complete the settings of a service."""
    if not settings.base_url:
        raise BadUsage(
            f"no service for the model {settings.model}",
            "set base_url in [llm] of config.toml, or give --llm URL#MODEL",
        )
    if not settings.model:
        raise BadUsage(
            "the service has no model", "set model in [llm] of config.toml, or give --llm URL#MODEL"
        )
    return replace(settings, base_url=_base_url(settings.base_url))


def _base_url(text: str) -> str:
    """Return a base URL in its usual form: no slash or endpoint at its end, /v1 if it is bare."""
    parts = _split_url(text)
    if parts.username is not None or parts.password is not None:
        raise BadUsage("base_url holds a user name or password", "use api_key_env for the key")
    path = parts.path.rstrip("/").removesuffix(ENDPOINT) or "/v1"
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


def _split_url(text: str) -> SplitResult:
    """Split an http or https URL; BadUsage, which does not quote it, for anything else."""
    with suppress(ValueError):
        parts = urlsplit(text)
        well_formed = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        if well_formed and not _NOT_URL.search(text) and text.isascii():
            return parts
    raise BadUsage("base_url is not an http or https URL", "such as http://localhost:11434/v1")


def _same_origin(one: str, other: str) -> bool:
    """Say whether two URLs are of the same scheme, host and port."""
    a, b = _split_url(one), _split_url(other)
    return (a.scheme, a.netloc.lower()) == (b.scheme, b.netloc.lower())


def command_words(command: str) -> list[str]:
    """Split a command as a shell does; no shell ever runs it."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise BadUsage(f"the command of the model: {error}", "balance its quotes") from error
    if not words:
        raise BadUsage("the command of the model is empty", "such as: command:llm -m NAME")
    return words


def read_key(variable: str | None) -> str | None:
    """Read the key; what is wrong with it is said without it."""
    if variable is None:
        return None
    # A key without punctuation could pass for a name; names in capitals are surely names.
    shown = variable if variable.isupper() else "the variable that api_key_env names"
    key = os.environ.get(variable, "").strip()
    if not key:
        raise BadUsage(f"{shown} holds no API key", "set it, or remove api_key_env from [llm]")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise BadUsage(f"{shown} holds characters that no API key has", "set it anew")
    return key
