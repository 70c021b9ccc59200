"""Rendering of a context: entries under sections and days, within marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from enum import StrEnum
from itertools import groupby
from typing import Any, Final

from memcli.memory.items import Item
from memcli.memory.recall_blocks import CLOSE, NOTE, OPEN, escape_marks

SECTIONS: Final = ("core", "profile", "tasks", "lessons", "earlier", "relevant", "recent")
LONGEST_NAME: Final = 60
WEEKDAYS: Final = "Mon Tue Wed Thu Fri Sat Sun".split()
MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
# What would begin a heading, a list, a quote, a block of code or of HTML inside of an entry.
_BEGINS_BLOCK = re.compile(r"(?=[#>+*=<|-]|```|~~~|[0-9]{1,9}[.)])")
_BULLET = re.compile(r"(?P<indent> *)(?:- )?(?P<text>.*)", re.DOTALL)
# Joiners are part of emoji and of several scripts; other characters of their kind show nothing, and
# could hide a text from a reader that a model still sees.
_JOINERS: Final = frozenset("\u200c\u200d")


class BlockFormat(StrEnum):
    """The forms in which a context is written."""

    md = "md"
    text = "text"
    json = "json"


@dataclass(frozen=True)
class ContextEntry:
    """
    One line of a context.

    item.text is the line as it is written, without bullet; place: what it is ordered by within its
    section; day: the heading it stands under, if any. covers and unless: see packing.Piece.
    """

    item: Item
    place: tuple[Any, ...] = ()
    day: date | None = None
    covers: frozenset[str] = field(default=frozenset())
    unless: frozenset[str] = field(default=frozenset())

    @property
    def section(self) -> str:
        """The section that it belongs to."""
        return self.item.section

    @property
    def heads(self) -> tuple[Hashable, ...]:
        """The headings that it needs: its section's, and its day's."""
        section = (self.section,)
        return (section,) if self.day is None else (section, (self.section, self.day))


def one_line(text: str) -> str:
    """Return a text on one line that shows all it says and cannot end the block that it is in."""
    visible = "".join(map(_visible, text)) if not text.isascii() or not text.isprintable() else text
    return escape_marks(" ".join(visible.split()))


def _visible(char: str) -> str:
    """Return a character as it may be shown: blank for a control, none for what is invisible."""
    category = unicodedata.category(char)
    if category in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    return "" if category in ("Cf", "Cs", "Co") and char not in _JOINERS else char


def said(text: str, speaker: str | None) -> str:
    """Return a verbatim turn on one line, with who said it."""
    name = one_line(speaker or "")[:LONGEST_NAME]
    line = one_line(text)
    return f"{name}: {line}" if name else line


def bulleted(text: str) -> str:
    """Return an entry as a line of a list; one that is such a line already keeps its place."""
    match = _BULLET.fullmatch(text)
    indent, rest = (match["indent"], match["text"]) if match else ("", text)
    box = re.match(r"\[.\] ", rest)
    if box is None:
        rest = _BEGINS_BLOCK.sub("\\\\", rest, count=1) if _BEGINS_BLOCK.match(rest) else rest
    return f"{indent}- {rest}\n"


def head(key: tuple[Any, ...], form: BlockFormat) -> str:
    """Return the heading of a section, or of a day in it, as a line."""
    plain = form is BlockFormat.text
    if len(key) == 1:
        return f"{key[0].upper()}\n" if plain else f"# {key[0].capitalize()}\n"
    day = f"{WEEKDAYS[key[1].weekday()]} {short_date(key[1])}"
    return f"[{day}]\n" if plain else f"## {day}\n"


def short_date(day: date) -> str:
    """Return a date as people write it, which takes few tokens and cannot be mistaken."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def day_of(item: Item) -> date | None:
    """Return the day of an item, in UTC."""
    return item.happened_at.astimezone(UTC).date() if item.happened_at else None


def frame() -> str:
    """Return a block without entries."""
    return f"{OPEN}\n{NOTE}\n{CLOSE}\n"


def render(entries: Iterable[ContextEntry], form: BlockFormat = BlockFormat.md) -> str:
    """Return entries as a block, each section in the order of `place`; nothing for none."""
    lines: list[str] = []
    for section, in_section in groupby(in_order(entries), key=lambda entry: entry.section):
        lines.append(head((section,), form))
        for day, of_day in groupby(in_section, key=lambda entry: entry.day):
            lines += [head((section, day), form)] if day else []
            lines += [bulleted(entry.item.text) for entry in of_day]
    return "".join([f"{OPEN}\n{NOTE}\n", *lines, f"{CLOSE}\n"]) if lines else ""


def in_order(entries: Iterable[ContextEntry]) -> list[ContextEntry]:
    """Return entries by section and place; what has no day comes before what has one."""
    return sorted(
        entries,
        key=lambda e: (SECTIONS.index(e.section), e.day or date.min, e.place),
    )


def as_record(
    entries: Sequence[ContextEntry], text: str, query: str, tokens: int, most: int
) -> Any:
    """Return a context as a record on the wire; `text` is the block, which is what has a budget."""
    sections = [
        {"name": name, "items": [_item_json(entry) for entry in in_section]}
        for name, in_section in groupby(in_order(entries), key=lambda entry: entry.section)
    ]
    return {
        "kind": "context",
        "v": 1,
        "query": query,
        "text": text,
        "tokens": tokens,
        "max_tokens": most,
        "sections": sections,
    }


def _item_json(entry: ContextEntry) -> dict[str, Any]:
    """Return an entry as plain JSON values; what is unknown is left out."""
    from memcli.jsonl import format_time

    item = entry.item
    moment = format_time(item.happened_at) if item.happened_at else None
    shown = {"text": item.text, "ids": list(item.ids), "score": round(item.score, 6)}
    return shown | ({"happened_at": moment} if moment else {})
