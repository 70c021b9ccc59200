"""Move the store to another encoder."""

from __future__ import annotations

from typing import Annotated

import typer

from memcli.cli import options
from memcli.cli.with_store import Call, with_store
from memcli.models.encoder import BUNDLED


@with_store("write", "store dry_run quiet format")
def reembed_command(
    call: Call,
    encoder: Annotated[
        str,
        typer.Option(
            help="multilingual-256, static-256, minilm-l6-v2, a folder, or a plug-in's name.",
            metavar="NAME|DIR",
            autocompletion=lambda: [*BUNDLED],
        ),
    ],
    on: options.OnOption = None,
) -> None:
    """
    Move the store to another encoder, in one transaction.

    Every memory is encoded anew from its text before the lock is taken; `undo` goes back.
    --on: `memcli help scale`.

    Example: memcli reembed --encoder minilm-l6-v2

    EXIT STATUS: 0 done, 66 no such store, 69 no such encoder or cluster, 74 I/O error
    or disk full, 75 locked, or something was written meanwhile (try again).
    """
    from memcli.cluster.ray_workers import open_workers
    from memcli.memory.encoders import load_encoder
    from memcli.memory.reembed import ReembedStep

    step = ReembedStep(call.store, call.now, load_encoder(encoder), encoder)
    same = step.is_done
    if same or call.dry_run:
        call.say(
            f"the store has {step.stamp.name} already"
            if same
            else f"{step.rows:,} memories would move"
        )
        return
    with open_workers(on) as workers, call.progress("reembed", step.rows) as counter:
        step.run(counter.advance, workers)
    if commit := step.commit({"encoder": encoder}):
        call.summary(step.counts(), commit.number)
