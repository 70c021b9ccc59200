"""The command line as a whole: help, start-up, failures, completions, the direction of imports."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from memcli import __main__ as entrance
from memcli.cli.app import COMMANDS, app, every_command
from store import Store, errors
from store.trust import put_mark
from tests.support.paths import DATA, ROOT
from tests.support.sources import imports

HEAVY = ("numpy", "pyarrow", "lance", "duckdb", "onnxruntime", "lancedb", "rich", "textual")


def names_of_commands():
    """Return the words that lead to each command, those of groups and of all of memcli too."""

    def below(words, command):
        yield words
        for name in command.list_commands(None) if isinstance(command, TyperGroup) else []:
            yield from below((*words, name), command.get_command(None, name))

    return list(below((), typer.main.get_command(app)))


NAMES = names_of_commands()


@pytest.mark.parametrize("words", NAMES, ids=lambda words: "-".join(words) or "memcli")
def test_help_is_as_it_was_looked_over(run, golden, words):
    shown = run(*words, "--help", env={"COLUMNS": "80"}).stdout
    golden(DATA / "help" / f"{'-'.join(words) or 'memcli'}.txt", shown)


def test_every_help_that_was_looked_over_is_of_a_command():
    files = {path.stem for path in (DATA / "help").iterdir()}
    assert files == {"-".join(words) or "memcli" for words in NAMES}


@pytest.mark.parametrize("path", [path for path, _ in every_command()], ids=" ".join)
def test_every_command_has_help_with_an_example_and_its_exit_status(run, path):
    shown = run(*path, "--help").stdout
    assert re.search(rf"Example: .*memcli {' '.join(path)}\b", shown)
    assert "EXIT STATUS: 0" in shown


GROUPS = {
    "task": ["add", "done", "fail", "revise", "review", "list", "due", "show", "dismiss"],
    "lessons": ["list", "export"],
    "entities": ["list", "show", "merge", "split", "alias"],
    "table": ["create", "insert", "update", "delete", "drop", "list"],
    "vault": ["add", "get", "list", "remove", "rekey"],
    "bundle": ["create", "verify", "known"],
    "config": ["get", "set", "unset", "list"],
    "models": ["list", "distill", "fit-retention"],
    "hook": ["install", "remove", "status", "catch-up"],
}


def test_the_groups_have_these_actions():
    actions = [path for path, _ in every_command() if len(path) > 1]
    assert actions == [(group, action) for group, names in GROUPS.items() for action in names]


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_without_an_action_shows_its_help_as_wrong_use(run, group):
    shown = run(group, status=2)
    assert shown.stdout == ""
    assert shown.stderr == run(group, "--help").stdout
    for action in GROUPS[group]:
        assert re.search(rf"^  {action} +[A-Z].*\.$", shown.stderr, re.MULTILINE)
    wrong = run(group, "nonesuch", status=2)
    assert wrong.stderr.startswith("memcli: No such command 'nonesuch'; the nearest is '")
    assert wrong.stderr.endswith(f"(see: memcli {group} --help)\n")


def test_an_action_has_its_own_options_only(run):
    shown = run("task", "add", "--help").stdout
    assert "--priority" in shown
    assert "--summary" not in shown
    refused = run("task", "add", "x", "--summary", "y", status=2).stderr
    assert "No such option: --summary" in refused
    assert refused.endswith("(see: memcli task add --help)\n")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--version",), 0),
        (("log", "-k", "1", "--store", "STORE"), 0),
        (("query", "--nope"), 2),
        (("querry",), 2),
        (("export", "-f", "table", "--store", "STORE"), 2),
        (("query", "x", "--store", "none"), 66),
        (("query", "x", "--require-hits", "--where", "false", "--store", "STORE"), 1),
    ],
)
def test_a_run_inside_this_process_says_what_a_process_says(
    run, run_process, sample_once, tmp_path, arguments, status
):
    Store.load_engine()  # which tells Lance how to log and compute, once in a process
    given = [str(sample_once) if word == "STORE" else word for word in arguments]
    before = dict(os.environ), os.getcwd(), sys.argv, sys.stdin, sys.stdout, sys.stderr
    options = {"status": status, "cwd": tmp_path, "env": {"TZ": "Asia/Tokyo"}}
    assert run(*given, **options) == run_process(*given, **options)
    assert (dict(os.environ), os.getcwd(), sys.argv, sys.stdin, sys.stdout, sys.stderr) == before


def test_help_lists_every_command(run):
    shown = run("--help").stdout
    for command, summary in COMMANDS.items():
        assert command in shown
        assert summary.split()[0] in shown


def test_every_command_is_in_the_readme():
    readme = (ROOT / "README.md").read_text("utf-8")
    for command in COMMANDS:
        assert f"`{command}`" in readme


@pytest.mark.parametrize(
    "argument",
    ["--help", "--version", "query --help", "ingest --help", "task --help", "help", "help search"],
)
def test_help_imports_nothing_heavy(argument):
    command = [sys.executable, "-X", "importtime", "-m", "memcli", *argument.split()]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "memcli" in imported
    assert not imported & set(HEAVY)


def test_version(run):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert run("--version").stdout == f"memcli {project['version']}\n"


def test_a_wrong_flag_is_a_usage_error(run):
    result = run("query", "x", "--nope", status=2)
    assert "--nope" in result.stderr
    assert result.stdout == ""


def test_an_unknown_command_is_a_usage_error(run):
    assert "querry" in run("querry", status=2).stderr


def test_an_expected_failure_is_one_line(run, tmp_path):
    result = run("query", "x", "--store", tmp_path / "none", status=66)
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("memcli: no store at ")
    assert result.stdout == ""


STATUSES = {1, 2, 3, 65, 66, 69, 73, 74, 75, 76, 130}


def subclasses(kind):
    for child in kind.__subclasses__():
        yield child
        yield from subclasses(child)


@pytest.mark.parametrize("kind", list(subclasses(errors.MemcliError)))
def test_every_error_has_a_status_of_the_table_and_a_sentence(kind):
    assert kind.status in STATUSES
    assert kind.__doc__
    assert kind.__name__ in errors.__doc__
    assert f"| {kind.status} |" in (ROOT / "memcli/docs/shell.md").read_text("utf-8")


# ---------------------------------------------------------------- pipes


def test_a_reader_that_closes_the_pipe_is_a_success(sample):
    export = f"'{sys.executable}' -m memcli export --store '{sample}'"
    command = f"{export} | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_behind_stdout_is_an_io_error(sample):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "memcli", "export", "--store", sample],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 74
    assert done.stderr.startswith("memcli: cannot write to stdout: No space left")


@pytest.mark.parametrize("where", ["/dev/full", "a pipe that nobody reads"])
def test_what_cannot_be_said_on_stderr_neither_stops_nor_fails_what_is_done(empty_store, where):
    """The notes come before and after a commit; the first must not be taken for the end."""
    if where == "/dev/full" and not Path(where).exists():
        pytest.skip("no /dev/full here")
    here = empty_store.with_name("here")
    here.mkdir()
    empty_store.rename(here / ".memory")
    put_mark(here / ".memory")
    reader, writer = os.pipe()
    os.close(reader)
    with open(where if where == "/dev/full" else writer, "wb") as stderr:
        add = [sys.executable, "-m", "memcli", "add", "tea at noon"]
        done = subprocess.run(
            add, stdout=subprocess.PIPE, stderr=stderr, cwd=here, text=True, check=False
        )
    assert done.returncode == 0
    assert json.loads(done.stdout)["text"] == "tea at noon"
    assert Store.open(here / ".memory").head().number == 2


# ---------------------------------------------------------------- layers

MAY_IMPORT = {
    "schemas": {"schemas"},
    "store": {"store", "schemas"},
    "memcli": {"memcli", "store", "schemas"},
}
ONLY_IMPORTER = {
    "lance": "store/_lance.py",
    "duckdb": "store/_duckdb.py",
    "onnxruntime": "memcli/models/inference.py",
}


def imports_of(path):
    for node in imports(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif node.module:
            yield node.module


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_run_one_way(package):
    ours = set(MAY_IMPORT)
    for path in (ROOT / package).rglob("*.py"):
        if path.name == "generate.py":
            continue  # run by hand only, to write the JSON Schemas from the types
        top = {name.split(".")[0] for name in imports_of(path)}
        assert top & ours <= MAY_IMPORT[package], path


@pytest.mark.parametrize(("library", "importer"), ONLY_IMPORTER.items())
def test_one_module_imports_each_library_of_tables_and_models(library, importer):
    found = [
        str(path.relative_to(ROOT))
        for package in MAY_IMPORT
        for path in (ROOT / package).rglob("*.py")
        if library in {name.split(".")[0] for name in imports_of(path)}
    ]
    assert found == [importer]


def test_no_test_imports_onnxruntime_past_what_turns_its_telemetry_off():
    for path in (ROOT / "tests").rglob("*.py"):
        assert "onnxruntime" not in {name.split(".")[0] for name in imports_of(path)}, path


def test_algorithms_import_no_store_and_nothing_that_reaches_outside():
    forbidden = {"store", "os", "pathlib", "time", "subprocess", "logging"}
    for path in (ROOT / "memcli" / "algorithms").glob("*.py"):
        top = {name.split(".")[0] for name in imports_of(path)}
        assert not top & forbidden, path


# ---------------------------------------------------------------- odd surroundings


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("query", "--help")])
def test_help_on_a_full_disk_is_an_io_error(arguments):
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "memcli", *arguments]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (74, 1)


def test_closed_streams_are_no_bug(sample):
    memcli = f"'{sys.executable}' -m memcli"
    for line in (
        f"{memcli} query hazelnut --store '{sample}' >&-",
        f"{memcli} ingest --store '{sample}' <&-",
        f"{memcli} query hazelnut --store '{sample}' 2>&- >/dev/null",
    ):
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_an_argument_that_is_not_utf8_is_a_usage_error(sample):
    command = [sys.executable, "-m", "memcli", "query", b"caf\xe9", "--store", str(sample)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "query is not UTF-8" in done.stderr


def test_every_usage_error_is_one_line(run):
    for arguments in (("qury",), ("query", "x", "-k", "0"), ("export", "-f", "table")):
        stderr = run(*arguments, status=2).stderr
        assert stderr.startswith("memcli: ")
        assert stderr.count("\n") == 1


def test_numpy_multiplies_on_one_thread_unless_an_encoder_is_trained_or_the_user_says(monkeypatch):
    from memcli import __main__ as entry

    monkeypatch.setattr("memcli.cli.app.main", lambda: None)
    for command, given, taken in (
        ("query", None, "1"),
        ("query", "3", "3"),
        ("models", None, None),
    ):
        monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
        if given:
            monkeypatch.setenv("OPENBLAS_NUM_THREADS", given)
        monkeypatch.setattr("sys.argv", ["memcli", command])
        entry.main()
        assert os.environ.get("OPENBLAS_NUM_THREADS") == taken
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")


def test_ctrl_c_while_it_is_loaded_is_one_line(monkeypatch, capsys):
    def interrupted():
        raise KeyboardInterrupt

    left = []
    monkeypatch.setattr(entrance, "_run", interrupted)
    monkeypatch.setattr(os, "_exit", left.append)
    entrance.main()
    assert (capsys.readouterr().err, left) == ("memcli: interrupted\n", [130])


def test_a_wrong_option_is_told_with_those_that_are_near(run):
    assert "(Possible options: --since)" in run("query", "x", "--sicne", "y", status=2).stderr
    assert "Possible" not in run("query", "x", "--limt", "3", status=2).stderr


def test_an_option_is_no_value_of_the_one_before_it(run):
    done = run("extract", "--llm", "--quiet", status=2)
    assert done.stderr == (
        "memcli: Option '--llm' requires an argument, not the option '--quiet'"
        " (see: memcli extract --help)\n"
    )


def test_every_command_takes_quiet():
    groups = {words[0] for words, _ in every_command() if len(words) > 1}
    for words, command in every_command():
        names = {name for option in command.params for name in option.opts}
        assert words[-1] in groups or {"--quiet", "-q"} <= names, words
