"""The README and the topic pages: their commands run as they stand there, their links followed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.support.documents import (
    PAGES,
    PRINTS,
    README,
    blocks,
    code,
    example,
    examples,
    relative_links,
)
from tests.support.paths import ROOT
from tests.support.shell_server import CLIENT
from tests.support.trusting import allow

MAX_WORDS = 1500
MAX_PAGE_LINES = 200
DOCUMENTS = (README, *PAGES)
FAKE_CLAUDE = ROOT / "tests" / "support" / "fake_claude.py"
# Stands in for jq where there is none: prints one field of each record, or else all of it.
JQ = """
import json, sys
for line in sys.stdin:
    name = sys.argv[-1].removeprefix(".")
    print(json.loads(line)[name] if name.isidentifier() else line)
"""


@pytest.fixture(scope="session")
def memcli_at_hand():
    """Return a script that runs memcli in a process that finds it loaded, which takes no time."""
    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder) / "socket"
        client = Path(folder) / "client.py"
        client.write_text(CLIENT)
        words = [sys.executable, "-W", "ignore", "-m", "tests.support.shell_server", str(socket)]
        with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE) as server:
            assert server.stdout.readline() == b"ready\n"
            yield f'#!/bin/sh\nexec "{sys.executable}" -I -S "{client}" "{socket}" "$@"\n'
            server.kill()


@pytest.fixture
def shell(tmp_path, memcli_at_hand):
    """Run lines in bash as a user would, with memcli on the PATH and the sample in its place."""
    tools = tmp_path / "bin"
    tools.mkdir()
    stand_ins = {"memcli": memcli_at_hand}
    if not shutil.which("jq"):
        stand_ins["jq"] = f"#!{sys.executable}\n{JQ}"
    for name, body in stand_ins.items():
        (tools / name).write_text(body)
        (tools / name).chmod(0o755)
    place = tmp_path / "work"
    place.mkdir()
    (place / "memcli").symlink_to(ROOT / "memcli")
    env = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}

    def run_lines(script, **more):
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=place,
            env={**env, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return run_lines


def run_examples(shell, page):
    """Run each example of a page; its output must have in it what the page says."""
    for shown in examples(page):
        done = shell(shown.script)
        assert done.returncode == 0, f"{shown.script}\n{done.stderr}"
        printed = done.stdout + done.stderr
        assert shown.expected, f"what does it print? {shown.script}"
        for text in shown.expected:
            # Whole words and numbers: 1 is not in 10.
            words = rf"(?<!\w){re.escape(text)}(?!\w)"
            assert re.search(words, printed), f"{shown.script}\n{printed}"


# ---------------------------------------------------------------- README


def test_exactly_two_commands_do_the_set_up():
    for name in ("set-up command", "test command"):
        [command] = blocks(README, name)
        assert len(command.splitlines()) == 1


def test_the_main_job_of_the_set_up_command_answers(shell):
    [command] = blocks(README, "set-up command")
    program = f"{sys.executable} -m memcli"
    done = shell(command.split(" && ", 2)[2].replace(".venv/bin/memcli", program))
    assert done.returncode == 0, done.stderr
    assert "hazelnut" in done.stdout.lower()


def test_every_example_of_the_readme_answers(shell):
    [command] = blocks(README, "set-up command")
    keep = command.split(" && ")[2].replace(".venv/bin/memcli", "memcli")
    assert shell(keep).returncode == 0
    assert len(examples(README)) >= 7
    run_examples(shell, README)


def test_the_first_use_with_an_agent_is_as_it_says(shell, tmp_path):
    claude = tmp_path / "bin" / "claude"
    claude.write_text(f'#!/bin/sh\nexec "{sys.executable}" {FAKE_CLAUDE} "$@"\n')
    claude.chmod(0o755)
    (tmp_path / "home" / ".claude").mkdir(parents=True)
    [block] = blocks(README, "first use")
    shown = example(block)
    store = str(tmp_path / "store")
    script = f"memcli init > /dev/null\n{shown.script}"
    done = shell(script, HOME=str(tmp_path / "home"), MEMCLI_STORE=store)
    assert done.returncode == 0, done.stderr
    diff, _, rest = done.stdout.partition("\n<memcli-context")
    assert "+++ " in diff
    # What the second session began with, and what the question found.
    assert rest.count(shown.expected[0]) >= 2


def test_the_readme_is_read_in_a_few_minutes():
    assert len(README.read_text("utf-8").split()) <= MAX_WORDS


# ---------------------------------------------------------------- Python


@pytest.mark.parametrize(
    "page", [README, ROOT / "memcli" / "docs" / "python.md"], ids=lambda p: p.stem
)
def test_the_program_of_a_page_prints_what_it_says(page, tmp_path, monkeypatch, capsys):
    (tmp_path / "memcli").symlink_to(ROOT / "memcli")
    monkeypatch.chdir(tmp_path)
    # The formatter writes comments of Python its own way.
    shown = example(code(page, "python").replace("# > ", PRINTS))
    exec(shown.script, {})
    printed = capsys.readouterr().out
    assert [text for text in shown.expected if text not in printed] == []
    assert len(shown.expected) >= 2


# ---------------------------------------------------------------- topic pages


@pytest.fixture(scope="session")
def consolidated(tmp_path_factory):
    """Return a store with the sample after its first night. No test may change it."""
    path = tmp_path_factory.mktemp("consolidated") / "store"
    command = [sys.executable, "-m", "memcli"]
    for step in (["ingest", "memcli/samples/mara-and-jonas.jsonl", "--create"], ["consolidate"]):
        words = [*command, *step, "--store", path, "--quiet"]
        subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return path


@pytest.mark.parametrize("page", [page for page in PAGES if examples(page)], ids=lambda p: p.stem)
def test_every_example_of_a_page_answers(shell, consolidated, tmp_path, page):
    allow(Path(shutil.copytree(consolidated, tmp_path / "work" / ".memory")))
    run_examples(shell, page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_a_title_and_a_decent_length(page):
    lines = page.read_text("utf-8").splitlines()
    assert lines[0].startswith(f"# {page.stem.capitalize()}: ")
    assert len(lines) <= MAX_PAGE_LINES


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.stem)
def test_links_lead_to_files_of_the_checkout(page):
    for link in relative_links(page):
        assert (page.parent / link).resolve().is_file(), link
        assert (page.parent / link).resolve().is_relative_to(ROOT), link


def test_the_readme_links_to_every_page():
    links = {(ROOT / link).resolve() for link in relative_links(README)}
    assert links >= set(PAGES)


def test_the_page_of_development_names_every_package():
    page = (ROOT / "memcli" / "docs" / "development.md").read_text("utf-8")
    packages = {path.parent.name for path in (ROOT / "memcli").glob("*/__init__.py")}
    assert {name for name in packages if not re.search(rf"[/ ]{name}\b", page)} == set()


def test_an_example_is_its_commands_and_what_they_print():
    shown = example("memcli query x | \\\n  jq .text\n#> one ...\n#> ... two\n")
    assert shown.script == "memcli query x | \\\n  jq .text"
    assert shown.expected == ("one", "two")
