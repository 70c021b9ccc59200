"""What tests look for in the sources of the program and of its tests, each read and parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

Import = ast.Import | ast.ImportFrom


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield all statements of a module, inside of others too; no expression is gone through."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for field in ("handlers", "cases", "finalbody", "orelse", "body"):
            waiting += reversed(getattr(node, field, ()))


def imports_in(source: str) -> tuple[Import, ...]:
    """Return the imports of a source, inside of functions too."""
    return tuple(node for node in statements(ast.parse(source)) if isinstance(node, Import))


@cache
def imports(path: Path) -> tuple[Import, ...]:
    """Return the imports of a file."""
    return imports_in(path.read_text("utf-8"))


@cache
def classes(path: Path) -> tuple[str, ...]:
    """Return the names of the classes that a file has."""
    tree = ast.parse(path.read_text("utf-8"))
    return tuple(node.name for node in statements(tree) if isinstance(node, ast.ClassDef))
