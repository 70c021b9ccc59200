"""Let pinned memories fade again."""

from __future__ import annotations

from memcli.cli.options import NamesArgument
from memcli.cli.with_store import Call, with_store
from memcli.commands._marking import OPTIONS, Mark, run_mark


@with_store("write", OPTIONS)
def unpin_command(call: Call, ids: NamesArgument = None) -> None:
    """
    Let pinned memories fade again.

    Memories are named by id, by four or more characters that begin one, or by your own ref; without
    a name, stdin names them: memories and hits, or ids one a line. The memories that change go to
    stdout.

    Example: memcli sql "select * from memories where pinned" | jq -r .id | xargs memcli unpin

    EXIT STATUS: 0 done, so already too, 2 usage, or the beginning of several ids, 65 bad record on
    stdin, 66 no such memory or store, 74 I/O error or disk full, 75 locked.
    """
    run_mark(call, Mark.UNPIN, ids)
