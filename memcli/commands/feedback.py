"""Say which hits helped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli import options
from memcli.cli.stdin import DASH, names_of, read_entries, read_records
from memcli.cli.with_store import Call, with_store
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.records import Record
    from memcli.search.feedback import FeedbackStep, Moves


@with_store("write", "store namespace now dry_run quiet format")
def feedback_command(
    call: Call,
    used: Annotated[
        list[str] | None,
        typer.Option(
            "--used", help="What helped: ids, beginnings of ids or refs; - is all on stdin; repeat."
        ),
    ] = None,
    unused: Annotated[
        list[str] | None, typer.Option("--unused", help="What did not; - is all on stdin; repeat.")
    ] = None,
    rest: Annotated[
        bool, typer.Option("--rest", help="Weights: no other hit of these answers helped.")
    ] = False,
    show: Annotated[bool, typer.Option("--show", help="Print the factors on weights.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Take all factors back to 1.")] = False,
) -> None:
    """
    Say which hits helped: search and importance learn from it.

    The hits come on stdin, as `memcli query` writes them; without any, the queries that returned
    the memories last are asked again. Signals that set used hits apart from unused ones count for
    more in their namespace from then on, the others for less, each by at most a factor of two;
    what was learned fades as more is learned. When nearly the same is asked again, what helped with
    it stands higher and what did not lower (`feedback` in `why`), by half of the best score at most
    and half as much after 90 days. What helped gains importance, what was named unused loses a
    little. Several ids may stand in one argument, between commas or spaces. Feedback
    counts each time it is given; `undo` takes it back. `-` means all memories and hits on stdin, or
    the ids there, one a line.

    Example: memcli query "when do we deploy?" > hits && memcli feedback --used ID --rest < hits

    EXIT STATUS: 0 done, 2 usage, 65 bad record on stdin, 66 no such store or memory, 69 encoder
    unavailable, 74 I/O error or disk full, 75 locked, or memories were taken out meanwhile.
    """
    helped, helped_not = split(used), split(unused)
    if (show, reset, bool(helped or helped_not)).count(True) != 1:
        raise BadUsage("give --used or --unused with ids, or --show, or --reset")
    if show:
        _show_factors(call)
    elif reset:
        _reset_factors(call)
    else:
        options.require_utf8(used=" ".join(helped), unused=" ".join(helped_not))
        from memcli.search.feedback import FeedbackStep
        from memcli.search.feedback_hits import answers_of

        feedback = FeedbackStep(call.store, call.namespace, call.now, rest)
        names, records = _on_stdin(DASH in (*helped, *helped_not))
        used_names, unused_names = (
            names if given == [DASH] else given for given in (helped, helped_not)
        )
        feedback.judge(used_names, unused_names, answers_of(records, call.namespace))
        _learn(call, feedback)


def split(given: list[str] | None) -> list[str]:
    """Return the names in arguments that may hold several, between commas or spaces."""
    names = [name for part in given or () for name in part.replace(",", " ").split()]
    return list(dict.fromkeys(names))


def _on_stdin(names_too: bool) -> tuple[list[str], list[Record]]:
    """Return what stdin has: names, where an option takes them from there, and records."""
    if not names_too:
        return [], list(read_records())
    entries = list(read_entries())
    return names_of(entries), [entry for entry in entries if not isinstance(entry, str)]


def _learn(call: Call, feedback: FeedbackStep) -> None:
    """Write what the verdicts move, and say what that was."""
    snapshot = feedback.snapshot
    if feedback.n_beside:
        call.say(f"{feedback.n_beside} of them in no known answer: they move importance only")
    if call.dry_run:
        moves = feedback.moves(snapshot, snapshot.commit.weights)
        call.say(f"dry run: {_moves_in_words(feedback, moves)}; not written")
        return
    commit = feedback.commit(feedback.arguments())
    accesses = feedback.count_accesses()
    end = "nothing to write" if commit is None else f"kept as commit {commit.number}"
    call.say(f"{_moves_in_words(feedback, feedback.moved)}; {end}")
    if commit is not None or accesses:
        counts = {**feedback.counts(), "accesses": accesses}
        call.summary(counts, commit.number if commit else None)


def _moves_in_words(feedback: FeedbackStep, moves: Moves) -> str:
    """Return in words what feedback moves."""
    from memcli.search.feedback import in_full

    before = feedback.snapshot.commit.weights
    n = moves.n_weighed
    kept = sum(map(len, moves.verdicts.values()))
    parts = [f"importance of {n:,} {'memory' if n == 1 else 'memories'}"] if n else []
    for space, factors in sorted(moves.factors.items()):
        after, steps = in_full(factors), []
        for name, old in in_full(before.get(space, {})).items():
            if (was := f"{old:.3f}") != (now := f"{after[name]:.3f}"):
                steps.append(f"{name} {was} to {now}")
        parts.append(f"weights in {space}" + (f": {', '.join(steps)}" if steps else " a little"))
    if kept and not parts:
        return f"kept {kept:,} {'verdict' if kept == 1 else 'verdicts'} with the question"
    return "moved " + "; ".join(parts) if parts else "nothing to learn from this"


def _show_factors(call: Call) -> None:
    """Print the factors of each namespace in which any has moved."""
    from memcli.algorithms.feedback import SIGNALS
    from memcli.search.feedback import in_full, moved_namespaces

    head = call.store.head()
    factors = {s: in_full(head.weights.get(s, {})) for s in moved_namespaces(head, call.namespace)}
    if not factors:
        call.say("no feedback has moved the weights: all factors are 1")
    if call.is_tabular:
        rows = [{"namespace": space, **each} for space, each in factors.items()]
        call.show(rows, ("namespace", *SIGNALS))
    else:
        counts = [{"namespace": space, "weights": each} for space, each in factors.items()]
        call.show(map(call.summary_record, counts))


def _reset_factors(call: Call) -> None:
    """Take the factors back to 1."""
    from memcli.memory.step import given_options
    from memcli.search.feedback import ResetStep

    step = ResetStep(call.store, call.namespace, call.now)
    arguments = given_options(namespace=call.namespace, reset=True)
    commit = None if call.dry_run else step.commit(arguments)
    spaces = ", ".join(step.moved)
    said = f"weights of {spaces} taken back" if spaces else "no weights have moved"
    end = "not written" if commit is None else f"kept as commit {commit.number}"
    call.say(f"dry run: {said}; not written" if call.dry_run else f"{said}; {end}")
    if commit is not None:
        call.summary(step.counts(), commit.number)
