"""Reading inputs: the records of all that a call names, and what there is to tell of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Final

from memcli.ingestion.transcripts import read_source
from memcli.ingestion.transcripts.archives import close_archives
from memcli.ingestion.transcripts.sources import bytes_in, bytes_read

if TYPE_CHECKING:
    from memcli.ingestion.rejects import RejectLog
    from memcli.ingestion.step import IngestStep
    from memcli.ingestion.transcripts import Accepted, Input, Intake

SHOWN_FILES: Final = 5
# Records of one file after which it is told how much of it was read.
TOLD_EACH: Final = 1_024


def read_inputs(
    sources: Sequence[Input],
    form: str,
    folder: Path,
    intake: Intake,
    log: RejectLog,
    reach: Callable[[float], None] = lambda share: None,
) -> Iterator[Accepted]:
    """
    Yield the records of all inputs; a bad file of a folder is told, and stops no other.

    reach: is told the share of the bytes that are read.
    """
    sizes = [bytes_in(each.path) for each in sources]
    total, done = max(1, sum(sizes)), accumulate(sizes, initial=0)
    try:
        for each, before, size in zip(sources, done, sizes, strict=False):
            reach(before / total)
            items = read_source(each.path, form, folder, each.session, intake, each.listed)
            accepted = log.accepted_of_one(items) if each.listed else log.accepted(items)
            for number, item in enumerate(accepted, 1):
                yield item
                if not number % TOLD_EACH:
                    reach((before + min(size, bytes_read(intake.stream))) / total)
    finally:
        close_archives()


def told_lines(
    step: IngestStep,
    intake: Intake,
    notes: Collection[str] = (),
    remedies: tuple[str, str] = ("", ""),
) -> Iterator[str]:
    """
    Yield in lines what was left out or not read, and what had to be assumed.

    notes: files of notes, which nobody says at no time; remedies: what is added where turns have
    no time, and no speaker.
    """
    yield from intake.summary()
    yield from _of_files(
        {
            path: f"{count:,} turns have no time; assumed {moment:%Y-%m-%dT%H:%M:%SZ}{remedies[0]}"
            for path, (count, moment) in step.defaults.assumed.items()
            if path not in notes
        }
    )
    yield from _of_files(
        {
            path: f"{count:,} turns have no speaker{remedies[1]}"
            for path, count in step.defaults.unspoken.items()
            if path not in notes
        }
    )
    yield from step.barred.told()
    if step.n_stripped:
        yield f"took out {step.n_stripped:,} blocks of recalled memories"
    if step.nowhere:
        yield f"left out what names {len(step.nowhere):,} memories that are not there"
    if step.describer:
        yield f"let programs describe {step.describer.tally.described:,} files"
    if redacted := step.redactor.told():
        yield redacted
    if step.n_attached:
        yield f"kept what {step.n_attached:,} attachments say, as resources"


def _of_files(lines: dict[str, str]) -> Iterator[str]:
    """Yield something of each file, of the first ones where they are many."""
    for path, line in list(lines.items())[:SHOWN_FILES]:
        yield f"{path}: {line}"
    if len(lines) > SHOWN_FILES:
        yield f"the same holds of turns in {len(lines) - SHOWN_FILES:,} more files"
