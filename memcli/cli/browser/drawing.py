"""Drawing for the screen: a hit in two lines, and a memory as a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.text import Text

from memcli.cli.local_times import LocalTimes
from memcli.cli.memory_view import LEVELS
from memcli.cli.tables import mark_matches
from memcli.jsonl import Json
from memcli.language.sanitize import printable
from memcli.memory.telling import SHORT_ID

SNIPPET: Final = 300
BEFORE_MATCH: Final = 40
SHORT: Final = 50


def hit_lines(record: Json, question: str, width: int) -> Text:
    """Return who said it and when, and below it the words around the first match, on one line."""
    times = LocalTimes()
    said = [record.get("speaker"), times.shown(record.get("happened_at") or "")]
    if record["level"]:
        said.append(LEVELS[record["level"]])
    head = Text("★ " if record.get("pinned") else "")
    head.append(printable("  ".join(part for part in said if part)), style="dim")
    if record.get("archived") or record.get("state") in ("hidden", "archived"):
        head.append(f"  {record.get('state') or 'archived'}", style="red")
    head.truncate(width, overflow="ellipsis")
    line = snippet(record["text"], question)
    line.truncate(width, overflow="ellipsis")
    return Text.assemble(head, "\n", line)


def snippet(text: str, question: str) -> Text:
    """Return a part of a text on one line, where the words of a question are, marked."""
    from memcli.language.matching_words import matching_spans

    plain = printable(" ".join(text.split()))
    spans = matching_spans(question, plain) if question.strip() else []
    start = max(0, spans[0][0] - BEFORE_MATCH) if spans and spans[0][1] > BEFORE_MATCH * 2 else 0
    if start:
        start = max(start, plain.find(" ", start, spans[0][0]) + 1)
    line = Text(("… " if start else "") + plain[start : start + SNIPPET])
    mark_matches(line, question)
    return line


def memory_page(record: Json, question: str, around: Iterable[Json]) -> Text:
    """Return a memory, and below it the turns among which it was said, itself as a line."""
    page = _heading(record).append_text(_said(record["text"], question)).append("\n")
    turns = [*around]
    if turns:
        page.append("\nWhere it was said\n", style="bold")
    for turn in turns:
        here = turn["id"] == record["id"]
        page.append("\n")
        page.append("▌ " if here else "", style="magenta")
        page.append(printable(turn.get("speaker") or "unknown"), style="bold")
        page.append(f"  {LocalTimes().shown(turn.get('happened_at') or '')}\n", style="dim")
        if here:
            page.append("▌ ", style="magenta")
            page.append_text(_beginning(turn["text"])).append("\n")
        else:
            page.append_text(_said(turn["text"], "")).append("\n")
    return page


def sources_page(record: Json, of: list[Json], made: list[Json]) -> Text:
    """Return what a memory was made of, and what was made of it."""
    page = _heading(record).append_text(_said(record["text"], "")).append("\n")
    for label, records in (("Made of", of), ("Made of it", made)):
        page.append(f"\n{label}\n", style="bold")
        for one in records:
            page.append(f"\n{one['id'][:SHORT_ID]}  {LEVELS[one['level']]}  ", style="dim")
            page.append(printable(one.get("speaker") or ""), style="bold").append("\n")
            page.append_text(_said(one["text"], "")).append("\n")
        if not records:
            page.append("nothing\n", style="dim")
    return page


def history_page(record: Json, versions: Iterable[Json]) -> Text:
    """Return how a memory came about and changed, commit by commit."""
    page = _heading(record)
    for one in versions:
        when = LocalTimes().shown(one["committed_at"])
        page.append(f"\n{one['change']}", style="bold")
        page.append(f"  commit {one['commit']}, {one['command']}, {when}\n", style="dim")
        page.append_text(_said(one["text"], "")).append("\n")
        told = {"until": one.get("valid_to"), "replaced by": one.get("replaced_by"),
                "because": one.get("reason"), "changed": ", ".join(one.get("changed") or ()),
                "replaces": "; ".join(one.get("replaces") or ())}  # fmt: skip
        for label, value in told.items():
            if value:
                page.append(f"{label} ", style="dim")
                page.append(printable(LocalTimes().shown(value))).append("\n")
    return page


def _heading(record: Json) -> Text:
    """Return what kind of memory it is, and whose, when and where."""
    times = LocalTimes()
    when = times.shown(record.get("happened_at") or "")
    head = Text(record["id"], style="bold")
    head.append(f"  {LEVELS[record['level']]}, {record['type']}", style="not bold dim")
    for name, is_so in (("pinned", record.get("pinned")), ("archived", record.get("archived")),
                        ("hidden", record.get("state") == "hidden")):  # fmt: skip
        head.append(f"  {name}" if is_so else "", style="not bold magenta")
    place = (record["namespace"], record.get("session_id"), when, *times.zones)
    head.append("\n" + printable("  ".join(part for part in place if part)), style="not bold dim")
    if record.get("speaker"):
        head.append("\n" + printable(record["speaker"]), style="bold not dim")
    return Text.assemble(head, "\n")


def _beginning(text: str) -> Text:
    line = snippet(text, "")
    line.truncate(SHORT, overflow="ellipsis")
    return line


def _said(text: str, question: str) -> Text:
    said = Text("\n".join(printable(line) for line in text.splitlines()))
    if question:
        mark_matches(said, question)
    return said
