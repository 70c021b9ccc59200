"""Roles by any of their names."""

from __future__ import annotations

import pytest

from memcli.language.roles import role_of


@pytest.mark.parametrize(
    ("word", "role"),
    [("human", "user"), ("Model", "assistant"), ("developer", "system"), ("function", "tool"),
     ("observer", "observer"), (None, None), ("", None)],
)  # fmt: skip
def test_a_word_of_a_record_means_a_role(word, role):
    assert role_of(word) == role
