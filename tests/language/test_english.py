"""Tests of memcli.language.english."""

from __future__ import annotations

import pytest

from memcli.language.english import is_english


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We moved to Ghent last week and the boxes are still in the hall.", True),
        ("lol ok", True),
        ("Wir sind letzte Woche nach Gent gezogen und die Kisten stehen noch in der Diele.", False),
        ("La semana pasada nos mudamos a Gante y las cajas siguen en el pasillo de casa.", False),
        (
            "We zijn vorige week naar Gent verhuisd en de dozen staan nog in de gang van het huis.",
            False,
        ),
        (
            "\u6211\u4e0a\u5468\u642c\u5230\u4e86\u6839\u7279\uff0c\u7bb1\u5b50\u8fd8\u5728\u8d70\u5eca\u91cc\u3002",
            False,
        ),
    ],
)
def test_english_is_told_from_other_languages(text: str, expected: bool) -> None:
    assert is_english([text]) is expected


def test_only_as_much_is_read_as_is_needed() -> None:
    def texts() -> object:
        yield "this is what we said and that is all there is to it " * 40
        raise AssertionError("read too much")

    assert is_english(texts())  # type: ignore[arg-type]
