import pytest

from memcli.language.secrets.answers import answered, asked_for


@pytest.mark.parametrize(
    ("before", "text", "value"),
    [
        ("what's the gate code?", "4471#", "4471#"),
        ("What was the code for the alarm again?", "Sure, I think it's 4471.", "4471"),
        ("Please send me the wifi password", "Heron99x", "Heron99x"),
        ("Here's the password:", "swordfish", "swordfish"),
        ("Wie lautet der Türcode?", "Das ist 4471, glaub ich", "4471"),
        ("门禁密码是多少\uff1f", "4471#", "4471#"),
        ("PIN?", "4471", "4471"),
        ("what's the code for the key box?", "It's 2468 from now on.", "2468"),
        ("what was the gate code before?", "1357. Yes, I know.", "1357"),
        ("What's the wifi password?", "Heron99x, all in one word", "Heron99x"),
    ],
)
def test_the_secret_of_an_answer_is_found_alone(before, text, value):
    assert [text[start:end] for _, start, end in answered(text, before)] == [value]


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("", "4471#"),
        ("what time is it?", "1030"),
        ("what's the gate code?", "I don't know, ask 4 people"),
        ("what's the wifi password?", "sorry"),
        ("I changed the gate code.", "4471"),
        ("what's the gate code?", "4471 steps today"),
        ("what's the wifi password?", "Sorry, I forgot"),
        ("what's the zip code?", "50667"),
        ("what's the gate code?", "x" * 400),
    ],
)
def test_other_turns_have_none(before, text):
    assert list(answered(text, before)) == []


@pytest.mark.parametrize(
    ("turn", "kind"),
    [
        ("What's your pin?", "pin"),
        ("the verification code please? what is it?", "one-time code"),
        ("Do you know my password?", "password"),
        ("How are you?", None),
        ("the opinion of the code", None),
    ],
)
def test_a_question_asks_for_a_kind_of_secret(turn, kind):
    assert asked_for(turn) == kind
