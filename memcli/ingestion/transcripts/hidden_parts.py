"""Hidden parts of notes: comments, and what plug-ins of an editor read where people see nothing."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from memcli.ingestion.transcripts.items import Source
from memcli.language.data import read_toml

COMMENTS: Final = "comments in notes"
PROGRAMS: Final = "queries and drawings in notes"
SETTINGS: Final = "settings in notes"
PLACEHOLDERS: Final = "placeholders of templates"
VEIL: Final = "%%"
_PLACEHOLDER = re.compile(r"\s*(?:(?:\{\{[^{}]*\}\}|<%.*?%>)\s*)+")


class Comments:
    """Takes HTML comments out of lines, also those that span several."""

    def __init__(self) -> None:
        self._inside = False

    def strip(self, line: str) -> str | None:
        """Return a line without comments, None if there was nothing else."""
        if not self._inside and "<!--" not in line:
            return line
        kept = []
        while line:
            if self._inside:
                _, end, line = line.partition("-->")
                self._inside = not end
            else:
                part, start, line = line.partition("<!--")
                kept.append(part)
                self._inside = bool(start)
        text = "".join(kept)
        return text if text.strip() else None


class HiddenParts:
    """Tells the lines of a note that its reader does not see, and counts them as left out."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._ends = ""

    def covers(self, line: str) -> bool:
        """Take the next line outside of code, and tell whether it is hidden."""
        text = line.strip()
        if self._ends:
            self._ends = "" if text.endswith(self._ends) else self._ends
            return True
        block = _programs().match(text)
        if block:
            return self._begin(PROGRAMS, block[1])
        if text.startswith(VEIL):
            is_whole = len(text) > 2 * len(VEIL) and text.endswith(VEIL)
            return self._begin(COMMENTS, "" if is_whole else VEIL)
        if text in _rules()["drawers"]:
            return self._begin(SETTINGS, str(_rules()["drawer_end"]))
        if "::" in text and _property().fullmatch(text):
            return self._begin(SETTINGS, "")
        if is_placeholder(text):
            return self._begin(PLACEHOLDERS, "")
        return False

    def _begin(self, what: str, ends: str) -> bool:
        """Count a part, which goes on to a line that ends so, or is over with this one."""
        self._source.leave_out(what)
        self._ends = ends
        return True


def is_placeholder(text: str) -> bool:
    """Tell a text in which there is nothing but what a template has to be filled in."""
    return bool(_PLACEHOLDER.fullmatch(text))


def _rules() -> dict[str, Any]:
    """Return the rules of the file of data."""
    return read_toml("ingestion/transcripts/hidden_parts.toml")


@cache
def _property() -> re.Pattern[str]:
    """Return the line that a property of a block is."""
    return re.compile(rf"(?:{'|'.join(map(re.escape, _rules()['properties']))})::.*")


@cache
def _programs() -> re.Pattern[str]:
    """Return what the first line of a block is of which a program is the only reader."""
    names = _rules()["programs"]
    return re.compile(rf"(`{{3,}}|~{{3,}})\s*(?:{'|'.join(map(re.escape, names))})(?![\w-]).*")
