"""
Completing: what may come next on a command line, for TAB in a shell.

No command is imported and no table opened: commands, options and choices are in commands.json, what
is in the store is kept in a file there (memcli/cli/stored_offers.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from memcli.cli.json_help import END_OF_OPTIONS, child, commands
from memcli.cli.leading import FLAGS, WITH_VALUE

Json = dict[str, Any]
# A value that may be typed, and what it is.
Offer = tuple[str, str]

# Options before a command are those that commands share; these two have all of them.
SHARED_BY: Final = ("query", "ingest")
FLAG: Final = "flag"
# Kinds of values that are not in the store, see value_kinds.toml.
FILE: Final = "file"
LIST: Final = "list"
COMMAND: Final = "command"


@dataclass
class CommandLine:
    """
    A command line up to the word that is completed.

    command: the command that it calls so far; given: values of options by their names; arguments:
    those of the command; waiting: the option whose value comes next; is_open: whether options may
    still come; is_known: false behind a word that is no command.
    """

    command: Json
    given: dict[str, str] = field(default_factory=dict)
    arguments: list[str] = field(default_factory=list)
    waiting: Json | None = None
    is_open: bool = True
    is_known: bool = True


def read_line(words: Sequence[str]) -> CommandLine:
    """Return what the words after `memcli` come to, without the one that is completed."""
    line = CommandLine(commands())
    for word in words:
        if line.waiting is not None:
            line.given[line.waiting["name"]] = word
            line.waiting = None
        elif word == END_OF_OPTIONS and line.is_open:
            line.is_open = False
        elif line.is_open and word.startswith("-") and word != "-":
            _read_option(line, word)
        elif line.command["commands"]:
            inner = child(line.command, word)
            line.is_known = line.is_known and inner is not None
            line.command = inner or line.command
        else:
            line.arguments.append(word)
    return line


def _read_option(line: CommandLine, word: str) -> None:
    """Read a word that is an option, perhaps with its value: --at=4, -k5."""
    name, joined, value = word.partition("=")
    if not word.startswith("--") and len(word) > 2:
        name, joined, value = word[:2], "=", word[2:]
    option = option_named(line.command, name)
    if option is None or option["type"] == FLAG:
        line.given.setdefault(option["name"] if option else name, "")
    elif joined:
        line.given[option["name"]] = value
    else:
        line.waiting = option


def options_of(command: Json) -> list[Json]:
    """Return the options of a command; of memcli itself those that may stand before a command."""
    if command is not commands():
        return list(command["options"])
    shared = [
        option
        for name in SHARED_BY
        for option in (child(command, name) or command)["options"]
        if (WITH_VALUE | FLAGS) & {*option["names"]}
    ]
    by_name = {option["name"]: option for option in [*command["options"], *shared]}
    return list(by_name.values())


def option_named(command: Json, name: str) -> Json | None:
    """Return the option of a command with a name, if there is one."""
    return next((option for option in options_of(command) if name in option["names"]), None)


# ---------------------------------------------------------------- what may come next


def offers(words: Sequence[str], current: str) -> tuple[list[Offer], bool]:
    """
    Return what the word that is being typed may become, and whether a file's name may stand there.

    words: those before it, without `memcli` itself.
    """
    line = read_line(words)
    if not line.is_known:
        return [], False
    if line.waiting is not None:
        return values_of(line.waiting, line, current)
    if line.is_open and current.startswith("-") and current != "-":
        return _option_offers(line, current)
    if line.command["commands"]:
        return matching(_below(line.command), current), False
    taken, place = line.command["arguments"], len(line.arguments)
    if not taken or (place >= len(taken) and not is_repeated(taken[-1])):
        return [], False
    return values_of(taken[min(place, len(taken) - 1)], line, current)


def is_repeated(parameter: Json) -> bool:
    """Say whether an option or argument may be given several times."""
    return bool(parameter.get("repeatable"))


def _option_offers(line: CommandLine, current: str) -> tuple[list[Offer], bool]:
    """Return options that begin so, or values of the one that is there with `=`."""
    name, joined, value = current.partition("=")
    if joined:
        option = option_named(line.command, name)
        if option is None or option["type"] == FLAG:
            return [], False
        found, is_file = values_of(option, line, value)
        return [(f"{name}={each}", told) for each, told in found], is_file
    is_long = current.startswith("--")
    left = (o for o in options_of(line.command) if o["name"] not in line.given or is_repeated(o))
    found = [
        (name, option["help"])
        for option in left
        for name in option["names"]
        if name.startswith("--") or not is_long
    ]
    return matching(found, current), False


def matching(found: Sequence[Offer], current: str) -> list[Offer]:
    """Return what begins with what was typed, in whatever case."""
    folded = current.casefold()
    return [offer for offer in found if offer[0].casefold().startswith(folded)]


def values_of(parameter: Json, line: CommandLine, current: str) -> tuple[list[Offer], bool]:
    """Return values of an option or argument, and whether it may be a file."""
    kind = parameter.get("value")
    is_file = kind == FILE or parameter["type"] == "path"
    named = [(name, "") for name in (*parameter.get("choices", ()), *parameter.get("values", ()))]
    if kind == LIST:
        return _list_offers(named, current), False
    if kind == COMMAND:
        return matching(_help_offers(named, line.arguments), current), False
    if kind is None or is_file:
        return matching(named, current), is_file
    from memcli.cli.stored_offers import stored_offers

    found = stored_offers(kind, line.given, current)
    return [offer for offer in found if offer[0] not in line.arguments], False


def _list_offers(named: Sequence[Offer], current: str) -> list[Offer]:
    """Return values of a list with commas, of which the last is being typed."""
    before, comma, last = current.rpartition(",")
    left = [offer for offer in named if offer[0] not in before.split(",")]
    return [(f"{before}{comma}{name}", told) for name, told in matching(left, last)]


def _help_offers(topics: Sequence[Offer], words: Sequence[str]) -> list[Offer]:
    """Return what `memcli help` can be asked for: a topic or a command, then one below it."""
    above: Json | None = commands()
    for word in words:
        above = child(above, word) if above else None
    return [*([] if words else topics), *_below(above)]


def _below(command: Json | None) -> list[Offer]:
    """Return the commands below one with what they do."""
    below = command["commands"] if command else []
    return [(each["name"].rpartition(" ")[2], each["summary"]) for each in below]
