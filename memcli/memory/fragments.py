"""
Fragments: the paragraphs of a turn, each with an id of its own, `TURN#2` for the second.

What a turn says is never rewritten, so its paragraphs are counted the same for good. One that is
put out of sight is kept as a memory of level 4 with the tag `fragment`, which is hidden: the turn
is shown, and found, without it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from memcli.jsonl import Json, Row
from memcli.memory.ids import content_id
from memcli.memory.states import State, ids_in_state

if TYPE_CHECKING:
    from store.reading import TableReader

FRAGMENT: Final = "fragment"
LEVEL: Final = 4
GAP: Final = "…"
# A paragraph of more characters is parted between its sentences.
LONGEST: Final = 1_000
_NAME = re.compile(r"(?P<turn>.+)#(?P<number>[1-9]\d{0,5})")
_BLANK = re.compile(r"\n[ \t\r]*\n\s*")
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+|(?<=[。！？])|\n")  # noqa: RUF001
_BRACKETS = re.compile(r"\s*\[[^\]\n]*\]")


class TurnFragment(NamedTuple):
    """A paragraph of a turn, or a part of a long one: text[start:end]; number counts from 1."""

    number: int
    start: int
    end: int


def fragments(text: str) -> list[TurnFragment]:
    """Return the fragments of a turn in order; a text without a blank line is one."""
    spans: list[tuple[int, int]] = []
    for start, end in _parted(text, _BLANK, 0, len(text)):
        if end - start <= LONGEST:
            spans.append((start, end))
            continue
        at = None
        for begin, stop in _parted(text, _SENTENCE_END, start, end):
            at = begin if at is None else at
            if stop - at >= LONGEST:
                spans.append((at, stop))
                at = None
        spans += [(at, end)] if at is not None else []
    return [TurnFragment(n, *span) for n, span in enumerate(filter(_says(text), spans), 1)]


def _parted(text: str, at: re.Pattern[str], start: int, end: int) -> Iterable[tuple[int, int]]:
    """Yield the spans between the places where a pattern matches."""
    for match in at.finditer(text, start, end):
        if match.start() > start:
            yield start, match.start()
        start = match.end()
    if start < end:
        yield start, end


def _says(text: str) -> Any:
    return lambda span: bool(text[span[0] : span[1]].strip())


def parted_name(name: str) -> tuple[str, int] | None:
    """Return the turn and the number that the name of a fragment has; None for other names."""
    match = _NAME.fullmatch(name)
    return (match["turn"], int(match["number"])) if match else None


def fragment_id(turn: str, number: int) -> str:
    """Return the id of the memory that a hidden fragment is kept as."""
    return content_id(FRAGMENT, turn, str(number))


def is_fragment(row: Mapping[str, Any]) -> bool:
    """Say whether a row or record of a memory is a fragment."""
    return row["level"] == LEVEL and FRAGMENT in (row.get("tags") or ())


def number_of(row: Mapping[str, Any]) -> tuple[str, int]:
    """Return the turn of a fragment and its number, from a row or a record."""
    return row["source_ids"][0], int(_metadata(row)[FRAGMENT]["number"])


def along_with(row: Mapping[str, Any]) -> list[str]:
    """Return the ids that went out of sight along with a fragment."""
    return list(_metadata(row)[FRAGMENT].get("hidden", ()))


def _metadata(row: Mapping[str, Any]) -> dict[str, Any]:
    read = row["metadata"]
    return dict(json.loads(read) if isinstance(read, str) else read)


def without_fragments(
    text: str, numbers: Collection[int], start: int = 0, stop: int | None = None
) -> str:
    """Return what is left of text[start:stop] without some of the turn's fragments, gaps there."""
    stop = len(text) if stop is None else stop
    left, at = [], start
    for one in fragments(text):
        if one.number in numbers and one.end > start and one.start < stop:
            left += [text[at : one.start], GAP]
            at = one.end
    return re.sub(rf"{GAP}(?:\s*{GAP})+", GAP, "".join([*left, text[at:stop]]))


def hidden_fragments(
    source: TableReader, hidden: Collection[str] | None = None
) -> dict[str, set[int]]:
    """Return the numbers of the hidden fragments of turns; hidden: the ids of what is hidden."""
    ids = sorted(ids_in_state(source, State.hidden) if hidden is None else hidden)
    columns = ["level", "tags", "source_ids", "metadata"]
    found: dict[str, set[int]] = {}
    for row in source.rows_of(ids, columns, where=f"level = {LEVEL}", tables=["memories"]):
        if is_fragment(row):
            turn, number = number_of(row)
            found.setdefault(turn, set()).add(number)
    return found


def visible_rows(source: TableReader, rows: Sequence[Row]) -> list[Row]:
    """Return rows or records of memories, turns without what of them is hidden."""
    if not any(row["level"] == 0 for row in rows) or not source.count("strengths"):
        return list(rows)
    return cut_rows(rows, hidden_fragments(source))


def cut_rows(rows: Sequence[Row], hidden: Mapping[str, Collection[int]]) -> list[Row]:
    """
    Return rows of memories, turns without their fragments of some numbers.

    A hit that shows a part of its turn is left as it is: a search has cut that by the whole.
    """
    return [
        {**row, "text": without_fragments(row["text"], hidden[row["id"]])}
        if row["level"] == 0 and row["id"] in hidden and not row.get("window")
        else row
        for row in rows
    ]


def fragment_records(turn: Json, hidden: Collection[int] = ()) -> list[Json]:
    """Return the fragments of a turn as memory records, whose ids `hide` and `restore` take."""
    kept = ("kind", "v", "namespace", "type", "level", "speaker", "session_id", "happened_at")
    shared = {name: turn[name] for name in (*kept, "recorded_at") if name in turn}
    return [
        {
            **shared,
            "id": f"{turn['id']}#{one.number}",
            "text": turn["text"][one.start : one.end].strip(),
            "source_ids": [turn["id"]],
            **({"hidden": True} if one.number in hidden else {}),
        }
        for one in fragments(turn["text"])
    ]


def is_said_in(statement: str, fragment: str) -> bool:
    """Say whether a statement, without what was added in brackets, stands in a fragment."""
    bare, whole = (" ".join(_BRACKETS.sub("", text).split()) for text in (statement, fragment))
    return bare.rstrip(".!?").casefold() in whole.casefold()
