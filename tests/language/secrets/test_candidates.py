"""What looks like a code, a password or a number of papers."""

import pytest

from memcli.language.secrets.candidates import candidates


def found(text):
    return [
        (each.shape, text[each.start : each.end], set(each.forms))
        for each in candidates(text, text.lower(), has_papers=True)
    ]


@pytest.mark.parametrize(
    ("text", "shape", "value", "form"),
    [
        ("it is 7390 now", "number", "7390", "usual"),
        ("in 2024", "number", "2024", "year"),
        ("9000 of it", "number", "9000", "round"),
        ("at 0530", "number", "0530", "clock"),
        ("27B04 below", "number", "27B04", "marked"),
        ("4471# there", "number", "4471#", "hash"),
        ("12-40-8", "number", "12-40-8", "groups"),
        ("9 3 0 6", "number", "9 3 0 6", "single"),
        ("903 118", "number", "903 118", "six"),
        ("four two double one", "number", "four two double one", "spelled"),
        ("四二七一", "number", "四二七一", "spelled"),
        ("Mango#Lassi9", "word", "Mango#Lassi9", "odd"),
        ("plumcake_Otis4", "word", "plumcake_Otis4", "strange"),
        ("Pelican77harbor", "word", "Pelican77harbor", "strange"),
        ("it is Heron99", "word", "Heron99", "uncommon"),
        ("padosi_dur_raho here", "word", "padosi_dur_raho", "snake"),
        ('is "pelican"', "quoted", "pelican", None),
        ("QQ 12 34 56 C", "paper", "QQ 12 34 56 C", "letters"),
        ("b7e1f09ac25d4483aa1960de7c5b2f31", "hex", "b7e1f09ac25d4483aa1960de7c5b2f31", None),
    ],
)
def test_a_form_is_told_by_its_look(text, shape, value, form):
    forms = [forms for kind, said, forms in found(text) if (kind, said) == (shape, value)]
    assert len(forms) == 1
    assert form is None or form in forms[0]


@pytest.mark.parametrize(
    "text",
    [
        "it costs 12.50 or $4500",
        "call 839 112 4471",
        "at 10:30 on 2024-05-11",
        "one two three four",
        "https://example.org/a1b2c3",
        "mara77@example.org",
        "256GB",
        "a 32-year-old",
        "Ctrl+Shift+I",
        "1234",
    ],
)
def test_amounts_times_addresses_and_examples_are_none(text):
    assert [each for each in found(text) if each[0] in ("number", "word")] == []
