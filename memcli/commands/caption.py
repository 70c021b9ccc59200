"""Let programs say what pictures show and recordings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memcli.cli.with_store import Call, with_store
from memcli.memory.step import given_options
from store.errors import PartialInput

if TYPE_CHECKING:
    from memcli.ingestion.captions import CaptionStep
    from store import Commit

COLUMNS = ("id", "session_id", "happened_at", "text")


@with_store("write", "store namespace now allow dry_run quiet format")
def caption_command(call: Call) -> None:
    """
    Let programs say what pictures show and recordings say.

    Attachments that have no caption, and whose files lay below the folder of the input, are given
    to a program, which writes its words to stdout. config.toml names one for pictures in [caption]
    and one for recordings in [transcribe]: `command`, in which {} stands for the path, and
    `timeout_s`. The words are found in the place of the file's name, part of the turn. A file that
    a program fails at is told, and stays as it was. The new memories go to stdout.

    `ingest --caption` does it at once, of what is new.

    Example: memcli ingest chat.jsonl && memcli caption

    EXIT STATUS: 0 done, nothing to do too, 2 usage, or no command, 3 done but the program failed at
    some files, 66 no such store, 74 I/O error or disk full, 75 locked.
    """
    from memcli.ingestion.captions import CaptionStep, describer_of

    describer = describer_of(call.store, call.say)
    step = CaptionStep(call.store, call.encoder, describer, call.now)
    step.is_allowed = call.allow
    pending = step.pending(call.namespace)
    if call.dry_run:
        call.say(f"dry run: {len(pending):,} files would be described; nothing was written")
        return
    with call.progress("caption", len(pending)) as counter:
        step.describe(pending, counter.advance)
    commit = step.commit(given_options(namespace=call.namespace))
    call.say(_described_in_words(step, commit))
    for line in step.barred.told():
        call.say(line)
    call.show_new(step.rows, commit, COLUMNS)
    if step.tally.failed:
        raise PartialInput(f"{step.tally.failed:,} files were not described", "see above")


def _described_in_words(step: CaptionStep, commit: Commit | None) -> str:
    """Return in words what was described."""
    tally = step.tally
    silent = f", {tally.silent:,} of which nothing was said" if tally.silent else ""
    if commit is None:
        return f"nothing was described{silent}"
    return f"described {step.rows.rows:,} files{silent}; kept as commit {commit.number}"
