"""Options whose value was forgotten."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from memcli.cli.values import forgotten_value, in_plain_words, numbers_apart


def option(*names, **fields):
    fixed = {"nargs": 1, "is_flag": False, "count": False, "secondary_opts": []}
    return SimpleNamespace(opts=list(names), **{**fixed, **fields})


OPTIONS = [
    option("--llm"),
    option("--top-k", "-k"),
    option("--quiet", "-q", is_flag=True),
    option("--redact", secondary_opts=["--no-redact"], is_flag=True),
]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("--llm --quiet", ("--llm", "--quiet")),
        ("-k --no-redact", ("-k", "--no-redact")),
        ("--quiet --llm --top-k 3", ("--llm", "--top-k")),
        ("--llm m --quiet", None),
        ("--llm=--quiet x", None),
        ("--llm -q", None),
        ("--llm --what-else", None),
        ("-- --llm --quiet", None),
        ("--llm", None),
    ],
)
def test_another_option_is_no_value(words, found):
    assert forgotten_value(OPTIONS, words.split()) == found


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("query.top_k -1", "query.top_k -- -1"),
        ("query.top_k -1.5 --quiet", "query.top_k --quiet -- -1.5"),
        ("-3 degrees outside", "-- -3 degrees outside"),
        ("-3 - -q x", "-q -- -3 - x"),
        ("-3 --llm m x", "--llm m -- -3 x"),
        ("-3 -- -q", "-- -3 -q"),
        ("-k -1 x", "-k -1 x"),
        ("--top-k=-1 x", "--top-k=-1 x"),
        ("x -- -1", "x -- -1"),
        ("-k -- -1", "-k -- -- -1"),
        ("-1x", "-1x"),
        ("-q x", "-q x"),
    ],
)
def test_a_negative_number_is_a_value(words, read):
    assert numbers_apart(OPTIONS, words.split()) == read.split()


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Input should be a valid integer, unable to parse x", "a whole number is wanted"),
        ("Input should be a valid number, unable to parse x", "a number is wanted"),
        ("Input should be greater than or equal to 1", "1 or more is wanted"),
        ("Input should be less than or equal to 4", "4 or less is wanted"),
        ("Value error, 'x' is not one of 'json'", "'x' is not one of 'json'"),
    ],
)
def test_what_is_wrong_with_a_value_is_said_in_plain_words(said, plain):
    assert in_plain_words(f"Invalid value for '-k': {said}") == f"Invalid value for '-k': {plain}"
