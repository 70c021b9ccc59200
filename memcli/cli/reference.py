"""
Reference: everything about the commands as one object: python -m memcli.cli.reference.

That writes commands.json from the same tree as the man pages. It is what `memcli --help --json`
prints and what TAB looks into, so that neither has to import the commands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

from memcli import __version__
from memcli.cli.app import first_line
from memcli.cli.command_tree import Context, children, whole_program
from memcli.cli.json_help import FILE
from memcli.cli.manpages import EXAMPLE, EXIT_STATUS
from memcli.jsonl import Json
from memcli.language.data import read_toml
from memcli.records import KINDS

# What Typer knows of an option or an argument.
Parameter = Any
TYPES: Final[Mapping[Any, str]] = {
    bool: "flag",
    int: "integer",
    float: "number",
    str: "text",
    list[str]: "text",
    Path: "path",
}
# "0 done, nothing to do too, 2 usage" are two of them.
STATUS: Final = re.compile(r"(?:^|, )(\d{1,3}) ")
VARIABLE: Final = re.compile(r"\$(MEMCLI_[A-Z_]+)")


def reference() -> Json:
    """Return what there is to know of all commands."""
    kinds = {kind: first_line(type_.__doc__ or "") for kind, type_ in KINDS.items()}
    about = {"kind": "help", "v": 1, "version": __version__, "kinds": kinds}
    return {**about, **described(whole_program())}


def described(context: Context) -> Json:
    """Return what there is to know of a command, and of those below it."""
    paragraphs = [" ".join(text.split()) for text in (context.command.help or "").split("\n\n")]
    summary, *rest = paragraphs
    told = [text for text in rest if not text.startswith((EXAMPLE, EXIT_STATUS))]
    words = context.command_path.partition(" ")[2]
    kinds = read_toml("cli/wire_kinds.toml").get(words, {})
    parameters = [parameter_of(each, words) for each in context.command.get_params(context)]
    return {
        "name": context.command_path,
        "summary": summary,
        "description": told,
        "examples": [t.removeprefix(EXAMPLE) for t in rest if t.startswith(EXAMPLE)],
        "arguments": [each for each in parameters if "names" not in each],
        "options": [each for each in parameters if "names" in each],
        "reads": kinds.get("reads", []),
        "writes": kinds.get("writes", []),
        "statuses": [s for t in rest if t.startswith(EXIT_STATUS) for s in statuses(t)],
        "commands": [described(inner) for inner in children(context)],
    }


def statuses(paragraph: str) -> list[Json]:
    """Return the exit statuses of a paragraph of help, with what each means."""
    _, *parts = STATUS.split(paragraph.removeprefix(EXIT_STATUS).rstrip("."))
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [{"status": int(number), "meaning": meaning} for number, meaning in pairs]


def parameter_of(parameter: Parameter, words: str) -> Json:
    """Return what there is to know of an option or an argument of a command."""
    descriptor = parameter.type_descriptor
    annotation, info = descriptor.annotation, descriptor.parameter_info
    found: Json = {"name": parameter.name.rstrip("_")}
    if parameter.param_type_name == "option":
        names = [*parameter.opts, *parameter.secondary_opts]
        found["names"] = sorted(names, key=lambda name: (-len(name), name))
    found |= {"type": TYPES.get(annotation, "text"), "help": parameter.help or ""}
    kind = value_kinds().get(f"{words} {parameter.name}") or value_kinds().get(parameter.name)
    found |= {"metavar": parameter.metavar, "choices": choices(annotation)}
    found |= {"default": plain(parameter.default), "min": info.min, "max": info.max}
    found |= {"environment": variable(parameter.help), "value": kind, "values": values(info)}
    found |= {"required": parameter.required or None, "repeatable": is_repeatable(parameter)}
    return {name: value for name, value in found.items() if value is not None}


def choices(annotation: Any) -> list[str] | None:
    """Return the values that an annotation allows, if they can be counted."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(member.value) for member in annotation]
    return None


def plain(default: Any) -> Any:
    """Return a default as JSON has it; that a flag is off says nothing."""
    value = default.value if isinstance(default, Enum) else default
    return None if value is False else value


def variable(text: str | None) -> str | None:
    """Return the environment variable that stands in for an option, as its help says."""
    found = VARIABLE.search(text or "")
    return found[1] if found else None


def is_repeatable(parameter: Parameter) -> bool | None:
    """Say whether several values may be given."""
    return True if parameter.multiple or parameter.nargs == -1 else None


@cache
def value_kinds() -> Mapping[str, str]:
    """Return the kind of value in a store by `command parameter`, or by a parameter alone."""
    table = read_toml("cli/value_kinds.toml")
    return {name: kind for kind, names in table.items() for name in names}


def values(info: Any) -> list[str] | None:
    """Return the values that the program suggests for a parameter, see its `autocompletion`."""
    return list(info.autocompletion()) if info.autocompletion else None


def written() -> str:
    """Return the text of commands.json as the program would write it now."""
    return json.dumps(reference(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
