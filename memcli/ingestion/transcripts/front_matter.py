"""Front matter of notes: title, dates, tags and aliases between two lines of `---` or `+++`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final, NamedTuple

from memcli.memory.times import parse_time
from store.errors import BadRecord

PLUSES: Final = "+++"
MAX_LINES: Final = 100
# The field of Joplin that says what an item is: 1 is a note.
KIND: Final = "type_"
MAX_VALUE: Final = 500
# The fields that say of when a note is, the first one that can be read.
DATES: Final = ("date", "created", "created_at", "creation date", "timestamp")
_FIELD = re.compile(r"([\w -]{1,40}):\s*(.*?)\s*$")
# The properties of a page of Logseq, which stand above its first block.
_PAGE = re.compile(
    r"(tags?|title|alias|aliases|date|created|icon|public|type|template|filters"
    r"|exclude-from-graph-view)::[ \t]+(.*?)\s*$",
    re.IGNORECASE,
)
_PAGE_LINK = re.compile(r"#?\[\[|\]\]")
_ID = re.compile(r"[0-9a-f]{32}")
_ELEMENT = re.compile(r"\s*-\s+(.*?)\s*$")


class FrontMatter(NamedTuple):
    """The fields of front matter, each a list of values, and how many lines it has in all."""

    fields: dict[str, list[str]]
    n_lines: int

    def get(self, name: str) -> str | None:
        """Return the first value of a field."""
        return next(iter(self.fields.get(name, ())), None) or None

    def tags(self) -> list[str]:
        """Return the tags, without hashes."""
        values = self.fields.get("tags", []) + self.fields.get("tag", [])
        return [tag for value in values for tag in value.replace("#", " ").split() if tag]

    def moment(self, zone: tzinfo) -> tuple[datetime | None, str | None]:
        """Return when the note is of; else the field whose value is no time, as in a template."""
        bad = None
        for name in DATES:
            value = self.get(name)
            if value:
                try:
                    return parse_time(value, zone), None
                except BadRecord:
                    bad = bad or name
        return None, bad


def front_matter(lines: Sequence[str]) -> FrontMatter:
    """Return the front matter that lines begin with, empty where there is none."""
    if lines and lines[0].rstrip() == PLUSES:
        return _toml_matter(lines)
    if lines and _PAGE.match(lines[0][:MAX_VALUE]):
        return _page_matter(lines)
    if not lines or lines[0].rstrip() != "---":
        return FrontMatter({}, 0)
    for number, line in enumerate(lines[1:MAX_LINES], 2):
        if line.rstrip() in ("---", "..."):
            return FrontMatter(_fields(lines[1 : number - 1]), number)
    return FrontMatter({}, 0)


def _page_matter(lines: Sequence[str]) -> FrontMatter:
    """Return the properties of a page of Logseq: `tags:: boats, [[the shed]]`."""
    fields: dict[str, list[str]] = {}
    for line in lines[:MAX_LINES]:
        found = _PAGE.match(line[:MAX_VALUE])
        if not found:
            break
        values = _PAGE_LINK.sub("", found[2]).split(",")
        fields[found[1].lower()] = [value.strip() for value in values if value.strip()]
    return FrontMatter(fields, len(fields))


def _toml_matter(lines: Sequence[str]) -> FrontMatter:
    """Return the fields between two lines of `+++`, which are TOML."""
    import tomli

    ends = (number for number, line in enumerate(lines[1:MAX_LINES], 1) if line.rstrip() == PLUSES)
    end = next(ends, 0)
    try:
        found = tomli.loads("\n".join(lines[1:end]))
    except tomli.TOMLDecodeError:
        return FrontMatter({}, 0)
    values = {key: value if isinstance(value, list) else [value] for key, value in found.items()}
    fields = {key.lower(): [str(each) for each in value] for key, value in values.items()}
    return FrontMatter(fields, end + 1 if end else 0)


def back_matter(lines: Sequence[str]) -> FrontMatter:
    """Return the fields below a note, as Joplin writes them into a file; empty for any other."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    start = end
    while start and lines[start - 1].strip():
        start -= 1
    fields = _fields(lines[start:end])
    if not (_ID.fullmatch((fields.get("id") or [""])[0]) and KIND in fields):
        return FrontMatter({}, 0)
    created = fields.get("user_created_time") or fields.get("created_time") or []
    about = {"created": created, "title": list(lines[:1]), KIND: fields[KIND]}
    return FrontMatter(about, len(lines) - start)


def _fields(lines: Sequence[str]) -> dict[str, list[str]]:
    """Return the values of `key: value`, `key: [a, b]` and `key:` with a list below it."""
    fields: dict[str, list[str]] = {}
    key = ""
    for line in lines:
        field, element = _FIELD.match(line[:MAX_VALUE]), _ELEMENT.match(line[:MAX_VALUE])
        if element and key:
            fields[key].append(_plain(element[1]))
        elif field and not line.startswith(" "):
            key = field[1].lower().strip()
            fields[key] = _values(field[2])
    return fields


def _values(text: str) -> list[str]:
    """Return the values of a field on one line."""
    is_list = text.startswith("[") and text.endswith("]") and not text.startswith("[[")
    parts = text[1:-1].split(",") if is_list else [text]
    return [value for part in parts if (value := _plain(part))]


def _plain(text: str) -> str:
    """Return a value without quotes."""
    return text.strip().strip("\"'").strip()
