"""Look for damage and broken invariants."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from memcli import options, output
from memcli.terminal import note, progress
from store.errors import BadUsage, StoreCorrupt

if TYPE_CHECKING:
    from store.check import Problem
    from store.store import Store


def check_command(
    store: options.StoreOption = None,
    quiet: options.QuietOption = False,
    format: options.FormatOption = None,
) -> None:
    """
    Look for damage and broken invariants; change nothing.

    Each problem is a record with its remedy; none is good. Warnings, such as what a crashed
    writer left, do not count as failure.

    Example: memcli check --store ~/memory

    EXIT STATUS: 0 nothing wrong, 65 something is, 66 no such store, 76 format not understood.
    """
    from store.check import check

    opened = options.open_store(store)
    with progress("check", quiet=quiet):
        problems = [*_check_config(opened), *check(opened)]
    if problems or not sys.stdout.isatty():
        records = (problem.to_json() for problem in problems)
        output.show(records, format, ("severity", "what", "remedy", "ids"))
    errors = sum(problem.severity == "error" for problem in problems)
    if errors:
        raise StoreCorrupt(f"{errors} problems in {opened.layout.root}", "see the list")
    if not quiet:
        note(f"{opened.layout.root} is sound")


def _check_config(opened: Store) -> Iterator[Problem]:
    """The settings can be read."""
    from memcli.config import read_config
    from store.check import Problem

    try:
        read_config(opened.layout.config)
    except BadUsage as error:
        yield Problem("error", error.what, error.remedy)
