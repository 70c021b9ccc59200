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
from memcli.jsonl import Row
from memcli.memory.encoding import encoded_rows
from memcli.memory.ids import content_id
from memcli.memory.spool import Spool
from memcli.memory.step import Step, Tally
from memcli.memory.writing import link_row, update_columns, write_links
from schemas import tables
from store.errors import ServiceUnavailable

if TYPE_CHECKING:
    from datetime import datetime

    from memcli.config import Config, ProgramConfig
    from memcli.models.encoder import Encoder
    from store import Store, Transaction

PLACE: Final = "{}"
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


class CaptionStep(Step):
    """One call of `caption`."""

    command = "caption"

    def __init__(self, store: Store, encoder: Encoder, config: Config, now: datetime) -> None:
        super().__init__(store, now)
        self.encoder = encoder
        self.tally: CaptionTally = CaptionTally()
        self.schema = tables.memories(encoder.dimension)
        self.rows = Spool(self.schema, store.layout.root)
        self._programs: dict[str, ProgramConfig] = {
            "caption": config.caption,
            "transcribe": config.transcribe,
        }
        self._links: list[Row] = []
        self._replaced: dict[str, Row] = {}

    def pending(self, namespace: str | None) -> list[Pending]:
        """Return the files that a program can describe and that are still there."""
        found = (_pending(row) for row in self.snapshot.rows(COLUMNS, WHERE, ("memories",)))
        return [
            each
            for each in found
            if each
            and self._programs[each.table].command
            and namespace in (None, each.row["namespace"])
        ]

    def describe(
        self, pending: list[Pending], say: Callable[[str], None], progress: Callable[[int], None]
    ) -> None:
        """Let programs describe files; one that fails stops no other."""
        for each in pending:
            try:
                text = self._words(each)
            except ServiceUnavailable as error:
                self.tally.failed += 1
                say(f"{each.path}: {error}")
                continue
            finally:
                progress(1)
            if text:
                self._keep(each, text)
            else:
                self.tally.silent += 1

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

    def _keep(self, each: Pending, text: str) -> None:
        """Keep what was said of a file in the place of its name."""
        about = json.loads(each.row["metadata"])["attachment"]
        key = content_id("caption", each.row["id"])
        turn = {**each.row, "id": each.row["source_ids"][0]}
        told = {**about, "described": True, "by": each.table}
        words = ": ".join(filter(None, (about.get("name"), text)))
        row = {**resource_row(turn, key, words, told, self.now), "encoder": self.encoder.name}
        self.rows.append(encoded_rows([row], self.encoder, self.schema))
        self._links.append(link_row(key, turn["id"], "part_of", 1.0, each.table, self.now))
        self._replaced[each.row["id"]] = {"superseded_by": key}
        self.tally.described += 1

    @property
    def _is_empty(self) -> bool:
        return not self.rows.rows

    def _write(self, transaction: Transaction) -> None:
        update_columns(transaction, self._replaced, ("memories",))
        transaction.append_batches("memories", self.fresh(transaction, self.rows))
        write_links(transaction, self._links)


def _pending(row: Row) -> Pending | None:
    """Return the file that a memory is the name of, None where it is described or gone."""
    about: dict[str, Any] = json.loads(row["metadata"] or "{}").get("attachment") or {}
    place = str(about.get("place") or "")
    if about.get("described", True) or not os.path.isabs(place) or not os.path.isfile(place):
        return None
    kind = mimetypes.guess_type(place)[0] or str(about.get("type") or "")
    table = TABLES.get(kind.partition("/")[0])
    return Pending(row, place, table) if table and row["source_ids"] else None
