"""Let pinned memories fade again."""

from __future__ import annotations

from memcli.cli import options
from memcli.commands._marking import IdsArgument, Mark, run_mark


def unpin_command(
    ids: IdsArgument = None,
    store: options.StoreOption = None,
    namespace: options.NamespaceOption = None,
    now: options.NowOption = None,
    dry_run: options.DryRunOption = False,
    quiet: options.QuietOption = False,
    format: options.FormatOption = None,
) -> None:
    """
    Let pinned memories fade again.

    Memories are named by id, by four or more characters that begin one, or by your own ref; without
    a name, all memories and hits on stdin are meant. The memories that change go to stdout.

    Example: memcli sql "select * from memories where pinned" | jq -r .id | xargs memcli unpin

    EXIT STATUS: 0 done, so already too, 2 usage, or the beginning of several ids, 65 bad record on
    stdin, 66 no such memory or store, 74 I/O error or disk full, 75 locked.
    """
    run_mark(Mark.UNPIN, ids, store, namespace, now, dry_run, quiet, format)
