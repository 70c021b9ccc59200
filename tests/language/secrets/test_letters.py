"""Passwords that are spelled, and dials that are said in words."""

import pytest

from memcli.language.secrets import find_secrets


def found(text):
    return [text[secret.start : secret.end] for secret in find_secrets(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "the password is spelled: capital T, r, zero, u, b, dash, nine",
            "T, r, zero, u, b, dash, nine",
        ),
        (
            "Bravo Kilo seven Tango two Echo, the code for the voicemail",
            "Bravo Kilo seven Tango two Echo",
        ),
        ("the combination is thirty-two, seven, nineteen", "thirty-two, seven, nineteen"),
    ],
)
def test_what_is_told_one_by_one_is_found(text, value):
    assert any(value in each for each in found(text))


def test_measures_are_no_letters():
    assert found("a device with sides 6 m, 8 m, 10 m") == []
