"""Turns and sessions put together from the lines of a transcript."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from memcli.ingestion.conversations import Remembered, hashed
from memcli.ingestion.transcripts.items import STDIN, Accepted, Item, Source, readable, rejected
from memcli.ingestion.transcripts.lines import MAX_LINE_BYTES
from memcli.ingestion.transcripts.marks import Heading, TurnMark, is_clock
from memcli.language.roles import PRODUCTS, ROLE_OF
from memcli.memory.times import parse_time, utc_offset
from memcli.records import Message
from store.errors import BadRecord

# A clock that falls back by so much has passed midnight.
MIDNIGHT_GAP: Final = timedelta(hours=12)
NAMELESS: Final = frozenset(ROLE_OF) - PRODUCTS


class Turns:
    """Collects lines into messages; one turn is open at a time."""

    def __init__(
        self,
        source: Source,
        day_first: bool = True,
        session: str | None = None,
        namespace: str | None = None,
    ) -> None:
        self.heading = ""
        # What else there is to tell of the open turn; anew for each.
        self.about: dict[str, Any] = {}
        # What was sent with the open turn, as a record has it.
        self.attachments: list[Any] = []
        self.open = False
        # Nobody speaks: what is read are paragraphs, which say where they stand.
        self.is_document = False
        self._path, self._day_first, self._namespace = source.path, day_first, namespace
        self._stem = session or source.conversation
        self._zone = source.zone
        self._products: frozenset[str] = frozenset()
        self._session_id = self._stem
        self._labels: dict[str, int] = {}
        self._session_time: datetime | None = None
        self._last_clock: datetime | None = None
        self._seen = Remembered[int]()
        self._lines: list[str] = []
        self._bytes = self._line = 0
        self._name: str | None = None
        self._moment: datetime | None = None
        self._clock: str | None = None
        self._error: BadRecord | None = None
        self._offset: int | None = None

    def with_programs(self) -> None:
        """Take the names of programs for those who answer a user."""
        self._products = PRODUCTS

    def start_session(self, heading: Heading) -> None:
        """
        Go on in the session of a heading, named by date or number; the turn must be closed.

        The name depends on what came before only: a file that grows keeps its sessions.
        """
        count = self._labels[heading.label] = self._labels.get(heading.label, 0) + 1
        repeated = f".{count}" if count > 1 else ""
        self._session_id = f"{self._stem}/{heading.label}{repeated}"
        self._session_time = self._last_clock = self._here(heading.moment)
        self._seen.clear()

    def _here(self, moment: datetime | None) -> datetime | None:
        """Return the time of a heading, which names no zone, in that of the input."""
        if moment is None or self._zone is UTC:
            return moment
        return moment.replace(tzinfo=self._zone).astimezone(UTC)

    def set_time(self, moment: datetime) -> None:
        """Give the time of turns that say none themselves."""
        self._session_time = self._last_clock = moment

    def begin(self, line: int, mark: TurnMark, raw: str) -> Iterator[Item]:
        """Close the open turn and open that of a mark, whose whole line is `raw`."""
        yield from self.close()
        self.open = True
        self._line, self._name = line, mark.name
        self._lines, self._bytes = [mark.text], len(mark.text)
        self._error, self._offset = None, None
        self.about, self.attachments = {}, []
        try:
            self._moment, self._clock = self._time(mark.when)
        except BadRecord as error:  # kept until the turn is whole
            self._error, self._lines = error, [raw]

    def add(self, text: str) -> None:
        """Add a line to the open turn."""
        self._bytes += len(text) + 1
        if self._bytes <= MAX_LINE_BYTES:
            self._lines.append(text)

    def close(self) -> Iterator[Item]:
        """Yield the open turn, unless nothing was said or sent."""
        if not self.open:
            return
        self.open = False
        if self._bytes > MAX_LINE_BYTES:
            reason = f"a turn of more than {MAX_LINE_BYTES:,} characters"
            yield rejected(BadRecord(reason, remedy="split it"), self._path, self._line)
            return
        content = "\n".join(self._lines).strip()
        if self._error:
            yield rejected(self._error, self._path, self._line, content.encode())
        elif content or self.attachments:
            yield Accepted(self._message(content), self._path, self._line)

    def _time(self, when: str | None) -> tuple[datetime | None, str | None]:
        """Return the time of a turn, and its time of day if the day is not known."""
        if when is None:
            return self._session_time, None
        if not is_clock(when):
            self._last_clock = parse_time(when, self._zone, day_first=self._day_first)
            self._offset = utc_offset(when)
            return self._last_clock, None
        if self._last_clock is None:
            return None, when
        day = self._last_clock.astimezone(self._zone).date()
        moment = parse_time(when, self._zone, base=day)
        if self._last_clock - moment > MIDNIGHT_GAP:
            moment += timedelta(days=1)
        self._last_clock = moment
        return moment, None

    def _message(self, content: str) -> Message:
        """Return the open turn as a message."""
        folded = (self._name or "").casefold()
        role = "assistant" if folded in self._products else ROLE_OF.get(folded)
        name = None if role and folded in NAMELESS else self._name
        metadata = {"heading": self.heading, "time": self._clock, **self.about}
        if self.is_document and self._path != STDIN:
            metadata = {"line": self._line, **metadata, "file": readable(self._path)}
        occurrence = self._occurrence(content)
        return Message(
            v=1,
            content=content,
            role=role,
            name=name,
            timestamp=self._moment,
            utc_offset=self._offset,
            session_id=self._session_id,
            namespace=self._namespace,
            metadata={k: v for k, v in metadata.items() if v not in (None, "", [])} or None,
            attachments=self.attachments or None,
            extra={"occurrence": occurrence} if occurrence > 1 else None,
        )

    def _occurrence(self, content: str) -> int:
        """Count how often the speaker said this in the session at the same time."""
        key = hashed(f"{self._name}\0{self._moment}\0{content}").digest()
        return self._seen.put(key, (self._seen.get(key) or 0) + 1)
