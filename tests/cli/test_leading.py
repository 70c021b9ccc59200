from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.cli.leading import FLAGS, WITH_VALUE, options_last
from memcli.cli.with_store import SHARED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("--store S add x", "add x --store S"),
        ("-n a --quiet task add x", "task add x -n a --quiet"),
        ("--store=S query x -- --y", "query x --store=S -- --y"),
        ("query --store S", "query --store S"),
        ("--version", "--version"),
        ("--store S", ""),
        ("--store S --help", "--help"),
        ("-q -V", "-V"),
        ("--store S --what add", "--what add"),
        ("--what S add", "--what S add"),
        ("", ""),
    ],
)
def test_options_before_a_command_go_behind_it(before, after):
    assert options_last(before.split()) == after.split()


leading = st.lists(
    st.sampled_from(
        [*([name, "x"] for name in sorted(WITH_VALUE)), *([name] for name in sorted(FLAGS))]
    )
)
later = st.lists(st.sampled_from([*sorted(WITH_VALUE | FLAGS), "add", "x", "--", "--other"]))


@given(leading, later)
def test_no_word_is_lost_of_a_command(before, after):
    words = [*chain(*before), "show", *after]
    assert sorted(options_last(words)) == sorted(words)
    assert options_last(words)[0] == "show"


def test_they_are_those_that_commands_share():
    shared = {name for annotation, _ in SHARED.values() for name in names_of(annotation)}
    assert shared == WITH_VALUE | FLAGS


def names_of(annotation):
    option = annotation.__metadata__[0]
    declared = [option.default, *(option.param_decls or ())]
    return [name for name in declared if isinstance(name, str) and name.startswith("-")]


def test_a_store_may_be_named_before_the_command(run, empty_store):
    run("--store", empty_store, "add", "remember", "the", "milk")
    done = run("--format", "text", "query", "milk", "--store", empty_store)
    assert done.stdout == "remember the milk\n"
