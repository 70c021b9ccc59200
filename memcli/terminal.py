"""What a person sees on stderr: notes, warnings and, for slow work, a progress line."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from memcli.output import printable

SHOW_AFTER_S: Final = 1.0
REDRAW_EVERY_S: Final = 0.2


def note(text: str) -> None:
    """Say something to the user that is not an error."""
    print(f"memcli: {one_line(text)}", file=sys.stderr)  # noqa: T201


def one_line(text: str) -> str:
    """Return a text that cannot command a terminal or pretend to be two lines."""
    return printable(text.replace("\n", "\\n"))


class Progress:
    """A counter with a rate, drawn on one line of a terminal once the work takes over a second."""

    def __init__(self, what: str, total: int | None = None, quiet: bool = False) -> None:
        self.what, self.total = what, total
        self.done = 0
        self._started = time.monotonic()
        self._drawn = 0.0
        self._on = sys.stderr.isatty() and not quiet

    def advance(self, n: int) -> None:
        """Count `n` more as done."""
        self.done += n
        now = time.monotonic()
        if self._on and now - self._started > SHOW_AFTER_S and now - self._drawn > REDRAW_EVERY_S:
            self._drawn = now
            self._draw(now - self._started)

    def _draw(self, elapsed_s: float) -> None:
        rate = self.done / elapsed_s
        share = f"/{self.total:,} {self._bar()}" if self.total else ""
        line = f"\r\x1b[K{self.what} {self.done:,}{share} ({rate:,.0f}/s)"
        print(line, end="", file=sys.stderr, flush=True)  # noqa: T201

    def _bar(self, width: int = 20) -> str:
        filled = min(width, int(width * self.done / max(1, self.total or 1)))
        return "[" + "#" * filled + "." * (width - filled) + "]"

    def close(self) -> None:
        """Take the line away."""
        if self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)  # noqa: T201


@contextmanager
def progress(what: str, total: int | None = None, quiet: bool = False) -> Iterator[Progress]:
    """Yield a progress counter that is cleared at the end."""
    counter = Progress(what, total, quiet)
    try:
        yield counter
    finally:
        counter.close()
