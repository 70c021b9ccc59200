"""What begins with an underscore is used by its own package alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support.sources import imports, imports_in

ROOT = Path(__file__).parent.parent
PACKAGES = ("memcli", "store", "schemas")


def imported(imports):
    """Yield the full name of all that is imported."""
    for node in imports:
        module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        yield from (f"{module}{alias.name}" for alias in node.names)


def foreign_private(imports, package):
    """Return the private names that a module of a package imports from another of ours."""
    return [name for name in imported(imports) if is_private(name) and owner_of(name) != package]


def is_private(name):
    first, *others = name.split(".")
    return first in PACKAGES and any(o.startswith("_") and not o.endswith("__") for o in others)


def owner_of(name):
    """Return the package that a private name belongs to: the names before its underscore."""
    parts = name.split(".")
    return ".".join(parts[: next(i for i, part in enumerate(parts) if part.startswith("_"))])


def package_of(path):
    return ".".join(path.relative_to(ROOT).parent.parts)


def test_no_package_imports_what_is_private_to_another():
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    found = {str(path): foreign_private(imports(path), package_of(path)) for path in paths}
    assert len(found) > 200
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("line", "package", "is_foreign"),
    [
        ("from store import _lance", "memcli", True),
        ("from store._duckdb import BadRow", "memcli.transcripts", True),
        ("def f():\n    import store._lance", "memcli", True),
        ("from memcli.output import _table", "memcli", True),
        ("from store import _lance", "store", False),
        ("from memcli import __version__", "store", False),
        ("from typer._click import Context", "memcli", False),
    ],
)
def test_imports_of_private_names_are_found(line, package, is_foreign):
    assert bool(foreign_private(imports_in(line), package)) is is_foreign


def test_one_type_only_is_called_session_key():
    nodes = [
        (path.name, node)
        for path in (ROOT / "memcli").rglob("*.py")
        if "SessionKey" in (source := path.read_text("utf-8"))
        for node in ast.parse(source).body
    ]
    assert len([path for path, node in nodes if "SessionKey" in names_made(node)]) == 1


def names_made(node):
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return [node.name] if isinstance(node, ast.ClassDef) else []
