"""The tree of commands: what is in it, and how it is walked."""

from __future__ import annotations

import typer

from memcli.cli.app import COMMANDS
from memcli.cli.command_tree import children, find, names_below, walk, whole_program


def nested():
    """Return the context of a program with a group, one of whose commands is hidden."""
    app, group = typer.Typer(), typer.Typer(help="Look after boats.")

    @app.callback()
    def root():
        """Row."""

    @group.command("list")
    def list_boats():
        """List the boats."""

    @group.command("sink", hidden=True)
    def sink(name: str):
        """Sink one."""

    app.add_typer(group, name="boats")
    return typer.main.get_command(app).make_context("row", [], resilient_parsing=True)


def test_the_program_has_all_commands():
    assert names_below(whole_program()) == list(COMMANDS)


def test_commands_of_groups_are_walked_after_their_group():
    paths = [context.command_path for context in walk(nested())]
    assert paths == ["row", "row boats", "row boats list"]


def test_a_command_is_found_by_the_words_that_call_it():
    program = nested()
    assert find(program, ["boats", "list"]).command_path == "row boats list"
    assert find(program, ["boats", "sink"]).command_path == "row boats sink"
    assert find(program, []) is program
    assert find(program, ["boats", "buy"]) is None
    assert find(program, ["boats", "list", "all"]) is None


def test_a_single_command_has_none_below():
    assert list(children(find(nested(), ["boats", "list"]))) == []
