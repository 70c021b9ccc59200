"""Exports of a store: its memories, links, entities and strengths, taken as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from memcli.ingestion.transcripts.importers import IMPORTERS
from memcli.ingestion.transcripts.items import Intake, Item, Rejected, Source
from memcli.ingestion.transcripts.sniff import detect_form
from store.errors import BadRecord


def read_export(source: Source) -> Iterator[Item]:
    """Yield the records of what `export` wrote, in whichever of its forms."""
    intake = replace(source.intake or Intake(), is_export=True)
    try:
        form, source = detect_form(source._replace(intake=intake))
    except BadRecord as error:
        yield Rejected(error, b"")
        return
    yield from IMPORTERS[form].read(source)
