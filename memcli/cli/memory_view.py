"""Memories as blocks of text for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from memcli.cli.local_times import LocalTimes
from memcli.cli.output import cell
from memcli.cli.terminal import drawing_console, drawn, width
from memcli.jsonl import Json
from memcli.language.sanitize import printable
from memcli.memory.folds import FOLD, with_folds
from memcli.memory.lookup import links_of, neighbours, other_end, read_by_id
from memcli.memory.telling import SHORT_ID

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

    from store import Snapshot

MAX_WIDTH: Final = 100
LEVELS: Final = ("turn", "statement", "topic", "session or day", "profile or concept")
# What the heading says, or the links do.
TOLD: Final = frozenset(
    "kind v id namespace type level text speaker session_id seq happened_at source_ids archived"
    " links".split()
)
MAX_LINKS: Final = 20
# Of a text that is longer the beginning is drawn: megabytes take minutes, and nobody scrolls there.
LONGEST_DRAWN: Final = 50_000
# No line is wider.
LONGEST_MENTION: Final = 1_000


class Field(NamedTuple):
    """A line below the text: whole fields are wrapped, others cut at the edge."""

    label: str
    text: str
    whole: bool = False


def show_blocks(
    snapshot: Snapshot, records: list[Json], links: bool, namespace: str | None
) -> Iterator[bytes]:
    """Yield one block for each memory."""
    from rich.padding import Padding
    from rich.text import Text

    for place, record in enumerate(records):
        (record,) = with_folds(snapshot, [record])
        fields = [*_details(record), *_around(snapshot, record, namespace)]
        if links:
            fields += _links(snapshot, record, namespace)
        said = "\n".join(printable(line) for line in _drawn_text(record).splitlines())
        text = Padding(Text(said), (1, 0, 1, 2))
        yield (b"\n" if place else b"") + _drawn(_heading(record), text, _grid(fields)).encode()


def _drawn_text(record: Json) -> str:
    """Return the text of a memory; of a very long one the beginning, and how to get the rest."""
    text: str = record["text"]
    if len(text) <= LONGEST_DRAWN:
        return text
    rest = f"{len(text) - LONGEST_DRAWN:,} more characters"
    return f"{text[:LONGEST_DRAWN].rstrip()} …\n\n[{rest}: memcli show {record['id']} -f text]"


def _heading(record: Json) -> Text:
    """Return what kind of memory it is, and whose, when and where."""
    from rich.text import Text

    times = LocalTimes()
    when = times.shown(record.get("happened_at") or "")

    seq = record.get("seq")
    place = (record["namespace"], record.get("session_id"), None if seq is None else f"#{seq}")
    said = (
        record.get("speaker"),
        " ".join((when, *times.zones)),
        " ".join(part for part in place if part),
        "archived" if record.get("archived") else None,
    )
    head = Text(f"{record['id']}  ", style="bold")
    head.append(f"{LEVELS[record['level']]}, {record['type']}\n", style="not bold dim")
    return head.append(printable("  ".join(part for part in said if part)), style="not bold")


def _details(record: Json) -> Iterator[Field]:
    """Yield every other field that there is."""
    for name, value in _plain(record).items():
        if name not in TOLD and value not in (None, [], {}):
            is_words = isinstance(value, list) and all(isinstance(item, str) for item in value)
            yield Field(name, ", ".join(value) if is_words else _told(value), whole=True)


def _plain(record: Json) -> Json:
    """Return a record without what only unfolding goes by."""
    metadata = {k: v for k, v in (record.get("metadata") or {}).items() if k != FOLD}
    return {**record, "metadata": metadata}


def _told(value: Any) -> str:
    """Return a value as a person reads it, a time with its zone."""
    times = LocalTimes()
    return " ".join((times.shown(cell(value)), *times.zones))


def _mention(record: Json | None, id_: str) -> str:
    """Return another memory in a line."""
    if record is None:
        return id_[:SHORT_ID]
    speaker = f"{record['speaker']}: " if record.get("speaker") else ""
    return f"{id_[:SHORT_ID]}  {speaker}{record['text'][:LONGEST_MENTION]}".replace("\n", " ")


def _around(snapshot: Snapshot, record: Json, namespace: str | None) -> Iterator[Field]:
    """Yield the turns before and after, and the sources."""
    for label, other in zip(("before", "after"), neighbours(snapshot, record), strict=True):
        if other:
            yield Field(label, _mention(other, other["id"]))
    sources = record.get("source_ids") or []
    known = read_by_id(snapshot, sources, namespace)
    yield from (Field("source", _mention(known.get(id_), id_)) for id_ in sources)


def _links(snapshot: Snapshot, record: Json, namespace: str | None) -> Iterator[Field]:
    """Yield the links, heaviest first."""
    id_ = record["id"]
    links = sorted(links_of(snapshot, id_, namespace), key=lambda link: -link["weight"])
    known = read_by_id(snapshot, (other_end(link, id_) for link in links[:MAX_LINKS]), namespace)
    for link in links[:MAX_LINKS]:
        other = other_end(link, id_)
        arrow = "->" if link["source_id"] == id_ else "<-"
        yield Field(f"{arrow} {link['relation']}", _mention(known.get(other), other))
    if len(links) > MAX_LINKS:
        yield Field("", f"and {len(links) - MAX_LINKS:,} more links (see --format jsonl --links)")


def _grid(fields: list[Field]) -> Table:
    """Return fields in two columns; what is only mentioned is cut at the edge."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for field in fields:
        text = Text(printable(field.text), no_wrap=not field.whole)
        text.overflow = "fold" if field.whole else "ellipsis"
        grid.add_row(printable(field.label), text)
    return grid


def _drawn(*parts: RenderableType) -> str:
    """Return the parts as they look on this terminal."""
    console = drawing_console(min(MAX_WIDTH, width()))
    for part in parts:
        console.print(part)
    return drawn(console)
