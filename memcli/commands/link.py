"""Connect memories: typed links, names, near-duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli import options, output
from memcli.cli.progress import note, progress
from memcli.memory.step import given_options

if TYPE_CHECKING:
    from memcli.consolidation.linking import LinkStep
    from store import Commit


def link_command(
    store: options.StoreOption = None,
    namespace: options.NamespaceOption = None,
    evolve: Annotated[
        bool,
        typer.Option(
            "--evolve", help="Let new statements add tags, keywords, context to old ones."
        ),
    ] = False,
    now: options.NowOption = None,
    dry_run: options.DryRunOption = False,
    quiet: options.QuietOption = False,
    format: options.FormatOption = None,
) -> None:
    """
    Connect memories: typed links, names, near-duplicates.

    Reads memory records on stdin, as `memcli extract` writes them, and links these; with none, all
    that are not linked yet. Statements are linked to their turns, to similar statements, to the
    names in them, to what supports or follows from them and to what is recalled with them; those
    that say the same are merged, with all their sources. Each link has a weight and a reason. Run
    again, it does nothing.

    Example: memcli extract | memcli link

    EXIT STATUS: 0 done, nothing to do too, 2 usage, 65 bad record on stdin, 66 no such store, or a
    memory on stdin that it does not have, 74 I/O error or disk full, 75 locked, or something else
    changed the store meanwhile.
    """
    from memcli.cli.stdin import read_memory_ids
    from memcli.consolidation.linking import LinkStep
    from memcli.memory.encoders import store_encoder

    opened = options.open_store(store)
    bound = options.namespace_filter(namespace)
    ids = read_memory_ids(range(1, 4))
    step = LinkStep(
        opened, store_encoder(opened.head().encoder, opened.layout), options.present(now), evolve
    )
    pending = step.pending(bound, ids)
    with progress("link", len(pending), quiet) as counter:
        step.link(pending, counter.advance)
    arguments = given_options(namespace=bound, evolve=evolve)
    commit = None if dry_run else step.commit(arguments)
    if not quiet:
        _report(step, commit, dry_run)
    if commit is not None:
        record = {"kind": "summary", "v": 1, "command": "link", "commit": commit.number}
        counts = step.counts()
        output.show([{**record, "counts": counts}], format, ("command", "commit", "counts"))


def _report(step: LinkStep, commit: Commit | None, dry_run: bool) -> None:
    """Say on stderr what was linked."""
    tally = step.tally
    if dry_run:
        note(f"dry run: {len(step.links):,} links of {tally.memories:,} memories; not written")
    elif commit is None or not (tally.memories or tally.links):
        note("nothing to link: all memories are done")
    else:
        made = f"{tally.links.total():,} links of {tally.memories:,} memories"
        note(f"{made}, {tally.merged:,} merged; kept as commit {commit.number}")
