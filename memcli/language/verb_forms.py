"""Plain forms of irregular verbs: "left" is compared as "leave"."""

from __future__ import annotations

from typing import Final

from memcli.language.data import read_data

_ROWS: Final = [
    row.split()
    for row in read_data("verb_forms")["forms"].replace("\n", "|").split("|")
    if row.strip()
]
_PLAIN: Final = frozenset(row[0] for row in _ROWS)
# By the first verb that has it, unless it is a plain form itself ("lay").
PLAIN_FORMS: Final = {
    form: row[0] for row in reversed(_ROWS) for form in row[1:] if form not in _PLAIN
}
