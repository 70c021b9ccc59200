"""What a name is called in full, and what it names by what stands around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.names.types import Run, canonical, has_person_verb, type_of


def run_of(name, text):
    return Run(name, text.index(name), False)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Dr. Ada Lovelace's", "Ada Lovelace"),
        ('"Mara,"', "Mara"),
        ("MARISA", "Marisa"),
        ("NASA", "NASA"),
        ("mara", "Mara"),
        ("Ana  de\tSouza", "Ana de Souza"),
        ("Dr", "Dr"),
    ],
)
def test_a_name_has_one_form(name, plain):
    assert canonical(name) == plain


@given(st.text(max_size=60))
def test_the_form_of_a_form_is_itself(name):
    assert canonical(canonical(name)) == canonical(name)


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("Zorba", "I work at Zorba now.", "organization"),
        ("Zorba", "We moved to Zorba in May.", "place"),
        ("Zorba", "My sister Zorba called.", "person"),
        ("Zorba", "Zorba said it was late.", "person"),
        ("Zorba", "I bought a new Zorba.", "product"),
        ("Zorba University", "I saw Zorba University.", "organization"),
        ("Lisbon", "I like Lisbon.", "place"),
        ("ZORBA", "I like ZORBA.", "other"),
    ],
)
def test_the_words_around_a_name_tell_what_it_names(name, text, kind):
    assert type_of(run_of(name, text), name, text, set()) == kind


def test_a_possessive_belongs_to_what_people_have():
    assert has_person_verb(run_of("Zorba's", "Zorba's sister left."), "Zorba's sister left.")
    assert not has_person_verb(run_of("Zorba", "Zorba is closed."), "Zorba is closed.")
