"""Keep memories from ever fading."""

from __future__ import annotations

from memcli.cli import options
from memcli.commands._marking import IdsArgument, Mark, run_mark


def pin_command(
    ids: IdsArgument = None,
    store: options.StoreOption = None,
    namespace: options.NamespaceOption = None,
    now: options.NowOption = None,
    dry_run: options.DryRunOption = False,
    quiet: options.QuietOption = False,
    format: options.FormatOption = None,
) -> None:
    """
    Keep memories from ever fading.

    A pinned memory is never archived by `decay`; one that has faded, or was archived, comes back.
    Memories are named by id, by four or more characters that begin one, or by your own ref; without
    a name, all memories and hits on stdin are meant, so bound the query with -k. The memories that
    change go to stdout.

    Example: memcli query "what is Ida allergic to?" -k 1 | memcli pin

    EXIT STATUS: 0 done, so already too, 2 usage, or the beginning of several ids, 65 bad record on
    stdin, 66 no such memory or store, 74 I/O error or disk full, 75 locked.
    """
    run_mark(Mark.PIN, ids, store, namespace, now, dry_run, quiet, format)
