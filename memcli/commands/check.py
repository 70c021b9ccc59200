"""Look for damage and broken invariants."""

from __future__ import annotations

from memcli import options, output
from memcli.terminal import note
from store.errors import StoreCorrupt


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
    problems = list(check(opened))
    output.show(
        (problem.to_json() for problem in problems), format, ("severity", "what", "remedy", "ids")
    )
    errors = sum(problem.severity == "error" for problem in problems)
    if errors:
        raise StoreCorrupt(f"{errors} problems in {opened.layout.root}", "see the list")
    if not quiet:
        note(f"{opened.layout.root} is sound")
