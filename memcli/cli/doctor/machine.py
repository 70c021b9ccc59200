"""Machine around memcli: the program and its libraries, disk, cron, terminal."""

from __future__ import annotations

import locale
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Final

from memcli import __version__
from memcli.jsonl import Json
from memcli.memory.findings import finding
from store.layout import is_store
from store.location import store_place

# As in pyproject.toml; by the names under which they are installed.
LIBRARIES: Final = (
    *("typer", "rich", "numpy", "pyarrow", "pylance", "lancedb", "duckdb", "onnxruntime"),
    *("tokenizers", "msgspec", "filelock", "platformdirs", "python-dateutil", "PyStemmer"),
    *("rjieba", "mail-parser-reply", "tomli", "tomlkit", "cryptography", "pyrage", "textual"),
)
MIB: Final = 1 << 20
# What a writer needs at the least; and less than the store itself has is too little to compact it.
LEAST_FREE: Final = 100 * MIB
NIGHTLY: Final = re.compile(r"memcli\b.*\b(?:consolidate|sync)\b")
TIMEOUT_S: Final = 5.0


def examine_machine(given: Path | None) -> Iterator[Json]:
    """Yield what there is to say of what is around the store."""
    root = store_place(given)[0]
    yield disk(root)
    yield nightly(root)
    yield terminal()


def program() -> Json:
    """Say which memcli runs, on which Python, with which libraries."""
    versions = {name: version_of(name) for name in LIBRARIES}
    missing = [name for name, version in versions.items() if version is None]
    what = f"memcli {__version__}, Python {platform.python_version()}, at {sys.executable}"
    if missing:
        remedy = shlex.join([sys.executable, "-m", "pip", "install", *missing])
        what += f", without {', '.join(missing)}"
        return finding("program", "error", what, remedy, libraries=versions)
    return finding("program", "ok", what, libraries=versions)


def version_of(name: str) -> str | None:
    """Return the version of a library, None where it is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def disk(root: Path) -> Json:
    """Say how much room there is where the store is, and how much it takes."""
    place = next(path for path in (root, *root.absolute().parents) if path.exists())
    free, size = shutil.disk_usage(place).free, size_below(root)
    what = f"{in_words(free)} free at {place}"
    what += f", the store takes {in_words(size)}" if is_store(root) else ""
    if free < LEAST_FREE:
        return finding("disk", "error", what, "free some space", free=free, size=size)
    if free < size:
        remedy = f"memcli compact --store {shlex.quote(str(root))}"
        return finding("disk", "warning", what, remedy, free=free, size=size)
    return finding("disk", "ok", what, free=free, size=size)


def size_below(root: Path) -> int:
    """Return the size of all files below a folder; what goes meanwhile counts nothing."""
    total = 0
    for folder, _, names in os.walk(root):
        for name in names:
            try:
                total += os.stat(os.path.join(folder, name), follow_symlinks=False).st_size
            except OSError:
                continue
    return total


def in_words(n_bytes: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{n_bytes / 1e9:,.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:,.1f} MB"


# ---------------------------------------------------------------- every night


def nightly(root: Path) -> Json:
    """Say whether cron or systemd runs memcli."""
    lines, units = crontab(), timers()
    found = [line for line in (lines or ()) if NIGHTLY.search(line)]
    if found or units:
        gone = [path for line in found for path in absent_programs(line)]
        if gone:
            what = f"a line of the crontab runs {gone[0]}, which is not there"
            return finding("cron", "error", what, "crontab -e", lines=found)
        what = "; ".join([*(line.strip() for line in found), *map(str, units)])
        return finding("cron", "ok", what, lines=found or None)
    if lines is None:
        what = "nothing runs memcli at night, and there is no crontab here"
        return finding("cron", "warning", what, "memcli help nightly")
    what = "nothing runs memcli at night: what is new is searched, but not summed up"
    return finding("cron", "warning", what, cron_command(root))


def crontab() -> list[str] | None:
    """Return the lines of the user's crontab that are no comments; None without that program."""
    command = shutil.which("crontab")
    if command is None:
        return None
    try:
        done = subprocess.run(
            [command, "-l"], capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    lines = done.stdout.splitlines() if done.returncode == 0 else []
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


def timers() -> list[Path]:
    """Return the user's units of systemd that run memcli."""
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd/user"
    return [path for path in sorted(folder.glob("*.service")) if NIGHTLY.search(text_of(path))]


def text_of(path: Path) -> str:
    """Return the text of a file, nothing where it cannot be read."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def absent_programs(line: str) -> list[str]:
    """Return the paths of memcli that a line of a crontab names and that are not there."""
    named = re.findall(r"(?:^|\s)(/\S*/memcli)(?=\s|$)", line)
    return [path for path in named if not os.access(path, os.X_OK)]


def cron_command(root: Path) -> str:
    """Return the command that adds a nightly run to the crontab."""
    words = [*running(), "consolidate", "--store", str(root.absolute()), "--quiet"]
    # Cron takes a bare "%" for the end of a line.
    line = f"0 3 * * * {shlex.join(words)}".replace("%", "\\%")
    return f"(crontab -l 2>/dev/null; echo {shlex.quote(line)}) | crontab -"


def running() -> Sequence[str]:
    """Return the words that run this memcli from anywhere."""
    beside = Path(sys.executable).with_name("memcli")
    return [str(beside)] if beside.is_file() else [sys.executable, "-m", "memcli"]


# ---------------------------------------------------------------- terminal


def terminal() -> Json:
    """Say whether what is written can be read: memcli writes UTF-8."""
    name = locale.getencoding()
    kind = os.environ.get("TERM") or "none"
    width = shutil.get_terminal_size().columns
    what = f"{name}, TERM is {kind}, {width} columns"
    if name.lower().replace("-", "") != "utf8":
        return finding(
            "terminal", "warning", f"{what}: memcli writes UTF-8", "export LC_ALL=C.UTF-8"
        )
    return finding("terminal", "ok", what)
