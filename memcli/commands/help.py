"""Show a topic page, or the help of a command."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from memcli.cli import terminal
from memcli.cli.command_tree import Context, find, names_below
from memcli.cli.options import QuietOption
from memcli.cli.topics import rendered, subject, topic_pages
from store.errors import BadUsage


def help_command(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="A topic, or a command; without one, all are listed.",
            metavar="[TOPIC|COMMAND]",
            autocompletion=lambda: [*topic_pages()],
        ),
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """
    Show a topic page, or the help of a command.

    Topics tell what the help of the commands has no room for: how things work, settings, formats,
    measurements. A page is Markdown; a terminal shows it rendered, a pipe gets it as it is.

    Example: memcli help search | less

    EXIT STATUS: 0 done, 2 no such topic or command, 74 I/O error.
    """
    root = context.find_root()
    pages = topic_pages()
    if not words:
        text = overview(root, pages)
    elif len(words) == 1 and words[0] in pages:
        page = pages[words[0]]
        text = rendered(page) if sys.stdout.isatty() else page
    else:
        text = command_help(root, list(pages), words)
    terminal.write([text.encode()])


def overview(root: Context, pages: dict[str, str]) -> str:
    """Return the lists of topics and of commands."""
    formatter = root.make_formatter()
    formatter.write_usage("memcli help", "[TOPIC|COMMAND]")
    with formatter.section("Topics"):
        formatter.write_dl([(topic, subject(page)) for topic, page in pages.items()])
    root.command.format_commands(root, formatter)
    text: str = formatter.getvalue()
    return text


def command_help(root: Context, topics: list[str], words: list[str]) -> str:
    """Return the help of a command; BadUsage names what comes near where there is none."""
    found = find(root, words)
    if found is not None:
        return f"{found.get_help()}\n"
    from difflib import get_close_matches

    above, last = find(root, words[:-1]), words[-1]
    names = [*([] if words[:-1] else topics), *(names_below(above) if above else [])]
    near = [" ".join([*words[:-1], name]) for name in get_close_matches(last, names)]
    hint = f"nearest: {', '.join(near)}" if near else "memcli help lists topics and commands"
    raise BadUsage(f"no topic or command '{' '.join(words)}'", hint)
