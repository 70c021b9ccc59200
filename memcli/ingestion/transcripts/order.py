"""
Order of turns: a file that begins with what was said last is read from its end.

Lists that programs answer with are so, and tables of messages. Which turn follows which would
otherwise be told the wrong way round.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Final

from memcli.ingestion.transcripts.items import Accepted, Item, Source
from memcli.records import Message

# By so many of its first turns a file is known, and so many are held at most to be turned round.
LOOKED_AT: Final = 50
MAX_HELD: Final = 200_000
TURNED: Final = "turns that stood the newest first"


def oldest_first(items: Iterator[Item], source: Source) -> Iterator[Item]:
    """Yield items in the order in which they were said, those of other files as they come."""
    first = [*islice(items, LOOKED_AT)]
    if not is_newest_first(first):
        yield from chain(first, items)
        return
    held = [*first, *islice(items, MAX_HELD - len(first))]
    rest = next(items, None)
    if rest is not None:
        source.not_read("the order of turns", "the newest first, and too many to be turned round")
        yield from chain(held, (rest,), items)
        return
    if source.intake:
        source.intake.mended[TURNED] += sum(isinstance(each, Accepted) for each in held)
    yield from reversed(held)


def begins_with_last(items: Sequence[Item]) -> bool:
    """Say whether turns of a form that has the newest first stand so, as their times allow it."""
    records = (item.record for item in items if isinstance(item, Accepted))
    times = [each.timestamp for each in records if isinstance(each, Message) and each.timestamp]
    return not times or times[0] >= times[-1]


def is_newest_first(items: list[Item]) -> bool:
    """Tell turns each of which was said no later than the one before it in its session."""
    last: dict[str | None, float] = {}
    n_back = 0
    for item in items:
        message = item.record if isinstance(item, Accepted) else None
        if not isinstance(message, Message) or message.timestamp is None:
            continue
        moment = message.timestamp.timestamp()
        before = last.get(message.session_id)
        if before is not None and moment > before:
            return False
        n_back += before is not None and moment < before
        last[message.session_id] = moment
    return n_back > 0
