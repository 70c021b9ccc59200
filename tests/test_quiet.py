"""Nothing leaves the machine, and nothing is written outside the store."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.onnx_graphs import cross_encoder_folder
from tests.support.paths import ROOT, SAMPLE
from tests.support.program import TIMEOUT_S

# onnxruntime calls nobody where one of these is set, nor where it is told so; it must be memcli
# that tells it.
PRIVATE = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "ORT_DISABLE_TELEMETRY": "0"}
TABLE = b"content,name\nThe ferry leaves at nine,Mara\n,Jonas\n"
QUESTION = b"When does the ferry leave?\n"
POLL_S = 0.02
OTHERS = (
    ("extract",),
    ("link",),
    ("consolidate",),
    ("decay",),
    ("context", "the boat"),
    ("sql", "SELECT count(*) FROM memories"),
    ("stats",),
    ("export",),
    ("check",),
    ("compact",),
    ("log",),
    ("reembed", "--encoder", "minilm-l6-v2"),
)
REACHING = "socket connect bind listen accept accept4 sendto sendmsg sendmmsg".split()
MAKING = (
    "open openat openat2 creat mkdir mkdirat mknod mknodat link linkat symlink symlinkat rename "
    "renameat renameat2"
).split()
CALL = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>.*)")
WRITING = re.compile(r"\bO_(?:WRONLY|RDWR|CREAT|TMPFILE)\b")
PATH = re.compile(r'(?:(?:AT_FDCWD|\d+)<(?P<folder>[^>]*)>, )?"(?P<name>[^"]*)"')


# A log for each thread, so that no call is torn apart; without the filter of the kernel, every
# call of every thread would stop, for twice the time.
TRACER = ["strace", "-ffqq", "--seccomp-bpf", "-y", "-s", "0"]
TRACER += ["-e", "trace=" + ",".join(f"?{name}" for name in REACHING + MAKING)]


def why_not_traced(folder: Path) -> str:
    """Return why no program can be traced here, empty where one can."""
    if not shutil.which("strace"):
        return "no strace here"
    command = [*TRACER, "-o", folder / "try", "true"]
    tried = subprocess.run(command, capture_output=True, check=False)
    return "" if tried.returncode == 0 else f"strace cannot trace here: {tried.stderr.decode()}"


class Seen(NamedTuple):
    """What commands did: the files that are left, sockets that were held, calls to the system."""

    store: Path
    left: list[Path]
    sockets: set[str]
    calls: list[str]
    why_not_traced: str

    def traced(self) -> list[str]:
        """Return the calls, or skip the test where they could not be seen."""
        if self.why_not_traced:
            pytest.skip(self.why_not_traced)
        return self.calls


class Place:
    """A home, a folder for temporary files and one to work in, all empty, and no other settings."""

    def __init__(self, root: Path) -> None:
        self.store, self.traces = root / "store", root / "traces"
        self.private = [root / name for name in ("home", "tmp", "work")]
        for folder in (self.traces, *self.private):
            folder.mkdir()
        self.why_not_traced = why_not_traced(root)
        self._n_started = 0

    def start(self, *arguments: object) -> subprocess.Popen[bytes]:
        """Start memcli, under strace where that is possible."""
        home, temporary, work = map(str, self.private)
        self._n_started += 1
        log = self.traces / f"run{self._n_started}"
        tracer = [] if self.why_not_traced else [*TRACER, "-o", str(log)]
        return subprocess.Popen(
            [*tracer, sys.executable, "-B", "-m", "memcli", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=work,
            env=PRIVATE | {"HOME": home, "TMPDIR": temporary},
        )

    def run(self, *arguments: object, stdin: bytes = b"", status: int = 0) -> None:
        """Run memcli to its end."""
        with self.start(*arguments, "--store", self.store) as running:
            said = b"".join(running.communicate(stdin, TIMEOUT_S))
        assert running.returncode == status, said

    def ask_and_wait(self, kept_s: float) -> set[str]:
        """Ask one of many questions, keep memcli waiting, and return the sockets it had open."""
        with self.start("query", "--batch", "--store", self.store) as running:
            assert running.stdin
            assert running.stdout
            running.stdin.write(QUESTION)
            running.stdin.flush()
            assert running.stdout.readline()
            pid = running.pid if self.why_not_traced else child_of(running.pid)
            sockets = set()
            until = time.monotonic() + kept_s
            while time.monotonic() < until:
                sockets |= open_sockets(Path("/proc", str(pid)))
                time.sleep(POLL_S)
            running.communicate(timeout=TIMEOUT_S)
        assert running.returncode == 0
        return sockets


def child_of(pid: int) -> int:
    """Return the one child of a process."""
    [child] = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


def open_sockets(process: Path) -> set[str]:
    """Return the sockets that a process has to something else, none where there is no /proc."""
    if not process.exists():
        return set()
    targets = [target_of(link) for link in (process / "fd").iterdir()]
    found = {target[8:-1] for target in targets if target.startswith("socket:[")}
    lines = (process / "net/unix").read_text().splitlines()[1:]
    # Lance's runtime wakes itself by a pair of sockets that have no name and no other end outside.
    return found - {line.split()[6] for line in lines if len(line.split()) == 7}


def target_of(link: Path) -> str:
    """Return what a descriptor is, or nothing when it is closed by now."""
    try:
        return os.readlink(link)
    except FileNotFoundError:
        return ""


@pytest.fixture(scope="module", params=[3, pytest.param(60, marks=pytest.mark.bench)])
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Keep conversations, ask, and wait for so many seconds; in the long run, do all else too."""
    place = Place(tmp_path_factory.mktemp("quiet"))
    place.run("ingest", SAMPLE, "--create")
    place.run("ingest", "-", stdin=TABLE, status=65)
    place.run("query", "Who is afraid of the crust?")
    sockets = place.ask_and_wait(request.param)
    if request.param == 60:
        cross_encoder = cross_encoder_folder(place.store / "cross")
        place.run("query", "Who sleeps on the boat?", "--rerank", cross_encoder)
        for arguments in OTHERS:
            place.run(*arguments)
    left = [path for folder in place.private for path in folder.rglob("*")]
    calls = [line for log in place.traces.iterdir() for line in log.read_text().splitlines()]
    return Seen(place.store, left, sockets, calls, place.why_not_traced)


# That this user made a store here is written down where a store that somebody else made, and that
# is only found here, cannot write it.
MARKS = Path(".config", "memcli", "trusted")


def is_mark(path: Path) -> bool:
    """Say whether a path is that of a mark of trust, or of a folder above it."""
    parts = path.parts
    start = parts.index(".config") if ".config" in parts else len(parts)
    inside = parts[start : start + len(MARKS.parts)]
    return bool(inside) and inside == MARKS.parts[: len(inside)]


def test_no_file_is_left_outside_the_store(seen):
    assert [path for path in seen.left if not is_mark(path)] == []
    assert (seen.store / "store.json").exists()


@pytest.mark.skipif(not Path("/proc/self/net/unix").exists(), reason="no /proc here")
def test_no_socket_is_held_while_a_question_is_waited_for(seen):
    assert seen.sockets == set()


def test_no_socket_is_made_and_no_name_is_looked_up(seen):
    assert [line for line in seen.traced() if line.split("(")[0] in REACHING] == []


def test_no_file_is_made_outside_the_store_even_for_a_moment(seen):
    inside = f"{seen.store}/"
    made = set(made_paths(seen.traced()))
    assert any(path.startswith(inside) for path in made)
    outside = {path for path in made if not f"{path}/".startswith(inside)}
    assert {path for path in outside if not is_mark(Path(path))} <= {os.devnull}


def made_paths(calls: list[str]) -> Iterator[str]:
    """Yield the path of each file and folder that was made, renamed to or opened for writing."""
    for line in calls:
        call = CALL.match(line)
        if call is None or call["name"] not in MAKING or call["result"].startswith("-1"):
            continue
        if "open" in call["name"] and not WRITING.search(call["arguments"]):
            continue
        *_, path = PATH.finditer(call["arguments"])
        yield os.path.join(path["folder"] or "/", path["name"])
