"""Keep a tree of tasks: add, done, fail, list, show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from memcli.cli import options, output
from memcli.cli.progress import note
from memcli.memory.step import given_options
from store.errors import BadUsage

if TYPE_CHECKING:
    from datetime import datetime

    from memcli.context.tasks.changes import Changes
    from memcli.context.tasks.rows import Wishes
    from store import Snapshot, Store


class Action(StrEnum):
    """What can be done with tasks."""

    ADD = "add"
    DONE = "done"
    FAIL = "fail"
    REVISE = "revise"
    REVIEW = "review"
    LIST = "list"
    SHOW = "show"


READING: Final = (Action.LIST, Action.SHOW)
# The least and most words, None for any number; what they are; the options that go with it.
PLACING: Final = frozenset({"parent", "after", "due", "priority", "notes"})
SHAPES: Final[dict[Action, tuple[int, int | None, str, frozenset[str]]]] = {
    Action.ADD: (1, 1, "one text, in quotes", PLACING),
    Action.DONE: (1, None, "ids", frozenset({"summary", "session", "all"})),
    Action.FAIL: (1, None, "ids", frozenset({"reason", "session", "all"})),
    Action.REVISE: (1, 2, "an id and the new text, in quotes", PLACING),
    Action.REVIEW: (1, None, "ids", frozenset()),
    Action.LIST: (0, 0, "no words", frozenset({"all", "at"})),
    Action.SHOW: (1, None, "ids", frozenset({"at"})),
}
# How many of the words are ids, where not all of them are.
ID_COUNTS: Final = {Action.ADD: 0, Action.REVISE: 1}


def task_command(
    action: Annotated[Action, typer.Argument(help="What to do.")],
    words: Annotated[
        list[str] | None, typer.Argument(help="A text, or ids.", metavar="[TEXT|ID...]")
    ] = None,
    parent: Annotated[
        str | None, typer.Option("--parent", "-p", help="add, revise: part of it.", metavar="ID")
    ] = None,
    after: Annotated[
        list[str] | None,
        typer.Option("--after", "-a", help="add, revise: comes after it; repeat.", metavar="ID"),
    ] = None,
    due: Annotated[
        str | None, typer.Option("--due", help="add, revise: by when.", metavar="TIME")
    ] = None,
    priority: Annotated[
        int | None, typer.Option(min=1, max=5, help="add, revise: 1 matters most, 3 if not given.")
    ] = None,
    notes: Annotated[str | None, typer.Option(help="add, revise: more about it.")] = None,
    summary: Annotated[str | None, typer.Option(help="done: what came of it.")] = None,
    reason: Annotated[str | None, typer.Option(help="fail: why.")] = None,
    session: Annotated[
        str | None, typer.Option(help="done, fail: where it was talked about.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="list: finished ones too; done, fail: open parts too.")
    ] = False,
    store: options.StoreOption = None,
    namespace: options.NamespaceOption = None,
    at: options.AtOption = None,
    now: options.NowOption = None,
    dry_run: options.DryRunOption = False,
    quiet: options.QuietOption = False,
    format: options.FormatOption = None,
) -> None:
    """
    Keep a tree of tasks: add, done, fail, list, show.

    `add TEXT` adds a task, part of --parent and after --after. `done ID...` and `fail ID...` end
    tasks and keep what came of each: --summary or --reason, else what its parts, its notes and the
    turns of --session say. In `context` that takes the place of the task and of all below it. What
    comes after a failed task is blocked. `revise ID [TEXT]` replaces a task, or opens an ended one
    again, and marks what rests on it until you `review ID...`, revise or end that. --parent - and
    --after - take a task out of its place. `list` shows the open tasks, what can be done first;
    `show ID...` all there is of one. An id may be cut to what begins no other.

    Example: memcli task add "Write the tests" --parent k3jfab --due 2026-03-01

    EXIT STATUS: 0 done, nothing to do too, 2 usage, or what the tree does not allow, 66 no such
    task, store or commit, 74 I/O error or disk full, 75 locked.
    """
    given = words or []
    wished = {"parent": parent, "after": after, "due": due, "priority": priority, "notes": notes}
    ending = {"summary": summary, "reason": reason, "session": session, "all": everything}
    _require_fit(action, given, {**wished, **ending, "at": at})
    options.require_utf8(**{f"word {n}": word for n, word in enumerate(given, 1)})
    options.require_utf8(notes=notes, summary=summary, reason=reason, session=session)
    bound = options.namespace_filter(namespace)
    opened = options.open_store(store)
    snapshot_of = options.snapshot_moment(at)
    if action in READING:
        _read(opened.snapshot(snapshot_of), action, given, bound, everything, quiet, format)
        return
    from memcli.context.tasks.rows import Wishes

    wishes = Wishes(parent, tuple(after or ()), options.parse_moment(due, "--due"), priority, notes)
    result = summary if action is Action.DONE else reason
    step = _step(action, given, bound, wishes, (result, session, everything))
    # Texts are in the rows alone, so that one that is removed is nowhere else.
    arguments = {"action": str(action), "ids": given[: ID_COUNTS.get(action)]}
    placed = {"parent": parent, "after": after, "due": due, "priority": priority}
    kept = {**arguments, **placed, "session": session, "all": everything, "namespace": bound}
    moment = options.present(now)
    _write(opened, step, given_options(**kept), moment, (dry_run, quiet), format)


def _require_fit(action: Action, words: Sequence[str], given: dict[str, Any]) -> None:
    """Raise BadUsage for words and options that do not go with an action."""
    least, most, what, allowed = SHAPES[action]
    if len(words) < least or (most is not None and len(words) > most):
        raise BadUsage(f"{action} takes {what}", "see: memcli task --help")
    for name in sorted(given.keys() - allowed):
        if given[name] not in (None, False, []):
            raise BadUsage(f"--{name} does not go with {action}", "see: memcli task --help")
    texts = words if action is Action.ADD else words[1:] if action is Action.REVISE else ()
    if not all(text.strip() for text in texts):
        raise BadUsage("a task without a text", "say what is to be done")
    if given["summary"] is not None and len(words) > 1:
        raise BadUsage("--summary is of one task", "end them one by one")


def _read(
    snapshot: Snapshot,
    action: Action,
    names: Sequence[str],
    namespace: str | None,
    everything: bool,
    quiet: bool,
    form: output.Format | None,
) -> None:
    """Show tasks of a snapshot."""
    from memcli.context.tasks import views
    from memcli.context.tasks.reading import read_tasks

    tasks = read_tasks(snapshot, namespace)
    if action is Action.SHOW:
        places = views.whole(tasks, [tasks.named(name) for name in names])
    else:
        places = views.listed(tasks, everything)
    if output.is_tabular(form):
        rows = list(views.lines(tasks, places, action is Action.SHOW))
        if not rows and not quiet:
            note("no tasks" if everything else "no open tasks")
        output.show(rows, form, views.COLUMNS, text="line")
    elif action is Action.SHOW:
        output.show((views.with_history(tasks, *place) for place in places), form)
    else:
        output.show((tasks.record(*place) for place in places), form)


def _step(
    action: Action,
    words: Sequence[str],
    namespace: str | None,
    wishes: Wishes,
    ending: tuple[str | None, str | None, bool],
) -> Callable[[Changes], None]:
    """Return what an action does with the tasks that there are."""
    from memcli.algorithms.task_tree import Status

    def take(changes: Changes) -> None:
        if action is Action.ADD:
            changes.add(words[0].strip(), wishes, namespace)
            return
        ids = [changes.tasks.named(word) for word in words[: ID_COUNTS.get(action)]]
        ids = list(dict.fromkeys(ids))
        if action is Action.REVISE:
            changes.revise(ids[0], words[1].strip() if len(words) > 1 else None, wishes)
        elif action is Action.REVIEW:
            changes.review(ids)
        else:
            changes.end(ids, Status.done if action is Action.DONE else Status.failed, *ending)

    return take


def _write(
    store: Store,
    step: Callable[[Changes], None],
    arguments: dict[str, Any],
    now: datetime,
    how: tuple[bool, bool],
    form: output.Format | None,
) -> None:
    """Take a step, write what it changes, and show the tasks that it was about."""
    from functools import cache

    from memcli.context.tasks import views
    from memcli.context.tasks.changes import Changes
    from memcli.context.tasks.reading import read_tasks
    from memcli.context.tasks.writing import TaskStep
    from memcli.memory.encoders import store_encoder

    dry_run, quiet = how
    encoder = cache(lambda: store_encoder(store.head().encoder, store.layout))

    def build(snapshot: Snapshot) -> Changes:
        tasks = read_tasks(snapshot, arguments.get("namespace"))
        changes = Changes(snapshot, tasks, now, encoder)
        step(changes)
        return changes

    written = TaskStep(store, now, build)
    commit = None if dry_run else written.commit(arguments)
    changes = written.changes
    for text in () if quiet else changes.said:
        note(text)
    if not quiet and dry_run:
        note("dry run: nothing was written")
    elif not quiet and commit is not None:
        note(f"kept as commit {commit.number}")
    places = [(id_, 0) for id_ in changes.touched]
    if output.is_tabular(form):
        rows = views.lines(changes.tasks, places, detailed=False)
        output.show(rows, form, views.COLUMNS, text="line")
    else:
        output.show((changes.tasks.record(*place) for place in places), form)
