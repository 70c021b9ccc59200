"""Processes on machines of their own that write to one store in a bucket, and are killed at it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.bucket import Asked, Bucket, machine
from tests.support.program import MEMCLI

WRITERS = 3
AGENT = "victim"


@pytest.fixture
def surroundings(bucket: Bucket, tmp_path: Path) -> Callable[[str], dict[str, str]]:
    """Return what makes the environment of a machine, by its name, in which that writer is told."""

    def of(name: str) -> dict[str, str]:
        settings = tmp_path / name / "config" / "memcli" / "object-storage.toml"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(f'[storage_options]\nuser_agent = "{name}"\n')
        settings.chmod(0o600)
        own = {"XDG_CONFIG_HOME": str(settings.parent.parent)}
        return {**bucket.environment, **machine(tmp_path / name / "cache"), **own}

    return of


def texts(run, url: str, env: dict[str, str]) -> list[str]:
    """Return the texts that a machine reads."""
    found = run("export", "--store", url, env=env).records
    return sorted(record["text"] for record in found if record["kind"] == "memory")


def test_three_writers_at_once_all_write(run, run_process, bucket, surroundings) -> None:
    url = bucket.new_url()
    run("init", "--store", url, env=surroundings("maker"))

    def write(n: int) -> None:
        env = surroundings(str(n))
        run_process("add", f"note {n}", "--store", url, "--wait", 60, env=env)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    assert texts(run, url, surroundings("reader")) == [f"note {n}" for n in range(WRITERS)]
    run("check", "--store", url, env=surroundings("maker"))


@pytest.fixture
def killing(bucket: Bucket) -> Callable[[int, list[str], dict[str, str]], int]:
    """Return what runs memcli and kills it at the n-th request by which it writes."""

    def run_killed(at: int, words: list[str], env: dict[str, str]) -> int:
        left = iter(range(at, 0, -1))
        process = subprocess.Popen(
            [*MEMCLI, *words], env={**os.environ, **env}, stdout=subprocess.PIPE, text=True
        )

        def kill(asked: Asked) -> int | None:
            is_step = asked.agent == AGENT and asked.method in ("PUT", "POST", "DELETE")
            if not is_step or next(left, 0) != 1:
                return None
            process.send_signal(signal.SIGKILL)
            return 503

        with bucket.failing(kill, late=at % 2 == 0):
            process.communicate(timeout=120)
        return process.returncode

    return run_killed


def steps() -> Iterator[int]:
    """Yield the numbers of the requests at which a writer is killed."""
    yield from range(1, 40)


@pytest.mark.soak
def test_a_process_killed_at_any_request_harms_nobody(
    run, run_process, bucket, surroundings, killing
) -> None:
    url, env = bucket.new_url(), surroundings(AGENT)
    run("init", "--store", url, env=surroundings("maker"))
    for step in steps():
        words = ["add", f"killed {step}", "--store", url, "--wait", "60"]
        status = killing(step, words, env)
        with ThreadPoolExecutor(WRITERS - 1) as pool:
            list(
                pool.map(
                    lambda n, step=step: run_process(
                        "add", f"{step} of {n}", "--store", url, "--wait", 60,
                        env=surroundings(str(n)),
                    ),
                    range(WRITERS - 1),
                )
            )  # fmt: skip
        found = texts(run, url, surroundings("reader"))
        kept = {f"{s} of {n}" for s in range(1, step + 1) for n in range(WRITERS - 1)}
        maybe = {f"killed {s}" for s in range(1, step + 1)}
        assert kept <= set(found) <= kept | maybe
        assert len(found) == len(set(found))
        if status == 0:
            assert f"killed {step}" in found
            break
    assert step > 5
    for name in ("maker", AGENT):
        run("check", "--store", url, env=surroundings(name))


@pytest.mark.parametrize("status", [412, 503])
def test_a_commit_whose_answer_was_another_is_not_lost(run, bucket, surroundings, status) -> None:
    url, env = bucket.new_url(), surroundings("a")
    run("init", "--store", url, env=env)
    answers = iter([status])

    def answer(asked: Asked) -> int | None:
        is_commit = asked.method == "PUT" and "/commits/" in asked.path
        return next(answers, None) if is_commit else None

    with bucket.failing(answer, late=True):
        done = run("add", "The gate code is in the blue tin.", "--store", url, env=env)
    assert json.loads(done.stdout)["kind"] == "memory"
    assert texts(run, url, surroundings("b")) == ["The gate code is in the blue tin."]


def test_a_store_in_a_bucket_is_one_to_pull_from_and_push_to(
    run, bucket, surroundings, tmp_path, monkeypatch
) -> None:
    for name, value in surroundings("here").items():
        monkeypatch.setenv(name, value)
    url, disk = bucket.new_url(), tmp_path / "disk"
    for store in (url, disk):
        run("init", "--store", store)
        run("add", f"said at {str(store)[:2]}", "--store", store)
    run("pull", url, "--store", disk)
    run("push", url, "--store", disk)
    env = surroundings("there")
    assert texts(run, url, env) == [f"said at {str(disk)[:2]}", "said at s3"]
    assert "nothing to repair" in run("repair", "--store", url, env=env).stderr
    said = run("query", "x", "--store", f"{url}-not", status=66).stderr
    assert said == f"memcli: no store at {url}-not (make one: memcli init --store {url}-not)\n"
    run("init", "--from", url, "--store", tmp_path / "again")
    assert len(run("export", "--store", tmp_path / "again").records) > 2
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("s3")]
