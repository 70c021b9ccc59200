import pytest

from memcli.language.secrets import find_secrets


def found(text):
    return [(each.kind, text[each.start : each.end]) for each in find_secrets(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("la respuesta de seguridad es Rocinante", "Rocinante"),
        ("if it asks first pet say Bramble", "Bramble"),
        ("Secret question: name of my teacher. Answer: Mrs Okafor", "Mrs Okafor"),
        ("bei der frage nach dem haustier hab ich Mohrle genommen", "Mohrle"),
        ("cuando pregunte por tu primera mascota pon Canela", "Canela"),
    ],
)
def test_what_answers_a_question_of_security_is_found(text, value):
    assert found(text) == [("security answer", value)]


@pytest.mark.parametrize(
    "text",
    [
        "My first pet was a hamster called Nibbles",
        "His favourite teacher was Mrs Abernathy",
        "Mein erstes Haustier war ein Hamster",
        "I answered the security questions and it still locked me out",
    ],
)
def test_talk_of_what_such_questions_are_about_is_none(text):
    assert found(text) == []
