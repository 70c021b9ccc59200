"""
A disk that is full while a command writes costs that command, and nothing that was there.

Lance does not tell of the last write to a file that failed, so each command that writes is run with
a limit on the size of files, and with one write that fails: it ends with status 0 and did all that
it says, or with status 74 and did nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any, Final

import pytest

from memcli.cli.app import app
from memcli.models.encoder import encoder_folder
from store.check import check
from store.layout import PROTOCOL_TABLES
from store.purge import unfinished_purge
from store.store import Store
from store.transaction import list_files
from tests.support.forked import ForkedRun, ForkServer

HERE = Path(__file__).with_name("full_disk")
SAMPLE = Path(__file__).parents[2] / "memcli" / "samples" / "mara-and-jonas.jsonl"
LATER = ("--now", "2031-01-01T00:00:00Z")
QUESTION = "When do we row?"
# Nothing that is indexed in a large store fits into that.
LOW_LIMIT: Final = 2_048
LOADED = Path("/proc/self/fd").is_dir() and (shutil.which("gcc") or shutil.which("cc"))
needs_compiler = pytest.mark.skipif(not LOADED, reason="needs Linux and a C compiler")


@dataclass(frozen=True)
class Case:
    """A command that writes: which store it is run on, and what it is told."""

    store: str
    argv: tuple[str, ...]
    stdin: str = os.devnull
    # Of several transactions, or of one and of work that may be done again: some of it may be done.
    is_piecemeal: bool = False


CASES: Final = {
    "init": Case("nothing", ("init",)),
    "ingest": Case("rich", ("ingest", "MORE")),
    "add": Case("rich", ("add", "The ferry leaves at nine.")),
    "extract": Case("told", ("extract",)),
    "link": Case("extracted", ("link",)),
    "consolidate": Case(
        "told", ("consolidate", "--steps", "extract,link,decay", *LATER), is_piecemeal=True
    ),
    "decay": Case("rich", ("decay", *LATER)),
    "task": Case("rich", ("task", "add", "Paint the boat")),
    "pin": Case("rich", ("pin", "FIRST")),
    "unpin": Case("rich", ("unpin", "PINNED")),
    "hide": Case("rich", ("hide", "FIRST")),
    "restore": Case("rich", ("restore", "HIDDEN")),
    "feedback": Case("rich", ("feedback", "--used", "HIT", "--rest"), "HITS"),
    "forget": Case("rich", ("forget", "FIRST")),
    "purge": Case("rich", ("forget", "--purge", "FIRST"), is_piecemeal=True),
    "merge": Case("linked", ("entities", "merge", "Mara", "Jonas")),
    "split": Case("rich", ("entities", "split", "Mara", "Jonas")),
    "undo": Case("rich", ("undo",)),
    "compact": Case("rich", ("compact",)),
    "reembed": Case("rich", ("reembed", "--encoder", "ENCODER")),
}


@dataclass(frozen=True)
class Done:
    """How a run ended."""

    status: int
    stderr: str


class Runner:
    """Runs memcli, with disks that fill up."""

    def __init__(self, folder: Path, server: ForkServer) -> None:
        self.folder, self.server = folder, server
        self.names: dict[str, str] = {}
        self._n = 0

    def plan(self, case: Case, path: Path, limit: int | None = None, at: int = 0) -> ForkedRun:
        """Return a run of a command on a store, with a limit in bytes or a write that fails."""
        self._n += 1
        failing = {"FAIL_FOLDER": str(path), "FAIL_AT": str(at), "FAIL_LOG": f"{path}.writes"}
        words = [*(self.names.get(word, word) for word in case.argv), "--store", str(path)]
        return ForkedRun(
            ["-m", "memcli", *words],
            {**os.environ, **failing},
            stdout=str(self.folder / f"{self._n}.stdout"),
            stderr=str(self.folder / f"{self._n}.stderr"),
            stdin=self.names.get(case.stdin, case.stdin),
            limit=limit,
        )

    def run(self, plans: Sequence[ForkedRun]) -> list[Done]:
        """Do some runs and return how they ended."""
        statuses = self.server.run(plans)
        texts = [Path(plan.stderr).read_text() for plan in plans]
        return [Done(*pair) for pair in zip(statuses, texts, strict=True)]

    def memcli(self, path: Path, *argv: str) -> list[dict[str, Any]]:
        """Run memcli to a good end and return its records."""
        plan = self.plan(Case("", argv), path)
        (done,) = self.run([plan])
        assert done.status == 0, done.stderr
        return [json.loads(line) for line in Path(plan.stdout).read_text().splitlines()]


@pytest.fixture(scope="module")
def runner(tmp_path_factory) -> Iterator[Runner]:
    """What runs memcli, so that a write can fail where there is a C compiler."""
    folder = tmp_path_factory.mktemp("runs")
    library = folder / "fail_write.so" if LOADED else None
    if library:
        source = str(HERE / "fail_write.c")
        line = [str(LOADED), "-shared", "-fPIC", "-o", str(library), source, "-ldl"]
        subprocess.run(line, check=True)
    server = ForkServer(library)
    yield Runner(folder, server)
    server.close()


@pytest.fixture(scope="module")
def stores(runner: Runner, tmp_path_factory) -> Path:
    """Stores in several states, by name in one folder, for commands to be run on copies of them."""
    folder = tmp_path_factory.mktemp("stores")
    turns = SAMPLE.read_text().splitlines(keepends=True)
    for name, some in (("TOLD", turns[:24]), ("MORE", turns[24:40])):
        runner.names[name] = str(folder / f"{name}.jsonl")
        Path(runner.names[name]).write_text("".join(some))
    runner.names["ENCODER"] = str(shutil.copytree(encoder_folder("static-256"), folder / "mine"))

    told = folder / "told"
    runner.memcli(told, "init")
    runner.memcli(told, "ingest", runner.names["TOLD"])
    for before, after, command in (
        ("told", "extracted", "extract"),
        ("extracted", "linked", "link"),
    ):
        shutil.copytree(folder / before, folder / after)
        runner.memcli(folder / after, command)
    _enrich(runner, Path(shutil.copytree(folder / "linked", folder / "rich")))
    return folder


def _enrich(runner: Runner, rich: Path) -> None:
    """Give a store something of everything."""
    hits = runner.memcli(rich, "query", QUESTION)
    turns = runner.memcli(rich, "sql", "SELECT id FROM turns ORDER BY happened_at LIMIT 3")
    for name, row in zip(("FIRST", "PINNED", "HIDDEN"), turns, strict=True):
        runner.names[name] = row["id"]
    runner.names["HIT"] = hits[0]["id"]
    runner.names["HITS"] = str(rich.with_name("hits.jsonl"))
    Path(runner.names["HITS"]).write_text("".join(json.dumps(hit) + "\n" for hit in hits))
    runner.memcli(rich, "pin", runner.names["PINNED"])
    runner.memcli(rich, "hide", runner.names["HIDDEN"])
    runner.memcli(rich, "entities", "merge", "Mara", "Jonas")
    runner.memcli(rich, "add", "The boat is blue.")


def everything(path: Path) -> dict[str, list[str]]:
    """Return all rows of a store; every table and index can be read."""
    snapshot = Store.open(path).snapshot()
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


def wrong_in(path: Path) -> list[str]:
    """Return what check finds wrong with a store."""
    problems = check(Store.open(path))
    return [problem.what for problem in problems if problem.severity == "error"]


def last_writes(log: Path) -> list[int]:
    """Return which writes were the last ones to the files of tables that Lance does not look at."""
    paths = log.read_text().splitlines()
    last = {path: n for n, path in enumerate(paths, 1) if "/tables/" in path and "/.tmp" in path}
    return sorted(n for path, n in last.items() if "/_versions/" not in path)


class Trial:
    """One command, run whole and on disks that fill up."""

    def __init__(self, runner: Runner, stores: Path, folder: Path, case: Case) -> None:
        self.runner, self.case, self.folder = runner, case, folder
        self.before = stores / case.store
        self.is_new = case.store == "nothing"
        self.whole = self._copy("whole")
        (done,) = runner.run([runner.plan(case, self.whole)])
        assert done.status == 0, done.stderr
        self.state = None if self.is_new else everything(self.before)
        self.sizes = sizes(everything(self.whole))

    def _copy(self, name: str) -> Path:
        path = self.folder / name
        return path if self.is_new else Path(shutil.copytree(self.before, path))

    def largest(self) -> int:
        """Return the bytes of the largest file that the command made in a table."""
        known = set() if self.is_new else list_files(self.before)
        names = {path.removeprefix(str(self.before)) for path in known}
        paths = list_files(self.whole / "tables")
        new = [path for path in paths if path.removeprefix(str(self.whole)) not in names]
        return max(os.stat(path).st_size for path in new)

    def run(self, name: str, variants: Sequence[dict[str, int]]) -> list[int]:
        """Run it with each limit or failing write, look at what that left; return the statuses."""
        paths = [self._copy(f"{name}-{i}") for i in range(len(variants))]
        plans = [
            self.runner.plan(self.case, path, **variant)
            for path, variant in zip(paths, variants, strict=True)
        ]
        ends = self.runner.run(plans)
        for done, path in zip(ends, paths, strict=True):
            self._look_at(done, path)
            if done.status:
                self._go_on(path)
        return [done.status for done in ends]

    def _look_at(self, done: Done, path: Path) -> None:
        """It did all or nothing, said so, and everything can be read."""
        assert done.status in (0, 74), done.stderr
        if done.status == 74:
            last = done.stderr.splitlines()[-1]
            assert last.startswith("memcli: ")
            assert last.endswith(")")
            assert "Traceback" not in done.stderr
        if self.is_new and done.status == 74:
            assert not (path / "store.json").exists()
            return
        rows = everything(path)
        if done.status == 0:
            assert sizes(rows) == self.sizes
        elif not self.case.is_piecemeal:
            assert rows == self.state
            assert len(done.stderr.splitlines()) == 1
        wrong = wrong_in(path)
        if "--purge" in self.case.argv and unfinished_purge(Store.open(path)):
            wrong = [what for what in wrong if "a purge was cut short" not in what]
        assert wrong == []

    def _go_on(self, path: Path) -> None:
        """There is space again: the command can be run again, or another one where it is done."""
        is_born = (path / "store.json").exists()
        is_same = self.case.is_piecemeal or not is_born
        memcli(self.runner.plan(self.case if is_same else CASES["add"], path).arguments[2:])
        everything(path)


def memcli(argv: Sequence[str]) -> None:
    """Run memcli in this process, which is faster, to a good end, and drop what it prints."""
    with redirect_stdout(TextIOWrapper(BytesIO())):
        assert not app(list(argv), standalone_mode=False)


@pytest.fixture(scope="module")
def trials(runner: Runner, stores: Path, tmp_path_factory) -> Callable[[str], Trial]:
    """Return the trial of a command by its name; it is run whole once."""

    @cache
    def trial(name: str) -> Trial:
        return Trial(runner, stores, tmp_path_factory.mktemp(name), CASES[name])

    return trial


@pytest.mark.parametrize("name", CASES)
def test_no_command_leaves_half_a_file_where_files_cannot_grow(trials, name: str) -> None:
    trial = trials(name)
    limits = [LOW_LIMIT, trial.largest() - 64]
    statuses = trial.run("limited", [{"limit": limit} for limit in limits])
    assert 74 in statuses
    for argv in (["query", QUESTION, "--no-touch"], ["export"], ["check"]):
        memcli([*argv, "--store", str(trial.folder / "limited-0")])


# Those that are left out here write as others do.
@needs_compiler
@pytest.mark.parametrize("name", [n for n in CASES if n not in {"add", "unpin", "hide", "split"}])
def test_no_command_leaves_half_a_file_when_a_last_write_fails(trials, name: str) -> None:
    trial = trials(name)
    writes = last_writes(Path(f"{trial.whole}.writes"))
    # Of a command with many files more than one.
    some = writes[len(writes) // 2 :: 20]
    assert set(trial.run("failing", [{"at": at} for at in some])) == {74}


@needs_compiler
def test_whichever_write_of_an_add_fails_it_is_kept_or_was_not(trials) -> None:
    trial = trials("add")
    n_writes = len(Path(f"{trial.whole}.writes").read_text().splitlines())
    assert n_writes > 10
    statuses = trial.run("failing", [{"at": at} for at in range(1, n_writes + 1)])
    # What fails without harm is how Lance notes the newest version for those in a hurry.
    assert statuses.count(0) == 2
    assert statuses[-1] == 74
