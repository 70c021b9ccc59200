"""The body that the actions of `task` share: what they are given, write and show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from memcli.cli import options
from memcli.cli.with_store import Call
from memcli.memory.step import given_options
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.context.tasks.changes import TaskChanges
    from memcli.context.tasks.reading import Tasks
    from memcli.context.tasks.rows import Wishes
    from memcli.context.tasks.suggestions import Suggestion
    from memcli.models.parser import Parser
    from store import Snapshot

Step = Callable[["TaskChanges", list[str]], None]


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

    def build(snapshot: Any) -> TaskChanges:
        tasks = read_tasks(snapshot, call.namespace)
        changes = TaskChanges(snapshot, tasks, call.now, lambda: call.encoder)
        step(changes, list(dict.fromkeys(tasks.named(name) for name in names)))
        return changes

    arguments = given_options(action=action, ids=list(names), **given, namespace=call.namespace)
    changes = carry_out(call, build, arguments)
    show_tasks(call, changes.tasks, [(id_, 0) for id_ in changes.touched])


def carry_out(
    call: Call, build: Callable[[Snapshot], TaskChanges], arguments: dict[str, Any]
) -> TaskChanges:
    """Write what `build` makes of the tasks, say what became of it, and return it."""
    from memcli.context.tasks.writing import TaskStep

    written = TaskStep(call.store, call.now, build)
    commit = None if call.dry_run else written.commit(arguments)
    for text in written.changes.said:
        call.say(text)
    if call.dry_run:
        call.say("dry run: nothing was written")
    elif commit is not None:
        call.say(f"kept as commit {commit.number}")
    return written.changes


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


def suggestions_of(
    call: Call, snapshot: Snapshot, tasks: Tasks, everything: bool = True
) -> list[Suggestion]:
    """Return what is suggested in the namespace that bounds a call."""
    from memcli.config import settings_of
    from memcli.context.tasks.suggestions import read_suggestions

    def parse() -> Parser:
        return _parser(settings_of(call.store.layout).extract.parser)

    return read_suggestions(snapshot, call.namespace, tasks, parse, call.now, everything)


@cache
def _parser(name: str) -> Parser:
    """Return a parser, loaded once."""
    from memcli.models.parser import Parser

    return Parser.load(name)


def take_over(
    call: Call, changes: TaskChanges, name: str, text: str | None, wishes: Wishes
) -> None:
    """Add the task that is suggested, in its speaker's words and by its day unless others are."""
    from memcli.context.tasks.suggestions import suggestion_named

    found = suggestion_named(suggestions_of(call, changes.snapshot, changes.tasks), name)
    sources = tuple(found.source_ids)
    due = wishes.due or found.due_at
    wishes = replace(wishes, due=due, suggestion=found.id, source_ids=sources)
    changes.add(text or found.text, wishes, call.namespace or found.turn["namespace"])


def dismiss(call: Call, names: Sequence[str]) -> None:
    """Put suggestions out of sight, and show them."""
    from memcli.context.tasks.changes import TaskChanges
    from memcli.context.tasks.reading import read_tasks
    from memcli.context.tasks.suggestions import suggestion_named

    chosen: dict[str, Suggestion] = {}

    def build(snapshot: Snapshot) -> TaskChanges:
        tasks = read_tasks(snapshot, call.namespace)
        known = suggestions_of(call, snapshot, tasks)
        chosen.clear()
        chosen.update((s.id, s) for s in (suggestion_named(known, name) for name in names))
        changes = TaskChanges(snapshot, tasks, call.now, lambda: call.encoder)
        changes.dismiss(list(chosen.values()))
        return changes

    arguments = given_options(action="dismiss", ids=list(names), namespace=call.namespace)
    carry_out(call, build, arguments)
    show_suggestions(call, list(chosen.values()))


def show_suggestions(call: Call, found: Sequence[Suggestion]) -> None:
    """Show suggestions: records, or a table and lines for people."""
    from memcli.context.tasks.views import SUGGESTED, suggested_lines

    if call.is_tabular:
        call.show(suggested_lines(found), SUGGESTED, text="line")
    else:
        call.show(each.record() for each in found)
