"""Let memories fade that nothing recalls; archive what has faded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli import output
from memcli.cli.stdin import read_names
from memcli.cli.with_store import Call, with_store
from memcli.memory.step import given_options
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.retention.decay import DecayStep
    from store import Commit

COLUMNS = ("id", "before", "after", "retention", "importance", "reason")


@with_store("write", "store namespace now dry_run * quiet format")
def decay_command(
    call: Call,
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain",
            help="Draw the curve of one memory and its terms; - takes it from stdin.",
            metavar="ID",
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", help="Draw retention over age into an SVG file.", metavar="FILE"),
    ] = None,
    levels: Annotated[
        bool, typer.Option("--levels", help="Only show how much is left, from turns to months.")
    ] = False,
) -> None:
    """
    Let memories fade that nothing recalls; archive what has faded.

    Retention follows from when a memory was made and recalled, from its importance, type and links,
    and from --now: running this often, rarely or twice makes no difference. What has faded is
    dormant and ranks lower; what has faded further and matters little is archived: `query --all`
    finds it, and it comes back when it is recalled so. Recalls spread over time count most.
    Pinned, core and procedural memories, profiles, open tasks and what lies in the future never
    fade. Days on which the store was not used do not count.

    Settings in [decay] of config.toml: clock ("activity" or "days"), dormant_below, archive_below,
    importance_floor, promote_heat; [decay.policy] and, for one type, [decay.types.episodic] and so
    on: name (ebbinghaus, power, layered, heat, age, none or, in a store of yours, that of a
    plug-in) and its parameters; memcli help forgetting has a list.

    Example: memcli decay --dry-run

    EXIT STATUS: 0 done, nothing to do too, 2 usage or wrong settings, 66 no such store or memory,
    74 I/O error or disk full, 75 locked, or something else changed the store meanwhile.
    """
    from memcli.config import settings_of
    from memcli.retention.anchors import DecaySettings
    from memcli.retention.decay import DecayStep, iter_rows

    settings = DecaySettings.of(
        settings_of(call.store.layout).decay, call.store.layout.trust.is_own
    )
    step = DecayStep(call.store, settings, call.now)
    bound = call.namespace
    if levels:
        from memcli.retention.levels import COLUMNS as LEVEL_COLUMNS
        from memcli.retention.levels import by_level

        call.show(by_level(step, bound), LEVEL_COLUMNS)
        return
    if explain is not None or plot is not None:
        _draw(call, step, explain, plot)
        return
    if not step.is_done() or bound is not None:
        with call.progress("decay"):
            step.run(bound)
    if call.dry_run:
        call.show(iter_rows(step.changes), COLUMNS)
    commit = None if call.dry_run else step.commit(given_options(namespace=bound))
    call.say(_faded_in_words(step, commit, call.dry_run))
    if commit is not None:
        call.summary(step.counts(), commit.number)


def _draw(call: Call, step: DecayStep, explain: str | None, plot: Path | None) -> None:
    """Show the curve of a memory, or of all."""
    from memcli.retention.plots import draw_retention, explanation

    if explain is not None:
        names = read_names([explain])
        if len(names) != 1:
            raise BadUsage(f"{len(names):,} memories are named", "--explain draws one")
        record, drawing = explanation(step, names[0], call.namespace)
        if call.is_tabular:
            output.show([{"text": drawing}], output.Format.text)
        else:
            call.show([record])
    if plot is not None:
        n = draw_retention(step, plot, call.namespace)
        call.say(f"{n:,} memories drawn into {plot}")


def _faded_in_words(step: DecayStep, commit: Commit | None, dry_run: bool) -> str:
    """Return in words what faded."""
    counts = step.tally.changes
    made = ", ".join(f"{n:,} {name}" for name, n in sorted(counts.items())) or "nothing changes"
    if dry_run:
        return f"dry run: {made}; nothing was written"
    if commit is None:
        return "nothing fades: no memory changes its state"
    return f"{made} of {step.tally.memories:,} memories; kept as commit {commit.number}"
