"""Input of every format -> records, one at a time; what is no record is yielded as such."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from memcli.ingestion.transcripts.archives import is_archive, members
from memcli.ingestion.transcripts.importers import IMPORTERS, importer_of
from memcli.ingestion.transcripts.items import (
    STDIN,
    Accepted,
    Intake,
    Item,
    Rejected,
    Source,
    rejected,
)
from memcli.ingestion.transcripts.sources import (
    Input,
    expand_sources,
    find_inputs,
    look_ahead,
    open_source,
    refuse_special,
)
from store.errors import BadRecord

__all__ = [
    "AUTO",
    "IMPORTERS",
    "STDIN",
    "Accepted",
    "Input",
    "Intake",
    "Item",
    "Rejected",
    "Source",
    "expand_sources",
    "find_inputs",
    "importer_of",
    "read_source",
    "refuse_special",
]

AUTO = "auto"


def read_source(
    path: str,
    form: str = AUTO,
    folder: Path | None = None,
    session: str | None = None,
    intake: Intake | None = None,
    listed: bool = False,
) -> Iterator[Item]:
    """
    Yield the records and the rejections of a file, or of stdin for "-", in their order.

    `auto` goes by the extension, else by the first bytes. What must be read twice and cannot be is
    copied into `folder`, without a name. `session` is what the conversation of the file is called;
    `intake` says how to read, and is told of what was left out; `listed`: it was found in a folder,
    where pipes and links are left alone. Raises InputNotFound or
    StoreIOError where the file itself cannot be read, and nothing for what it holds; of plug-ins
    what `plugins.find` does.
    """
    from memcli.ingestion.transcripts.sniff import HEAD_BYTES, detect_form

    if is_archive(path):
        yield from _why_closed(path)
        return
    try:
        refuse_special(path, listed)
    except BadRecord as error:
        yield Rejected(error, b"")
        return
    with open_source(path, folder) as opened:
        source = opened._replace(session=session, intake=intake)
        if intake:
            intake.stream = opened.stream
        importer: Any = None if form == AUTO else importer_of(form)
        try:
            if form == AUTO:
                form, source = detect_form(source)
                importer = IMPORTERS[form]
            elif form not in IMPORTERS:
                head, source = look_ahead(source, HEAD_BYTES)
                _require_look(form, importer, head, path)
        except BadRecord as error:
            yield Rejected(error, b"")
            return
        try:
            with closing(_items(form, importer, source)) as items:
                yield from items
        except BadRecord as error:  # in the midst of a file that is compressed
            yield rejected(error, path, 0)


def _why_closed(path: str) -> Iterator[Item]:
    """Yield why an archive cannot be opened; one that can is read file by file."""
    try:
        members(path, ())
    except BadRecord as error:
        yield Rejected(error, b"")


def _require_look(form: str, importer: Any, head: bytes, path: str) -> None:
    """Raise BadRecord for input that a plug-in does not take for its own."""
    from memcli.plugins import blamed

    with blamed("importers", form):
        is_one = importer.sniff(head)
    if not is_one:
        raise BadRecord(f"it does not look like {form}", path=path, remedy="leave out --from")


def _items(form: str, importer: Any, source: Source) -> Generator[Item, None, None]:
    """Yield what an importer makes of a source; a plug-in that fails is named."""
    if form in IMPORTERS:
        yield from importer.read(source)
        return
    from memcli.plugins import blamed

    with blamed("importers", form):
        yield from importer.read(source)
