"""Progress on stderr: notes, warnings and, for slow work, a line that moves."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from memcli.language.sanitize import printable

SHOW_AFTER_S: Final = 1.0
REDRAW_EVERY_S: Final = 0.2


def note(text: str) -> None:
    """Say something to the user that is not an error."""
    print(f"memcli: {one_line(text)}", file=sys.stderr)  # noqa: T201


def one_line(text: str) -> str:
    """Return a text that cannot command a terminal or pretend to be two lines."""
    return printable(text.replace("\n", "\\n"))


class Progress:
    """
    What is being done, how much of it is and for how long, on one line of a terminal.

    The line appears once the work takes over a second. A thread redraws it, so that work that
    cannot count, such as the building of an index, shows that it goes on.
    """

    def __init__(self, what: str, total: int | None = None, quiet: bool = False) -> None:
        self.what, self.total = what, total
        self.done = 0
        self._started = time.monotonic()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        if sys.stderr.isatty() and not quiet:
            self._thread = threading.Thread(target=self._redraw, daemon=True)
            self._thread.start()

    def advance(self, n: int) -> None:
        """Count `n` more as done."""
        self.done += n

    def rename(self, what: str) -> None:
        """Show that something else is being done now."""
        self.what = what

    def _redraw(self) -> None:
        wait = SHOW_AFTER_S
        while not self._stop.wait(wait):
            wait = REDRAW_EVERY_S
            self._draw(time.monotonic() - self._started)

    def _draw(self, elapsed_s: float) -> None:
        line = f"\r\x1b[K{self.what} {self._count(elapsed_s)}"
        print(line, end="", file=sys.stderr, flush=True)  # noqa: T201

    def _count(self, elapsed_s: float) -> str:
        if not self.done:
            return f"{elapsed_s:.0f} s"
        share = f"/{self.total:,} {self._bar()}" if self.total else ""
        return f"{self.done:,}{share} ({self.done / elapsed_s:,.0f}/s)"

    def _bar(self, width: int = 20) -> str:
        filled = min(width, int(width * self.done / max(1, self.total or 1)))
        return "[" + "#" * filled + "." * (width - filled) + "]"

    def close(self) -> None:
        """Take the line away."""
        if self._thread is None:
            return
        self._stop.set()
        self._thread.join()
        if time.monotonic() - self._started > SHOW_AFTER_S:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)  # noqa: T201


@contextmanager
def progress(what: str, total: int | None = None, quiet: bool = False) -> Iterator[Progress]:
    """Yield a progress counter that is cleared at the end."""
    counter = Progress(what, total, quiet)
    try:
        yield counter
    finally:
        counter.close()
