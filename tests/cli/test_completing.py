"""Completing: what may come next on a command line."""

from __future__ import annotations

import pytest

from memcli.cli import stored_offers
from memcli.cli.app import COMMANDS
from memcli.cli.completing import offers, read_line
from memcli.cli.json_help import commands


def values(line, *, is_file=False):
    """Return what the last word of a line may become."""
    *words, current = line.split(" ")
    found, file_too = offers(words, current)
    assert file_too is is_file
    return [value for value, _ in found]


def test_commands_come_with_what_they_do():
    assert values("") == list(COMMANDS)
    assert offers([], "exp") == ([("export", "Write everything out in an open format.")], False)
    assert values("nonesuch ") == []


def test_actions_of_groups_and_their_options():
    assert values("task re") == ["revise", "review"]
    assert values("entities ") == ["list", "show", "merge", "split", "alias"]
    assert values("task add --pr") == ["--priority"]
    assert values("models distill --tex") == ["--texts"]


def test_options_that_were_given_are_not_offered_again_unless_they_may_be():
    assert values("query x --top") == ["--top-k"]
    assert values("query x -k 3 --top") == []
    assert values("query x -k3 --top") == []
    assert values("add --replaces a --repl") == ["--replaces"]


def test_values_of_options_in_every_form():
    assert values("query --format js") == ["jsonl", "json"]
    assert values("query -f js") == ["jsonl", "json"]
    assert values("query --format=js") == ["--format=jsonl", "--format=json"]
    assert values("query --batch=") == []
    assert values("query --nonesuch=") == []
    assert values("ingest --on-error s") == ["skip"]


def test_what_only_the_program_knows_is_offered():
    assert values("hook install co") == ["codex"]
    assert values("ingest --from whats") == ["whatsapp"]
    assert values("export -f coo") == []
    assert values("export -f cog") == ["cogx", "cogx-archive"]
    assert values("eval j.jsonl --baseline bm") == ["bm25"]


def test_lists_with_commas_go_on_with_what_is_not_in_them():
    assert values("consolidate --steps li") == ["link"]
    assert values("consolidate --steps link,") == [
        f"link,{step}" for step in values("consolidate --steps ") if step != "link"
    ]


def test_help_is_of_topics_and_commands_then_of_actions():
    assert values("help st") == ["statements", "store", "stats"]
    assert values("help unp") == ["unpin"]
    assert values("help task re") == ["revise", "review"]
    assert values("help search st") == []


def test_files_are_said_where_they_may_stand():
    assert values("ingest ", is_file=True) == []
    assert values("query --store ", is_file=True) == []
    assert "codex" in values("sync co", is_file=True)
    assert values("init --encoder stat", is_file=True) == ["static-256"]


def test_arguments_end_where_a_command_takes_no_more():
    assert values("query x y") == []
    assert values("query ") == []
    assert values("log ") == []


def test_behind_two_dashes_nothing_is_an_option():
    assert values("show -- --st") == []


def test_options_that_commands_share_may_come_first():
    assert "--store" in values("--s")
    assert values("--version --h") == ["--help"]
    assert values("--format jsonl quer") == ["query"]
    assert values("-n work sho") == ["show"]


@pytest.mark.parametrize(
    ("line", "given", "arguments"),
    [
        ("--store S query -n w x --at=4 -k5", {"store": "S", "namespace": "w", "at": "4"}, ["x"]),
        ("show --links a b", {"links": ""}, ["a", "b"]),
        ("show - a", {}, ["-", "a"]),
        ("show -- -a", {}, ["-a"]),
        ("query --nonesuch x", {"--nonesuch": ""}, ["x"]),
    ],
)
def test_a_line_is_read_as_the_command_would(line, given, arguments):
    read = read_line(line.split(" "))
    assert given.items() <= read.given.items()
    assert read.arguments == arguments
    assert read.waiting is None


def test_values_of_the_store_are_asked_for_with_what_the_line_says(monkeypatch):
    asked = []

    def answered(kind, given, current):
        asked.append((kind, given.get("store"), given.get("namespace"), current))
        return [("abcd", "one"), ("efgh", "two")]

    monkeypatch.setattr(stored_offers, "stored_offers", answered)
    assert values("show --store S abcd ") == ["efgh"]
    assert values("-n w query --session=s") == ["--session=abcd", "--session=efgh"]
    assert values("undo --to ") == ["abcd", "efgh"]
    assert asked == [("id", "S", None, ""), ("session", None, "w", "s"), ("commit", None, None, "")]


def test_every_kind_of_value_has_a_source():
    def kinds(node):
        for parameter in (*node["arguments"], *node["options"]):
            yield parameter.get("value")
        for inner in node["commands"]:
            yield from kinds(inner)

    known = {*stored_offers.SOURCES, stored_offers.COMMIT, "file", "list", "command", None}
    assert set(kinds(commands())) == known
