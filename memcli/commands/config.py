"""
Show and change the settings of a store: get, set, unset, list.

They stand in config.toml in the store, which you may edit as well: what is changed here leaves
comments, order and everything else as they are.

Example: memcli config set query.top_k 20

EXIT STATUS: 0 done, 2 usage, no such setting, or a value that it cannot have, 66 no such store, 74
I/O error or disk full, 75 locked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Annotated, Final

import typer

from memcli.cli import options
from memcli.cli.output import Format
from memcli.cli.with_store import Call, with_store
from memcli.jsonl import Json
from store.location import store_place
from store.remote.urls import shown

ACTIONS: Final = ("get", "set", "unset", "list")
COLUMNS: Final = ("key", "value", "default", "source")
STORE_HELP: Final = "The store; else the nearest .memory/ upward, or the per-user folder."
NAMESPACE_HELP: Final = "What bounds reading and writing; without it all is read."


def setting_names() -> list[str]:
    """Return the names of all settings, but those of single types, which are as for all."""
    from memcli.cli.settings import TYPE_TABLES, known_settings

    return [name for name in known_settings() if not name.startswith(TYPE_TABLES)]


KeyArgument = Annotated[
    str,
    typer.Argument(
        help="A setting, such as query.top_k.", metavar="KEY", autocompletion=setting_names
    ),
]


@with_store("read", "store namespace * quiet format")
def get_command(
    call: Call,
    key: Annotated[
        str,
        typer.Argument(
            help="A setting, such as query.top_k, or a table of them: llm.",
            metavar="KEY",
            autocompletion=setting_names,
        ),
    ],
) -> None:
    """
    Show a setting, or all of a table.

    What is not set has its default. --format text gives the value alone.

    Example: memcli config get query.top_k --format text

    EXIT STATUS: 0 done, not set too, 2 usage, no such setting, or a config.toml that is wrong, 66
    no such store, 74 I/O error.
    """
    from memcli.cli.config_file import read_settings
    from memcli.cli.settings import below, record

    outside = [one for one in _surroundings(call) if one["key"] == key]
    settings = {} if outside else read_settings(call.store)
    _show(call, outside or [record(setting, settings) for setting in below(key)])


@with_store("write", "store * dry_run quiet format")
def set_command(
    call: Call,
    key: KeyArgument,
    value: Annotated[
        str,
        typer.Argument(
            help="A text as it stands; numbers and the like as in JSON.", metavar="VALUE"
        ),
    ],
) -> None:
    """
    Set a setting.

    The value is checked as it is where it is used. The setting stands where it stood, or at the
    end of its table; nothing else of config.toml changes.

    Example: memcli config set decay.policy.name power

    EXIT STATUS: 0 done, 2 usage, no such setting, or a value that it cannot have, 66 no such store,
    74 I/O error or disk full, 75 locked.
    """
    from memcli.cli.config_text import with_value
    from memcli.cli.settings import find, read_value

    options.require_utf8(KEY=key, VALUE=value)
    setting = find(key)
    wanted = read_value(setting, value)
    _change(call, key, lambda text: with_value(text, setting.path, wanted))


@with_store("write", "store * dry_run quiet format")
def unset_command(call: Call, key: KeyArgument) -> None:
    """
    Take a setting back to its default: its line goes.

    Example: memcli config unset query.top_k

    EXIT STATUS: 0 done, not set too, 2 usage, or no such setting, 66 no such store, 74 I/O error or
    disk full, 75 locked.
    """
    from memcli.cli.config_text import without_value
    from memcli.cli.settings import find

    setting = find(key)
    _change(call, key, lambda text: without_value(text, setting.path))


@with_store("read", "store namespace * quiet format")
def list_command(call: Call) -> None:
    """
    List the settings with their values, defaults, and where they come from.

    `store` and `namespace` are set by options and variables only. Of the policies of decay, the
    parameters of the one that is chosen are listed; all have names: memcli help forgetting.

    Example: memcli config list | jq 'select(.source == "file")'

    EXIT STATUS: 0 done, 2 usage, or a config.toml that is wrong, 66 no such store, 74 I/O error.
    """
    from memcli.cli.config_file import read_settings
    from memcli.cli.settings import in_use, record

    settings = read_settings(call.store)
    listed = [*_surroundings(call), *(record(one, settings) for one in in_use(settings))]
    if call.format is Format.text:
        listed = [{**one, "value": f"{one['key']} = {plain(one)}"} for one in listed]
    _show(call, listed)


def _change(call: Call, key: str, change: Callable[[str], str]) -> None:
    """Change config.toml, and say and show what a setting was and is."""
    from memcli.cli.config_file import edit
    from memcli.cli.settings import find, record

    before, after = edit(call.store, change, call.dry_run)
    was, now = (record(find(key), settings) for settings in (before, after))
    told = "is so already" if before == after else f"was {plain(was)}, is {plain(now)}"
    call.say(f"{key} {told}{'; dry run, nothing was written' if call.dry_run else ''}")
    _show(call, [now])


def plain(setting: Json) -> str:
    """Return the value of a setting as it may be typed; "not set" for one without."""
    value = setting.get("value")
    if value is None:
        return "not set"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _show(call: Call, records: list[Json]) -> None:
    """Write settings; as text, their values alone."""
    if call.format is Format.text:
        records = [{"value": "" if one.get("value") is None else plain(one)} for one in records]
    call.show(records, COLUMNS, text="value")


def _surroundings(call: Call) -> Iterator[Json]:
    """Yield the settings that are no part of config.toml."""
    path, reason = store_place(call.given["store"])
    source = reason if reason in ("option", "environment") else "default"
    yield variable("store", shown(path), source, STORE_HELP)
    named = call.given["namespace"]
    source = "option" if named else "environment" if call.namespace else "default"
    yield variable("namespace", call.namespace, source, NAMESPACE_HELP)


def variable(key: str, value: str | None, source: str, about: str) -> Json:
    """Return the record of what a variable of the environment sets."""
    from memcli.cli.settings import VARIABLES

    given = {"key": key, "value": value, "source": source, "type": "text"}
    return {"kind": "setting", "v": 1, **given, "variable": VARIABLES[key], "about": about}
