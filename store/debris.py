"""Debris: temporary files that killed processes left in a store, which the next writer removes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from store.files import io_errors
from store.layout import Layout

# Those are written under the writers' lock only.
OF_WRITERS: Final = "commits/.*.tmp"
# A process that is at work may be writing to these; none takes so long.
OF_OTHERS: Final = (".*.tmp", "tmp????????", "cache/llm/.*.tmp", "hooks/.*.tmp")
SURELY_LEFT_S: Final = 3_600.0


def debris(layout: Layout) -> Iterator[Path]:
    """Yield the temporary files that nobody is going to give a name any more, but for a writer."""
    root = layout.work
    yield from sorted(root.glob(OF_WRITERS))
    for pattern in OF_OTHERS:
        for path in sorted(root.glob(pattern)):
            with suppress(FileNotFoundError):
                if time.time() - path.lstat().st_mtime > SURELY_LEFT_S:
                    yield path


def remove_debris(layout: Layout) -> None:
    """Remove them; only under the writers' lock."""
    with io_errors(f"clean up {layout.root}"):
        for path in debris(layout):
            if not path.is_dir():
                path.unlink(missing_ok=True)
