"""
A crowd on one store: many writers and readers at once, some of which are killed or starved.

It is run as a program, with a plan as JSON on stdin, and loads memcli once, so that a run costs
little more than its work. Each member of the crowd is a process that runs memcli again and again,
each time in a process of its own, until the time is over; a line of JSON tells of each run: who,
what, the status (below 0 that of a signal), what was done to it, and the end of what it said.
"""

from __future__ import annotations

import gc
import json
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SIGNALS: Final = ("SIGKILL", "SIGTERM", "SIGHUP", "SIGINT")
QUESTIONS: Final = ("Who rows the boat?", "tea at noon", "Which key opens the shed?")
FEW_FILES: Final = 64
SMALL_FILE_BYTES: Final = 3_000
BACK_S: Final = 86_400
LONGEST_S: Final = 300


@dataclass(frozen=True)
class Plan:
    """What the crowd does: for how long, where, how many of them, how often they are hurt."""

    store: str
    folder: str
    seconds: float
    writers: int
    readers: int
    hurt: float
    seed: int
    fills: str = ""  # a folder on the store's disk that is filled up and emptied


class Member:
    """One of the crowd, known by a name."""

    def __init__(self, plan: Plan, name: str) -> None:
        self.plan, self.name = plan, name
        self.chance = random.Random(f"{plan.seed} {name}")
        self.folder = Path(plan.folder, name)
        self.folder.mkdir()

    def run(self, *argv: str, hurt: bool = True) -> tuple[int, list[dict[str, Any]]]:
        """Run memcli, and do something to it now and then; return its status and records."""
        how = self.hurt() if hurt else ""
        out, err = self.folder / "out", self.folder / "err"
        begun = time.time()
        child = os.fork()
        if not child:
            self._become(argv, out, err, how)
        if how in SIGNALS:
            time.sleep(self.chance.uniform(0.05, 1.5))
            os.kill(child, getattr(signal, how))
        _, state = os.waitpid(child, 0)
        status = os.waitstatus_to_exitcode(state)
        said = err.read_text("utf-8", "replace")
        told = {
            "who": self.name,
            "what": argv[0],
            "status": status,
            "how": how,
            "said": said[-400:],
        }
        self.tell({**told, "seconds": round(time.time() - begun, 3)})
        lines = out.read_text("utf-8", "replace").splitlines(keepends=True)
        whole = [line for line in lines if line.startswith("{") and line.endswith("\n")]
        return status, [json.loads(line) for line in whole]

    def hurt(self) -> str:
        """Return what is done to the next run: a signal, too few of something, a wrong clock."""
        if self.chance.random() > self.plan.hurt:
            return ""
        return self.chance.choice((*SIGNALS, "SIGKILL", "files", "size", "clock"))

    def _become(self, argv: tuple[str, ...], out: Path, err: Path, how: str) -> None:
        """Be memcli."""
        try:
            signal.alarm(LONGEST_S)
            for number, path in ((1, out), (2, err)):
                with path.open("wb") as file:
                    os.dup2(file.fileno(), number)
            if how == "files":
                resource.setrlimit(resource.RLIMIT_NOFILE, (FEW_FILES, FEW_FILES))
            if how == "size":
                resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL_FILE_BYTES, SMALL_FILE_BYTES))
            if how == "clock":
                os.environ["CLOCK_BACK_S"] = str(BACK_S)
            sys.argv = ["memcli", *argv, "--store", self.plan.store]
            sys.modules["memcli.__main__"].main()
        except KeyboardInterrupt:
            os._exit(130)  # it was not memcli yet
        except BaseException:
            sys.excepthook(*sys.exc_info())
            sys.stderr.flush()
        os._exit(70)

    def tell(self, record: dict[str, Any]) -> None:
        """Add a line to the log of the member."""
        with self.folder.joinpath("log").open("a") as file:
            file.write(json.dumps(record) + "\n")


def write(member: Member) -> Iterator[None]:
    """Keep notes and whole files of turns, each of its own words; note what was acknowledged."""
    count = 0
    while True:
        count += 1
        word = f"{member.name}n{count}"
        texts = [f"Turn {i} of {word}: the boat is blue." for i in range(3)]
        if count % 2:
            texts = texts[:1]
            argv = [
                "add",
                texts[0],
                "--session",
                member.name,
                "--timestamp",
                "2026-01-01T10:00:00Z",
            ]
        else:
            path = member.folder / f"{word}.jsonl"
            turns = ({"content": text, "name": "Mara", "session_id": word} for text in texts)
            path.write_text("".join(json.dumps(turn) + "\n" for turn in turns))
            argv = ["ingest", str(path)]
        status, _ = member.run(*argv)
        member.tell({"wrote": texts, "argv": argv, "kept": status == 0})
        yield


def read(member: Member) -> Iterator[None]:
    """Ask, list and export."""
    while True:
        question = member.chance.choice(QUESTIONS)
        ways = (["query", question], ["context", question], ["export"], ["stats"], ["log"])
        member.run(*member.chance.choice(ways))
        yield


def maintain(member: Member) -> Iterator[None]:
    """Consolidate and compact in turn."""
    while True:
        member.run("consolidate", "--quiet")
        yield
        member.run("compact", "--keep", str(member.chance.randint(1, 5)))
        yield


def purge(member: Member) -> Iterator[None]:
    """Keep something and purge it; note what has to be gone."""
    count = 0
    while True:
        count += 1
        text = f"Victim{count} has a quarxilon."
        stamp = ("--session", "victims", "--timestamp", "2026-01-01T10:00:00Z")
        status, records = member.run("add", text, *stamp, hurt=False)
        yield
        if status == 0 and records:
            status, _ = member.run("forget", "--purge", records[0]["id"])
            member.tell({"purged": text, "id": records[0]["id"], "gone": status == 0})
        yield


def fill(member: Member) -> Iterator[None]:
    """Fill the disk up to its last byte, and empty it again."""
    path = Path(member.plan.fills, "filling")
    while True:
        try:
            with path.open("wb", buffering=0) as file:
                while file.write(bytes(1 << 16)):
                    pass
        except OSError:
            time.sleep(member.chance.uniform(0.2, 2))
        path.unlink(missing_ok=True)
        time.sleep(member.chance.uniform(2, 6))
        yield


def members(plan: Plan) -> Iterator[tuple[str, Any]]:
    """Yield the name and the work of each member."""
    yield from ((f"writer{n}", write) for n in range(plan.writers))
    yield from ((f"reader{n}", read) for n in range(plan.readers))
    yield from (("keeper", maintain), ("purger", purge))
    if plan.fills:
        yield "filler", fill


def crowd(plan: Plan) -> int:
    """Let all members work at once until the time is over; return 1 if one could not, else 0."""
    end = time.monotonic() + plan.seconds
    workers = []
    for name, work in members(plan):
        worker = os.fork()
        if not worker:
            for _ in work(Member(plan, name)):
                if time.monotonic() > end:
                    os._exit(0)
        workers.append(worker)
    return max(bool(os.waitpid(worker, 0)[1]) for worker in workers)


if __name__ == "__main__":
    from tests.support.fork_server import load_all

    load_all()
    gc.collect()
    gc.freeze()
    sys.exit(crowd(Plan(**json.loads(sys.stdin.read()))))
