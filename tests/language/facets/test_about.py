import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.facets.about import About, NameIndex, subjects_of
from memcli.language.names.forms import name_key

PEOPLE = NameIndex(
    {name_key(n): n for n in ("Ada", "Jo", "Ada Lovelace", "the user", "李雷", "Åsa")}
)


def subjects(text):
    return [about.person for about in subjects_of(text, PEOPLE)]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Ada works at a bank.", ["Ada"]),
        ("The user lives in Leiden.", ["the user"]),
        ("Ada Lovelace wrote a program.", ["Ada Lovelace"]),
        ("Last Friday (6 October 2023), Ada went to a reading.", ["Ada"]),
        ("Jo, Ada is so glad.", ["Ada"]),
        ("Since Jo and Ada last spoke, Ada moved house.", ["Ada"]),
        ("Yesterday (5 July 2023) Ada took the kids out.", ["Ada"]),
        ("Ada's brother Jo plays the cello.", ["Ada", "Jo"]),
        ("Ada and Jo moved to Leiden.", ["Ada", "Jo"]),
        ("Åsa paints.", ["Åsa"]),
    ],
)
def test_the_grammatical_subject_is_whom_it_is_about(text, who):
    assert subjects(text) == who


@pytest.mark.parametrize(
    "text",
    [
        "It was a fine day and Ada felt well.",
        "Glad Ada likes it.",
        "Thanks Ada!",
        "Seeing Ada's smile was great.",
        "When Ada came it rained.",
        "The user and the assistant go on with plan A.",
        "Nobody came.",
        "",
    ],
)
def test_what_has_another_subject_is_about_nobody(text):
    assert subjects(text) == []


def test_what_is_said_is_told_apart_from_whom_it_is_said_of():
    assert subjects_of("Ada's hometown is Ghent.", PEOPLE) == [
        About("Ada", "is Ghent.", "hometown")
    ]
    assert subjects_of("Ada and others paint.", PEOPLE) == [About("Ada", "paint.", "", True)]
    assert subjects_of("Ada visits Ada's mother.", PEOPLE) == [About("Ada", "visits their mother.")]


@given(st.text(max_size=200))
def test_no_text_makes_it_fail_and_only_known_names_come_out(text):
    for prefix in ("", "Ada ", "Ada's "):
        assert set(subjects(prefix + text)) <= {
            "Ada",
            "Jo",
            "Ada Lovelace",
            "the user",
            "李雷",
            "Åsa",
        }
