"""Examining of hooks: what `doctor` says of the agents that are here."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from memcli.agents.hooks.calls import called_by, store_in
from memcli.agents.hooks.status import (
    INSTALLED,
    NOT_HERE,
    NOT_INSTALLED,
    client_records,
    errors,
)
from memcli.jsonl import Json
from memcli.memory.findings import finding
from store.layout import is_store


def examine_hooks(root: Path | None) -> Iterator[Json]:
    """Yield what there is to say of each agent that is here; root: the store's folder, or None."""
    records = [one for one in client_records(root) if one["state"] != NOT_HERE]
    if not records:
        yield finding("hooks", "ok", "no agent is here")
    yield from map(_client, records)
    if waiting := max((one["waiting"] for one in records), default=0):
        waits = next(one["store"] for one in records if one["waiting"] == waiting)
        remedy = f"memcli hook catch-up --store {shlex.quote(waits)}"
        yield finding("hooks", "warning", f"{waiting:,} events wait to be worked on", remedy)
    if log := errors(root):
        yield finding(
            "hooks", "warning", f"the last error: {log[-1]}", "memcli hook status", errors=log
        )


def _client(record: Json) -> Json:
    """Say of an agent whether it has hooks, and whether what they call is still there."""
    client, name = record["client"], record["name"]
    remedy = f"memcli hook install {client}"
    if record["state"] == NOT_INSTALLED:
        return finding("hooks", "ok", f"{name} is here, without hooks", remedy, client=client)
    if wrong := [fault for words in called_by(client) for fault in _faults(words)]:
        return finding("hooks", "error", f"{name}: {wrong[0]}", remedy, client=client)
    if record["state"] != INSTALLED:
        what = f"{name}: only some of its files have hooks"
        return finding("hooks", "warning", what, remedy, client=client)
    seen = record["last_seen_at"]
    what = f"{name} has hooks, last heard of {seen:%Y-%m-%d}" if seen else f"{name} has hooks"
    told = None if seen else record["remedy"]
    return finding("hooks", "ok", what, told, client=client, files=record["files"])


def _faults(words: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong with a command that an agent calls."""
    if shutil.which(words[0]) is None:
        yield f"{words[0]} is not there any more"
    store = store_in(words)
    if store and not is_store(store):
        yield f"its store {store} is not there any more"
