"""Settings of config.toml: which there are, what each is, and where its value comes from."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

from memcli.cli.config_text import value_at
from memcli.config import Config, config_of
from memcli.jsonl import Json
from memcli.language.data import read_toml
from store.errors import BadUsage

TYPES: Final[Mapping[Any, str]] = {int: "integer", float: "number", bool: "flag", str: "text"}
POLICY: Final = "decay.policy"
NAME: Final = f"{POLICY}.name"
TYPE_TABLES: Final = "decay.types."
NEAR: Final = 3
# What is set outside of config.toml.
VARIABLES: Final = {"store": "MEMCLI_STORE", "namespace": "MEMCLI_NAMESPACE"}


class KnownSetting(NamedTuple):
    """One thing that may be set: its name with those of its tables, type, default, choices."""

    key: str
    type: str
    default: Any = None
    choices: tuple[str, ...] = ()

    @property
    def path(self) -> list[str]:
        """The names of its tables, and its own."""
        return self.key.split(".")

    @property
    def about(self) -> str:
        """What it is, in a line."""
        table, _, name = self.key.rpartition(".")
        listed = read_toml("cli/settings.toml")
        place = POLICY if table.startswith(TYPE_TABLES) else table
        return str(value_at(listed, [*place.split("."), name]) or "")


@cache
def known_settings() -> dict[str, KnownSetting]:
    """Return all settings by their names, but parameters of plug-ins."""
    found = [*_of_struct(Config, ""), *_of_llm(), *_of_policies(POLICY)]
    for table in _type_tables():
        found += _of_policies(table)
    return {setting.key: setting for setting in found}


def _of_struct(struct: Any, above: str) -> Iterator[KnownSetting]:
    """Yield the settings of a table of Config; those of free tables stand elsewhere."""
    hints = get_type_hints(struct, include_extras=True)
    for field in msgspec.structs.fields(struct):
        key = f"{above}{field.name}"
        if isinstance(hints[field.name], type) and issubclass(hints[field.name], msgspec.Struct):
            yield from _of_struct(hints[field.name], f"{key}.")
        elif get_origin(hints[field.name]) is not dict:
            yield _setting(key, hints[field.name], field.default)


def _of_llm() -> Iterator[KnownSetting]:
    """Yield the settings of a language model."""
    from memcli.models.llm.settings import LlmSettings

    hints = get_type_hints(LlmSettings, include_extras=True)
    for field in dataclasses.fields(LlmSettings):
        yield _setting(f"llm.{field.name}", hints[field.name], field.default)


def _of_policies(table: str) -> Iterator[KnownSetting]:
    """Yield the settings of how memories fade, of all policies."""
    from memcli.algorithms.decay import POLICIES
    from memcli.retention.anchors import DEFAULT as usual

    yield KnownSetting(f"{table}.name", "text", usual)
    parameters = {f.name: f.default for law in POLICIES.values() for f in dataclasses.fields(law)}
    for name, default in parameters.items():
        yield KnownSetting(f"{table}.{name}", "number", default)


def _types() -> tuple[str, ...]:
    from memcli.retention.anchors import TYPES as types

    return tuple(types)


def _setting(key: str, annotation: Any, default: Any) -> KnownSetting:
    """Return a setting by the type that it is declared with."""
    kind = _plain_type(annotation)
    choices = tuple(get_args(kind)) if get_origin(kind) is Literal else ()
    return KnownSetting(key, TYPES.get(kind, "text"), default, choices)


def _plain_type(annotation: Any) -> Any:
    """Return the type of a value without bounds, and without that there may be none."""
    if get_origin(annotation) is Annotated:
        return _plain_type(get_args(annotation)[0])
    options = [each for each in get_args(annotation) if each is not type(None)]
    if get_origin(annotation) is not Literal and options:
        return _plain_type(options[0])
    return annotation


def find(key: str) -> KnownSetting:
    """Return the setting of a name; BadUsage, with those that are near, where there is none."""
    known = known_settings()
    if key in known:
        return known[key]
    if key in VARIABLES:
        remedy = f"set {VARIABLES[key]}, or give --{key}"
        raise BadUsage(f"{key} is not set in config.toml", remedy)
    table, _, name = key.rpartition(".")
    if name.isidentifier() and (table == POLICY or table in _type_tables()):
        return KnownSetting(key, "any")  # of a plug-in, perhaps; it is checked when it is set
    raise BadUsage(f"there is no setting {key!r}", nearest(key))


def nearest(key: str) -> str:
    """Return which settings may be meant, or how to list them."""
    from difflib import get_close_matches

    names = [name for name in known_settings() if not name.startswith(TYPE_TABLES)]
    last = {name.rpartition(".")[2]: name for name in names}
    near = get_close_matches(key, names, NEAR, 0.6)
    near += [last[name] for name in get_close_matches(key.rpartition(".")[2], last, 1, 0.7)]
    found = ", ".join(dict.fromkeys(near))
    return f"did you mean {found}?" if near else "see: memcli config list"


def below(key: str) -> list[KnownSetting]:
    """Return the settings that a name means: itself, or all of a table."""
    inside = [one for name, one in known_settings().items() if name.startswith(f"{key}.")]
    return inside or [find(key)]


def in_use(settings: Json) -> list[KnownSetting]:
    """Return the settings that have an effect: no parameters of policies that are not chosen."""
    given = [KnownSetting(key, "any") for key in _given(settings) if key not in known_settings()]
    chosen = str(value_at(settings, NAME.split(".")) or known_settings()[NAME].default)
    mine = {NAME, *(setting.key for setting in _of_law(chosen))}
    return [
        setting
        for setting in (*known_settings().values(), *given)
        if value_at(settings, setting.path) is not None
        or setting.key in mine
        or not setting.key.startswith((f"{POLICY}.", TYPE_TABLES))
    ]


def record(setting: KnownSetting, settings: Json) -> Json:
    """Return what a setting is and is set to, as a record of kind `setting`."""
    value = value_at(settings, setting.path)
    default = setting.default
    if setting.key.startswith(TYPE_TABLES):  # what is of no type of its own is as for all
        common = value_at(settings, [*POLICY.split("."), setting.path[-1]])
        default = default if common is None else common
    found = {"key": setting.key, "value": default if value is None else value, "default": default}
    found |= {"source": "default" if value is None else "file", "type": setting.type}
    found |= {"choices": list(setting.choices) or None, "about": setting.about or None}
    return {"kind": "setting", "v": 1, **found}


def checked(text: str, path: Path, is_own: bool = True) -> Config:
    """Return the settings in the text of a config.toml; BadUsage for what any command refuses."""
    from memcli.models.llm.settings import checked_table
    from memcli.retention.anchors import DecaySettings

    config = config_of(text, path)
    DecaySettings.of(config.decay, is_own)
    checked_table(config.llm)
    return config


def read_value(setting: KnownSetting, given: str) -> Any:
    """Return a value as it was typed: a text as it stands, numbers and the like as in JSON."""
    if setting.choices and given not in setting.choices:
        raise BadUsage(f"{setting.key} cannot be {given!r}", f"one of {', '.join(setting.choices)}")
    if setting.type == "text":
        return given
    try:
        value = json.loads(given)
    except (ValueError, RecursionError):
        value = given
    if value is None:
        raise BadUsage(f"{setting.key} cannot be null", f"memcli config unset {setting.key}")
    return value


def _of_law(name: str) -> list[KnownSetting]:
    """Return the parameters of a policy of ours."""
    from memcli.algorithms.decay import POLICIES

    fields = dataclasses.fields(POLICIES[name]) if name in POLICIES else ()
    return [known_settings()[f"{POLICY}.{field.name}"] for field in fields]


def _type_tables() -> list[str]:
    return [f"{TYPE_TABLES}{type_}" for type_ in _types()]


def _given(settings: Json, above: str = "") -> Iterator[str]:
    """Yield the names of all that is set."""
    for name, value in settings.items():
        if isinstance(value, dict):
            yield from _given(value, f"{above}{name}.")
        else:
            yield f"{above}{name}"
