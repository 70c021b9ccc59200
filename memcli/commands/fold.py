"""Put one line in the place of many memories."""

from __future__ import annotations

from typing import Annotated

import typer

from memcli.cli.options import NamesArgument
from memcli.cli.stdin import are_piped, read_names
from memcli.cli.with_store import Call, with_store
from memcli.memory.step import given_options
from store.errors import BadUsage

COLUMNS = ("id", "level", "speaker", "happened_at", "text")


@with_store("write", "store namespace * dry_run quiet format")
def fold_command(
    call: Call,
    ids: NamesArgument = None,
    summary: Annotated[str | None, typer.Option("--summary", "-s", help="The line.")] = None,
) -> None:
    """
    Put one line in the place of many memories.

    They go out of sight as with `hide`, and the line is found by `query` and told by `context` in
    their place. It cites them: `show` tells which, `unfold` brings them back, purging one takes the
    line along. Without ids, stdin names them. The line goes to stdout.

    Example: memcli query "the pump" | memcli fold -s "The pump stalled: a worn seal."

    EXIT STATUS: 0 done, so already too, 2 usage, 65 bad record on stdin, 66 no such memory or
    store, 74 I/O error or disk full, 75 locked.
    """
    from memcli.cli import options
    from memcli.ingestion.notes import secrets_in
    from memcli.ingestion.redacting import redactor_of
    from memcli.memory.encoders import begin_loading
    from memcli.retention.folding import FoldStep

    options.require_utf8(summary=summary)
    line = " ".join((summary or "").split())
    if not line:
        raise BadUsage("say what stands for them", 'memcli fold ID... --summary "TEXT"')
    line = redactor_of(call.store, None).text(line, "")
    names = read_names(ids)
    encoder = begin_loading(call.snapshot.encoder, call.snapshot.layout)
    step = FoldStep(call.store, call.now, encoder, names, line, call.namespace)
    named = {"stdin": len(names)} if are_piped(ids) else {"ids": ids}
    commit = None if call.dry_run else step.commit(given_options(**named, namespace=call.namespace))
    for _, kinds in secrets_in([step.fold]):
        call.say(f"the line holds what looks like a {', '.join(kinds)}")
    n, along = len(step.fold["source_ids"]), step.changes.along
    made = f", with {along:,} made of them," if along else ""
    what = f"{n:,} {'memory' if n == 1 else 'memories'}{made}"
    if call.dry_run:
        call.say(f"dry run: {what} would be folded into {step.fold['id']}; nothing was changed")
    elif commit is None:
        call.say("that is so already; nothing was changed")
    else:
        back = f"memcli unfold {step.fold['id']} brings them back"
        call.say(f"{what} folded as commit {commit.number} ({back})")
    call.show([step.record], COLUMNS)
