"""
The tests mirror the source: each module has a test file of its name, each test file a module.

memcli/search/queries.py is tested by tests/search/test_queries.py, store/_lance.py by
tests/store/test_lance.py. Faces of packages and modules of data alone need none.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePath

import pytest

from memcli.cli.app import COMMANDS
from tests.support.paths import ROOT
from tests.support.sources import classes, statements

TOPS = ("memcli", "store", "schemas")
NO_TESTS = ("__init__", "__main__")
# Rules of language that are tested as a whole, by what the package is for.
WHOLE = ("language/facts",)
# Commands that are tested with the one that takes back what they do.
TOGETHER = {"unpin": "pin", "restore": "hide", "unfold": "fold"}
# Records of the wire that are called as what they are made from.
TWINS = {"Person", "Profile"}
# Test files that are of no one module.
OF_THE_PROGRAM = ("bench", "crash", "concurrency")
OF_NO_MODULE = frozenset(
    """
    agents/test_plugin agents/test_sdk agents/real/test_clients
    test_ci test_layers test_mirror test_private test_quiet test_readme test_security test_wire
    cli/test_control_characters
    commands/test_acceptance commands/test_consolidate_llm commands/test_extract_llm
    commands/test_gone commands/test_levels commands/test_life commands/test_names
    commands/test_query_rerank
    commands/test_secrets
    ingestion/transcripts/test_reading language/test_cues models/llm/test_opening_model
    store/test_face store/test_first_format store/test_store_model
    """.split()
)


def place_of(path: Path) -> str:
    """Return where a module stands, as the tests have it: memcli itself is no folder there."""
    place = path.relative_to(ROOT).with_suffix("").as_posix()
    return place.removeprefix("memcli/")


def modules() -> dict[str, Path]:
    """Return the modules by their places."""
    paths = (path for top in TOPS for path in (ROOT / top).rglob("*.py"))
    return {place_of(path): path for path in paths if path.stem not in NO_TESTS}


def expected_file(place: str) -> Path:
    """Return the test file that a module should have."""
    path = PurePath(place)
    return ROOT / "tests" / path.parent / f"test_{path.name.lstrip('_')}.py"


def does_something(path: Path) -> bool:
    """Say whether a module has a function or method that is more than its docstring."""
    functions = (
        node
        for node in statements(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return any(not _is_empty(statement) for function in functions for statement in function.body)


def _is_empty(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def untested() -> Iterator[str]:
    """Yield the modules that have no test file."""
    for place, path in modules().items():
        is_whole = place.rpartition("/")[0] in WHOLE
        # To read and parse a module takes long; most have their test file.
        if not (is_whole or expected_file(place).exists()) and does_something(path):
            yield place


def test_each_module_has_a_test_file_of_its_name():
    missing = {TOGETHER.get(p.removeprefix("commands/"), p) for p in untested()} - {
        *TOGETHER.values()
    }
    assert sorted(missing) == []


def test_each_class_has_a_name_that_only_it_has():
    names = Counter(
        name
        for place, path in modules().items()
        if not place.startswith("language/")
        for name in classes(path)
    )
    assert {name for name, n in names.items() if n > 1} == TWINS


@pytest.mark.parametrize("package", WHOLE)
def test_packages_that_are_tested_as_a_whole_have_tests(package):
    assert list((ROOT / "tests" / package).glob("test_*.py"))


def test_each_test_file_has_a_module_of_its_name():
    expected = {expected_file(place) for place in modules()}
    found = {path for path in (ROOT / "tests").rglob("test_*.py")}
    tests = ROOT / "tests"
    strangers = {
        path.relative_to(tests).with_suffix("").as_posix()
        for path in found - expected
        if path.relative_to(tests).parts[0] not in OF_THE_PROGRAM
    }
    assert sorted(strangers) == sorted(OF_NO_MODULE)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_test_in_a_process_of_its_own(command):
    path = ROOT / "tests" / "commands" / f"test_{TOGETHER.get(command, command)}.py"
    tests = [
        node
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and "run_process" in [argument.arg for argument in node.args.args]
    ]
    assert len(tests) == 1


def test_a_module_of_data_and_protocols_does_nothing(tmp_path):
    path = tmp_path / "m.py"
    path.write_text('class A:\n    x: int\n    def f(self):\n        """Say."""\n')
    assert not does_something(path)
    path.write_text("def f():\n    return 1\n")
    assert does_something(path)
