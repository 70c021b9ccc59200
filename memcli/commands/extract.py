"""Make statements, topic segments and summaries of turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from memcli.cli import model_options, options
from memcli.cli.with_store import Call, with_store
from memcli.memory.step import given_options

if TYPE_CHECKING:
    from memcli.extraction.llm.reader import ModelReader
    from memcli.extraction.step import ExtractStep
    from memcli.models.llm.settings import LlmSettings
    from store import Commit

COLUMNS = ("id", "level", "type", "text", "valid_from")


@with_store("write", "store namespace now allow dry_run * quiet format")
def extract_command(
    call: Call,
    llm: options.LlmOption = None,
    max_tokens: options.MaxTokensOption = None,
    on: options.OnOption = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what was refused as not grounded.")
    ] = False,
) -> None:
    """
    Make statements, topic segments and summaries of turns.

    Reads memory records on stdin, as `memcli ingest` writes them, and works on their sessions;
    with none, on every turn that was not worked on yet. Statements are quotations, with dates and
    names in brackets where "last Friday" or "she" is said; facts are rows of their own: subject,
    attribute, value and polarity. Both cite their turns. What a newer fact replaces stays, with
    the date until which it held. Run again, it does nothing. What was purged or forgotten before is
    not stated again, unless --allow: then all turns are read that are there.

    It reads English by the bundled parser, or by that of [extract] parser = DIR in config.toml.

    With --llm, or [llm] in config.toml (base_url, model, api_key_env, command, timeout_s,
    max_tokens, answer_tokens, temperature), a language model reads the turns, and its statements
    are checked in the same way. What it fails at, or --max-tokens leaves, is read without it. Its
    answers are kept in cache/llm of the store, also with --dry-run, so that a run which was cut
    short goes on where it stopped. The command or service of [llm] is used once you have allowed it
    by `memcli trust`, in the per-user store always.

    Example: memcli ingest chat.jsonl | memcli extract | memcli link

    Example: memcli extract --llm http://localhost:11434/v1#qwen3 --max-tokens 200000

    EXIT STATUS: 0 done, nothing to do too, 2 usage, 65 bad record on stdin, 66 no such store, or a
    memory on stdin that it does not have, 69 no model or cluster, 74
    I/O error or disk full, 75 locked, or something else changed the store meanwhile.
    """
    from memcli.cli.stdin import read_memory_ids
    from memcli.cluster.address import require_here
    from memcli.cluster.ray_workers import open_workers
    from memcli.extraction.step import ExtractStep

    # Before the store is opened: the first command of the pipe may be the one that makes it.
    turn_ids = read_memory_ids(range(1))
    opened, bound = call.store, call.namespace
    settings = model_options.model_settings(call, llm, max_tokens)
    if settings:
        require_here(on, "a language model, without which is --llm none")
    step = ExtractStep(opened, call.encoder, call.now)
    step.is_allowed = call.allow
    keys = step.pending(bound, turn_ids)
    reader = _reader(step, settings, call.say) if settings and keys else None
    turns = sum(key.turns for key in keys)
    with (
        open_workers(on if keys else None) as workers,
        call.progress("extract", turns) as counter,
    ):
        step.run(keys, counter.advance, reader, workers)
    used = _used(settings, reader, call.say) if settings and reader else None
    arguments = given_options(namespace=bound, max_tokens=max_tokens, llm=used)
    commit = None if call.dry_run else step.commit(arguments)
    for line in step.barred.told():
        call.say(line)
    _say_made(call, step, commit, explain)
    call.show_new(step.rows, commit, COLUMNS)


def _reader(step: ExtractStep, settings: LlmSettings, say: Callable[[str], None]) -> ModelReader:
    from memcli.extraction.llm.reader import reader_of

    return reader_of(settings, step, say)


def _used(settings: LlmSettings, reader: ModelReader, say: Callable[[str], None]) -> dict[str, Any]:
    """Say what the model used, and return it for the commit."""
    from memcli.models.llm.opening import model_label, usage, usage_text

    label = model_label(settings)
    say(usage_text(reader.budget, reader.cached_answers, label))
    return {"model": label, **usage(reader.budget, reader.cached_answers)}


def _say_made(call: Call, step: ExtractStep, commit: Commit | None, explain: bool) -> None:
    """Say on stderr what was made."""
    tally = step.tally
    made = (
        f"{tally.statements:,} statements, {tally.segments:,} segments and {tally.summaries:,} "
        f"summaries of {tally.turns:,} turns"
    )
    if tally.ungrounded:
        made += f"; {tally.ungrounded:,} refused as not grounded"
        made += "" if explain else " (see --explain)"
    if call.dry_run:
        call.say(f"dry run: {made}; nothing was written")
    elif not tally.turns:
        call.say("nothing to extract: all turns are done")
    elif commit is not None:
        call.say(f"{made}; kept as commit {commit.number}")
    if explain:
        for refused in step.refused:
            what = ", ".join(refused.foreign)
            call.say(f"{refused.source_id}: {what} not in its source: {refused.text}")
