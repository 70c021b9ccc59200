"""
Imports: each package may import only what stands below it, and nothing goes in circles.

All imports count, those inside functions and those for types too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

import pytest

from tests.support.paths import ROOT
from tests.support.sources import imports

TOPS: Final = ("memcli", "store", "schemas")
# From the top down: a package may import those of the lines below its own. What stands on one line
# stands side by side, and so do the columns of the two lowest lines.
LINES: Final = (
    ("commands",),
    ("suites",),
    ("cli", "agents", "consolidation"),
    ("context", "replication", "cluster"),
    ("search",),
    ("extraction", "ingestion", "retention", "exports"),
    ("memory",),
    ("models", "records", "config", "jsonl", "plugins"),
    ("algorithms", "store"),
    ("language", "schemas"),
)
APART: Final = {("algorithms", "schemas"), ("store", "language")}
# The command line is the shell's side: the work knows nothing of it.
USERS_OF_CLI: Final = {"commands", "__main__"}


@cache
def modules() -> dict[str, Path]:
    """Return every module of the program by its dotted name."""
    found = {}
    for path in (path for top in TOPS for path in (ROOT / top).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def imported(path: Path) -> Iterator[str]:
    """Yield the modules of ours that a module imports anywhere in it."""
    for node in imports(path):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            assert not node.level, "imports are written in full"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if name.split(".")[0] in TOPS:
                yield name if name in modules() else name.rpartition(".")[0]


@cache
def arrows() -> Mapping[str, frozenset[str]]:
    """Return for each module those that it imports."""
    return {name: frozenset(imported(path)) - {name} for name, path in modules().items()}


def room(module: str) -> str:
    """Return the package of a module, or its own name where it is loose."""
    first, *rest = module.split(".")
    return rest[0] if first == "memcli" and rest else first


def level(package: str) -> int:
    """Return the height of a package's line; that of the entrance is above all."""
    if package in ("memcli", "__main__"):
        return len(LINES)
    return next(len(LINES) - 1 - i for i, line in enumerate(LINES) if package in line)


def may_import(one: str, other: str) -> bool:
    """Say whether one package may import another."""
    if one == other or other == "memcli":  # the version
        return True
    if other == "cli":
        return one in USERS_OF_CLI
    return level(other) < level(one) and (one, other) not in APART


def violations() -> set[str]:
    """Return the imports that go upwards or sideways."""
    return {
        f"{module} imports {other}"
        for module, others in arrows().items()
        for other in others
        if not may_import(room(module), room(other))
    }


def circle(graph: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the nodes of a circle, if there is one."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_every_module_is_in_its_place():
    known = {package for line in LINES for package in line} | {"memcli", "__main__"}
    assert {room(module) for module in modules()} <= known


def test_nothing_is_imported_from_above_or_beside():
    assert sorted(violations()) == []


def test_no_files_import_each_other_in_a_circle():
    assert circle(arrows()) == []


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ("search", "memory", True),
        ("memory", "search", False),
        ("ingestion", "extraction", False),
        ("context", "cli", False),
        ("algorithms", "language", True),
        ("algorithms", "store", False),
        ("store", "language", False),
        ("language", "schemas", False),
        ("commands", "cli", True),
    ],
)
def test_lines_and_columns_bound_what_may_be_imported(one, other, may):
    assert may_import(one, other) is may


def test_a_circle_is_found():
    graph = {"a": frozenset({"b"}), "b": frozenset({"c"}), "c": frozenset({"b"})}
    assert set(circle(graph)) == {"b", "c"}
    assert circle({"a": frozenset({"b"}), "b": frozenset()}) == []
