"""Plain words that stand where a secret is told."""

import pytest

from memcli.language.secrets import find_secrets


def found(text):
    return [text[secret.start : secret.end] for secret in find_secrets(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Das Kennwort fürs Forum ist übrigens Schraubenzieher", "Schraubenzieher"),
        ("Zugang zum Server: Benutzer klara, Passwort Mondlicht", "Mondlicht"),
        ("логин anna, пароль solnyshko", "solnyshko"),
        ("la respuesta de seguridad es Rocinante", "Rocinante"),
        (
            "it opens with four words: velvet tractor moonlit harbour",
            "velvet tractor moonlit harbour",
        ),
        (
            "the vault password, four words: velvet tractor moonlit harbour",
            "velvet tractor moonlit harbour",
        ),
        ("the TV unlocks with broccoli", "broccoli"),
        ("the door asks for a password, say rutabaga", "rutabaga"),
    ],
)
def test_a_plain_word_is_found_by_its_place(text, value):
    assert found(text) == ([value] if value else [])


@pytest.mark.parametrize(
    "text",
    [
        "The password policy is: use long words",
        "la clave del éxito es trabajar",
        "The phone unlocks with face",
        "My password is too short",
    ],
)
def test_talk_about_passwords_is_none(text):
    assert found(text) == []
