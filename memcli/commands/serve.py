"""Serve the store to agents over MCP."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from memcli import jsonl
from memcli.cli.with_store import Call, with_store
from store.errors import BadUsage


@with_store("create", "store namespace * now create quiet")
def serve_command(
    call: Call,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Only tools that change nothing.")
    ] = False,
    project: Annotated[
        bool, typer.Option("--project", help="The namespace of the repository it is started in.")
    ] = False,
) -> None:
    """
    Serve the store to agents over MCP, on stdin and stdout, until stdin ends.

    Six tools: memory_context, memory_search, memory_get, memory_add, memory_forget (archives, never
    purges) and memory_profile; resources memcli://memory/ID and memcli://session/ID; prompts recall
    and handover. Both eras of the protocol are spoken: initialize (to 2025-11-25) and
    server/discover (2026-07-28). Secrets are never given, but as [secret ID]. With --namespace, all
    is of that namespace and of `shared`; with --project, of that of the repository that it is
    started in, as hooks and `sync` name it, and no store is looked for upward. One that is found
    upward has to be trusted (see `memcli trust`). With --read-only, nothing is written, accesses
    neither.
    Commits of other processes are seen at the next question.

    Example: claude mcp add memcli -- memcli serve

    EXIT STATUS: 0 stdin ended, 2 usage, 66 no such store, 69 encoder unavailable, 130 interrupted.
    """
    if sys.stdin.isatty():
        raise BadUsage("serve speaks MCP on stdin, and that is a terminal", "a client starts it")
    from memcli.agents.serving import serve, server_of
    from memcli.memory.projects import project_namespace
    from memcli.search.resident import ResidentMemory
    from store.location import own_store_path

    if project:
        given = {**call.given, "store": own_store_path(call.given["store"])}
        call = replace(call, given=given)
    opened = replace(call, mode="read").store if read_only else call.store
    opened.layout.trust.require_full(opened.layout.root, "an agent is told nothing of it")
    space = call.namespace or (project_namespace(Path.cwd()) if project else None)
    memory = ResidentMemory(opened, space, call.moment)
    try:
        serve(server_of(memory, read_only, call.say), memory, sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        jsonl.end_quietly()
