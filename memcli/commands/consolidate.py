"""The nightly run: all of this in turn, summaries, decay, compact."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli import model_options, options
from memcli.cli.with_store import Call, with_store

if TYPE_CHECKING:
    from memcli.consolidation.nightly import NightlyRun
    from memcli.jsonl import Json


def step_names() -> list[str]:
    """Return the names of the steps, in order."""
    from memcli.consolidation.nightly import STEPS

    return list(STEPS)


@with_store("write", "store namespace now * dry_run quiet format")
def consolidate_command(
    call: Call,
    steps: Annotated[
        str | None,
        typer.Option(
            "--steps",
            help="Only these, separated by commas.",
            metavar="NAMES",
            autocompletion=step_names,
        ),
    ] = None,
    max_seconds: Annotated[
        float | None,
        typer.Option("--max-seconds", min=0, help="Begin nothing more after so long."),
    ] = None,
    if_changed: Annotated[
        bool, typer.Option("--if-changed", help="Look no further if nothing happened meanwhile.")
    ] = False,
    llm: options.LlmOption = None,
    max_tokens: options.MaxTokensOption = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Write nothing at all but errors, as cron wants.")
    ] = False,
) -> None:
    """
    The nightly run: extract, link, merge, entities, summarize, abstract, profile, promote, decay,
    compact, in this order.

    What was not worked on yet is made into statements and linked; what is said twice is merged;
    names that mean the same are joined; sessions are summed up into days, weeks, months and topics,
    lessons that come again into concepts, what agents tried into lessons, what is known of a person
    into a profile; what is recalled often is promoted, what fades is archived, and the files are
    put in order. Each step is a transaction of its own and finds out by itself what is left: killed
    at any moment, it is simply run again. The record on stdout says what changed.

    A second run at the same time ends at once with status 75, or waits as long as --wait says. With
    --llm, or [llm] in config.toml, a language model reads turns and writes summaries, see memcli
    extract --help.

    Example: memcli consolidate --quiet

    Example: memcli consolidate --steps extract,link --max-seconds 60

    EXIT STATUS: 0 done, nothing to do and out of time too, 2 usage, 66 no such store, 69 the model
    cannot be reached, 74 I/O error or disk full, 75 another run or writer is at it.
    """
    from memcli.config import settings_of
    from memcli.consolidation.nightly import NightlyRun, chosen_steps, consolidate
    from memcli.consolidation.run_lock import has_changed, note_done, only_run

    wanted = chosen_steps(steps)
    root = call.store.layout.root
    settings = model_options.model_settings(call, llm, max_tokens)
    started = time.monotonic()
    with only_run(root, call.wait_s or 0.0):
        config = settings_of(call.store.layout)
        run = NightlyRun(call.store, call.encoder, config, call.now, call.namespace)
        run.deadline = None if max_seconds is None else started + max_seconds
        if if_changed and not has_changed(run):
            wanted = []
        if settings is not None and wanted:
            from memcli.consolidation.run_models import Models

            run.models = Models(settings, root, call.say)
        if call.dry_run:
            call.say(f"dry run: would do {', '.join(wanted) or 'nothing'}; nothing was written")
            return
        with call.progress("consolidate") as line:
            places = {step: f"{i}/{len(wanted)} {step}" for i, step in enumerate(wanted, 1)}
            consolidate(run, wanted, lambda step: line.rename(f"consolidate {places[step]}"))
        if wanted and not run.left and steps is None and call.given["namespace"] is None:
            note_done(run)
    if run.models is not None:
        call.say(run.models.used())
    if not quiet:
        idle = "nothing to do" if wanted else "nothing happened since the last run"
        seconds = time.monotonic() - started
        call.say(_done_in_words(run, idle, seconds))
        call.show([_summary(call, run, seconds)])


def _summary(call: Call, run: NightlyRun, seconds: float) -> Json:
    """Return the summary record: what each step changed, and what there was no time for."""
    counts = {**run.done, "commits": len(run.commits), "seconds": round(seconds, 3)}
    left = {"left": run.left} if run.left else {}
    return call.summary_record(counts | left, run.commits[-1] if run.commits else None)


def _done_in_words(run: NightlyRun, idle: str, seconds: float) -> str:
    """Return in words what was done."""
    done = f"{', '.join(run.done)} in {seconds:.1f} s" if run.done else idle
    left = f"; out of time before {', '.join(run.left)}: run it again" if run.left else ""
    return done + left
