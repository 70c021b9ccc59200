"""Search and read on a screen."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli import terminal
from memcli.cli.with_store import Call, with_store
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.memory.filters import Filters


@with_store("read", "store namespace * now quiet")
def browse_command(
    call: Call,
    text: Annotated[str | None, typer.Argument(help="A question to begin with.")] = None,
) -> None:
    """
    Search and read on a screen.

    What is typed is searched for as it is typed; without a question the newest turns are listed.
    Enter goes to the hits: a reads around one, each time wider, s shows its sources, h its history,
    space scrolls; p pins or unpins it, x hides it or brings it back, f twice forgets it (it is
    archived), u takes the last of these back, c copies its id, v finds hidden and archived memories
    too, / goes back to the question, q ends. Commits of other processes are seen at once. What is
    looked at here does not count as recalled.

    Example: memcli browse "the holiday in Porto"

    EXIT STATUS: 0 done, 2 usage, or there is no terminal, 66 no such store, 69 encoder unavailable.
    """
    browse(call, text or "")


def browse(call: Call, question: str, bounds: Filters | None = None) -> None:
    """Open the screen with a question, and bounds of what may be found."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if terminal.is_dumb() or not all(stream.isatty() for stream in streams):
        raise BadUsage("the screen needs a terminal", "in a pipe: memcli query")
    from memcli.cli.browser.actions import ScreenActions
    from memcli.cli.browser.app import Browser
    from memcli.cli.browser.reading import ScreenReader
    from memcli.search.resident import ResidentMemory

    memory = ResidentMemory(call.store, call.namespace, call.moment)
    writing = replace(call, mode="write")
    actions = ScreenActions(lambda: writing.store, lambda: memory.now, call.namespace)
    Browser(ScreenReader(memory, bounds), actions, question).run()
