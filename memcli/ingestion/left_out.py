"""Left out: files that lie in a folder of inputs and are of no kind that is read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from memcli.ingestion.transcripts.foreign import is_code
from memcli.ingestion.transcripts.pictures import MEDIA

NAMED: Final = 3
KINDS_NAMED: Final = 5
REMEDY: Final = "a file that is named is read if it can be, as text with --from text"


class LeftOut:
    """
    Files that nobody reads, by why.

    media: pictures, recordings and films, which belong to what is read; code: source code; unknown:
    all others, of which it may be wrong that they are left out.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self.media = [path for path in paths if _extension(path) in MEDIA]
        self.code = sorted(path for path in paths if is_code(path))
        known = {*self.media, *self.code}
        self.unknown = [path for path in paths if path not in known]

    @property
    def count(self) -> int:
        """How many may be missed."""
        return len(self.code) + len(self.unknown)

    def lines(self) -> Iterator[str]:
        """Yield in lines how many of each kind, and which."""
        if self.code:
            names = ", ".join(Path(path).name for path in self.code[:NAMED])
            more = len(self.code) - NAMED
            rest = f" and {more:,} more" if more > 0 else ""
            yield f"left out {_files(self.code)} of source code: {names}{rest}"
        if self.unknown:
            kinds = Counter(_extension(path) or "without an extension" for path in self.unknown)
            most = sorted(kinds, key=lambda kind: (-kinds[kind], kind))[:KINDS_NAMED]
            some = ", ".join(f"{kinds[kind]:,} {kind}" for kind in most)
            rest = " and others" if len(kinds) > KINDS_NAMED else ""
            yield f"left out {_files(self.unknown)} of kinds not read: {some}{rest} ({REMEDY})"
        if self.media:
            what = "pictures, recordings and films"
            yield f"{_files(self.media)} of {what} not read (see: memcli caption)"


def _extension(path: str) -> str:
    return os.path.splitext(path)[1].lower()


def _files(paths: Sequence[str]) -> str:
    return f"{len(paths):,} file{'s' * (len(paths) != 1)}"
