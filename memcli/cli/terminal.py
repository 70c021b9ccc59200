"""
Terminal: how wide it is, whether it shows colours, and a pager for what is longer than it.

NO_COLOR takes colours away, TERM=dumb all styles. Without $PAGER, `less -FRX` is the pager; an
empty one, `cat` or a dumb terminal is none.
"""

from __future__ import annotations

import io
import os
import shlex
import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from memcli import jsonl

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH: Final = 120
LESS: Final = "less"
LESS_OPTIONS: Final = "FRX"
# Widths and heights that no terminal has; a shell without one says 0.
LEAST_WIDTH: Final = 20


def is_terminal() -> bool:
    """Say whether stdout is a terminal."""
    return sys.stdout.isatty()


def is_dumb() -> bool:
    """Say whether a terminal knows no styles."""
    return os.environ.get("TERM", "") in ("dumb", "unknown")


def width() -> int:
    """Columns of the terminal, or what stands in for them in a pipe."""
    if not is_terminal():
        return PIPE_WIDTH
    return max(LEAST_WIDTH, shutil.get_terminal_size().columns)


def drawing_console(columns: int | None = None) -> Console:
    """Console that draws into a string, with the styles that stdout may have."""
    from rich.console import Console

    styled = is_terminal() and not is_dumb()
    return Console(
        file=io.StringIO(),
        force_terminal=styled,
        color_system="auto" if styled else None,
        width=columns or width(),
        highlight=False,
        markup=False,
        emoji=False,
    )


def drawn(console: Console) -> str:
    """Text that was drawn on a console of ours."""
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text


def write(chunks: Iterable[bytes], paged: bool = True) -> None:
    """Write to stdout, by the pager where a person reads and it is longer than the screen."""
    pager = _pager() if paged and is_terminal() else None
    if pager is None:
        jsonl.write_bytes(chunks, drawn=True)
        return
    # The pager waits for a whole screen only: what fits is there at once.
    held = b"".join(chunks)
    if held.count(b"\n") < shutil.get_terminal_size().lines:
        jsonl.write_bytes([held], drawn=True)
    else:
        _run_pager(pager, held)


def _pager() -> list[str] | None:
    """Words that start the pager; None where there is to be none."""
    try:
        words = shlex.split(os.environ.get("PAGER", LESS))
    except ValueError:
        return None
    if not words or words[0] == "cat" or is_dumb() or not shutil.which(words[0]):
        return None
    return words


def _run_pager(words: list[str], text: bytes) -> None:
    """Hand a text to a pager and wait until the reader leaves it."""
    import signal
    import subprocess

    sys.stdout.flush()
    options = {"LESS": LESS_OPTIONS, "LESSCHARSET": "utf-8"}
    environment = options | dict(os.environ)
    # Ctrl-C is the pager's, which stays.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        subprocess.run(words, input=text, env=environment, check=False)
    except BrokenPipeError:
        pass  # left before the end
    finally:
        signal.signal(signal.SIGINT, before)
