"""
Commands that write, each with a store to run it on, and runs of them on disks that fail.

A case is run on a copy of a folder, which has the store in `store`, the user's own folder in `home`
and whatever else it needs; a call of the system that changes something in that folder can be made
to fail, or to be the last of the process. Where there is no C compiler, none can.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from memcli.models.encoder import encoder_folder
from memcli.retention.purge.pending_receipts import read_pending
from store.check import check
from store.errors import StoreIOError
from store.layout import MEMORY_TABLES, PROTOCOL_TABLES
from store.store import Store
from tests.support.damage import newest
from tests.support.forked import ForkedRun, ForkServer
from tests.support.paths import SAMPLE

SOURCE: Final = Path(__file__).with_name("fail_call.c")
COMPILER: Final = shutil.which("gcc") or shutil.which("cc")
CAN_FAIL: Final = bool(COMPILER) and (sys.platform, platform.machine()) == ("linux", "x86_64")
LATER: Final = ("--now", "2031-01-01T00:00:00Z")
QUESTION: Final = "When do we row?"
# Stands for the folder that a case is run in.
HERE: Final = "HERE"
SPOOLING: Final = (
    "import sys; from memcli.agents.hooks import spooling;"
    " spooling.start_catch_up = lambda root: None; spooling.hook('stop', sys.argv[1:])"
)


@dataclass(frozen=True)
class Case:
    """
    A command that writes: which store it is run on, and what it is told.

    is_piecemeal: of several transactions, or of one and of work that may be done again: some of it
    may be done. again: the statuses of a run after a whole one; None where that does something
    else. own_status: what it ends with when nothing fails. makes: what it makes outside of the
    store, below the folder, there whole or not at all. code: what is run in place of memcli. first:
    what is run before, for it depends on where the store is.
    """

    store: str
    argv: tuple[str, ...]
    stdin: str = os.devnull
    is_piecemeal: bool = False
    again: tuple[int, ...] | None = (0,)
    own_status: int = 0
    makes: str = ""
    code: str = ""
    first: tuple[str, ...] = ()


CASES: Final = {
    "init": Case("nothing", ("init",), again=(73,)),
    "init --from": Case("backed up", ("init", "--from", f"{HERE}/backup"), again=(73,)),
    "ingest": Case("rich", ("ingest", "MORE")),
    "ingest --rejects": Case(
        "rich",
        ("ingest", "BAD", "--on-error", "skip", "--rejects", f"{HERE}/rejects"),
        own_status=3,
        again=(3, 73),
        makes="rejects",
    ),
    "sync": Case("rich", ("sync", f"{HERE}/notes")),
    "caption": Case("pictured", ("caption",), is_piecemeal=True, first=("trust",)),
    # The same text at another time would be another note.
    "add": Case(
        "rich", ("add", "The ferry leaves at nine.", "--timestamp", "2026-01-01T10:00:00Z")
    ),
    "add --replaces": Case(
        "rich", ("add", "The ferry leaves at ten.", "--replaces", "BOAT"), again=None
    ),
    "extract": Case("told", ("extract",)),
    "link": Case("extracted", ("link",)),
    "consolidate": Case(
        "told", ("consolidate", "--steps", "extract,link,decay", *LATER), is_piecemeal=True
    ),
    "decay": Case("rich", ("decay", *LATER)),
    "task": Case("rich", ("task", "add", "Paint the boat"), again=None),
    "pin": Case("rich", ("pin", "FIRST")),
    "unpin": Case("rich", ("unpin", "PINNED")),
    "hide": Case("rich", ("hide", "FIRST")),
    "restore": Case("rich", ("restore", "HIDDEN")),
    "feedback": Case("rich", ("feedback", "--used", "HIT", "--rest"), "HITS", again=None),
    "forget": Case("rich", ("forget", "FIRST"), again=(0, 66)),
    "purge": Case("rich", ("forget", "--purge", "FIRST"), is_piecemeal=True, again=(66,)),
    "purge --receipt": Case(
        "rich",
        ("forget", "--purge", "FIRST", "--receipt", f"{HERE}/receipt"),
        is_piecemeal=True,
        again=(66, 73),
        makes="receipt",
    ),
    "merge": Case("linked", ("entities", "merge", "Mara", "Jonas"), again=None),
    "split": Case("rich", ("entities", "split", "Mara", "Jonas"), again=None),
    "undo": Case("rich", ("undo",), again=None),
    "compact": Case("rich", ("compact",)),
    "reembed": Case("rich", ("reembed", "--encoder", "ENCODER")),
    "backup": Case("rich", ("backup", f"{HERE}/backup"), again=(73,), makes="backup"),
    "repair": Case("broken", ("repair",), is_piecemeal=True),
    "query": Case("rich", ("query", QUESTION)),
    "export": Case("rich", ("export", "-o", f"{HERE}/export"), again=(73,), makes="export"),
    "trust": Case("rich", ("trust",)),
    "config set": Case("rich", ("config", "set", "query.top_k", "7")),
    "config unset": Case("rich", ("config", "unset", "ingest.redact")),
    "hook stop": Case("rich", (), "REPORT", code=SPOOLING),
    "hook catch-up": Case("spooled", ("hook", "catch-up"), is_piecemeal=True),
    "hook install": Case(
        "rich", ("hook", "install", "claude-code", "codex", "cursor"), is_piecemeal=True
    ),
}


@dataclass(frozen=True)
class Done:
    """How a run ended: its status, below 0 that of a signal, and what it wrote."""

    status: int
    stdout: str
    stderr: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """The records on stdout."""
        return [json.loads(line) for line in self.stdout.splitlines()]


class DiskRunner:
    """Runs memcli in processes of their own whose calls can be made to fail."""

    def __init__(self, folder: Path, server: ForkServer, library: Path | None) -> None:
        self.folder, self.server, self.library = folder, server, library
        self.names: dict[str, str] = {}
        self._n = 0

    def plan(
        self, case: Case, place: Path, limit: int | None = None, at: int = 0, how: str = "enospc"
    ) -> ForkedRun:
        """Return a run of a case in a folder, with a limit in bytes or a call that fails."""
        self._n += 1
        words = [self._meant(word, place) for word in case.argv]
        start = ["-c", case.code] if case.code else ["-m", "memcli"]
        return ForkedRun(
            [*start, *words, "--store", str(place / "store")],
            {**os.environ, **home_of(place), **failing(place, at, how)},
            stdout=str(self.folder / f"{self._n}.stdout"),
            stderr=str(self.folder / f"{self._n}.stderr"),
            stdin=self.names.get(case.stdin, case.stdin),
            limit=limit,
            library=str(self.library) if self.library and limit is None else None,
        )

    def _meant(self, word: str, place: Path) -> str:
        return self.names.get(word, word).replace(HERE, str(place))

    def run(self, plans: Sequence[ForkedRun]) -> list[Done]:
        """Do some runs and return how they ended."""
        statuses = self.server.run(plans)
        files = [(Path(plan.stdout), Path(plan.stderr)) for plan in plans]
        texts = [tuple(path.read_text("utf-8", "replace") for path in pair) for pair in files]
        for path in (path for pair in files for path in pair):
            path.unlink()
        return [Done(status, *pair) for status, pair in zip(statuses, texts, strict=True)]

    def memcli(self, place: Path, *argv: str) -> list[dict[str, Any]]:
        """Run memcli to a good end and return its records."""
        (done,) = self.run([self.plan(Case("", argv), place)])
        assert done.status == 0, done.stderr
        return done.records


def failing(place: Path, at: int, how: str) -> dict[str, str]:
    """Return what makes a call in a folder fail, and notes all."""
    log = place.with_name(f"{place.name}.calls")
    return {"FAIL_FOLDER": f"{place}/", "FAIL_AT": str(at), "FAIL_HOW": how, "FAIL_LOG": str(log)}


def home_of(place: Path) -> dict[str, str]:
    """Return the environment of a user whose own folder is in that of a case."""
    home = place / "home"
    own = {"HOME": home, "XDG_CONFIG_HOME": home / "config", "XDG_DATA_HOME": home / "data"}
    return {name: str(path) for name, path in own.items()}


def calls_in(place: Path) -> list[str]:
    """Return the calls that a run in a folder made, each with its path."""
    return place.with_name(f"{place.name}.calls").read_text().splitlines()


@contextmanager
def disk_runner(folder: Path) -> Iterator[DiskRunner]:
    """Yield what runs memcli, so that a call can fail where that can be."""
    library = folder / "fail_call.so" if CAN_FAIL else None
    if library:
        line = [str(COMPILER), "-shared", "-fPIC", "-o", str(library), str(SOURCE)]
        subprocess.run(line, check=True)
    server = ForkServer()
    try:
        yield DiskRunner(folder, server, library)
    finally:
        server.close()


def build_places(runner: DiskRunner, folder: Path) -> Path:
    """Make folders with stores in several states, for commands to be run in copies of them."""
    turns = SAMPLE.read_text().splitlines(keepends=True)
    parts = {"TOLD": turns[:24], "MORE": turns[24:40], "BAD": [*turns[24:30], "{\n"]}
    for name, some in parts.items():
        runner.names[name] = str(folder / f"{name}.jsonl")
        Path(runner.names[name]).write_text("".join(some))
    runner.names["ENCODER"] = str(shutil.copytree(encoder_folder("static-256"), folder / "mine"))
    for name in ("nothing", "told"):
        (folder / name / "home").mkdir(parents=True)
    runner.memcli(folder / "told", "init")
    runner.memcli(folder / "told", "ingest", runner.names["TOLD"])
    _derive(folder, "told", "extracted", lambda place: runner.memcli(place, "extract"))
    _derive(folder, "extracted", "linked", lambda place: runner.memcli(place, "link"))
    _derive(folder, "linked", "rich", lambda place: _enrich(runner, place))
    _derive(folder, "told", "pictured", lambda place: _add_picture(runner, place))
    _derive(folder, "rich", "broken", lambda place: _break(place / "store"))
    _derive(folder, "rich", "spooled", lambda place: _spool(runner, place))
    backed_up = folder / "backed up"
    (backed_up / "home").mkdir(parents=True)
    runner.memcli(folder / "rich", "backup", "--copy", str(backed_up / "backup"))
    return folder


def _derive(folder: Path, before: str, after: str, change: Callable[[Path], object]) -> None:
    change(Path(shutil.copytree(folder / before, folder / after)))


def _enrich(runner: DiskRunner, rich: Path) -> None:
    """Give a store something of everything."""
    hits = runner.memcli(rich, "query", QUESTION)
    turns = runner.memcli(rich, "sql", "SELECT id FROM turns ORDER BY happened_at LIMIT 3")
    for name, row in zip(("FIRST", "PINNED", "HIDDEN"), turns, strict=True):
        runner.names[name] = row["id"]
    runner.names["HIT"] = hits[0]["id"]
    _write(runner, "HITS", rich, "".join(json.dumps(hit) + "\n" for hit in hits))
    transcript = rich / "transcript.jsonl"
    turn = {"type": "user", "sessionId": "s", "uuid": "u1", "timestamp": "2026-01-01T10:00:00Z"}
    said = {**turn, "message": {"role": "user", "content": "The oars are in the shed."}}
    transcript.write_text(json.dumps(said) + "\n")
    report = {"hook_event_name": "Stop", "session_id": "s", "cwd": "/"}
    _write(runner, "REPORT", rich, json.dumps({**report, "transcript_path": str(transcript)}))
    runner.memcli(rich, "pin", runner.names["PINNED"])
    runner.memcli(rich, "hide", runner.names["HIDDEN"])
    runner.memcli(rich, "entities", "merge", "Mara", "Jonas")
    runner.memcli(rich, "config", "set", "ingest.redact", "false")
    (added,) = runner.memcli(rich, "add", "The boat is blue.")
    runner.names["BOAT"] = added["id"]
    (rich / "notes").mkdir()
    (rich / "notes" / "list.md").write_text("- tea at noon\n- the boat is blue\n")


def _write(runner: DiskRunner, name: str, beside: Path, text: str) -> None:
    path = beside.with_name(name)
    path.write_text(text)
    runner.names[name] = str(path)


def _add_picture(runner: DiskRunner, place: Path) -> None:
    (place / "boat.png").write_bytes(b"x")
    (place / "say.sh").write_text("#!/bin/sh\necho A red boat\n")
    (place / "say.sh").chmod(0o755)
    turn = {"content": "Look!", "name": "Ida", "attachments": ["boat.png"]}
    (place / "chat.jsonl").write_text(json.dumps(turn))
    runner.memcli(place, "ingest", str(place / "chat.jsonl"))
    settings = place / "store" / "config.toml"
    command = json.dumps(f"/bin/sh {place / 'say.sh'}")
    settings.write_text(f"{settings.read_text()}\n[caption]\ncommand = {command}\n")


def _break(root: Path) -> None:
    """Lose a file of data and damage the newest commit."""
    store = Store.open(root)
    newest(store, "memories.lance/data/*").unlink()
    (store.layout.commits / f"{store.head().number:08d}.json").write_text("{")


def _spool(runner: DiskRunner, place: Path) -> None:
    (done,) = runner.run([runner.plan(CASES["hook stop"], place)])
    assert done.status == 0, done.stderr


def everything(root: Path) -> dict[str, list[str]]:
    """Return all rows of a store; every table and index can be read."""
    snapshot = Store.open(root).snapshot()
    snapshot.table("accesses").read()
    rows = {}
    for name in filter(snapshot.has, PROTOCOL_TABLES):
        rows[name] = sorted(map(repr, snapshot.table(name).read().to_pylist()))
        assert len(rows[name]) == snapshot.count(name)
    snapshot.match("boat tea row", 10, ["id"])
    memories = snapshot.table("memories")
    for column in ("id", "session_id", "namespace"):
        value = memories.read([column], limit=1)[column][0].as_py() if memories.count() else ""
        assert memories.count(f"{column} = '{value}'") >= bool(value)
    memories.count("happened_at > timestamp '2020-01-01 00:00:00'")
    for name, column in (("archive", "id"), ("links", "source_id"), ("strengths", "id")):
        snapshot.table(name).count(f"{column} = 'none'")
    return rows


def sizes(rows: dict[str, list[str]]) -> dict[str, int]:
    """Return how many rows there are in each table."""
    return {name: len(some) for name, some in rows.items()}


def wrong_in(root: Path) -> list[str]:
    """Return what check finds wrong with a store."""
    problems = check(Store.open(root))
    return [problem.what for problem in problems if problem.severity == "error"]


class Trial:
    """One case, run whole, and then on disks that fail or until it dies."""

    def __init__(self, runner: DiskRunner, places: Path, folder: Path, case: Case) -> None:
        self.runner, self.case, self.folder = runner, case, folder
        self.before = places / case.store
        self.whole = self._copy("whole")
        (done,) = runner.run([runner.plan(case, self.whole)])
        assert done.status == case.own_status, done.stderr
        self.calls = calls_in(self.whole) if runner.library else []
        is_readable = case.store not in ("nothing", "backed up", "broken")
        self.state = everything(self.before / "store") if is_readable else None
        self.sizes = sizes(everything(self.whole / "store"))

    def _copy(self, name: str) -> Path:
        place = Path(shutil.copytree(self.before, self.folder / name, symlinks=True))
        if self.case.first:
            self.runner.memcli(place, *self.case.first)
            place.with_name(f"{name}.calls").unlink(missing_ok=True)
        return place

    def run(self, name: str, variants: Sequence[dict[str, Any]]) -> list[tuple[Done, list[str]]]:
        """Run it with each limit or failing call; return how it ended and what was wrong then."""
        places = [self._copy(f"{name}-{i}") for i in range(len(variants))]
        plans = [
            self.runner.plan(self.case, place, **variant)
            for place, variant in zip(places, variants, strict=True)
        ]
        found = []
        for done, place in zip(self.runner.run(plans), places, strict=True):
            found.append((done, list(self._faults(done, place))))
            shutil.rmtree(place)
        return found

    def _faults(self, done: Done, place: Path) -> Iterator[str]:
        """Yield what is wrong after a run, and after another where nothing fails."""
        try:
            yield from _badly_told(done, self.case)
            is_done = yield from self._faults_of_store(done, place / "store")
            yield from self._faults_of_product(place)
            if not is_done or self.case.again is not None:
                yield from self._faults_of_next(place, is_done)
        except Exception as error:
            yield f"DAMAGED: {type(error).__name__}: {error}"

    def _faults_of_store(self, done: Done, root: Path) -> Generator[str, None, bool]:
        """Yield what is wrong with the store; return whether all was done."""
        is_success = done.status == self.case.own_status
        if not (root / "store.json").exists():
            if is_success or self.case.store not in ("nothing", "backed up"):
                yield "DAMAGED: there is no store"
            return False
        if self.case.store == "broken" and not is_success:
            return False  # what was not repaired is broken as before
        rows = everything(root)
        wrong = [what for what in wrong_in(root) if is_success or CUT_SHORT not in what]
        yield from (f"DAMAGED: check: {what}" for what in wrong)
        yield from (f"LOST: printed, not there: {id_}" for id_ in _missing(done, root))
        is_done = sizes(rows) == self.sizes
        if is_success and not is_done:
            yield f"LOST: done but for {sizes(rows)}, not {self.sizes}"
        if not is_success and not is_done and rows != self.state and not self.case.is_piecemeal:
            yield "HALF: neither done nor undone"
        return is_done and rows != self.state

    def _faults_of_product(self, place: Path) -> Iterator[str]:
        """Yield what is wrong with what was made outside of the store."""
        product = place / self.case.makes
        if self.case.makes and product.exists():
            if (product / "store.json").exists():  # a backup, which is none without it
                yield from (f"DAMAGED: backup: {what}" for what in wrong_in(product))
            elif (
                product.is_file()
                and product.stat().st_size != (self.whole / self.case.makes).stat().st_size
                and not _is_pending(place, product)
            ):
                yield f"HALF: {self.case.makes} is not whole"

    def _faults_of_next(self, place: Path, is_done: bool) -> Iterator[str]:
        """Yield what is wrong once it is run again, and nothing fails."""
        (done,) = self.runner.run([replace(self.runner.plan(self.case, place), library=None)])
        may_end = {self.case.own_status, *(self.case.again or ())}
        if done.status not in may_end:
            yield f"STUCK: run again: {done.status}: {done.stderr[-300:]}"
        elif sizes(everything(place / "store")) != self.sizes:
            yield f"LOST: run again: {sizes(everything(place / 'store'))}, not {self.sizes}"
        if self.case.makes and _is_pending(place, place / self.case.makes):
            yield f"STUCK: run again: {self.case.makes} is not finished"
        yield from (f"DAMAGED: run again: {what}" for what in wrong_in(place / "store"))


def _is_pending(place: Path, product: Path) -> bool:
    """Say whether that is a receipt which was begun, for a run after this one to finish."""
    root = place / "store"
    return (root / "store.json").exists() and read_pending(product, Store.open(root)) is not None


CUT_SHORT: Final = "a purge was cut short"


def _badly_told(done: Done, case: Case) -> Iterator[str]:
    """Yield what is wrong with how a run ended."""
    if "Traceback" in done.stderr or "panicked" in done.stderr:
        yield f"TRACEBACK: {done.stderr[-300:]}"
    elif done.status == StoreIOError.status:
        last = done.stderr.splitlines()[-1]
        if not (last.startswith("memcli: ") and last.endswith(")")):
            yield f"UNCLEAR: {last}"
    elif done.status not in (case.own_status, -signal.SIGKILL):
        yield f"STATUS: {done.status}: {done.stderr[-300:]}"


def _missing(done: Done, root: Path) -> Iterator[str]:
    """Yield the ids of the memories that were printed and are not in the store."""
    lines = done.stdout.splitlines(keepends=True)
    records = [json.loads(line) for line in lines if line.endswith("\n") and line.startswith("{")]
    printed = {record["id"] for record in records if record["kind"] == "memory"}
    snapshot = Store.open(root).snapshot()
    known = {id_ for name in MEMORY_TABLES for id_ in snapshot.read(name, ["id"])["id"].to_pylist()}
    yield from sorted(printed - known)
