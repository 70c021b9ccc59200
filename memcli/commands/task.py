"""
Keep a tree of tasks: add, done, fail, revise, review, list, due, show, dismiss.

A task may be part of another and come after others. `done` and `fail` end tasks and keep what came
of each, which in `context` takes the place of the task and of all below it; what comes after a
failed task is blocked. `revise` replaces a task and marks what rests on it for `review`. What was
said that there is to do is suggested by `list --suggested`, to be taken over with `add --from` or
put away with `dismiss`. An id may be cut to what begins no other.

Example: memcli task add "Write the tests" --parent k3jfab --due 2026-03-01

EXIT STATUS: 0 done, nothing to do too, 2 usage, or what the tree does not allow, 66 no such task,
store or commit, 74 I/O error or disk full, 75 locked.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any, Final

import typer

from memcli import jsonl
from memcli.cli import options
from memcli.cli.output import Format
from memcli.cli.stdin import read_names
from memcli.cli.with_store import Call, with_store
from memcli.commands._tasks import (
    dismiss,
    end,
    show_suggestions,
    show_tasks,
    suggestions_of,
    take_over,
    text_of,
    wishes_of,
    write,
)
from store.errors import BadUsage

ACTIONS: Final = (
    "add",
    "done",
    "fail",
    "revise",
    "review",
    "list",
    "due",
    "show",
    "dismiss",
)
READING: Final = "store namespace at quiet format"
SEEING: Final = "store namespace at now quiet format"
WRITING: Final = "store namespace now dry_run quiet format"
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
SuggestedArgument = Annotated[
    list[str] | None,
    typer.Argument(
        help="Ids of suggestions, or beginnings; - or none: those, or records, on stdin.",
        metavar="[ID...]",
    ),
]
FromOption = Annotated[
    str | None, typer.Option("--from", help="Take over this suggestion.", metavar="ID")
]
WithinOption = Annotated[
    str | None, typer.Option("--within", help="Due until then: 7d, tomorrow.", metavar="TIME")
]


class DueFormat(StrEnum):
    """The forms in which due tasks can be written: those of all records, and a calendar."""

    jsonl = "jsonl"
    json = "json"
    csv = "csv"
    table = "table"
    md = "md"
    text = "text"
    ics = "ics"


DueFormatOption = Annotated[
    DueFormat | None,
    typer.Option("--format", "-f", help="A table on a terminal, else jsonl; ics: a calendar."),
]
PartsOption = Annotated[bool, typer.Option("--all", help="Its open parts too.")]


@with_store("write", WRITING)
def add_command(
    call: Call,
    text: Annotated[
        str | None, typer.Argument(help="What is to be done, in quotes.", metavar="[TEXT]")
    ] = None,
    parent: ParentOption = None,
    after: AfterOption = None,
    due: DueOption = None,
    priority: PriorityOption = None,
    notes: NotesOption = None,
    from_: FromOption = None,
) -> None:
    """
    Add a task, part of --parent and after --after, or take a suggestion over.

    The same text at the same place is one task until it has ended. With --from, what
    `memcli task list --suggested` lists becomes a task in its speaker's words, due by the day that
    was named, with the turn as its source; TEXT and --due say it otherwise. Its record goes to
    stdout.

    Example: memcli task add "Write the tests" --parent k3jfab --due 2026-03-01

    EXIT STATUS: 0 done, there already too, 2 usage, or what the tree does not allow, 66 no such
    task or store, 74 I/O error or disk full, 75 locked.
    """
    placed: dict[str, Any] = {"parent": parent, "after": after, "due": due, "priority": priority}
    wishes = wishes_of(call, placed, notes)
    if from_ is not None:
        options.require_utf8(**{"--from": from_})
        said = None if text is None else text_of(call, text)
        step = lambda to, _: take_over(call, to, from_, said, wishes)  # noqa: E731
        write(call, "add", step, **placed, suggestion=from_)
        return
    if text is None:
        raise BadUsage("a task without a text", "say what is to be done, or --from ID")
    new = text_of(call, text)
    write(call, "add", lambda to, _: to.add(new, wishes, call.namespace), **placed)


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


@with_store("read", SEEING)
def list_command(
    call: Call,
    everything: Annotated[bool, typer.Option("--all", help="Finished or old ones too.")] = False,
    suggested: Annotated[
        bool, typer.Option("--suggested", help="What was said that there is to do.")
    ] = False,
) -> None:
    """
    List the open tasks as a tree, with what can be done first, or what is suggested.

    Each record says what the task is part of, waits for and is blocked by, and how deep it lies.
    --suggested reads in the turns what people say that they have to do ("I need to call the dentist
    on Monday", "remind me to buy flour", "TODO: ...", open check boxes of notes) and have not said
    to have done: in English, but for check boxes. What has no day is left out 90 days after it was
    said, what has one 30 days after it, unless --all is given.

    Example: memcli task list --format text

    EXIT STATUS: 0 done, none too, 2 usage, 66 no such store or commit, 74 I/O error.
    """
    from memcli.context.tasks import reading, views

    tasks = reading.read_tasks(call.snapshot, call.namespace)
    if suggested:
        found = suggestions_of(call, call.snapshot, tasks, everything)
        if call.is_tabular and not found:
            call.say("no suggestions")
            return
        show_suggestions(call, found)
        return
    places = views.listed(tasks, everything)
    if call.is_tabular and not places:
        call.say("no tasks" if everything else "no open tasks")
        return
    show_tasks(call, tasks, places)


@with_store("read", "store namespace at now quiet *")
def due_command(call: Call, within: WithinOption = None, form: DueFormatOption = None) -> None:
    """
    List the open tasks that have a day, what is overdue first.

    Each record has `overdue`, the days since, where its time has passed. `--format ics` writes a
    calendar (RFC 5545) with a VTODO for each, whose UID is the id of the task.

    Example: memcli task due --within 7d

    EXIT STATUS: 0 done, none too, 2 usage, 66 no such store or commit, 74 I/O error.
    """
    from memcli.context.tasks import due, reading

    until = options.parse_moment(within, "--within", call.now, end=True, ahead=True)
    tasks = reading.read_tasks(call.snapshot, call.namespace)
    records = due.due_records(tasks, call.now, until)
    if form is DueFormat.ics:
        jsonl.write_bytes([due.calendar(records)])
        return
    call = replace(call, format=Format(form) if form else None)
    if call.is_tabular and not records:
        call.say("nothing is due")
    elif call.is_tabular:
        call.show(due.lines(tasks, records, call.now), due.COLUMNS, text="line")
    else:
        call.show(records)


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


@with_store("write", WRITING)
def dismiss_command(call: Call, ids: SuggestedArgument = None) -> None:
    """
    Put suggestions away, for nobody is going to do them.

    They are kept out of sight; `memcli restore ID` brings one back. What was said stays as it is,
    and who says it again later is heard.

    Example: memcli task list --suggested | memcli task dismiss --dry-run

    EXIT STATUS: 0 done, 2 usage, 65 bad record on stdin, 66 no such suggestion or store, 74 I/O
    error or disk full, 75 locked.
    """
    names = read_names(ids)
    dismiss(call, names)
