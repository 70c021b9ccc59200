"""Say which hits helped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from memcli.cli import options, output
from memcli.cli.progress import note
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.search.feedback import FeedbackStep, Moves
    from store import Commit, Store

COLUMNS = ("command", "commit", "counts")
RECORD = {"kind": "summary", "v": 1, "command": "feedback"}


def feedback_command(
    used: Annotated[
        list[str] | None,
        typer.Option(
            "--used", help="What helped: ids, beginnings of ids or refs; may be repeated."
        ),
    ] = None,
    unused: Annotated[
        list[str] | None, typer.Option("--unused", help="What did not; may be repeated.")
    ] = None,
    rest: Annotated[
        bool, typer.Option("--rest", help="Weights: no other hit of these answers helped.")
    ] = False,
    show: Annotated[bool, typer.Option("--show", help="Print the factors on weights.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Take all factors back to 1.")] = False,
    store: options.StoreOption = None,
    namespace: options.NamespaceOption = None,
    now: options.NowOption = None,
    dry_run: options.DryRunOption = False,
    quiet: options.QuietOption = False,
    format: options.FormatOption = None,
) -> None:
    """
    Say which hits helped: search and importance learn from it.

    The hits come on stdin, as `memcli query` writes them; without any, the queries that returned
    the memories last are asked again. Signals that set used hits apart from unused ones count for
    more in their namespace from then on, the others for less, each by at most a factor of two;
    what was learned fades as more is learned. What helped gains importance, what was named unused
    loses a little. Several ids may stand in one argument, between commas or spaces. Feedback
    counts each time it is given; `undo` takes it back.

    Example: memcli query "when do we deploy?" > hits && memcli feedback --used ID --rest < hits

    EXIT STATUS: 0 done, 2 usage, 65 bad record on stdin, 66 no such store or memory, 69 encoder
    unavailable, 74 I/O error or disk full, 75 locked, or memories were taken out meanwhile.
    """
    helped, helped_not = split(used), split(unused)
    if (show, reset, bool(helped or helped_not)).count(True) != 1:
        raise BadUsage("give --used or --unused with ids, or --show, or --reset")
    opened = options.open_store(store)
    bound = options.namespace_filter(namespace)
    if show:
        _show(opened, bound, quiet, format)
    elif reset:
        _reset(opened, bound, dry_run, quiet, format)
    else:
        options.require_utf8(used=" ".join(helped), unused=" ".join(helped_not))
        from memcli.cli.stdin import read_records
        from memcli.search.feedback import FeedbackStep
        from memcli.search.feedback_hits import answers_of

        feedback = FeedbackStep(opened, bound, options.present(now), rest)
        feedback.judge(helped, helped_not, answers_of(read_records(), bound))
        _learn(feedback, dry_run, quiet, format)


def split(given: list[str] | None) -> list[str]:
    """Return the names in arguments that may hold several, between commas or spaces."""
    names = [name for part in given or () for name in part.replace(",", " ").split()]
    return list(dict.fromkeys(names))


def _learn(feedback: FeedbackStep, dry_run: bool, quiet: bool, form: output.Format | None) -> None:
    """Write what the verdicts move, and say what that was."""
    snapshot = feedback.snapshot
    if not quiet and feedback.n_beside:
        note(f"{feedback.n_beside} of them in no known answer: they move importance only")
    if dry_run:
        moves = feedback.moves(snapshot, snapshot.commit.weights)
        if not quiet:
            note(f"dry run: {_said(feedback, moves)}; not written")
        return
    commit = feedback.commit(feedback.arguments())
    accesses = feedback.count_accesses()
    if not quiet:
        end = "nothing to write" if commit is None else f"kept as commit {commit.number}"
        note(f"{_said(feedback, feedback.moved)}; {end}")
    if commit is not None or accesses:
        _summary(commit, {**feedback.counts(), "accesses": accesses}, form)


def _said(feedback: FeedbackStep, moves: Moves) -> str:
    """Return in words what feedback moves."""
    from memcli.search.feedback import in_full

    before = feedback.snapshot.commit.weights
    n = moves.n_weighed
    parts = [f"importance of {n:,} {'memory' if n == 1 else 'memories'}"] if n else []
    for space, factors in sorted(moves.factors.items()):
        after, steps = in_full(factors), []
        for name, old in in_full(before.get(space, {})).items():
            if (was := f"{old:.3f}") != (now := f"{after[name]:.3f}"):
                steps.append(f"{name} {was} to {now}")
        parts.append(f"weights in {space}" + (f": {', '.join(steps)}" if steps else " a little"))
    return "moved " + "; ".join(parts) if parts else "nothing to learn from this"


def _show(opened: Store, bound: str | None, quiet: bool, form: output.Format | None) -> None:
    """Print the factors of each namespace in which any has moved."""
    from memcli.algorithms.feedback import SIGNALS
    from memcli.search.feedback import in_full, moved_namespaces

    weights = opened.head().weights
    spaces = moved_namespaces(opened.head(), bound)
    if not spaces and not quiet:
        note("no feedback has moved the weights: all factors are 1")
    factors = {space: in_full(weights[space]) for space in spaces}
    if output.is_tabular(form):
        rows = [{"namespace": space, **each} for space, each in factors.items()]
        output.show(rows, form, ("namespace", *SIGNALS))
    else:
        counts = [{"namespace": space, "weights": each} for space, each in factors.items()]
        output.show([{**RECORD, "counts": each} for each in counts], form, text="counts")


def _reset(
    opened: Store, bound: str | None, dry_run: bool, quiet: bool, form: output.Format | None
) -> None:
    """Take the factors back to 1."""
    from memcli.search.feedback import moved_namespaces, reset

    spaces = moved_namespaces(opened.head(), bound)
    commit = reset(opened, bound) if spaces and not dry_run else None
    if not quiet:
        said = f"weights of {', '.join(spaces)} taken back" if spaces else "no weights have moved"
        end = "not written" if commit is None else f"kept as commit {commit.number}"
        note(f"dry run: {said}; not written" if dry_run else f"{said}; {end}")
    if commit is not None:
        _summary(commit, {"reset": len(spaces)}, form)


def _summary(commit: Commit | None, counts: dict[str, Any], form: output.Format | None) -> None:
    number = {} if commit is None else {"commit": commit.number}
    output.show([{**RECORD, **number, "counts": counts}], form, COLUMNS)
