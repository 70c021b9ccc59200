"""Ties for a person at a terminal: in a line beneath a hit, and as a drawing of a neighbourhood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from memcli.cli.terminal import drawing_console, drawn, width
from memcli.jsonl import Json
from memcli.language.sanitize import printable
from memcli.memory.telling import SHORT_ID

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree

    from memcli.memory.ties import Neighbourhood, Tie
    from memcli.records import LinkedMemory

MAX_WIDTH: Final = 100
LONGEST: Final = 100


def tie_line(tie: LinkedMemory | Tie) -> str:
    """Return in a line what something is tied to, and why."""
    said = _said(tie.text, tie.speaker)
    short = said if len(said) <= LONGEST else f"{said[:LONGEST].rsplit(None, 1)[0]} …"
    why = f" ({tie.reason})" if tie.reason else ""
    other: Any = getattr(tie, "other", None) or getattr(tie, "id", "")
    return f"{_arrow(tie)} {other[:SHORT_ID]} {short}{why}"


def with_lines(records: Sequence[Json]) -> list[Json]:
    """Return hits as a table has them: their ties as lines."""
    return [
        {**record, "linked": "\n".join(map(tie_line, record["linked"] or ()))} for record in records
    ]


def draw_graph(graph: Neighbourhood) -> Iterator[bytes]:
    """Yield the drawing of a neighbourhood: what is tied to a memory, and what to that."""
    from rich.text import Text
    from rich.tree import Tree

    for place, root in enumerate(graph.roots):
        head = Text(f"{root['id'][:SHORT_ID]}  ", style="bold", no_wrap=True, overflow="ellipsis")
        head.append(printable(_said(root["text"], root.get("speaker"))), style="not bold")
        tree = Tree(head, guide_style="dim")
        _grow(tree, root["id"], graph.ties, {root["id"]})
        console = drawing_console(min(MAX_WIDTH, width()))
        console.print(tree)
        yield (b"\n" if place else b"") + drawn(console).encode()


def _grow(tree: Tree, id_: str, ties: Mapping[str, Sequence[Tie]], shown: set[str]) -> None:
    """Draw the ties of one node, each node once."""
    some = [tie for tie in ties.get(id_, ()) if tie.other not in shown]
    shown.update(tie.other for tie in some)
    for tie in some:
        _grow(tree.add(_label(tie)), tie.other, ties, shown)


def _label(tie: Tie) -> Text:
    from rich.text import Text

    label = Text(f"{_arrow(tie)} ", style="dim", no_wrap=True, overflow="ellipsis")
    label.append(f"{tie.other[:SHORT_ID]} " if not tie.is_name else "", style="not dim")
    label.append(
        printable(_said(tie.text, tie.speaker)), style="bold" if tie.is_name else "not dim"
    )
    return label


def _arrow(tie: LinkedMemory | Tie) -> str:
    return f"{'->' if tie.outward else '<-'} {tie.relation}"


def _said(text: str, speaker: str | None) -> str:
    return " ".join((f"{speaker}: {text}" if speaker else text).split())
