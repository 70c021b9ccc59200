"""
What all tests share: a clean environment, a filled store to copy, and the program itself.

The program runs inside the tests' process, by `run`, and for one test of each command as users run
it, by `run_process`. Its status, stdout and stderr are looked at apart.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final, NamedTuple

import hypothesis
import pytest
from filelock import FileLock

from memcli.language.syntax import Parse
from store import Store
from tests.support.bucket import Bucket
from tests.support.paths import ROOT, SAMPLE
from tests.support.program import Result, Run, run_here, run_memcli


class Stage(NamedTuple):
    """A store after a step, and what the step wrote."""

    path: Path
    result: Result


# The same examples in every run, so that a run tells of the change and not of chance; to look for
# others: HYPOTHESIS_PROFILE=explore. No deadlines: the machine is not what is tested.
hypothesis.settings.register_profile("same", deadline=None, derandomize=True, max_examples=50)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=300)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let golden files be written anew, to be looked over as a change of them."""
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")
    parser.addoption("--points", type=int, default=6, help="soak: calls of a command that fail")
    parser.addoption("--minutes", type=float, default=0.2, help="soak: how long a crowd is at work")
    parser.addoption("--writers", type=int, default=4, help="soak: how many write at once")
    parser.addoption("--readers", type=int, default=4, help="soak: how many read at once")
    parser.addoption("--store-on", choices=["disk", "s3"], default="disk", help="where stores are")
    parser.addoption("--table", help="soak: a file that gets a line for each run")


# The files that take longest begin first, or one worker would wait for another at the end.
LONG = (
    "crash", "test_readme", "concurrency", "sync/test_step", "retention/test_decay",
    "test_store_model",
)  # fmt: skip


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the longest files first; leave out what a store in a bucket cannot have."""
    if config.getoption("--store-on") != "disk":
        from tests.support.on_bucket import why_left_out

        for item in items:
            if (why := why_left_out(item.nodeid)) is not None:
                item.add_marker(pytest.mark.skip(reason=why))
    items.sort(key=lambda item: not any(part in item.nodeid.split("::")[0] for part in LONG))


def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    """Move the stores of tests that look at them first to a bucket, where `--store-on` says so."""
    if pyfuncitem.config.getoption("--store-on") != "disk":
        from tests.support import program

        mover = program.before_each.__self__  # type: ignore[attr-defined]
        mover.move_at_once(pyfuncitem.nodeid, pyfuncitem.funcargs.values())


def pytest_collection_finish() -> None:
    """
    Take what is loaded by now out of garbage collection.

    Writing commands collect garbage to give memory back, and would walk a hundred thousand objects
    of the tests each time. What is made later is looked through less often than by default.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="module", autouse=True)
def _freed_from_what_stays() -> None:
    """Take what earlier files loaded out of garbage collection too, but for what is garbage."""
    gc.collect(1)
    gc.freeze()


IN_MEMORY: Final = Path("/dev/shm")
ROOM_BYTES: Final = 4 << 30


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """
    Set what a run depends on: folders in memory, one thread for matrices, compiled modules.

    A third of the time would go into files and syncs of a disk that nobody reads again, so the
    tests' folders lie in memory where there is room, unless --basetemp names a place.

    Matrix products have one thread, here and in each process, set before numpy is imported: their
    last bits depend on it, and a process would spend a seventh of its time on starting threads that
    have nothing to multiply. Processes keep what they compile, or each would compile all of memcli.
    """
    if IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Return what compares a text with a golden file, whole, or writes that anew if so asked."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"there is no {path.name} (pytest --update-golden writes it)"
        assert text == path.read_text(encoding="utf-8"), f"see {path.name}"

    return compare


@pytest.fixture(scope="session", autouse=True)
def _clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Take away the user's settings; nothing reaches their own store."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("MEMCLI_")]:
            patch.delenv(name)
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data-home")))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config-home")))
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("COLUMNS", "100")
        yield


@pytest.fixture(scope="session")
def bucket() -> Iterator[Bucket]:
    """Return a bucket on the loopback; its environment is not set."""
    from tests.support.bucket import serving

    with serving() as served:
        yield served


@pytest.fixture(scope="session", autouse=True)
def _store_on(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Let the runs of this session have their stores where `--store-on` says."""
    if request.config.getoption("--store-on") == "disk":
        yield
        return
    from tests.support import program
    from tests.support.on_bucket import Mover, copytree

    bucket = request.getfixturevalue("bucket")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in bucket.environment.items():
            patch.setenv(name, value)
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache-home")))
        patch.setattr(program, "before_each", Mover(bucket).moved)
        patch.setattr(shutil, "copytree", copytree)
        yield


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """Take back the umask that opening a store by itself sets for what is left of a process."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture(scope="session", autouse=True)
def _tokenizers_loaded_once() -> Iterator[None]:
    """Read the file of a tokenizer once in this process, where a run of the program would anew."""
    from memcli.models import encoder, token_table

    load, read = encoder.load_tokenizer, encoder.read_plain_tokenizer

    @cache
    def loaded(folder: Path, max_tokens: int, changed: int) -> object:
        return load(folder, max_tokens)

    @cache
    def as_read(path: Path, changed: int) -> object:
        return read(path)

    def load_once(folder: Path, max_tokens: int) -> object:
        return loaded(folder, max_tokens, changed_at(folder / "tokenizer.json"))

    def read_once(path: Path) -> object:
        return as_read(path, changed_at(path))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoder, "load_tokenizer", load_once)
        patch.setattr(encoder, "read_plain_tokenizer", read_once)
        patch.setattr(token_table, "read_plain_tokenizer", read_once)
        yield


def changed_at(path: Path) -> int:
    """Return when a file was changed last, in ns; 0 without one."""
    return path.stat().st_mtime_ns if path.exists() else 0


@pytest.fixture(scope="session")
def run() -> Run:
    """
    Return what runs memcli in this process: `run("log", "-k", 1, stdin=..., status=0, env=...)`.

    It goes through the program's own entry and errors; a process would take twenty times as long.
    """
    return run_here


@pytest.fixture(scope="session")
def run_process() -> Run:
    """
    Return what runs memcli as `run` does, in a process of its own.

    Each command has one test with it, the first of its module; and so has all that looks at the
    process: what it imports, its memory, its signals, closed streams.
    """
    return run_memcli


@pytest.fixture(scope="session")
def sample_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with the sample: 290 turns of 17 sessions. No test may change it."""

    def ingest(path: Path) -> Result:
        run_here("init", "--store", path)
        return run_here("ingest", SAMPLE, "--store", path, "--now", "2026-01-01T00:00:00Z")

    return _built_once("sample", ingest, tmp_path_factory).path


@pytest.fixture
def sample(sample_once: Path, tmp_path: Path) -> Path:
    """Return a copy of its own of the store with the sample."""
    return Path(shutil.copytree(sample_once, tmp_path / "store"))


@pytest.fixture(scope="session")
def extracted_once(sample_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Return the sample after an extraction, and what that wrote. No test may change it."""
    return _after(sample_once, "extract", tmp_path_factory)


@pytest.fixture(scope="session")
def linked_once(extracted_once: Stage, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Return the same after linking, and what that wrote. No test may change it."""
    return _after(extracted_once.path, "link", tmp_path_factory)


@pytest.fixture(scope="session")
def consolidated_once(linked_once: Stage, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Return the same after a nightly run, and what that wrote. No test may change it."""
    return _after(linked_once.path, "consolidate", tmp_path_factory)


def _after(before: Path, command: str, folders: pytest.TempPathFactory) -> Stage:
    def run_on_copy(path: Path) -> Result:
        shutil.copytree(before, path)
        return run_here(command, "--store", path, "--now", "2026-01-02T00:00:00Z")

    return _built_once(command, run_on_copy, folders)


def _built_once(
    name: str, build: Callable[[Path], Result], folders: pytest.TempPathFactory
) -> Stage:
    """Return a store that the first worker to need it builds, and the others share."""
    own = folders.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / f"{name}-once"
    folder.mkdir(exist_ok=True)
    told = folder / "result.json"
    with FileLock(folder / "lock"):
        if not told.exists():
            told.write_text(json.dumps(asdict(build(folder / "store"))), encoding="utf-8")
    return Stage(folder / "store", Result(**json.loads(told.read_text(encoding="utf-8"))))


@pytest.fixture
def linked_store(linked_once: Stage, tmp_path: Path) -> Store:
    """Return an opened copy of its own of the linked sample."""
    return Store.open(Path(shutil.copytree(linked_once.path, tmp_path / "linked")))


@pytest.fixture(scope="session")
def empty_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new store. No test may change it."""
    path = tmp_path_factory.mktemp("empty") / "store"
    run_here("init", "--store", path)
    return path


@pytest.fixture
def empty_store(empty_once: Path, tmp_path: Path) -> Path:
    """Return a new store of its own."""
    return Path(shutil.copytree(empty_once, tmp_path / "empty"))


@pytest.fixture(scope="session")
def lancedb() -> ModuleType:
    """Return the library, whose import takes a second that no other test has to wait for."""
    return import_module("lancedb")


@pytest.fixture(scope="session")
def parsed() -> Callable[[str], Parse]:
    """Return the function that parses a sentence, by the bundled parser, each once."""
    from memcli.models.parser import Parser

    parser = Parser.load(threads=1)
    return cache(lambda text: parser([text])[0])
