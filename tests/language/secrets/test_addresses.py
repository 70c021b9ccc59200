"""Addresses that let in whoever has them."""

import pytest

from memcli.language.secrets import find_secrets


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("https://a.example.org/f.zip?sv=2022&sig=kL9qW3xZ7vT2mN8bR5y", "kL9qW3xZ7vT2mN8bR5y"),
        ("https://x7Kd93mQwErTyUiOp2Zs8Lb4@git.example.org/a.git", "x7Kd93mQwErTyUiOp2Zs8Lb4"),
        ("https://cloud.example.org/s/Wd7KqPz3TnYb2Lx", "Wd7KqPz3TnYb2Lx"),
    ],
)
def test_the_part_that_lets_in_is_found(text, value):
    assert [text[s.start : s.end] for s in find_secrets(text)] == [value]


def test_other_addresses_have_none():
    assert find_secrets("https://api.example.org/v2/items?page=3&sort=name2024a") == []
