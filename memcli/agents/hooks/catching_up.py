"""
Catching up: the transcripts that hooks named are read, by one process at a time.

The spool is taken away under another name and read; what could not be done is put back. Reading a
transcript again adds only what is new, so that a line that is done twice does no harm, and one that
is lost costs nothing that the next session's beginning, which looks at all transcripts, would not
find.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from filelock import FileLock, Timeout

from memcli.agents.hooks.sightings import note_seen
from memcli.agents.hooks.spooling import SPOOL, append, place_of, write_log
from memcli.ingestion.sync.agents import agents

if TYPE_CHECKING:
    from memcli.models.encoder import Encoder
    from store import Store

MOST_TRIES: Final = 5
# Events after which what was said is worked on, which takes longer than to keep it.
WORTH_EXTRACTING: Final = frozenset({"session-start", "session-end", "pre-compact"})
# The event at which all transcripts of a client are looked at, not only the one that is named; and
# the one at which they are if none is named, as Cursor does.
LOOKS_AT_ALL: Final = "session-start"
LOOKS_IF_UNNAMED: Final = "session-end"


@dataclass(frozen=True)
class SpoolLine:
    """What a hook told: the fields of one line, and how often it was tried."""

    event: str
    client: str
    transcript: str | None = None
    namespace: str | None = None
    tries: int = 0
    at: float = 0.0

    @property
    def looks_at_all(self) -> bool:
        """Say whether all transcripts of the client are to be looked at."""
        unnamed = self.event == LOOKS_IF_UNNAMED and not self.transcript
        return self.event == LOOKS_AT_ALL or unnamed

    @classmethod
    def read(cls, line: bytes) -> SpoolLine | None:
        """Return what a line says; None for one that is torn, or none of ours."""
        try:
            told = json.loads(line)
            event, client = str(told["event"]), str(told["client"])
        except (ValueError, KeyError, TypeError):
            return None
        path, space = told.get("transcript_path"), told.get("namespace")
        tries, at = int(told.get("tries", 0)), float(told.get("at", 0))
        return cls(event, client, path or None, space or None, tries, at)

    def written(self) -> bytes:
        """Return the line, as it is to be tried again."""
        about: dict[str, Any] = {"event": self.event, "client": self.client}
        about |= {"transcript_path": self.transcript, "namespace": self.namespace}
        return json.dumps(about | {"tries": self.tries + 1}).encode() + b"\n"


@contextmanager
def one_at_a_time(root: Path) -> Iterator[bool]:
    """
    Yield whether this process is to do the work, once the one before it is done.

    One works and one waits, which will find what came meanwhile; further ones are not needed.
    """
    folder = Path(place_of(str(root)))
    folder.mkdir(mode=0o700, exist_ok=True)
    waiting = FileLock(folder / "waiting.lock")
    try:
        waiting.acquire(timeout=0)
    except Timeout:
        yield False
        return
    with FileLock(folder / "work.lock"):
        waiting.release()
        yield True


def take_spool(root: Path) -> tuple[list[SpoolLine], list[Path]]:
    """Take the spool away, with what a killed process left; return its lines and the files."""
    folder = Path(place_of(str(root)))
    with suppress(FileNotFoundError):
        name = f"taken-{os.getpid()}-{datetime.now(UTC):%Y%m%d%H%M%S%f}.jsonl"
        os.rename(folder / SPOOL, folder / name)
    taken = sorted(folder.glob("taken-*.jsonl"))
    lines = [line for path in taken for line in _finished(path).split(b"\n")]
    return [told for line in lines if (told := SpoolLine.read(line))], taken


def _finished(path: Path) -> bytes:
    """Return what is in a file once those who were writing to it are done."""
    with path.open("rb") as file:
        with suppress(ImportError):
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        return file.read()


def waiting_lines(root: Path) -> int:
    """Return how many lines of the spool were not worked on yet."""
    folder = Path(place_of(str(root)))
    paths = [folder / SPOOL, *folder.glob("taken-*.jsonl")]
    found = (path.read_bytes().split(b"\n") for path in paths if path.is_file())
    return sum(SpoolLine.read(line) is not None for lines in found for line in lines)


@dataclass
class CatchUp:
    """
    What was spooled for one store, done.

    say: takes what is wrong with a file; work: makes what there is to make of new turns, in a
    namespace or in all.
    """

    store: Store
    encoder: Callable[[], Encoder]
    work: Callable[[], None]
    say: Callable[[str], None] = lambda line: None

    def run(self) -> int:
        """Do it, put back what failed, and return how many lines there were."""
        root = self.store.layout.root
        lines, taken = take_spool(root)
        note_seen(root, [(line.client, line.at) for line in lines])
        for (client, space), some in _grouped(lines).items():
            self._attempt(client, some, partial(self._sync, client, space, some))
        deep = [line for line in lines if line.event in WORTH_EXTRACTING]
        if deep:
            self._attempt("extract", [], self.work)
        for path in taken:
            path.unlink()
        return len(lines)

    def _attempt(self, what: str, lines: Sequence[SpoolLine], do: Callable[[], None]) -> None:
        """Do something; where that fails, log it and put its lines back."""
        root = self.store.layout.root
        try:
            do()
        except Exception as error:
            write_log(str(root), "catch-up", what, error)
            again = [line.written() for line in lines if line.tries < MOST_TRIES]
            if again:
                append(os.path.join(place_of(str(root)), SPOOL), b"\n" + b"".join(again))

    def _sync(self, client: str, space: str | None, lines: Sequence[SpoolLine]) -> None:
        """Read the transcripts that some lines of a client name, or all of them."""
        from memcli.ingestion.sync.running import SyncRun

        paths = {p for line in lines if (p := line.transcript) and os.path.isfile(p)}
        is_known = client in agents()
        everything = is_known and any(line.looks_at_all for line in lines)
        inputs = [client] if is_known else sorted(paths)
        if not inputs or not (everything or paths):
            return
        only = None if everything else frozenset(paths)
        run = SyncRun(self.store, self.encoder, inputs, datetime.now(UTC), namespace=space)
        run.only, run.warn = only, self.say
        plan = run.planned()
        if not plan.is_empty:
            run.commit(run.read(plan))


def _grouped(lines: Sequence[SpoolLine]) -> dict[tuple[str, str | None], list[SpoolLine]]:
    """Return lines by their client and namespace, in the order in which they came."""
    groups: dict[tuple[str, str | None], list[SpoolLine]] = {}
    for line in lines:
        groups.setdefault((line.client, line.namespace), []).append(line)
    return groups
