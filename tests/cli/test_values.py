"""Options whose value was forgotten."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from memcli.cli.values import forgotten_value


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
