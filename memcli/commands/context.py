"""Write a block of memories for a prompt, within a budget of tokens."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from memcli import jsonl
from memcli.cli import options
from memcli.cli.stdin import read_text
from memcli.cli.with_store import Call, with_store
from memcli.context.rendering import BlockFormat
from memcli.language.sanitize import printable
from memcli.memory.filters import Filters
from memcli.search.access_log import begin_keeping, record_accesses
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.context.building import ContextBlock
    from memcli.context.tokens import Meter


@with_store("read", "store namespace at now quiet format")
def context_command(
    call: Call,
    text: Annotated[
        str | None, typer.Argument(help="The task or message; - or none is stdin.")
    ] = None,
    max_tokens: Annotated[
        int, typer.Option("--max-tokens", min=0, help="The most that is written.")
    ] = 2_000,
    tokens_per_char: Annotated[
        str | None,
        typer.Option(
            help="Count characters times this, not the encoder's tokens.", metavar="FACTOR"
        ),
    ] = None,
    session: Annotated[
        str | None, typer.Option(help="Recent turns of this session; else of the newest.")
    ] = None,
    recent: Annotated[int, typer.Option(min=0, help="How many recent turns, at most.")] = 6,
    no_profile: Annotated[
        bool, typer.Option("--no-profile", help="Leave out what is known of persons.")
    ] = False,
    company: options.CompanyFilter = None,
    place: options.PlaceFilter = None,
    no_touch: Annotated[bool, typer.Option("--no-touch", help="Do not count as access.")] = False,
    format: Annotated[
        BlockFormat, typer.Option("--format", "-f", help="json is one record, with ids.")
    ] = BlockFormat.md,
) -> None:
    """
    Write a block of memories for a prompt, within a budget of tokens.

    Core memories, facts of those the text is about, open tasks, what is relevant to the text and
    the last turns; for a broad text ("what has been going on?") summaries in place of their parts.
    Each thing is told once, as it holds now or with the day on which it ended; secrets never, but
    as [secret ID]. It is all of one namespace and of `shared`: without --namespace of `default`, or
    of the only one. The whole block, with its marks and headings, has no more than --max-tokens
    tokens of the store's encoder; with --tokens-per-char, that many for each character. That is a
    limit and no goal: what is not relevant is left out. With --format json, the budget is that of
    the field `text`. `memcli ingest` takes such blocks out of what it reads.

    Example: memcli context "plan the trip to Porto" --max-tokens 1500

    EXIT STATUS: 0 done (nothing found too), 2 usage, or several namespaces and none named, 66 no
    such store or commit, 69 encoder unavailable.
    """
    from memcli.memory.encoders import begin_loading

    asked = message(text)
    options.require_utf8(text=asked, session=session, namespace=call.namespace)
    options.require_utf8(company=company, place=place)
    meter = _factor_meter(tokens_per_char)
    moment = call.moment
    snapshot = call.snapshot
    encoder = begin_loading(snapshot.encoder, snapshot.layout)
    from memcli.context.building import build_context
    from memcli.context.requests import Request
    from memcli.context.tokens import EncoderMeter
    from memcli.search.retriever import Retriever
    from memcli.search.weights import weights_for

    bound = call.namespace
    request = Request(
        asked,
        max_tokens,
        bound,
        session,
        recent,
        not no_profile,
        moment,
        call.now,
        place=place,
        company=company,
    )
    form = BlockFormat.text if format is BlockFormat.text else BlockFormat.md
    weights = weights_for(snapshot.commit, request.namespace)
    retriever = Retriever(snapshot, encoder, weights)
    call.store.load_engine()
    if not no_touch:
        begin_keeping(asked)
    context = build_context(retriever, request, meter or EncoderMeter(encoder), form)
    show(context, asked, max_tokens, format)
    _say_why_empty(call, context, max_tokens, session)
    for line in Filters().of_names(snapshot, place, company).unknown_bounds(snapshot):
        call.say(line)
    if context.entries and not no_touch:
        recalled = context.recalled()
        record_accesses(call.store, recalled, asked, call.now, last=True, session=session)


def message(given: str | None) -> str:
    """Return the text of the argument or of stdin, without blocks of recall; BadUsage if none."""
    from memcli.memory.recall_blocks import strip_recall

    if given is None or given == "-":
        if given is None and sys.stdin.isatty():
            raise BadUsage("give a task or message", 'for example: memcli context "the trip"')
        given = read_text("stdin")
    text = strip_recall(given)[0].strip()
    if not text:
        raise BadUsage("the task or message is empty", "see: memcli context -h")
    return text


def _factor_meter(factor: str | None) -> Meter | None:
    """Return a meter of characters, if a factor is given."""
    if factor is None:
        return None
    from memcli.context.tokens import character_meter

    return character_meter(factor)


def show(context: ContextBlock, query: str, max_tokens: int, form: BlockFormat) -> None:
    """Write the block, or the record that holds it."""
    if form is BlockFormat.json:
        from memcli.context.rendering import as_record

        record = as_record(context.entries, context.text, query, context.tokens, max_tokens)
        jsonl.write([record])
    else:
        text = printable(context.text) if sys.stdout.isatty() else context.text
        jsonl.write_bytes([text.encode()])


def _say_why_empty(call: Call, context: ContextBlock, max_tokens: int, session: str | None) -> None:
    """Say on stderr, to a person, why there is nothing."""
    from memcli.memory.spaces import unknown_names

    if not context.entries:
        call.say(f"nothing to show within {max_tokens:,} tokens")
        for line in unknown_names(call.snapshot, call.namespace):
            call.say(line)
    elif session is not None and not any(e.section == "recent" for e in context.entries):
        call.say(f"no recent turns of the session {session!r}")
