"""Summaries in a block of context: their lines, and which of them tell what others do."""

from __future__ import annotations

from collections.abc import Sequence

from memcli.context.rendering import ContextEntry, one_line
from memcli.jsonl import Row
from memcli.memory.items import Item
from memcli.memory.lessons import kind_of
from memcli.memory.periods import DAY, MONTH, PERIODS


def summary_entry(
    row: Row, place: int, told: dict[str, frozenset[str]], wholes: Sequence[Row]
) -> ContextEntry:
    """ContextEntry of a summary; where the month that it lies in is told, it is not."""
    text = one_line(f"{row['context'] or ''} {row['text']}")
    item = Item("earlier", text, (row["id"],), row["happened_at"], 1.0 / (1 + place))
    keys = frozenset(key for id_ in row["told"] for key in told.get(id_, ()))
    return ContextEntry(
        item,
        (place,),
        covers=keys | {row["id"]},
        unless=frozenset((row["id"], *(each["id"] for each in wholes if _is_in(row, each)))),
    )


def without_lines(text: str, lines: set[str]) -> str:
    """Return a text without some of its lines; "" where it had no other."""
    return "\n".join(line for line in text.split("\n") if line not in lines)


def _is_in(row: Row, whole: Row) -> bool:
    """Whether a summary is of a part of the time of another one."""
    times = (row["valid_from"], whole["valid_from"], row["happened_at"], whole["happened_at"])
    if None in times or row["id"] == whole["id"] or kind_of(row["tags"]) not in (*PERIODS, DAY):
        return False
    same_time = times[0] == times[1] and times[2] == times[3]
    is_wider = not same_time or kind_of(whole["tags"]) == MONTH
    return is_wider and bool(times[0] >= times[1] and times[2] <= times[3])
