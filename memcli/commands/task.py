"""
Keep a tree of tasks: add, done, fail, revise, review, list, show.

A task may be part of another and come after others. `done` and `fail` end tasks and keep what came
of each, which in `context` takes the place of the task and of all below it; what comes after a
failed task is blocked. `revise` replaces a task and marks what rests on it for `review`. An id may
be cut to what begins no other.

Example: memcli task add "Write the tests" --parent k3jfab --due 2026-03-01

EXIT STATUS: 0 done, nothing to do too, 2 usage, or what the tree does not allow, 66 no such task,
store or commit, 74 I/O error or disk full, 75 locked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from memcli.cli import options
from memcli.cli.stdin import read_names
from memcli.cli.with_store import Call, with_store
from memcli.memory.step import given_options
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.context.tasks.changes import TaskChanges
    from memcli.context.tasks.reading import Tasks
    from memcli.context.tasks.rows import Wishes

ACTIONS: Final = ("add", "done", "fail", "revise", "review", "list", "show")
READING: Final = "store namespace at quiet format"
WRITING: Final = "store namespace now dry_run quiet format"
Step = Callable[["TaskChanges", list[str]], None]
IdsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        help="Ids of tasks, or beginnings; - or none: those, or records, on stdin.",
        metavar="[ID...]",
    ),
]
ParentOption = Annotated[
    str | None, typer.Option("--parent", "-p", help="Part of it; - of nothing.", metavar="ID")
]
AfterOption = Annotated[
    list[str] | None,
    typer.Option("--after", "-a", help="Comes after it; - after nothing; repeat.", metavar="ID"),
]
DueOption = Annotated[str | None, typer.Option("--due", help="By when.", metavar="TIME")]
PriorityOption = Annotated[
    int | None, typer.Option(min=1, max=5, help="1 matters most, 3 if not given.")
]
NotesOption = Annotated[str | None, typer.Option(help="More about it.")]
SessionOption = Annotated[str | None, typer.Option(help="Where it was talked about.")]
PartsOption = Annotated[bool, typer.Option("--all", help="Its open parts too.")]


@with_store("write", WRITING)
def add_command(
    call: Call,
    text: Annotated[str, typer.Argument(help="What is to be done, in quotes.", metavar="TEXT")],
    parent: ParentOption = None,
    after: AfterOption = None,
    due: DueOption = None,
    priority: PriorityOption = None,
    notes: NotesOption = None,
) -> None:
    """
    Add a task, part of --parent and after --after.

    The same text at the same place is one task until it has ended. Its record goes to stdout.

    Example: memcli task add "Write the tests" --parent k3jfab --due 2026-03-01

    EXIT STATUS: 0 done, there already too, 2 usage, or what the tree does not allow, 66 no such
    task or store, 74 I/O error or disk full, 75 locked.
    """
    placed: dict[str, Any] = {"parent": parent, "after": after, "due": due, "priority": priority}
    said, wishes = text_of(call, text), wishes_of(call, placed, notes)
    write(call, "add", lambda to, _: to.add(said, wishes, call.namespace), **placed)


@with_store("write", WRITING)
def done_command(
    call: Call,
    ids: IdsArgument = None,
    summary: Annotated[str | None, typer.Option(help="What came of it.")] = None,
    session: SessionOption = None,
    everything: PartsOption = False,
) -> None:
    """
    End tasks that are done, and keep what came of each.

    What came of it is --summary, else what its parts, its notes and the turns of --session say. In
    `context` that takes the place of the task and of all below it.

    Example: memcli task done k3jfab --summary "40 tests pass"

    EXIT STATUS: 0 done, nothing to do too, 2 usage, or what the tree does not allow, 65 bad record
    on stdin, 66 no such task or store, 74 I/O error or disk full, 75 locked.
    """
    names = read_names(ids)
    if summary is not None and len(names) > 1:
        raise BadUsage("--summary is of one task", "end them one by one")
    end(call, "done", names, summary, session, everything)


@with_store("write", WRITING)
def fail_command(
    call: Call,
    ids: IdsArgument = None,
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    session: SessionOption = None,
    everything: PartsOption = False,
) -> None:
    """
    End tasks that failed, and block what comes after them.

    What came of it is --reason, else what its parts, its notes and the turns of --session say. In
    `context` that takes the place of the task and of all below it. What comes after it is blocked
    until it is revised.

    Example: memcli task fail k3jfab --reason "The bank was closed"

    EXIT STATUS: 0 done, nothing to do too, 2 usage, or what the tree does not allow, 65 bad record
    on stdin, 66 no such task or store, 74 I/O error or disk full, 75 locked.
    """
    end(call, "fail", read_names(ids), reason, session, everything)


@with_store("write", WRITING)
def revise_command(
    call: Call,
    id_: Annotated[str, typer.Argument(help="The id of a task, or its beginning.", metavar="ID")],
    text: Annotated[
        str | None, typer.Argument(help="The new text, in quotes.", metavar="[TEXT]")
    ] = None,
    parent: ParentOption = None,
    after: AfterOption = None,
    due: DueOption = None,
    priority: PriorityOption = None,
    notes: NotesOption = None,
) -> None:
    """
    Replace a task, or open an ended one again.

    What is not given stays as it was. What rests on the task is marked until it is reviewed with
    `memcli task review`, revised or ended. --parent - and --after - take a task out of its place.

    Example: memcli task revise k3jfab "Write the tests of the parser" --after -

    EXIT STATUS: 0 done, so already too, 2 usage, or what the tree does not allow, 66 no such task
    or store, 74 I/O error or disk full, 75 locked.
    """
    options.require_utf8(ID=id_)
    said = None if text is None else text_of(call, text)
    placed = {"parent": parent, "after": after, "due": due, "priority": priority}
    wishes = wishes_of(call, placed, notes)
    write(call, "revise", lambda to, ids: to.revise(ids[0], said, wishes), [id_], **placed)


@with_store("write", WRITING)
def review_command(call: Call, ids: IdsArgument = None) -> None:
    """
    Say that tasks are right after what they rest on was revised.

    Takes back the marks that `memcli task revise` has set on them.

    Example: memcli task review k3jfab 7bvyjl

    EXIT STATUS: 0 done, nothing to do too, 2 usage, 65 bad record on stdin, 66 no such task or
    store, 74 I/O error or disk full, 75 locked.
    """
    write(call, "review", lambda to, found: to.review(found), read_names(ids))


@with_store("read", READING)
def list_command(
    call: Call,
    everything: Annotated[bool, typer.Option("--all", help="Finished ones too.")] = False,
) -> None:
    """
    List the open tasks as a tree, with what can be done first.

    Each record says what the task is part of, waits for and is blocked by, and how deep it lies.

    Example: memcli task list --format text

    EXIT STATUS: 0 done, none too, 2 usage, 66 no such store or commit, 74 I/O error.
    """
    from memcli.context.tasks import reading, views

    tasks = reading.read_tasks(call.snapshot, call.namespace)
    places = views.listed(tasks, everything)
    if call.is_tabular and not places:
        call.say("no tasks" if everything else "no open tasks")
        return
    show_tasks(call, tasks, places)


@with_store("read", READING)
def show_command(call: Call, ids: IdsArgument = None) -> None:
    """
    Show all there is of tasks: parts, notes, history.

    Each task comes with all below it, what it waits for, what waits for it, and what it was before.

    Example: memcli task show k3jfab --format text

    EXIT STATUS: 0 done, 2 usage, 65 bad record on stdin, 66 no such task, store or commit, 74 I/O
    error.
    """
    from memcli.context.tasks import reading, views

    names = read_names(ids)
    tasks = reading.read_tasks(call.snapshot, call.namespace)
    places = views.whole(tasks, [tasks.named(name) for name in names])
    show_tasks(call, tasks, places, detailed=True)


def wishes_of(call: Call, placed: Mapping[str, Any], notes: str | None) -> Wishes:
    """Return what is asked of a task beside its text."""
    from memcli.context.tasks.rows import Wishes

    options.require_utf8(notes=notes)
    due = options.parse_moment(placed["due"], "--due", ahead=True)
    after = tuple(placed["after"] or ())
    return Wishes(placed["parent"], after, due, placed["priority"], kept(call, notes))


def text_of(call: Call, given: str) -> str:
    """Return the text of a task; BadUsage for an empty one."""
    options.require_utf8(text=given)
    if not given.strip():
        raise BadUsage("a task without a text", "say what is to be done")
    return kept(call, given.strip()) or ""


def kept(call: Call, text: str | None) -> str | None:
    """Return a text as it is kept: without secrets, where [ingest] of config.toml says so."""
    from memcli.ingestion.redacting import redactor_of

    if text is None:
        return None
    redactor = redactor_of(call.store, None)
    found = redactor.text(text)
    if told := redactor.told():
        call.say(told)
    return found


def end(
    call: Call, action: str, names: list[str], result: str | None, session: str | None, parts: bool
) -> None:
    """End tasks, and keep what came of each."""
    from memcli.algorithms.task_tree import Status

    options.require_utf8(**{"what came of it": result, "session": session})
    result = kept(call, result)

    def step(changes: TaskChanges, ids: list[str]) -> None:
        is_done = action == "done"
        changes.end(ids, Status.done if is_done else Status.failed, result, session, parts)

    write(call, action, step, names, session=session, all=parts)


def write(call: Call, action: str, step: Step, names: Sequence[str] = (), **given: Any) -> None:
    """
    Take a step, write what it changes, and show the tasks that it was about.

    names: of the tasks that the step is handed the ids of; given: what the commit keeps beside.
    Texts are in the rows alone, so that one that is removed is nowhere else.
    """
    from memcli.context.tasks.changes import TaskChanges
    from memcli.context.tasks.reading import read_tasks
    from memcli.context.tasks.writing import TaskStep

    def build(snapshot: Any) -> TaskChanges:
        tasks = read_tasks(snapshot, call.namespace)
        changes = TaskChanges(snapshot, tasks, call.now, lambda: call.encoder)
        step(changes, list(dict.fromkeys(tasks.named(name) for name in names)))
        return changes

    arguments = given_options(action=action, ids=list(names), **given, namespace=call.namespace)
    written = TaskStep(call.store, call.now, build)
    commit = None if call.dry_run else written.commit(arguments)
    changes = written.changes
    for text in changes.said:
        call.say(text)
    if call.dry_run:
        call.say("dry run: nothing was written")
    elif commit is not None:
        call.say(f"kept as commit {commit.number}")
    show_tasks(call, changes.tasks, [(id_, 0) for id_ in changes.touched])


def show_tasks(
    call: Call, tasks: Tasks, places: list[tuple[str, int]], detailed: bool = False
) -> None:
    """Show tasks, each with its depth in the tree; with their history where that is asked for."""
    from memcli.context.tasks import views

    if call.is_tabular:
        call.show(views.lines(tasks, places, detailed), views.COLUMNS, text="line")
    elif detailed:
        call.show(views.with_history(tasks, *place) for place in places)
    else:
        call.show(tasks.record(*place) for place in places)
