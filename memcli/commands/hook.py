"""
Remember agents' sessions by their hooks: install, remove, status, catch-up.

`install` writes hooks and the MCP server into the files of agents. From then on a session begins
with a block of what is known of its project, a prompt gets what surely bears on it, and what was
said is kept, in a namespace of the project. What agents call are `memcli hook session-start`,
`user-prompt`, `stop`, `pre-compact` and `session-end`, with their report on stdin; these always end
with status 0, and what went wrong is in `memcli hook status`. What was said is read from the
agents' own transcripts, so that a hook that is killed loses nothing.

Example: memcli hook install claude-code codex

EXIT STATUS: 0 done, 2 usage, or a file of an agent that cannot be read, 66 no such store, 74 I/O
error.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from memcli.cli.with_store import Call, with_store
from memcli.memory.step import given_options
from store.errors import Untrusted
from store.remote.urls import copied_url, shown

if TYPE_CHECKING:
    from memcli.agents.hooks.installing import FileChange

ACTIONS: Final = ("install", "remove", "status", "catch-up")


def client_names() -> list[str]:
    """Return the names of the agents that there are files of."""
    from memcli.agents.hooks.installing import ALL, clients

    return [*clients(), ALL]


ClientsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        help="claude-code, codex, gemini, cursor, opencode, vscode; all is each that is here.",
        metavar="[CLIENT...]",
        autocompletion=client_names,
    ),
]
COLUMNS: Final = ("client", "state", "last_seen_at", "waiting", "errors", "remedy")


@with_store("create", "store namespace * create dry_run quiet")
def install_command(call: Call, clients: ClientsArgument = None) -> None:
    """
    Write hooks and the MCP server into the files of agents.

    Without a name, of all agents that are here. What else is in a file stays as it is, letter for
    letter; --dry-run shows the difference. Hooks and server use the store that is found now, by
    --store and the like, wherever the agent is at work, and the namespace of its project unless
    --namespace names one. The per-user store is made if there is none.

    Example: memcli hook install claude-code --dry-run

    EXIT STATUS: 0 done, there already too, 2 usage, or a file of an agent that cannot be read, 66
    no such store, 74 I/O error.
    """
    from memcli.agents.hooks.installing import Installation, chosen
    from memcli.agents.hooks.installing import clients as known
    from memcli.agents.hooks.ledger import Ledger
    from store.location import store_path

    path = store_path(call.given["store"])
    root = Path(shown(path)) if copied_url(path) else path.absolute()
    installation = Installation(root, call.namespace)
    wanted = chosen(clients)
    changes = [change for name in wanted for change in installation.to_install(name)]
    if call.dry_run:
        _require_usable(call)
    else:
        Ledger(call.store.layout.root).keep(changes)
    _apply(call, changes, f"{', '.join(wanted)}: there already")
    for name in [] if call.dry_run else dict.fromkeys(change.client for change in changes):
        if note := known()[name].get("note"):
            call.say(f"{name}: {note}")


@with_store("none", "store * dry_run quiet")
def remove_command(call: Call, clients: ClientsArgument = None) -> None:
    """
    Take hooks and the MCP server out of the files of agents.

    A file that is as `install` left it is again what it was before; of another one only what
    memcli wrote is taken out. Without a name, of all agents. Memories stay.

    Example: memcli hook remove codex

    EXIT STATUS: 0 done, nothing to remove too, 2 usage, or a file that cannot be read, 74 I/O
    error.
    """
    from memcli.agents.hooks.installing import Installation, chosen
    from memcli.agents.hooks.ledger import Ledger

    root = _root(call)
    wanted = chosen(clients or ["all"], everywhere=True)
    changes = [change for name in wanted for change in Installation(None, None).to_remove(name)]
    ledger = Ledger(root) if root else None
    changes = ledger.restored(changes) if ledger else changes
    _apply(call, changes, "there is nothing to remove")
    if ledger and changes and not call.dry_run:
        ledger.forget(changes)


@with_store("none", "store quiet format")
def status_command(call: Call) -> None:
    """
    Say which agents have hooks, when each was heard of, and what went wrong.

    `waiting` are events that were not worked on yet; the last errors go to stderr. What is looked
    at is the store that the hooks name, else the one that is found here.

    Example: memcli hook status

    EXIT STATUS: 0 done.
    """
    from memcli.agents.hooks.status import client_records, errors

    root = _root(call)
    call.show(client_records(root), COLUMNS, text="client")
    for line in errors(root):
        call.say(line)


@with_store("create", "store create quiet")
def catch_up_command(call: Call) -> None:
    """
    Read the transcripts that hooks have named, and make statements of what is new.

    Hooks start it by themselves. One runs at a time and one waits; another ends at once. What
    fails is tried again by the next, and is in `memcli hook status`.

    Example: memcli hook catch-up

    EXIT STATUS: 0 done, nothing to do too, 66 no such store, 74 I/O error.
    """
    from memcli.agents.hooks.catching_up import CatchUp, one_at_a_time

    with one_at_a_time(call.store.layout.root) as is_ours:
        if not is_ours:
            call.say("another one waits to do it")
            return
        done = CatchUp(call.store, lambda: call.encoder, lambda: _work(call), call.say).run()
    call.say(f"{done:,} events of agents were worked on" if done else "nothing to catch up")


def _root(call: Call) -> Path | None:
    """Return the folder of the store, None where there is none, or none that is trusted."""
    from store.layout import is_store
    from store.location import store_place
    from store.trust import trust_in

    place = store_place(call.given["store"])
    if not is_store(place.path):
        return None
    try:
        return place.path if trust_in(place).is_full else None
    except Untrusted:
        return None


def _require_usable(call: Call) -> None:
    """Raise Untrusted for a store that is there and that hooks could not write to."""
    from store.layout import is_store
    from store.location import store_place
    from store.trust import trust_in

    place = store_place(call.given["store"])
    if is_store(place.path):
        trust_in(place).require_full(place.path)


def _apply(call: Call, changes: list[FileChange], nothing: str) -> None:
    """Show or make changes of files."""
    for change in changes:
        if call.dry_run:
            sys.stdout.write(change.difference())
        else:
            change.make()
            call.say(change.told())
    if not changes:
        call.say(nothing)


def _work(call: Call) -> None:
    """Make statements and links of what was not worked on yet."""
    from memcli.consolidation.linking import LinkStep
    from memcli.extraction.step import ExtractStep

    arguments = given_options(by="hook")
    extract = ExtractStep(call.store, call.encoder, call.now)
    extract.run(extract.pending(None, None))
    extract.commit(arguments)
    link = LinkStep(call.store, call.encoder, call.now)
    link.link(link.pending(None, None))
    link.commit(arguments)
