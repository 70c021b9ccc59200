"""Connect memories: typed links, names, near-duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli.with_store import Call, with_store
from memcli.memory.step import given_options

if TYPE_CHECKING:
    from memcli.consolidation.linking import LinkStep
    from store import Commit


@with_store("write", "store namespace * now dry_run quiet format")
def link_command(
    call: Call,
    evolve: Annotated[
        bool | None,
        typer.Option(
            "--evolve/--no-evolve",
            help="Let new statements add tags, keywords, context to old ones.",
        ),
    ] = None,
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
    from memcli.config import settings_of
    from memcli.consolidation.linking import LinkStep

    # Before the store is opened: the first command of the pipe may be the one that makes it.
    ids = read_memory_ids(range(1, 4))
    opened, bound = call.store, call.namespace
    evolve = settings_of(opened.layout).link.evolve if evolve is None else evolve
    step = LinkStep(opened, call.encoder, call.now, evolve)
    pending = step.pending(bound, ids)
    with call.progress("link", len(pending)) as counter:
        step.link(pending, counter.advance)
    arguments = given_options(namespace=bound, evolve=evolve)
    commit = None if call.dry_run else step.commit(arguments)
    call.say(_linked_in_words(step, commit, call.dry_run))
    if commit is not None:
        call.summary(step.counts(), commit.number)


def _linked_in_words(step: LinkStep, commit: Commit | None, dry_run: bool) -> str:
    """Return in words what was linked."""
    tally = step.tally
    if dry_run:
        return f"dry run: {len(step.links):,} links of {tally.memories:,} memories; not written"
    if commit is None or not (tally.memories or tally.links):
        return "nothing to link: all memories are done"
    made = f"{tally.links.total():,} links of {tally.memories:,} memories"
    return f"{made}, {tally.merged:,} merged; kept as commit {commit.number}"
