"""
Captions and transcripts: what a program of the user's says of pictures and recordings.

What was only a name becomes a memory with the words; the name alone is not told any more. Files are
those that were beside the input when it was read; the program gets a path and writes text.
"""

from __future__ import annotations

import json
import mimetypes
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from memcli.ingestion.attachments import resource_row
from memcli.ingestion.redacting import Redactor
from memcli.jsonl import Row
from memcli.memory.encoding import encoded_rows
from memcli.memory.ids import content_id
from memcli.memory.spool import Spool
from memcli.memory.step import Step, Tally
from memcli.memory.writing import link_row, update_columns, write_links
from schemas import tables
from store.errors import BadUsage, ServiceUnavailable

if TYPE_CHECKING:
    from datetime import datetime

    from memcli.config import Config, ProgramConfig
    from memcli.models.encoder import Encoder
    from store import Store, Transaction

PLACE: Final = "{}"
EXAMPLE: Final = '[caption] command = "describe-picture {}"'
WHERE: Final = "level = 1 AND type = 'resource' AND superseded_by IS NULL"
COLUMNS: Final = "id namespace session_id happened_at utc_offset source_ids metadata".split()
# Which table of config.toml is for which media.
TABLES: Final = {"image": "caption", "audio": "transcribe", "video": "transcribe"}


class Pending(NamedTuple):
    """A file that nothing is said of yet: its row, its path and the table of its program."""

    row: Row
    path: str
    table: str


@dataclass
class CaptionTally(Tally):
    """How many files were described, and of how many nothing was said or the program failed."""

    described: int = 0
    silent: int = 0
    failed: int = 0


class Describer:
    """
    Lets the programs of config.toml describe files, and counts how that went.

    say: is told of a program that fails, which stops no other; redactor: takes secrets out of what
    they say.
    """

    def __init__(self, config: Config, say: Callable[[str], None] = lambda line: None) -> None:
        self.tally = CaptionTally()
        self.redactor = Redactor(config.ingest.redact)
        self._say = say
        self._programs: dict[str, ProgramConfig] = {
            "caption": config.caption,
            "transcribe": config.transcribe,
        }

    def pending(self, row: Row) -> Pending | None:
        """Return the file that a memory is the name of, None where no program can describe it."""
        found = _pending(row)
        return found if found and self._programs[found.table].command else None

    def described(self, each: Pending, key: str, now: datetime) -> Row | None:
        """Return the row of what is said of a file, with `key` as its id; None where nothing is."""
        try:
            text = self._words(each)
        except ServiceUnavailable as error:
            self.tally.failed += 1
            self._say(f"{each.path}: {error}")
            return None
        if not text:
            self.tally.silent += 1
            return None
        self.tally.described += 1
        about = json.loads(each.row["metadata"])["attachment"]
        turn = {**each.row, "id": each.row["source_ids"][0]}
        told = {**about, "described": True, "by": each.table}
        words = self.redactor.text(": ".join(filter(None, (about.get("name"), text))))
        return resource_row(turn, key, words, told, now)

    def _words(self, each: Pending) -> str:
        """Return what a program says of a file."""
        from memcli.models.llm.command import run_words
        from memcli.models.llm.settings import command_words

        program = self._programs[each.table]
        words = command_words(str(program.command))
        given = [word.replace(PLACE, each.path) for word in words]
        if given == words:
            given.append(each.path)
        return run_words(given, b"", program.timeout_s, each.table).decode(errors="replace").strip()


class CaptionStep(Step):
    """One call of `caption`."""

    command = "caption"

    def __init__(self, store: Store, encoder: Encoder, describer: Describer, now: datetime) -> None:
        super().__init__(store, now)
        self.encoder = encoder
        self.describer = describer
        self.tally: CaptionTally = describer.tally
        self.schema = tables.memories(encoder.dimension)
        self.rows = Spool(self.schema, store.layout.work)
        self._links: list[Row] = []
        self._replaced: dict[str, Row] = {}

    def pending(self, namespace: str | None) -> list[Pending]:
        """Return the files that a program can describe and that are still there."""
        rows = self.snapshot.rows(COLUMNS, WHERE, ("memories",))
        found = (self.describer.pending(row) for row in rows)
        return [each for each in found if each and namespace in (None, each.row["namespace"])]

    def describe(self, pending: list[Pending], progress: Callable[[int], None]) -> None:
        """Let programs describe files, and keep what they say in the place of the names."""
        for each in pending:
            row = self.describer.described(each, content_id("caption", each.row["id"]), self.now)
            progress(1)
            if row and self.may_tell(row):
                self._keep(each, row)

    def _keep(self, each: Pending, row: Row) -> None:
        """Keep what was said of a file in the place of its name."""
        encoded = encoded_rows([{**row, "encoder": self.encoder.name}], self.encoder, self.schema)
        self.rows.append(encoded)
        turn = row["source_ids"][0]
        self._links.append(link_row(row["id"], turn, "part_of", 1.0, each.table, self.now))
        self._replaced[each.row["id"]] = {"superseded_by": row["id"]}

    @property
    def _is_empty(self) -> bool:
        return not self.rows.rows

    def _write(self, transaction: Transaction) -> None:
        update_columns(transaction, self._replaced, ("memories",), now=self.now)
        transaction.append_batches("memories", self.fresh(transaction, self.rows))
        write_links(transaction, self._links)


def describer_of(store: Store, say: Callable[[str], None] = lambda line: None) -> Describer:
    """
    Describer with the programs of a store.

    BadUsage where no program is named, Untrusted where the user has not allowed it.
    """
    from memcli.config import require_allowed, settings_of

    config = settings_of(store.layout)
    if not (config.caption.command or config.transcribe.command):
        raise BadUsage("config.toml names no program that describes files", f"write {EXAMPLE}")
    require_allowed(config, store.layout)
    return Describer(config, say)


def _pending(row: Row) -> Pending | None:
    """Return the file that a memory is the name of, None where it is described or gone."""
    about: dict[str, Any] = json.loads(row["metadata"] or "{}").get("attachment") or {}
    place = str(about.get("place") or "")
    if about.get("described", True) or not os.path.isabs(place) or not os.path.isfile(place):
        return None
    kind = mimetypes.guess_type(place)[0] or str(about.get("type") or "")
    table = TABLES.get(kind.partition("/")[0])
    return Pending(row, place, table) if table and row["source_ids"] else None
