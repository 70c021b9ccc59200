"""Values are read as Typer would read them, and most without its validators."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer._click.exceptions import BadParameter
from typer._coercion import build_runtime_param

from memcli.cli.app import COMMANDS, load_command
from memcli.cli.params import NOTHING, PlainValues, plain_value

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


@pytest.mark.parametrize("command", COMMANDS)
def test_every_parameter_is_read_as_typer_reads_it(command):
    for param in load_command(command).params:
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
