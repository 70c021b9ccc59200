"""File names made of any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.exports.names import NameGiver, safe_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mj/1", "mj-1"),
        ("../../etc/passwd", "etc-passwd"),
        (".hidden", "hidden"),
        ("", "_"),
        ("..", "_"),
        ("a b\tc\n", "a-b-c"),
        ("記憶", "記憶"),
        ("CON", "_CON"),
        ("e\u0301", "é"),
    ],
)
def test_a_name_is_safe_and_readable(text, name):
    assert safe_name(text) == name


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_names_are_unique_without_regard_to_case_and_stay_the_same(texts):
    giver = NameGiver(suffix=".md", taken=["README.md"])
    names = {text: giver.name(text) for text in texts}
    folded = {name.casefold() for name in names.values()}
    assert len(folded) == len(names)
    assert "readme.md" not in folded
    assert all(giver.name(text) == name for text, name in names.items())
    for name in names.values():
        assert "/" not in name
        assert not name.startswith(".")
        assert 0 < len(name.encode()) <= 140
