"""
Tables that fit the terminal: side by side where there is room, else what is long beneath the rest.

Nothing is cut: what is long is wrapped between words. On a terminal, times are local, ids as short
as names them, and columns with nothing in them are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from memcli.cli.local_times import LocalTimes, days, is_shown_time
from memcli.cli.terminal import drawing_console, drawn, is_terminal
from memcli.cli.wrapping import is_plain, wrapped
from memcli.language.sanitize import printable
from memcli.memory.telling import SHORT_ID

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Rows = list[list[str]]
TEXT: Final = "text"
ID: Final = "id"
# What is of a row and longer than it, line by line.
ALWAYS_BELOW: Final = frozenset({"linked"})
# A column no wider than this is not wrapped; one of text wants this much, or a share
NARROW: Final = 16
# of its length, as far as a share of the width.
LEAST_TEXT: Final = 24
LENGTH_SHARE: Final = 0.2
TEXT_SHARE: Final = 0.4
# A word no longer than this, such as a time in UTC, is not broken.
LONGEST_WHOLE: Final = 20
_NUMBER = re.compile(r"[+-]?[\d,]+(?:\.\d+)?(?:e[+-]?\d+)?|")
GAP: Final = 2
INDENT: Final = 2
MATCH_STYLE: Final = "bold magenta"


def as_table(names: Sequence[str], rows: Sequence[Sequence[str]], question: str = "") -> str:
    """Return rows as a table that fits; the words of a question are marked in the text."""
    clean = [[printable(value) for value in row] for row in rows]
    heads, footer = [printable(name) for name in names], ""
    if is_terminal():
        heads, clean, footer = for_person(heads, clean)
    console = drawing_console()
    drawing = _Drawing(console, heads, clean, question)
    for line in drawing.lines():
        if line.spans or line.style:
            console.print(line, soft_wrap=True)
        else:
            console.file.write(f"{line.plain}\n")
    if footer:
        console.print(footer, style="dim", soft_wrap=True)
    return drawn(console)


def for_person(names: list[str], rows: Rows) -> tuple[list[str], Rows, str]:
    """Return columns with something in them, local times and short ids; and what the zone is."""
    kept = [i for i in range(len(names)) if not rows or any(row[i] for row in rows)]
    times = LocalTimes()
    columns = [[times.shown(row[i]) for row in rows] for i in kept]
    heads = [names[i] for i in kept]
    columns = [
        short_ids(cells) if head == ID else cells
        for head, cells in zip(heads, columns, strict=True)
    ]
    return heads, [list(row) for row in zip(*columns, strict=True)], times.footer()


def short_ids(ids: Sequence[str]) -> list[str]:
    """Return as much of each id as tells it from the others."""
    size, different = SHORT_ID, set(ids)
    while len({id_[:size] for id_ in different}) < len(different):
        size += 1
    return [id_[:size] for id_ in ids]


def column_widths(wanted: Sequence[int], least: Sequence[int], room: int) -> list[int] | None:
    """Widths of columns that fit side by side in some room; None where they do not."""
    widths, left = list(least), room - sum(least)
    if left < 0:
        return None
    lacking = sorted(range(len(widths)), key=lambda i: wanted[i] - least[i])
    for place, i in enumerate(lacking):
        more = min(wanted[i] - least[i], left // (len(lacking) - place))
        widths[i] += more
        left -= more
    return widths


class _Drawing:
    """One table; below: the columns that stand beneath the others."""

    def __init__(self, console: Console, names: list[str], rows: Rows, question: str = "") -> None:
        self.console, self.question = console, question
        self.names, self.rows = names, rows
        self.below = [i for i, name in enumerate(names) if name in ALWAYS_BELOW]
        self.numeric = {
            i for i in range(len(names)) if all(_NUMBER.fullmatch(row[i]) for row in rows)
        }

    def lines(self) -> Iterator[Text]:
        """Yield the lines of the table in the form that fits."""
        if not self.names:
            return
        widths, gap = self._fit()
        if widths is None:
            yield from self._labelled()
        elif self.below:
            yield from self._stacked(widths, gap)
        else:
            yield from self._side_by_side(widths, gap)

    def _fit(self) -> tuple[list[int] | None, int]:
        """Widths of the columns side by side, and the gap between them."""
        found = self._widths()
        if found[0] is None:
            # A time of day is the first that can be done without.
            whole, self.rows = self.rows, [days(row) for row in self.rows]
            found = self._widths()
            if found[0] is None:
                self.rows = whole
        while found[0] is None and (longest := self._longest()) is not None:
            self.below.append(longest)
            found = self._widths()
        self.below.sort()
        return found

    def _beside(self) -> list[int]:
        return [i for i in range(len(self.names)) if i not in self.below]

    def _sized(self) -> list[int]:
        """Widths that the columns side by side would like to have."""
        from rich.cells import cell_len

        def size(i: int) -> int:
            cells = (self.names[i], *(row[i] for row in self.rows))
            return max((cell_len(line) for cell in cells for line in cell.splitlines()), default=0)

        return [size(i) for i in self._beside()]

    def _widths(self) -> tuple[list[int] | None, int]:
        room, wanted = self.console.width, self._sized()
        if not wanted:
            return None, GAP
        least = [self._least(i, size) for i, size in zip(self._beside(), wanted, strict=True)]
        for gap in (GAP, 1):
            found = column_widths(wanted, least, room - gap * (len(wanted) - 1))
            if found is not None:
                return found, gap
        return None, GAP

    def _least(self, i: int, wanted: int) -> int:
        """Width under which a column cannot be read."""
        if self.names[i] == TEXT:
            share = min(TEXT_SHARE * self.console.width, LENGTH_SHARE * wanted)
            return min(wanted, max(LEAST_TEXT, int(share)))
        words = (len(word) for row in self.rows for word in row[i].split())
        whole = max((size for size in words if size <= LONGEST_WHOLE), default=0)
        return min(wanted, max(NARROW, len(self.names[i]), whole))

    def _longest(self) -> int | None:
        """Column that goes beneath the others next; None where all are short."""
        sizes = dict(zip(self._beside(), self._sized(), strict=True))
        long = [i for i, size in sizes.items() if size > NARROW or self.names[i] == TEXT]
        return max(long, key=lambda i: (self.names[i] == TEXT, sizes[i]), default=None)

    # ---------------------------------------------------------------- forms

    def _side_by_side(self, widths: list[int], gap: int) -> Iterator[Text]:
        yield from self._head(widths, gap)
        for row in self.rows:
            yield from self._row(row, widths, gap)

    def _stacked(self, widths: list[int], gap: int) -> Iterator[Text]:
        from rich.text import Text

        yield from self._head(widths, gap)
        for number, row in enumerate(self.rows):
            if number:
                yield Text()
            for line in self._row(row, widths, gap):
                line.stylize("dim")
                yield line
            for i in self.below:
                label = "" if self.names[i] == TEXT else self.names[i]
                yield from self._paragraph(label, self._cell(i, row[i]))

    def _labelled(self) -> Iterator[Text]:
        """Yield each row as its fields after their names, as many on a line as fit; text last."""
        from rich.text import Text

        last = sorted(range(len(self.names)), key=lambda i: self.names[i] == TEXT)
        for number, row in enumerate(self.rows):
            if number:
                yield Text()
            line = Text()
            for i in last:
                label = "" if self.names[i] == TEXT else self.names[i]
                field = self._field(label, self._cell(i, row[i]))
                if line and (
                    not label or line.cell_len + GAP + field.cell_len > self.console.width
                ):
                    yield from self._wrap(line, self.console.width)
                    line = Text()
                if field.plain:
                    line = Text("  ").join([line, field]) if line else field
            yield from self._wrap(line, self.console.width)

    def _head(self, widths: list[int], gap: int) -> Iterator[Text]:
        from rich.text import Text

        names = [Text(self.names[i], style="bold") for i in self._beside()]
        yield from self._cells(names, widths, gap)
        yield Text("─" * min(self.console.width, sum(widths) + gap * (len(widths) - 1)))

    def _row(self, row: list[str], widths: list[int], gap: int) -> Iterator[Text]:
        yield from self._cells([self._cell(i, row[i]) for i in self._beside()], widths, gap)

    def _cells(self, cells: list[Text], widths: list[int], gap: int) -> Iterator[Text]:
        """Yield the lines of cells beside one another."""
        from rich.text import Text

        columns = [self._wrap(cell, size) for cell, size in zip(cells, widths, strict=True)]
        empty, right = Text(), [i in self.numeric for i in self._beside()]
        for parts in zip_longest(*columns, fillvalue=empty):
            spaces = [size - part.cell_len for size, part in zip(widths, parts, strict=True)]
            before = [n if at_right else 0 for n, at_right in zip(spaces, right, strict=True)]
            after = [n - m + gap for n, m in zip(spaces, before, strict=True)]
            line = Text()
            triples = list(zip(before, parts, after, strict=True))
            if not any(part.spans or part.style for part in parts):
                yield Text("".join(f"{' ' * m}{p.plain}{' ' * n}" for m, p, n in triples).rstrip())
                continue
            for m, part, n in triples:
                line.append(" " * m).append_text(part).append(" " * n)
            line.rstrip()
            yield line

    def _paragraph(self, label: str, cell: Text) -> Iterator[Text]:
        """Yield the lines of a cell by itself, after its label."""
        from rich.text import Text

        field = self._field(label, cell)
        for line in self._wrap(field, self.console.width - INDENT) if field.plain else ():
            yield Text.assemble(" " * INDENT, line)

    def _field(self, label: str, cell: Text) -> Text:
        """Return a cell after its label; nothing where nothing is in it."""
        from rich.text import Text

        return Text.assemble((label, "dim"), " ", cell) if label and cell.plain else cell

    def _wrap(self, cell: Text, size: int) -> list[Text]:
        from rich.text import Text

        if not cell.spans and not cell.style and len(cell) > size:
            parts = cell.plain.split("\n")
            if all(map(is_plain, parts)):
                return [Text(line) for part in parts for line in wrapped(part, size)]
        lines = list(cell.wrap(self.console, size, overflow="fold"))
        for line in lines:
            line.rstrip()
        return lines

    def _cell(self, i: int, value: str) -> Text:
        """Return a cell with its matches marked; a number, or a time, as it is."""
        from rich.text import Text

        text = Text(value)
        if self.question and self.names[i] == TEXT and not is_shown_time(value):
            mark_matches(text, self.question)
        return text


def mark_matches(text: Text, question: str) -> None:
    """Mark the words of a question in a text."""
    from memcli.language.matching_words import matching_spans

    for start, end in matching_spans(question, text.plain):
        text.stylize(MATCH_STYLE, start, end)
