"""Values are read as Typer would read them, and most without its validators."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement
from typer._click.exceptions import BadParameter
from typer._coercion import build_runtime_param

from memcli.cli.app import every_command, load_command
from memcli.cli.params import CHECKED, NOTHING, PlainValues, plain_value, read_plainly
from tests.support.paths import ROOT
from tests.support.sources import imports

# What memcli uses of Typer that Typer does not promise to keep: why its version is bound.
PRIVATE_NAMES = {
    ("typer._click.exceptions", "ClickException"),
    ("typer._click.exceptions", "NoSuchOption"),
    ("typer._click.exceptions", "NoSuchOption"),
    ("typer._coercion", "build_runtime_param"),
}

VALUES = [
    None,
    "",
    "x",
    "10",
    "-3",
    "1_0",
    " 7",
    "1e3",
    "nan",
    "inf",
    "0.5",
    "jsonl",
    "JSONL",
    "semantic",
    "a/b.txt",
    "\u0663",
    3,
    0.25,
    True,
    ["a", "b"],
    ("a",),
    [],
    [1],
]


def read_by(reader, value, param):
    """Return what a reader makes of a value: the value and its type, or that it is refused."""
    try:
        found = reader.coerce(value, param=param, ctx=None)
    except BadParameter as error:
        return "refused", error.message
    return found, type(found)


@pytest.mark.parametrize("path", [path for path, _ in every_command()], ids=" ".join)
def test_every_parameter_is_read_as_typer_reads_it(path):
    for param in load_command(*path).params:
        own = build_runtime_param(param.type_descriptor)
        plain = PlainValues(param.type_descriptor)
        for value in VALUES:
            if param.type_descriptor.annotation is bool and not isinstance(value, bool | None):
                continue
            expected = read_by(own, value, param)
            assert repr(read_by(plain, value, param)) == repr(expected), (param.name, value)


def test_values_in_good_order_need_no_validator():
    plain = {
        (param.name, command): plain_value(descriptor.annotation, value, descriptor.parameter_info)
        for command, name, value in [
            ("query", "store", "somewhere"),
            ("query", "top_k", "5"),
            ("query", "format", "jsonl"),
            ("add", "texts", ["a", "b"]),
            ("add", "type", "semantic"),
            ("add", "importance", "0.5"),
        ]
        for param in load_command(command).params
        if param.name == name
        for descriptor in [param.type_descriptor]
    }
    assert len(plain) == 6
    assert NOTHING not in plain.values()


@pytest.mark.parametrize("command", ["query", "add", "context", "task", "decay"])
def test_the_validators_are_not_even_loaded(command, tmp_path):
    arguments = {"query": ["x", "-k", "3"], "add": ["x"], "context": ["x"], "task": ["list"]}
    line = ["-m", "memcli", command, *arguments.get(command, []), "--store", str(tmp_path / "no")]
    shown = subprocess.run(
        [sys.executable, "-X", "importtime", *line], capture_output=True, text=True, check=False
    )
    assert shown.returncode == 66
    assert "pydantic" not in shown.stderr


def imports_of_private_modules_of_typer():
    for path in (ROOT / "memcli").rglob("*.py"):
        for node in imports(path):
            if isinstance(node, ast.Import):
                yield from ((a.name, "") for a in node.names if a.name.startswith("typer._"))
            elif (node.module or "").startswith("typer._"):
                yield from ((node.module, alias.name) for alias in node.names)


def test_the_private_names_of_typer_are_these_and_exist():
    assert set(imports_of_private_modules_of_typer()) == PRIVATE_NAMES
    for module, name in PRIVATE_NAMES:
        assert callable(getattr(import_module(module), name))


def test_parameters_of_typer_have_what_is_read_of_them_and_take_another_reader():
    params = [param for _, command in every_command() for param in command.params]
    for param in read_plainly(params):
        assert hasattr(param.type_descriptor, "annotation")
        info = param.type_descriptor.parameter_info
        assert all(hasattr(info, name) for name in (*CHECKED, "min", "max"))
        assert isinstance(param.get_runtime_param(), PlainValues)


def test_typer_is_bound_to_the_versions_that_have_these_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (typer,) = [r for r in map(Requirement, project["dependencies"]) if r.name == "typer"]
    assert typer.specifier.contains(version("typer"))
    # There was no typer._click yet; and what comes after may have none of these names any more.
    assert not typer.specifier.contains("0.24.0")
    assert not typer.specifier.contains("0.30.0")
