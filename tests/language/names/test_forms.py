import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.names.forms import is_one_edit, likeness, name_key, one_deleted, read_form


@pytest.mark.parametrize(
    ("short", "full", "reason"),
    [
        ("Ottilie", "Ottilie Brandt", "first name"),
        ("Brandt", "Ottilie Brandt", "last name"),
        ("Prof. Brandt's", "Ottilie Brandt", "last name"),
        ("Liz", "Elizabeth", "nickname"),
        ("Lizzie", "Elizabeth Brandt", "nickname"),
        ("Liz Brandt", "Elizabeth Brandt", "nickname"),
        ("J. R. Brandt", "Jonas Rolf Brandt", "initials"),
        ("J.R. Brandt", "Jonas Rolf Brandt", "initials"),
        ("J. Brandt", "Jonas Rolf Brandt", "initials"),
        ("JRB", "Jonas Rolf Brandt", "initials"),
        ("Jonas Brandt", "Jonas Rolf Brandt", "short form"),
        ("Jonas", "JonasBrandt", "first name"),
        ("Ottilie Brandtt", "Ottilie Brandt", "spelling"),
        ("Ottillie Brandt", "Ottilie Brandt", "spelling"),
    ],
)
def test_a_person_can_be_meant_by(short, full, reason):
    found = likeness(read_form(short, "person"), read_form(full, "person"), "person")
    assert (found and found.reason) == reason


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("Mrs Brandt", "Jonas Brandt"),
        ("Anna", "Annabel Brandt"),
        ("Daniel", "Daniela"),
        ("Elizabeth", "Liz"),
        ("jrb", "Jonas Rolf Brandt"),
        ("Jonas Karl Brandt", "Jonas Rolf Brandt"),
        ("Jonas Brandt", "Jonas Sand"),
        ("J", "Jonas Brandt"),
        ("李", "李明"),
        ("", ""),
    ],
)
def test_a_person_is_not_meant_by(short, full):
    assert likeness(read_form(short, "person"), read_form(full, "person"), "person") is None


@pytest.mark.parametrize(
    ("a", "b", "one"),
    [
        ("brandt", "brandt", False),
        ("brandt", "brant", True),
        ("brandt", "barndt", True),
        ("brandt", "brindt", True),
        ("brandt", "rbandt", True),
        ("brandt", "bradnts", False),
        ("", "b", True),
        ("ab", "cd", False),
    ],
)
def test_one_edit(a, b, one):
    assert is_one_edit(a, b) is one is is_one_edit(b, a)


@given(st.text("abc", min_size=6, max_size=9), st.text("abc", min_size=6, max_size=9))
def test_spellings_one_edit_apart_share_a_block(a, b):
    if is_one_edit(a, b):
        assert one_deleted(read_form(a, "other")) & one_deleted(read_form(b, "other"))


@given(st.text())
def test_the_key_of_a_key_is_itself(name):
    assert name_key(name_key(name)) == name_key(name)
