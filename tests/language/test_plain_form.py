"""The form by which a text is known again."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.plain_form import plain_form, says_something


@given(st.text(max_size=40))
def test_it_is_its_own_form_in_any_spelling(text):
    plain = plain_form(text)
    assert plain_form(plain) == plain
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert plain_form(unicodedata.normalize(form, text)) == plain
    assert plain == " ".join(plain.split())


@given(st.text(max_size=20), st.sampled_from([" ", "\n\t", " - ", "... ", "\u3000", "!?"]))
def test_signs_and_spaces_between_words_do_not_count(text, between):
    assert plain_form(f"{between}{text}{between}") == plain_form(text)
    plain = plain_form(text)
    assert plain_form(between.join(plain.split(" "))) == plain


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Nd", "Zs"]), max_size=20))
def test_case_does_not_count(text):
    assert plain_form(text.casefold()) == plain_form(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The gate code is 4471!", "the  gate code: is 4471"),
        ("Stra\u00dfe", "STRASSE"),
        ("\uff24elft", "delft"),
        ("caf\u00e9", "CAFE\u0301"),
        ("zero\u200bwidth", "zerowidth"),
        ("it's", "it s"),
        ("Osric in Porto", "\u041esri\u0441 in P\u03bfrt\u043e"),
    ],
)
def test_the_same_in_other_signs_is_the_same(one, other):
    assert plain_form(one) == plain_form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("code 4471", "code 4472"),
        ("\u0915\u093f", "\u0915\u093e"),  # two syllables that differ by the sign of their vowel
        ("cafe", "caf\u00e9"),
        ("a bc", "ab c"),
    ],
)
def test_what_differs_in_a_letter_differs(one, other):
    assert plain_form(one) != plain_form(other)


@pytest.mark.parametrize(
    "text", ["", "Yes!", "ok, thanks", "\u8c22\u8c22", "Danke sch\u00f6n!", "\U0001f600"]
)
def test_what_anybody_says_says_nothing(text):
    assert not says_something(plain_form(text))


@pytest.mark.parametrize("text", ["4471#", "Ottilie", "Yes, in Tihany", "\u674e\u534e"])
def test_a_name_or_a_number_says_something(text):
    assert says_something(plain_form(text))
