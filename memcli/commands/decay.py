"""Let memories fade that nothing recalls; archive what has faded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli import options, output
from memcli.cli.progress import note, progress
from memcli.memory.step import given_options

if TYPE_CHECKING:
    from memcli.retention.decay import DecayStep
    from store import Commit

COLUMNS = ("id", "before", "after", "retention", "importance", "reason")


def decay_command(
    store: options.StoreOption = None,
    namespace: options.NamespaceOption = None,
    now: options.NowOption = None,
    dry_run: options.DryRunOption = False,
    explain: Annotated[
        str | None,
        typer.Option("--explain", help="Draw the curve of one memory and its terms.", metavar="ID"),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", help="Draw retention over age into an SVG file.", metavar="FILE"),
    ] = None,
    quiet: options.QuietOption = False,
    format: options.FormatOption = None,
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
    from memcli.config import read_config
    from memcli.retention.anchors import Settings
    from memcli.retention.decay import DecayStep, iter_rows

    opened = options.open_store(store)
    bound = options.namespace_filter(namespace)
    settings = Settings.of(read_config(opened.layout.config).decay, opened.layout.is_own)
    step = DecayStep(opened, settings, options.present(now))
    if explain is not None or plot is not None:
        _draw(step, bound, explain, plot, format)
        return
    if not step.is_done() or bound is not None:
        with progress("decay", None, quiet):
            step.run(bound)
    if dry_run:
        output.show(iter_rows(step.changes), format, COLUMNS)
    commit = None if dry_run else step.commit(given_options(namespace=bound))
    if not quiet:
        _report(step, commit, dry_run)
    if commit is not None:
        record = {"kind": "summary", "v": 1, "command": "decay", "commit": commit.number}
        counts = step.counts()
        output.show([{**record, "counts": counts}], format, ("command", "commit", "counts"))


def _draw(
    step: DecayStep,
    namespace: str | None,
    explain: str | None,
    plot: Path | None,
    form: output.Format | None,
) -> None:
    """Show the curve of a memory, or of all."""
    from memcli.retention.plots import draw_retention, explanation

    if explain is not None:
        record, drawing = explanation(step, explain, namespace)
        if output.is_tabular(form):
            output.show([{"text": drawing}], output.Format.text)
        else:
            output.show([record], form)
    if plot is not None:
        n = draw_retention(step, plot, namespace)
        note(f"{n:,} memories drawn into {plot}")


def _report(step: DecayStep, commit: Commit | None, dry_run: bool) -> None:
    """Say on stderr what faded."""
    counts = step.tally.changes
    made = ", ".join(f"{n:,} {name}" for name, n in sorted(counts.items())) or "nothing changes"
    if dry_run:
        note(f"dry run: {made}; nothing was written")
    elif commit is None:
        note("nothing fades: no memory changes its state")
    else:
        note(f"{made} of {step.tally.memories:,} memories; kept as commit {commit.number}")
