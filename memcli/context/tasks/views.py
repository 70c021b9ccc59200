"""Tasks as they are shown: records for programs, a tree of lines for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from memcli.context.tasks.reading import Tasks, box, day, shortened, told
from memcli.jsonl import Json

if TYPE_CHECKING:
    from memcli.context.tasks.suggestions import Suggestion

Places = list[tuple[str, int]]
COLUMNS: Final = ("id", "text", "state", "about")
SUGGESTED: Final = ("id", "due", "said", "speaker", "text")


def listed(tasks: Tasks, everything: bool) -> Places:
    """Return the tasks to list with their depths: all, or what is still to be done."""
    shown: Callable[[str], bool] = (lambda id_: True) if everything else tasks.is_shown
    roots = filter(shown, tasks.roots())
    return [place for root in roots for place in _under(tasks, root, shown)]


def whole(tasks: Tasks, ids: Iterable[str]) -> Places:
    """Return tasks with all that is below them, each once."""
    found: dict[str, int] = {}
    for id_ in ids:
        for x, depth in _under(tasks, id_, lambda x: True):
            found.setdefault(x, depth)
    return list(found.items())


def _under(tasks: Tasks, id_: str, shown: Callable[[str], bool]) -> Places:
    """Return a task and what is shown below it, with depths."""
    return [(id_, 0), *((x, depth + 1) for x, depth in tasks.tree.walk(shown, id_))]


def with_history(tasks: Tasks, id_: str, depth: int) -> Json:
    """Return the record of a task with what it was before it was revised, the newest first."""
    names = ("id", "text", "valid_from", "valid_to")
    before = [tasks.records[older] for older in tasks.earlier(id_)]
    history = [{name: record[name] for name in names if name in record} for record in before]
    needed = [x for x in tasks.tree.current if id_ in tasks.tree.after[x]]
    more = {"required_by": needed, "history": history}
    return {**tasks.record(id_, depth), **{name: value for name, value in more.items() if value}}


def lines(tasks: Tasks, places: Places, detailed: bool) -> Iterator[Json]:
    """Yield tasks as rows of COLUMNS, and `line` as plain text; `detailed` adds all there is."""
    spaces = {tasks.records[id_]["namespace"] for id_, _ in places}
    for id_, depth in places:
        text = " ".join(tasks.records[id_]["text"].split())
        about = tasks.marks(id_)
        if len(spaces) > 1 and not depth:
            about.append(f"namespace {tasks.records[id_]['namespace']}")
        if not tasks.tree.is_open(id_) and not detailed and id_ in tasks.outcomes:
            text = told(tasks.records[id_], tasks.outcomes[id_])
        short, state = tasks.short_ids[id_], str(tasks.tree.standing(id_))
        indent = "  " * depth
        why = bool(about) and about[0].startswith(("after", "blocked"))
        told_of = "; ".join([*([] if why else [state]), *about, f"id {short}"])
        yield {
            "id": short,
            "text": f"{indent}{box(tasks, id_)} {text}",
            "state": state,
            "about": "; ".join(about),
            "line": f"{indent}- {box(tasks, id_)} {text} ({told_of})",
        }
        for detail in _details(tasks, id_) if detailed else ():
            yield {"text": f"{indent}    {detail}", "line": f"{indent}    {detail}"}


def suggested_lines(suggestions: Sequence[Suggestion]) -> Iterator[Json]:
    """Yield suggestions as rows of SUGGESTED, and `line` as plain text."""
    shown = shortened(each.id for each in suggestions)
    for each in suggestions:
        record, short = each.record(), shown[each.id]
        due, said = (day(record[x])[:10] if x in record else "" for x in ("due", "happened_at"))
        about = [f"due {due}" if due else "", f"said {said}" if said else "", f"id {short}"]
        who = each.turn["speaker"] or ""
        by = f"{who}: " if who else ""
        line = f"- {by}{each.text} ({'; '.join(filter(None, about))})"
        row = {"id": short, "due": due, "said": said, "speaker": who, "text": each.text}
        yield {**row, "line": line}


def _details(tasks: Tasks, id_: str) -> Iterator[str]:
    """Yield what there is to say of a task, one line each."""
    tree, record = tasks.tree, tasks.records[id_]
    metadata = record.get("metadata") or {}
    yield f"added {day(record['valid_from'])}"
    if "notes" in metadata:
        yield f"notes: {metadata['notes']}"
    for label, ids in (
        ("after", tree.after[id_]),
        ("before", [x for x in tree.current if id_ in tree.after[x]]),
    ):
        for other in ids:
            yield f"{label}: {_other(tasks, other)}"
    if "valid_to" in record:
        result = (tasks.outcomes.get(id_, {}).get("metadata") or {}).get("result")
        yield f"{record['value']} {day(record['valid_to'])}" + (f": {result}" if result else "")
    for older in tasks.earlier(id_):
        until = tasks.records[older].get("valid_to")
        yield f"was: {tasks.records[older]['text']}" + (f" (until {day(until)})" if until else "")


def _other(tasks: Tasks, id_: str) -> str:
    state = tasks.tree.standing(id_)
    return f"{tasks.short_ids[id_]} {tasks.mention(id_)} ({state})"
