"""Put memories out of sight, without losing them."""

from __future__ import annotations

from memcli.cli.options import NamesArgument
from memcli.cli.with_store import Call, with_store
from memcli.commands._marking import OPTIONS, Mark, run_mark


@with_store("write", OPTIONS)
def hide_command(call: Call, ids: NamesArgument = None) -> None:
    """
    Put memories out of sight, without losing them.

    A hidden memory is found with `query --all` only, until `restore` brings it back. Along with it
    goes what was made of it: a turn's statements, and segments and summaries that quote it. A
    statement alone leaves its turn in sight, and you are told which that is. Memories are named by
    id, by four or more characters that begin one, or by your own ref; without a name, stdin names
    them: memories and hits, or ids one a line. ID#2 is the second paragraph of a
    turn (`show ID --fragments`). What changes goes to stdout.

    Example: memcli query "surprise party" -k 3 | memcli hide --dry-run

    EXIT STATUS: 0 done, so already too, 2 usage, or the beginning of several ids, 65 bad record on
    stdin, 66 no such memory or store, 74 I/O error or disk full, 75 locked.
    """
    run_mark(call, Mark.HIDE, ids)
