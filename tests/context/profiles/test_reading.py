"""What is put together of a person, from the rows of a real store."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.context.profiles.people import Directory
from memcli.context.profiles.reading import people_to_show, read_profiles
from store import Store

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SAID = datetime(2026, 3, 1, tzinfo=UTC)


# ---------------------------------------------------------------- names


def test_an_empty_store_knows_nobody(empty_store):
    snapshot = Store.open(empty_store).snapshot()
    assert Directory(snapshot, None).all() == []
    assert read_profiles(snapshot, [], NOW) == []


# ---------------------------------------------------------------- the sample


@pytest.fixture(scope="module")
def snapshot(linked_once):
    return Store.open(linked_once.path).snapshot()


def test_the_people_of_a_store_are_shown_or_the_one_who_is_named(snapshot):
    directory = Directory(snapshot, None)
    people, _ = people_to_show(directory, None)
    assert {person.name for person in people} == {"Mara", "Jonas"}
    one, _ = people_to_show(directory, "jonas")
    assert [person.name for person in one] == ["Jonas"]


def test_a_profile_is_of_its_person_with_so_many_entries_a_section(snapshot):
    (profile,) = read_profiles(snapshot, [Directory(snapshot, None).named("Jonas")], NOW)
    assert profile.person.name == "Jonas"
    assert profile.about >= len(profile.entries) > 0
    (short,) = read_profiles(snapshot, [profile.person], NOW, limit=1)
    sections = [entry.section for entry in short.entries]
    assert len(sections) == len(set(sections)) > 0
