"""Let programs say what pictures show and recordings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memcli.cli.with_store import Call, with_store
from memcli.memory.step import given_options
from store.errors import BadUsage, PartialInput

if TYPE_CHECKING:
    from memcli.config import Config
    from memcli.ingestion.captions import CaptionStep
    from store import Commit

COLUMNS = ("id", "session_id", "happened_at", "text")
EXAMPLE = '[caption] command = "describe-picture {}"'


@with_store("write", "store namespace now dry_run quiet format")
def caption_command(call: Call) -> None:
    """
    Let programs say what pictures show and recordings say.

    Attachments that have no caption, and whose files lay below the folder of the input, are given
    to a program, which writes its words to stdout. config.toml names one for pictures in [caption]
    and one for recordings in [transcribe]: `command`, in which {} stands for the path, and
    `timeout_s`. The words are found in the place of the file's name, part of the turn. A file that
    a program fails at is told, and stays as it was. The new memories go to stdout.

    Example: memcli ingest chat.jsonl && memcli caption

    EXIT STATUS: 0 done, nothing to do too, 2 usage, or no command, 3 done but the program failed at
    some files, 66 no such store, 74 I/O error or disk full, 75 locked.
    """
    from memcli.config import read_config
    from memcli.ingestion.captions import CaptionStep

    config = read_config(call.store.layout.config)
    _require_program(call, config)
    step = CaptionStep(call.store, call.encoder, config, call.now)
    pending = step.pending(call.namespace)
    if call.dry_run:
        call.say(f"dry run: {len(pending):,} files would be described; nothing was written")
        return
    with call.progress("caption", len(pending)) as counter:
        step.describe(pending, call.say, counter.advance)
    commit = step.commit(given_options(namespace=call.namespace))
    call.say(_described_in_words(step, commit))
    call.show_new(step.rows, commit, COLUMNS)
    if step.tally.failed:
        raise PartialInput(f"{step.tally.failed:,} files were not described", "see above")


def _require_program(call: Call, config: Config) -> None:
    """Raise BadUsage where there is no program, or the store that names one is somebody else's."""
    from store.location import is_own_store

    if not (config.caption.command or config.transcribe.command):
        raise BadUsage("config.toml names no program that describes files", f"write {EXAMPLE}")
    if not is_own_store(call.given["store"], call.store.layout.root):
        remedy = "if the store is yours, name it: --store DIR"
        raise BadUsage("a store found upward asks for a program", remedy)


def _described_in_words(step: CaptionStep, commit: Commit | None) -> str:
    """Return in words what was described."""
    tally = step.tally
    silent = f", {tally.silent:,} of which nothing was said" if tally.silent else ""
    if commit is None:
        return f"nothing was described{silent}"
    return f"described {tally.described:,} files{silent}; kept as commit {commit.number}"
