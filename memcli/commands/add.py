"""Keep one note."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli import options
from memcli.cli.output import show_memories
from memcli.cli.stdin import read_texts
from memcli.cli.with_store import Call, with_store
from memcli.memory.step import given_options
from memcli.records import MemoryType
from store.errors import BadUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from memcli.ingestion.notes import NoteStep
    from memcli.jsonl import Json, Row
    from memcli.models.encoder import Encoder
    from store import Commit, Store

COLUMNS = ("id", "type", "tags", "happened_at", "text")


@with_store("create", "store namespace * now create allow dry_run quiet format")
def add_command(
    call: Call,
    texts: Annotated[
        list[str] | None,
        typer.Argument(
            help="Words of a note; with none, lines of stdin are notes.", metavar="[TEXT...]"
        ),
    ] = None,
    type: Annotated[
        MemoryType, typer.Option(help="What it is; core and procedural never fade.", metavar="TYPE")
    ] = "episodic",
    name: Annotated[str | None, typer.Option(help="Who says it.")] = None,
    session: Annotated[str | None, typer.Option(help="Its session; else its day.")] = None,
    tags: Annotated[str | None, typer.Option(help="Tags, with commas.", metavar="A,B")] = None,
    pin: Annotated[bool, typer.Option("--pin", help="Never let it fade.")] = False,
    importance: Annotated[float | None, typer.Option(min=0, max=1, help="How much it is.")] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", "--valid-to", help="It holds until then, and is not told after."),
    ] = None,
    replaces: Annotated[
        list[str] | None,
        typer.Option(help="A memory whose place it takes, for good.", metavar="ID"),
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="It is the value of NAME until the next.", metavar="NAME")
    ] = None,
    timestamp: Annotated[str | None, typer.Option(help="When it was; else now.")] = None,
    redact: options.RedactOption = None,
) -> None:
    """
    Keep one note.

    A note is kept word for word, as a turn of its day; lines of stdin are notes of one commit. The
    same text at another time is another note, with the same --timestamp it is the same one and
    changes nothing. The memories go to stdout, known ones too, if that is not a terminal; under
    --dry-run, those that would be kept. What looks like a password or a key is kept with a warning;
    what was purged before stays gone, unless --allow takes it again.

    With --replaces, what the named memories say holds until this note is made, and no later run
    brings it back. With --key, that goes for the value that NAME had before in the namespace.

    Example: memcli add "The key box code changed, ask Ida" --tags house --pin

    Example: memcli add remember the milk

    Example: memcli add --key wifi "The guest network is called heron" --until 2027-01-01

    Example: memcli add --name Ida "I moved to Leiden in May" | memcli extract | memcli link

    EXIT STATUS: 0 done, known already too, 2 usage, 65 stdin is not UTF-8, 66 no such store, 69
    encoder unavailable, 74 I/O error or disk full, 75 locked.
    """
    options.require_utf8(
        tags=tags, key=key, **{f"note {n}": text for n, text in enumerate(texts or (), 1)}
    )
    moment = options.parse_moment(timestamp, "--timestamp", call.now) or call.now
    end = options.parse_moment(until, "--until", call.now, end=True, ahead=True)
    given = _notes_of(texts, takes_place=bool(replaces or key))
    opened = call.store
    if not given:
        call.say("nothing new: no note on stdin")
        return
    encoder = _loading(opened)
    # Only now, as this imports pyarrow and Lance, while the encoder loads.
    from memcli.ingestion.notes import NoteFields, NoteStep, note_rows
    from memcli.ingestion.redacting import redactor_of
    from memcli.memory.selection import select
    from memcli.memory.times import utc_offset

    bound = call.namespace
    about = NoteFields(
        at=moment,
        type=type,
        name=name,
        session=session,
        namespace=bound,
        tags=_tags_of(tags),
        pinned=pin,
        importance=importance,
        valid_to=end,
        key=key,
        utc_offset=utc_offset(timestamp),
    )
    redactor = redactor_of(opened, redact)
    rows = note_rows(given, about, call.now, redactor)
    noted = None if type == "episodic" else type
    arguments = given_options(
        type=noted, namespace=bound, session=session, name=name, pin=pin, key=key
    )
    ended = [record["id"] for record in select(call.snapshot, replaces or (), bound)]
    step = NoteStep(opened, encoder, rows, call.now, ended, call.allow)
    commit = None if call.dry_run else step.commit(arguments)
    if call.dry_run:
        step.prepare(step.snapshot)
    show_memories(step.batches, call.format, COLUMNS, _known_notes(call, step.present))
    for line in step.barred.told():
        call.say(line)
    kept = [row for row in rows if row["id"] not in step.barred.kept_back]
    _say_kept(call, step, commit, kept, redactor.told())


def _loading(store: Store) -> Callable[[], Encoder]:
    """Return the store's encoder, which begins to load."""
    from memcli.memory.encoders import begin_loading

    return begin_loading(store.head().encoder, store.layout)


def _notes_of(words: list[str] | None, takes_place: bool) -> list[str]:
    """Return the note that is given in words, or those on stdin, one where it takes a place."""
    notes = [" ".join(words)] if words else read_texts()
    given = [text.strip() for text in notes if text.strip()]
    if not given and (words or sys.stdin.isatty()):
        raise BadUsage("there is nothing to add", "give a note, or lines on stdin")
    if len(given) > 1 and takes_place:
        raise BadUsage(f"{len(given):,} notes cannot take one place", "give one note")
    return given


def _tags_of(tags: str | None) -> tuple[str, ...]:
    """Return tags that are given with commas, each once."""
    return tuple(dict.fromkeys(tag.strip() for tag in (tags or "").split(",") if tag.strip()))


def _known_notes(call: Call, ids: Sequence[str]) -> Iterator[Json]:
    """Yield the records of notes that were there already."""
    from memcli.memory.lookup import read_by_id

    if ids:
        yield from read_by_id(call.snapshot, ids, None).values()


def _say_kept(
    call: Call, step: NoteStep, commit: Commit | None, rows: Sequence[Row], redacted: str
) -> None:
    """Say on stderr what was kept, and what had better not have been."""
    n_known = f"; {len(step.present):,} known already" if step.present else ""
    if call.dry_run:
        call.say(f"dry run: {step.n_new:,} notes are new{n_known}; nothing was written")
    elif commit is None:
        if rows:
            call.say("nothing new: known already")
    else:
        what = rows[0]["id"] if len(rows) == 1 else f"{step.n_new:,} notes"
        call.say(f"kept {what} as commit {commit.number}{n_known}")
    from memcli.ingestion.notes import secrets_in

    for id_, kinds in secrets_in(rows):
        remedy = f"to remove it for good: memcli forget --purge {id_}"
        call.say(f"warning: it holds what looks like a {', '.join(kinds)} ({remedy})")
    if redacted:
        call.say(redacted)
