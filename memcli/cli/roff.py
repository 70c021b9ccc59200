"""
Man pages as text: a small writer of roff, and Markdown as roff.

Only macros of man(7) and the tables of tbl(1), which man-db and mandoc both read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import Any, Final

# Characters that would be set as typographic ones, and could not be pasted into a shell then.
LITERAL: Final = str.maketrans(
    {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}
)
CODE: Final = re.compile(r"`([^`]+)`")
FONTS: Final = {
    "strong_open": r"\fB",
    "strong_close": r"\fR",
    "em_open": r"\fI",
    "em_close": r"\fR",
}
BULLET: Final = r"\(bu"
MAX_LINE: Final = 78
# Columns that are left of a terminal's 80 beside the margin, and that tbl puts between two.
TABLE_WIDTH: Final = 72
TABLE_GAP: Final = 3


def literal(text: str) -> str:
    """Return a text of the shell, each character as it is typed."""
    return text.translate(LITERAL)


def prose(text: str) -> str:
    """Return plain text, with `code` in bold."""
    parts = CODE.split(text)
    return "".join(bold(part) if i % 2 else _escaped_text(part) for i, part in enumerate(parts))


def _escaped_text(text: str) -> str:
    """Return text in which only an option keeps its hyphens as they are typed."""
    escaped = text.replace("\\", r"\e")
    return re.sub(r"(?<!\w)--?\w[\w-]*", lambda option: literal(option[0]), escaped)


def bold(text: str) -> str:
    """Return a text of the shell in bold."""
    return rf"\fB{literal(text)}\fR"


def guarded(lines: Iterable[str]) -> list[str]:
    """Return lines of text, none of which reads as a macro."""
    return [rf"\&{line}" if line[:1] in (".", "'") else line for line in lines]


def lines_of(text: str) -> list[str]:
    """Return text that is set already in lines of a decent length."""
    return guarded(wrap(text, MAX_LINE, break_long_words=False, break_on_hyphens=False))


def section(title: str) -> str:
    """Return the heading of a section."""
    return f'.SH "{title.upper()}"'


def paragraph(text: str) -> list[str]:
    """Return the lines of a paragraph of prose."""
    return [".PP", *lines_of(prose(text))]


def entry(term: str, text: str) -> list[str]:
    """Return the lines of a term, set already, and of what it means."""
    return [".TP", *guarded([term]), *lines_of(text)]


def code_block(text: str) -> list[str]:
    """Return the lines of a block of code."""
    return [".PP", ".RS 4", ".nf", *guarded(literal(text.rstrip("\n")).split("\n")), ".fi", ".RE"]


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table, headings first; cells are set already."""
    widest = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    if sum(widest) + TABLE_GAP * len(widest) > TABLE_WIDTH:
        return _as_entries(rows)
    layout = " ".join("l" for _ in widest)
    cells = guarded("\t".join(row) for row in rows)
    return [".PP", ".TS", "tab(\t);", layout.replace("l", "lb"), f"{layout}.", *cells, ".TE"]


def _as_entries(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table that fits no terminal: each row an entry with named values."""
    head, *body = rows
    lines: list[str] = []
    first = ""
    for row in body:
        first = row[0] or first  # an empty cell goes on with what is above it
        values = [
            f"{name}: {value}" for name, value in zip(head[1:], row[1:], strict=True) if value
        ]
        only = row[1] if len(row) == 2 else "; ".join(values)
        lines += entry(first, only)
    return lines


def _width(text: str) -> int:
    """Return how many columns a text takes that is set already."""
    return len(re.sub(r"\\\(..|\\.", "x", re.sub(r"\\f[BIR]", "", text)))


def page(lines: Iterable[str]) -> str:
    """Return the text of a page; a paragraph needs no macro right after a heading."""
    kept: list[str] = []
    for line in lines:
        if line != ".PP" or not kept[-1].startswith((".SH", ".SS")):
            kept.append(line)
    return "\n".join(kept) + "\n"


def from_markdown(text: str) -> list[str]:
    """Return a page of Markdown, without its title, as the body of a man page."""
    from rich.markdown import Markdown

    return list(_Body().lines(Markdown(text).parsed))


class _Body:
    """What has been opened and not closed yet on the way through a page of Markdown."""

    def __init__(self) -> None:
        self.inside = ""
        self.marks: list[str] = []
        self.is_first = False
        self.rows: list[list[str]] = []

    def lines(self, tokens: Iterable[Any]) -> Iterator[str]:
        """Yield the lines that the tokens of a page become."""
        for token in tokens:
            step = getattr(self, f"_{token.type}", None)
            if step is not None:
                yield from step(token)
            elif token.type.endswith("_open"):
                self.inside = token.tag

    def _inline(self, token: Any) -> Iterable[str]:
        text = _set(token.children)
        if self.inside in ("th", "td"):
            self.rows[-1].append(text)
            return []
        if self.inside == "p":
            return self._paragraph(text)
        heading = token.content.replace('"', "'")
        return {"h1": [], "h2": [section(heading)]}.get(self.inside, [f'.SS "{heading}"'])

    def _paragraph(self, text: str) -> list[str]:
        begin = ".PP"
        if self.marks:
            mark = self.marks[-1] if self.is_first else '""'
            begin = f".IP {mark} {2 if self.marks[-1] == BULLET else 4}"
            self.is_first = False
        return [begin, *lines_of(text)]

    def _fence(self, token: Any) -> Iterable[str]:
        return code_block(token.content)

    _code_block = _fence

    def _bullet_list_open(self, token: Any) -> Iterable[str]:
        self.marks.append(BULLET if token.tag == "ul" else "1.")
        return [".RS 2"] if len(self.marks) > 1 else []

    _ordered_list_open = _bullet_list_open

    def _bullet_list_close(self, token: Any) -> Iterable[str]:
        self.marks.pop()
        return [".RE"] if self.marks else []

    _ordered_list_close = _bullet_list_close

    def _list_item_open(self, token: Any) -> Iterable[str]:
        self.is_first = True
        if self.marks[-1] != BULLET:
            self.marks[-1] = f"{token.info}."
        return []

    def _tr_open(self, token: Any) -> Iterable[str]:
        self.rows.append([])
        return []

    def _table_close(self, token: Any) -> Iterable[str]:
        rows, self.rows = self.rows, []
        return table(rows)


def _set(tokens: Iterable[Any]) -> str:
    """Return the words of a paragraph of Markdown as they are set."""
    parts, links = [], []
    for token in tokens:
        if token.type == "link_open":
            links.append(str(token.attrs["href"]))
        elif token.type == "link_close":
            link = links.pop()
            parts.append(f" <{literal(link)}>" if "://" in link else "")
        else:
            parts.append(_set_word(token))
    return "".join(parts)


def _set_word(token: Any) -> str:
    """Return what one token within a paragraph is set as."""
    if token.type in FONTS:
        return FONTS[token.type]
    if token.type == "code_inline":
        return bold(token.content)
    return " " if token.type == "softbreak" else _escaped_text(token.content)
