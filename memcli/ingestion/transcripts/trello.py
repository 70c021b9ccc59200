"""A board of Trello as JSON: cards as notes, and the comments on them as turns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.json_document import read_documents
from memcli.ingestion.transcripts.json_layouts import value_at
from memcli.ingestion.transcripts.known_json import has, items_of
from memcli.ingestion.transcripts.outline import Outline
from memcli.ingestion.transcripts.saying import said
from memcli.jsonl import Json

COMMENT: Final = "commentCard"
MOVES: Final = "moves of cards"


def is_trello(seen: Outline) -> bool:
    """Tell a board by what stands beside its cards."""
    first = seen.first
    return has(first, "id", "name") and (
        has(first, "idOrganization", "shortUrl")
        or any(has(each, "idMemberCreator", "type") for each in items_of(first, "actions"))
        or any(has(each, "idList", "idBoard") for each in items_of(first, "cards"))
    )


def read_trello(source: Source) -> Iterator[Item]:
    """Yield the cards of a board, each with its list and labels, then all comments in order."""
    for each in read_documents(source):
        if isinstance(each, Rejected):
            yield each
            continue
        line, board = each
        lists = {one.get("id"): one.get("name") for one in items_of(board, "lists")}
        for card in items_of(board, "cards"):
            yield from filter(None, [_card(source, line, card, lists)])
        for action in reversed(items_of(board, "actions")):
            yield from filter(None, [_comment(source, line, action)])


def _card(source: Source, line: int, card: Json, lists: dict[Any, Any]) -> Item | None:
    """Return the note that a card is; when it was made is told by its number."""
    name, more = str(card.get("name") or ""), str(card.get("desc") or "")
    about = {"heading": lists.get(card.get("idList")), "tags": value_at(card, "labels.*.name")}
    return said(
        source,
        line,
        f"{name}\n{more}".strip(),
        ref=card.get("id"),
        at=_made_at(card.get("id")) or card.get("dateLastActivity"),
        session=f"{source.conversation}/{name}",
        metadata={key: value for key, value in about.items() if value} or None,
    )


def _made_at(number: Any) -> datetime | None:
    """Return the time in the number of an object of MongoDB."""
    try:
        return datetime.fromtimestamp(int(number[:8], 16), UTC) if len(number) == 24 else None
    except (TypeError, ValueError):
        return None


def _comment(source: Source, line: int, action: Json) -> Item | None:
    """Return the turn that a comment is, nothing for what was done to cards."""
    if action.get("type") != COMMENT:
        source.leave_out(MOVES)
        return None
    who = action.get("memberCreator")
    return said(
        source,
        line,
        str(value_at(action, "data.text") or ""),
        name=(value_at(who, "fullName") or value_at(who, "username")),
        ref=action.get("id"),
        at=action.get("date"),
        session=f"{source.conversation}/{value_at(action, 'data.card.name')}",
    )
