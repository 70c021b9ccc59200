"""The tree of commands: groups, the commands in them, and what is known of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperGroup

# What Typer knows of one command on its way to a run: a name, the command, those above it.
Context = Any


def whole_program() -> Context:
    """Return the context of memcli itself, from which all commands are reached."""
    from memcli.cli.app import app

    return _context(typer.main.get_command(app), "memcli", None)


def _context(command: Any, name: str, parent: Context | None) -> Context:
    """Return a command's context as a run of it has, but looking at no arguments."""
    return command.make_context(name, [], parent=parent, resilient_parsing=True)


def names_below(context: Context) -> list[str]:
    """Return the names of the commands of a group; a single command has none."""
    group = context.command
    return group.list_commands(context) if isinstance(group, TyperGroup) else []


def find(context: Context, words: Sequence[str]) -> Context | None:
    """Return the context of a command by the words that call it, if there is one."""
    for word in words:
        if word not in names_below(context):
            return None
        context = _context(context.command.get_command(context, word), word, context)
    return context


def children(context: Context) -> Iterator[Context]:
    """Yield the contexts of the commands of a group, without hidden ones."""
    for name in names_below(context):
        inner = _context(context.command.get_command(context, name), name, context)
        if not inner.command.hidden:
            yield inner


def walk(context: Context) -> Iterator[Context]:
    """Yield the context of a command and those of all below it, parents first."""
    yield context
    for inner in children(context):
        yield from walk(inner)
