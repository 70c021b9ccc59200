"""Bring back what was folded."""

from __future__ import annotations

from memcli.cli.options import NamesArgument
from memcli.cli.stdin import are_piped, read_names
from memcli.cli.with_store import Call, with_store
from memcli.commands.fold import COLUMNS
from memcli.memory.step import given_options


@with_store("write", "store namespace dry_run quiet format")
def unfold_command(call: Call, ids: NamesArgument = None) -> None:
    """
    Bring back what was folded.

    Folds are named by their ids, or by memories that they stand for; these go to stdout, and the
    line is archived. Without ids, stdin names them.

    Example: memcli query "the pump" | memcli unfold

    EXIT STATUS: 0 done, so already too, 2 usage, or no fold stands for it, 65 bad record on stdin,
    66 no such memory or store, 74 I/O error or disk full, 75 locked.
    """
    from memcli.retention.folding import UnfoldStep

    names = read_names(ids)
    step = UnfoldStep(call.store, call.now, names, call.namespace)
    named = {"stdin": len(names)} if are_piped(ids) else {"ids": ids}
    commit = None if call.dry_run else step.commit(given_options(**named, namespace=call.namespace))
    n = len(step.changes.records)
    what = f"{n:,} {'memory' if n == 1 else 'memories'}"
    if call.dry_run:
        call.say(f"dry run: {what} would come back; nothing was changed")
    elif commit is None:
        call.say("that is so already; nothing was changed")
    else:
        call.say(f"{what} came back as commit {commit.number} (memcli undo takes that back)")
    call.show(step.changes.records, COLUMNS)
