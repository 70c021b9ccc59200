"""The words that names are told by."""

from __future__ import annotations

import pytest

from memcli.language.names.words import NEVER_NAMES, NOT_NAMES, is_nationality, is_place


@pytest.mark.parametrize("name", ["Lisbon", "new  york", "Sri Lanka", "Crystal Lake", "Elm Street"])
def test_countries_cities_and_what_ends_like_a_place_are_places(name):
    assert is_place(name)


@pytest.mark.parametrize("name", ["Zola", "Lake House", "", "Lakes"])
def test_other_names_are_not(name):
    assert not is_place(name)


@pytest.mark.parametrize("word", ["French", "swedish", "Portuguese", "Hindu", "Spanish"])
def test_adjectives_of_countries_and_religions_are_nationalities(word):
    assert is_nationality(word)


@pytest.mark.parametrize("word", ["Selfish", "cheese", "Lisbon", "these"])
def test_other_words_are_not(word):
    assert not is_nationality(word)


def test_what_wears_capitals_without_a_name_is_no_name():
    assert {"monday", "may", "asap"} <= NEVER_NAMES <= NOT_NAMES
    # "The" and "of" stand within names.
    assert not {"the", "of"} & NEVER_NAMES
