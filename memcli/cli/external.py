"""Commands of other programs: memcli NAME runs memcli-NAME from the PATH, as git does."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Sequence
from typing import Final

from store.errors import PluginUnavailable

PREFIX: Final = "memcli-"
# No name with a slash: it would be a path, and be run from there.
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def run_external(name: str, arguments: Sequence[str]) -> None:
    """
    Put memcli-NAME into the place of this process; return where the PATH has no such program.

    PluginUnavailable where it cannot be run.
    """
    program = shutil.which(PREFIX + name) if _NAME.fullmatch(name) else None
    if program is None:
        return
    # Python ignores these two, and what is ignored stays so in the program that follows.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execv(program, [program, *arguments])
    except OSError as error:
        why = error.strerror or str(error)
        raise PluginUnavailable(f"cannot run {program}: {why}", "mend or remove it") from error
