"""Keep memories from ever fading."""

from __future__ import annotations

from memcli.cli.options import NamesArgument
from memcli.cli.with_store import Call, with_store
from memcli.commands._marking import OPTIONS, Mark, run_mark


@with_store("write", OPTIONS)
def pin_command(call: Call, ids: NamesArgument = None) -> None:
    """
    Keep memories from ever fading.

    A pinned memory is never archived by `decay`; one that has faded, or was archived, comes back.
    Memories are named by id, by four or more characters that begin one, or by your own ref; without
    a name, stdin names them: memories and hits, or ids one a line, so bound the query with -k. The
    memories that change go to stdout.

    Example: memcli query "what is Ida allergic to?" -k 1 | memcli pin

    EXIT STATUS: 0 done, so already too, 2 usage, or the beginning of several ids, 65 bad record on
    stdin, 66 no such memory or store, 74 I/O error or disk full, 75 locked.
    """
    run_mark(call, Mark.PIN, ids)
