"""The options that commands share, and how they find their store."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli.output import Format
from store.errors import BadUsage, MemcliError, StoreNotFound
from store.location import is_own_store, store_path

if TYPE_CHECKING:
    from store import Store

STORE_HELP = "The store; else $MEMCLI_STORE, the nearest .memory/ upward, the per-user folder."
StoreOption = Annotated[Path | None, typer.Option("--store", help=STORE_HELP, metavar="DIR")]
NamespaceOption = Annotated[
    str | None,
    typer.Option("--namespace", "-n", help="Only this namespace; else $MEMCLI_NAMESPACE."),
]
FormatOption = Annotated[
    Format | None, typer.Option("--format", "-f", help="A table on a terminal, else jsonl.")
]
AtOption = Annotated[
    str | None,
    typer.Option("--at", help="As of a commit number or an RFC 3339 time.", metavar="COMMIT|TIME"),
]
NowOption = Annotated[
    str | None, typer.Option("--now", help="Take this as the present time (RFC 3339).")
]
MinScoreOption = Annotated[
    str | None,
    typer.Option(
        "--min-score",
        help="Leave out hits below this (0 to 1); auto: all, where there is hardly an answer.",
        metavar="SCORE",
    ),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be written, write nothing.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No notes and no progress.")]


def open_store(given: Path | None) -> Store:
    """Open the store that a command is to use."""
    path = store_path(given)
    from store.layout import is_store

    if not is_store(path) and not path.exists():
        raise StoreNotFound(f"no store at {path}", f"make one: memcli init --store {path}")
    from store import Store

    return Store.open(path, is_own=is_own_store(given, path))


def namespace_filter(given: str | None) -> str | None:
    """Return the namespace that bounds a reading command, if any."""
    return given or os.environ.get("MEMCLI_NAMESPACE") or None


def require_utf8(**values: str | None) -> None:
    """Raise BadUsage for an argument that is not UTF-8."""
    for name, value in values.items():
        try:
            (value or "").encode()
        except UnicodeEncodeError as error:
            raise BadUsage(f"{name} is not UTF-8", "check the terminal's encoding") from error


def parse_moment(value: str | None, option: str) -> datetime | None:
    """Return the time given with an option; BadUsage when it is none."""
    if value is None:
        return None
    from memcli.memory.times import parse_time

    try:
        return parse_time(value)
    except MemcliError as error:
        raise BadUsage(f"{option}: {error.what}", "a time is like 2026-03-01T09:30:00Z") from error


def present(now: str | None) -> datetime:
    """Return the time given with --now, or the clock's."""
    return parse_moment(now, "--now") or datetime.now(UTC)


def snapshot_moment(at: str | None) -> str | datetime | None:
    """Return what --at names: a commit number, a time or nothing."""
    if at is None or (at.isdigit() and len(at) < 12):
        return at
    return parse_moment(at, "--at")
