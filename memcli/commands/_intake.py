"""What commands that read conversations say of their input."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from memcli.cli.with_store import Call

if TYPE_CHECKING:
    from memcli.ingestion.step import IngestStep
    from memcli.ingestion.transcripts import Intake

SHOWN_FILES: Final = 5
SET_TIME: Final = " (or set it with --timestamp)"
SET_NAME: Final = " (or set it with --name)"


def say_told(
    call: Call, step: IngestStep, intake: Intake, notes: Collection[str] | None = None
) -> None:
    """
    Say on stderr what was left out or not read, and what had to be assumed.

    notes: of a command without --timestamp and --name, the files of notes, which nobody says.
    """
    for line in intake.summary():
        call.say(line)
    remedies = ("", "") if notes is not None else (SET_TIME, SET_NAME)
    assumed = {
        path: f"{count:,} turns have no time; assumed {moment:%Y-%m-%dT%H:%M:%SZ}{remedies[0]}"
        for path, (count, moment) in step.defaults.assumed.items()
        if path not in (notes or ())
    }
    _say_of_files(call, assumed)
    unspoken = {
        path: f"{count:,} turns have no speaker{remedies[1]}"
        for path, count in step.defaults.unspoken.items()
        if path not in (notes or ())
    }
    _say_of_files(call, unspoken)
    if step.n_stripped:
        call.say(f"took out {step.n_stripped:,} blocks of recalled memories")
    if step.n_attached:
        call.say(f"kept what {step.n_attached:,} attachments say, as resources")


def _say_of_files(call: Call, lines: dict[str, str]) -> None:
    """Say something of each file, of the first ones where they are many."""
    for path, line in list(lines.items())[:SHOWN_FILES]:
        call.say(f"{path}: {line}")
    if len(lines) > SHOWN_FILES:
        call.say(f"the same holds of turns in {len(lines) - SHOWN_FILES:,} more files")
