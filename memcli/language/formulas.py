"""
Formula guard: a sign before what a spreadsheet would run of a CSV file, and off again.

A cell that begins with one of `= + - @`, a tab or a return is a formula to a spreadsheet, whoever
said it (OWASP, CSV Injection). With an apostrophe before it, it is text. Cells that begin with
apostrophes and such a sign get one more, so that each comes back as it was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pyarrow as pa

GUARD: Final = "'"
_BEGINS: Final = rf"\A({GUARD}*[=+\-@\t\r])"
_GUARDED: Final = re.compile(rf"{GUARD}(?={GUARD}*[=+\-@\t\r])")


def guarded_column(texts: pa.Array) -> pa.Array:
    """Return texts, those guarded that a spreadsheet would run."""
    import pyarrow.compute as pc

    return pc.replace_substring_regex(texts, _BEGINS, rf"{GUARD}\1")


def unguarded(text: str) -> str:
    """Return a text as it was before it was guarded."""
    return text.removeprefix(GUARD) if _GUARDED.match(text) else text
