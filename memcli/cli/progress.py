"""Progress on stderr: notes, warnings and, for slow work, a line that moves."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from memcli.language.sanitize import printable

SHOW_AFTER_S: Final = 1.0
REDRAW_EVERY_S: Final = 0.2
# Before so much is done, nobody can tell how long the rest will take.
LEAST_SHARE: Final = 0.02
BAR: Final = 20
_CLEAR: Final = "\r\x1b[K"
# The lines of progress that stand on the terminal: one, or none.
_drawn_lines: set[Progress] = set()


def note(text: str) -> None:
    """Say something to the user that is not an error."""
    # A line of progress goes, and comes again below what is said.
    clear = _CLEAR if _drawn_lines else ""
    for shown in list(_drawn_lines):
        shown.forget_line()
    _say(f"{clear}memcli: {one_line(text)}\n")


def _say(text: str) -> None:
    """
    Write to stderr, if that can be.

    That it is full or closed neither stops the work nor makes a failure of what is done: what was
    kept is on stdout, what failed is in the status.
    """
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


def one_line(text: str) -> str:
    """Return a text that cannot command a terminal or pretend to be two lines."""
    return printable(text.replace("\n", "\\n"))


class Progress:
    """
    What is being done, how much of it is, how fast, and how long it will take, on one line.

    done: counted so far. The line appears once the work takes over a second. A thread redraws it,
    so that work that cannot count, such as the building of an index, shows that it goes on.
    """

    def __init__(self, what: str, total: int | None = None, quiet: bool = False) -> None:
        self.what, self.total = what, total
        self.done, self._share, self._share_at_s = 0, 0.0, 0.0
        self._drawn = ""
        self._started = time.monotonic()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        if sys.stderr.isatty() and not quiet:
            self._thread = threading.Thread(target=self._redraw, daemon=True)
            self._thread.start()

    def advance(self, n: int) -> None:
        """Count `n` more as done."""
        self.done += n

    def reach(self, share: float) -> None:
        """Tell how much of all work is done, from 0 to 1, where no total is known."""
        self._share, self._share_at_s = share, time.monotonic() - self._started

    def rename(self, what: str) -> None:
        """Show that something else is being done now."""
        self.what = what

    def forget_line(self) -> None:
        """Draw anew at the next turn: something else was written over the line."""
        self._drawn = ""

    def _redraw(self) -> None:
        wait = SHOW_AFTER_S
        while not self._stop.wait(wait):
            wait = REDRAW_EVERY_S
            self._draw(time.monotonic() - self._started)

    def _draw(self, elapsed_s: float) -> None:
        line = self.line(elapsed_s, shutil.get_terminal_size().columns - 1)
        if line != self._drawn:
            # Over the old line, and only then the rest of it away: nothing flickers.
            _say(f"\r{line}\x1b[K")
            self._drawn = line
            _drawn_lines.add(self)

    def line(self, elapsed_s: float, width: int) -> str:
        """Line after some time, no wider than it may be."""
        if not self.done:
            return f"{self.what} {elapsed_s:.0f} s"[:width]
        share, at_s = self._share, self._share_at_s
        if self.total:
            share, at_s = min(1.0, self.done / self.total), elapsed_s
        of_all = f"/{self.total:,}" if self.total else ""
        # What is left to do after all of it, such as an index, is done at no rate.
        is_over = bool(self.total) and self.done >= (self.total or 0)
        rate = "finishing" if is_over else f"{self.done / elapsed_s:,.0f}/s"
        parts = [f"{self.what} {self.done:,}{of_all}", rate]
        left_s = at_s / share - elapsed_s if share >= LEAST_SHARE else 0.0
        if left_s > 0:
            parts.append(f"{duration(left_s)} left")
        if share and len("  ".join(parts)) + BAR + 4 <= width:
            parts.insert(1, _bar(share))
        return "  ".join(parts)[:width]

    def close(self) -> None:
        """Take the line away."""
        if self._thread is None:
            return
        self._stop.set()
        self._thread.join()
        _drawn_lines.discard(self)
        if self._drawn:
            _say(_CLEAR)


def _bar(share: float) -> str:
    filled = int(BAR * share)
    return "[" + "#" * filled + "." * (BAR - filled) + "]"


def duration(seconds: float) -> str:
    """Return a time to wait in words: "40 s", "3 min", "2 h 5 min"."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


@contextmanager
def progress(what: str, total: int | None = None, quiet: bool = False) -> Iterator[Progress]:
    """Yield a progress counter that is cleared at the end."""
    counter = Progress(what, total, quiet)
    try:
        yield counter
    finally:
        counter.close()
