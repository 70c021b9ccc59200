"""Runs of letters and digits that nobody would say."""

import pytest

from memcli.language.secrets import find_secrets


def found(text):
    return [text[secret.start : secret.end] for secret in find_secrets(text)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            "that one: wJa8rXUtnF3MI/K7MDENG/bPxRfiCYzQpL0sVkTe",
            ["wJa8rXUtnF3MI/K7MDENG/bPxRfiCYzQpL0sVkTe"],
        ),
        ("klucz do gry na Steam: 5KD9Q-ZX2LM-RT7YW", ["5KD9Q-ZX2LM-RT7YW"]),
        ("geheimer Schlüssel für 2FA: ORUGS4ZANFZSAYLT", ["ORUGS4ZANFZSAYLT"]),
        ("backup codes: 4821 9930, 7745 0182", ["4821 9930", "7745 0182"]),
    ],
)
def test_keys_serials_and_codes_are_found(text, values):
    assert [v for v in values if any(v in f for f in found(text))] == values


@pytest.mark.parametrize(
    "text",
    [
        "sha384-IMqVj9dNAdCwD9lqO9yH+Y7H5HRC3b+QH6QaU1ExdTRzVXp77lXdMjX8QeEz+x is its integrity",
        "see Code_Architecture_Design_1-DM-S2_02-03",
        "commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904 is the empty tree",
        "request 7f3c9a1e-5b2d-4806-ac1e-9f03b5d28467 took 340 ms",
    ],
)
def test_digests_and_names_are_none(text):
    assert found(text) == []
