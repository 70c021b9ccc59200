"""Reference: what commands.json says of the commands, and that it says all."""

from __future__ import annotations

import json

import pytest

from memcli.cli.command_tree import find, walk, whole_program
from memcli.cli.json_help import FILE, commands, described
from memcli.cli.reference import parameter_of, statuses, value_kinds, written
from memcli.language.data import read_toml
from schemas import RECORD_KINDS


@pytest.fixture(scope="module")
def contexts():
    return {context.command_path: context for context in walk(whole_program())}


def nodes(node):
    yield node
    for inner in node["commands"]:
        yield from nodes(inner)


def test_the_file_is_what_the_program_would_write():
    assert FILE.read_text("utf-8") == written(), "run: python -m memcli.cli.reference"


def test_every_command_option_and_argument_is_there(contexts):
    told = {node["name"]: node for node in nodes(commands())}
    assert told.keys() == contexts.keys()
    for path, context in contexts.items():
        for parameter in context.command.get_params(context):
            is_option = parameter.param_type_name == "option"
            listed = told[path]["options" if is_option else "arguments"]
            names = [name for each in listed for name in each.get("names", [each["name"]])]
            assert set(parameter.opts) <= {*names} | {f"{name}_" for name in names}


def test_every_command_has_an_example_and_says_what_its_statuses_mean():
    for node in nodes(commands()):
        assert node["summary"]
        assert all(node["name"] in example for example in node["examples"])
        assert node["examples"] or node["name"] == "memcli help"
        assert node["statuses"][0]["status"] == 0
        assert all(each["meaning"] for each in node["statuses"])


def test_a_status_is_parted_from_the_words_of_the_one_before():
    told = statuses("EXIT STATUS: 0 done, so already too, 2 usage, or 3 words, 130 interrupted.")
    assert told == [
        {"status": 0, "meaning": "done, so already too"},
        {"status": 2, "meaning": "usage, or 3 words"},
        {"status": 130, "meaning": "interrupted"},
    ]


def option(words, name):
    context = find(whole_program(), words)
    found = {each.name: each for each in context.command.get_params(context)}
    return parameter_of(found[name], " ".join(words))


def test_an_option_has_its_type_choices_bounds_default_and_variable():
    assert option(["query"], "level") | {"help": ""} == {
        "name": "level", "names": ["--level"], "type": "integer", "help": "", "min": 0, "max": 4,
    }  # fmt: skip
    assert option(["models", "distill"], "split")["choices"] == ["auto", "line", "paragraph"]
    assert option(["ingest"], "on_error")["default"] == "abort"
    assert option(["query"], "store")["environment"] == "MEMCLI_STORE"
    assert option(["init"], "encoder")["default"] == "multilingual-256"
    assert "default" not in option(["query"], "batch")
    assert option(["show"], "links")["names"] == ["--no-links", "--links"]


def test_an_argument_says_whether_it_is_needed_and_may_come_often():
    assert option(["show"], "ids") | {"help": ""} == {
        "name": "ids", "type": "text", "help": "", "metavar": "[ID...]", "value": "id",
        "repeatable": True,
    }  # fmt: skip
    assert option(["entities", "merge"], "name")["required"] is True


def test_what_the_program_suggests_for_an_option_is_told():
    assert option(["consolidate"], "steps")["values"][0] == "extract"
    assert "scratch" in option(["models", "distill"], "start")["values"]
    assert "codex" in option(["hook", "install"], "clients")["values"]


def test_every_kind_of_value_is_of_an_option_or_argument_that_there_is(contexts):
    known = {
        each
        for path, context in contexts.items()
        for parameter in context.command.get_params(context)
        for each in (parameter.name, f"{path.removeprefix('memcli ')} {parameter.name}")
    }
    assert value_kinds().keys() <= known
    table = read_toml("cli/value_kinds.toml")
    assert sum(map(len, table.values())) == len(value_kinds())


def test_every_kind_of_record_is_one_and_of_a_command():
    kinds = read_toml("cli/wire_kinds.toml")
    assert all(described(words.split()) for words in kinds)
    for told in kinds.values():
        assert {*told.get("reads", ()), *told.get("writes", ())} <= {*RECORD_KINDS, "text", "id"}


def test_the_whole_is_small_enough_to_be_read_by_a_model():
    # 700 tokens a command: a model reads those of one command, or all of them once.
    assert len(json.dumps(commands())) / len([*nodes(commands())]) < 2_400
