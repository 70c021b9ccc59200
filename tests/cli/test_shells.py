"""Shells: what they are told, and that nothing of it can command them."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.cli import completing, shells
from memcli.cli.shells import complete, for_bash, for_fish, for_zsh, split_line, unquoted

BREAKS = " \t\n\"'@><=;|&(:"
HOSTILE = 'Ev\'il $(touch x) `id` "q";ls\\ !1 #~*'


@pytest.fixture
def offering(monkeypatch):
    """Return what makes some values the ones that may come next."""

    def offer(*found, is_file=False):
        monkeypatch.setattr(completing, "offers", lambda words, current: ([*found], is_file))

    return offer


def bash(line, kind="9", width="80"):
    return for_bash([kind, width, BREAKS, line])


def test_the_first_line_says_whether_a_file_may_stand_there(offering):
    offering(("a", ""), is_file=True)
    assert bash("memcli ") == ["files", "a"]
    offering()
    assert [answer(["x"]) for answer in (for_zsh, for_fish)] == [["none"], ["none"]]


def test_bash_lists_several_with_what_they_are_and_puts_in_one_alone(offering):
    offering(("ab", "one thing"), ("abc", ""))
    assert bash("memcli a") == ["none", "ab   (one thing)", "abc"]
    assert bash("memcli a", kind="37") == ["none", "ab", "abc"]
    offering(("ab", "one thing"))
    assert bash("memcli a") == ["none", "ab"]


def test_a_list_of_bash_fits_the_terminal(offering):
    offering(("a", "word " * 40), ("b", "c"))
    assert len(bash("memcli ", width="40")[1]) == 39
    assert bash("memcli ", width="")[1].endswith("…")
    assert len(bash("memcli ", width="1")[1]) == shells.LEAST_WIDTH - 1


def test_bash_gets_what_is_behind_the_signs_at_which_it_parts_words(offering):
    offering(("claude:abc:1", ""))
    assert bash("memcli --session claude:a") == ["none", "abc:1"]
    assert bash("memcli --session claude:abc:") == ["none", "1"]
    assert bash("memcli --session 'claude:a") == ["none", "claude:abc:1"]
    assert for_bash(["9", "80", " ", "memcli --session claude:a"]) == ["none", "claude:abc:1"]
    offering(("a;b:c", ""))
    assert bash("memcli a\\;b") == ["none", "a\\;b:c"]
    offering(("--at=4", ""))
    assert bash("memcli query --at=") == ["none", "4"]


@pytest.mark.parametrize(
    "value", [HOSTILE, "Mara Lund", "-x", "näme", "a\\b", "!!", "a&b|c>d<e(f)g{h}"]
)
@pytest.mark.parametrize("mark", ["", "'", '"'])
def test_bash_takes_a_value_for_one_word_and_runs_nothing(offering, value, mark, tmp_path):
    offering((value, ""))
    (_, typed) = bash(f"memcli {mark}")
    # As at a prompt, where "!" recalls what was typed before; lines of -c have no history.
    lines = f"set -o history -o histexpand\nprintf %s {mark}{typed}{mark}\n"
    done = subprocess.run(
        ["bash", "--norc"], input=lines, capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout == value
    assert list(tmp_path.iterdir()) == []


def test_colons_and_backslashes_of_a_value_are_none_of_zsh(offering):
    offering(("a:b\\c", "d:e"), ("f", ""))
    assert for_zsh([""]) == ["none", "a\\:b\\\\c:d:e", "f"]


def test_fish_gets_a_tab_between_value_and_description(offering):
    offering(("a b", "c"), ("d", ""))
    assert for_fish([""]) == ["none", "a b\tc", "d"]


def test_what_cannot_be_typed_is_left_out_and_descriptions_are_one_line(offering):
    offering(("a\nb", ""), ("a\x1b[31m", ""), ("c", "x\n\x1b[31my\tz"), ("c", "twice"))
    assert for_fish([""]) == ["none", "c\tx \ufffd[31my z"]


def test_fish_hands_on_the_word_as_it_stands(monkeypatch):
    asked = []
    monkeypatch.setattr(completing, "offers", lambda *line: asked.append(line) or ([], False))
    for_fish(["query", "--name", "'Mara L"])
    assert asked == [(["query", "--name"], "Mara L")]


def test_a_line_is_split_as_a_shell_does_also_where_a_quotation_is_open():
    assert split_line("memcli query 'a b' c\\ d \"e'f\" 'g h") == (
        ["memcli", "query", "a b", "c d", "e'f"],
        "'g h",
    )
    assert split_line("memcli  show ") == (["memcli", "show"], "")
    assert split_line("") == ([], "")
    assert unquoted("'a b") == "a b"
    assert unquoted("a\\") == "a\\"
    assert unquoted('\'a\\b\'"c\\"d"') == 'a\\bc"d'


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), max_size=4))
def test_what_shlex_quotes_is_split_into_the_same_words(words):
    line = " ".join([*map(shlex.quote, words), ""])
    assert split_line(line) == (words, "")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonesuch"],
        ["bash"],
        ["bash", "9", "x", BREAKS, "memcli "],
        ["zsh"],
        ["refresh", "none"],
    ],
)
def test_whatever_goes_wrong_nothing_is_said(arguments, capfd):
    complete(arguments)
    assert capfd.readouterr() == ("", "")


def test_a_process_answers_without_commands_and_tables(sample, run):
    run("add", "x", "--name", "Ida", "-n", "work", "--store", sample)
    line = [sys.executable, "-X", "importtime", "-m", "memcli", "--complete", "fish", "query"]
    command = [*line, "--store", str(sample), "--name", "I"]
    first = subprocess.run(command, capture_output=True, text=True, check=True)
    assert first.stdout == "none\nIda\t1 memory\n"
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert again.stdout == first.stdout
    imported = {line.rpartition("|")[2].strip() for line in again.stderr.splitlines()}
    assert "memcli.cli.shells" in imported
    heavy = {"typer", "msgspec", "numpy", "pyarrow", "lance", "duckdb", "rich", "tomli"}
    assert not imported & heavy
    assert json.loads((sample / "cache/completions.json").read_text("utf-8"))["v"] == 3
