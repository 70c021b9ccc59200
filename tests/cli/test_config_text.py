"""Text of a config.toml: one setting changes, and nothing else."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from memcli.cli import config_text
from memcli.cli.config_text import changed, removed, said, value_at, with_value, without_value
from store.errors import BadUsage
from store.layout import CONFIG_TEXT

WRITTEN = (
    CONFIG_TEXT,
    "",
    "# only a comment, without an end",
    'query.top_k = 3 # mine\r\n\r\n[decay]\r\nclock = "days"\r\n',
    "llm = {model = 'a', base_url = 'b'} # inline\n[query]\ntop_k=1",
    "[decay.types.core]\nname = 'none'\n[query]\n  top_k   =  7   # seven\n[decay]\n"
    "# last\nclock = 'days'\n[decay.policy]\nname = 'age'\n",
)
KEYS = [
    key.split(".")
    for key in (
        "query.top_k decay.clock decay.policy.name decay.types.core.name llm.model extract.x"
    ).split()
]
VALUES = st.one_of(
    st.integers(-9, 9), st.booleans(), st.floats(0, 9), st.text(st.characters(codec="utf-8"))
)


def comments(text):
    return re.findall(r"#[^\r\n]*", text)


@settings(max_examples=60)
@given(
    st.sampled_from(WRITTEN),
    st.lists(st.tuples(st.sampled_from(KEYS), VALUES | st.none()), max_size=4),
)
@example(CONFIG_TEXT, [(["decay", "types", "core", "name"], "none")])
def test_what_is_read_afterwards_is_as_before_but_for_the_one_setting(text, changes):
    told = comments(text)
    for key, value in changes:
        before = tomllib.loads(text)
        text = without_value(text, key) if value is None else with_value(text, key, value)
        if value is not None:
            assert tomllib.loads(text) == changed(before, key, value)
        elif value_at(before, key) is not None:
            assert said(tomllib.loads(text)) == said(removed(before, key))
        else:
            assert tomllib.loads(text) == before
    kept = iter(comments(text))
    # The comment of a line goes with its line, and values may look like comments.
    assert all(comment in kept for comment in told if comment not in ("# mine", "# seven"))


def test_a_setting_stands_where_it_stood():
    text = "[query]\ntop_k = 3 # few\n\n[decay]\nclock = 'days'\n"
    assert with_value(text, ["query", "top_k"], 4) == text.replace("3", "4")
    assert without_value(text, ["query", "top_k"]) == "[query]\n\n[decay]\nclock = 'days'\n"


def test_a_new_setting_stands_in_its_table_below_what_is_told_of_it():
    text = with_value(CONFIG_TEXT, ["query", "top_k"], 20)
    assert text == CONFIG_TEXT.replace("# top_k = 10\n", "# top_k = 10\ntop_k = 20\n")


def test_a_new_table_stands_apart():
    text = with_value(CONFIG_TEXT, ["decay", "types", "core", "name"], "none")
    assert '\n\n[decay.types.core]\nname = "none"\n\n[llm]\n' in text


def test_what_is_not_set_is_left_alone():
    for text in WRITTEN:
        assert without_value(text, ["caption", "command"]) == text
    assert without_value("query = 3\n", ["query", "top_k"]) == "query = 3\n"


def test_a_text_that_would_say_something_else_is_refused(monkeypatch):
    monkeypatch.setattr(config_text, "changed", lambda *_: {"query": {"top_k": 5}})
    with pytest.raises(BadUsage, match=r"cannot be changed \(edit it by hand\)"):
        with_value("[query]\ntop_k = 3\n", ["query", "top_k"], 4)


def test_a_table_does_not_take_the_place_of_a_value():
    with pytest.raises(BadUsage, match="query is no table"):
        with_value("query = 3\n", ["query", "top_k"], 4)
