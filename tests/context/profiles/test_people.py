"""The persons that a store knows, and by which names."""

from __future__ import annotations

import pytest

from memcli.context.profiles.people import Directory, Person
from store.errors import BadUsage, InputNotFound


def directory(*names, namespace="default"):
    found = Directory.__new__(Directory)
    found._people = {(namespace, n): Person(namespace, n, {n}, True, 5) for n in names}
    return found


def test_a_short_form_or_part_of_a_name_finds_the_person():
    people = directory("James Smith", "Mara")
    assert people.named("Jim").name == "James Smith"
    assert people.named("smith").name == "James Smith"
    assert people.named("MARA").name == "Mara"


def test_a_name_of_several_and_of_nobody_is_refused_with_names_that_help():
    people = directory("James Smith", "James Brown", "Mara")
    with pytest.raises(BadUsage, match=r"James Brown, James Smith"):
        people.named("James")
    with pytest.raises(InputNotFound) as failure:
        people.named("Marra")
    assert "Mara" in failure.value.remedy


def test_the_people_of_a_chat_are_those_who_say_a_good_part_of_it():
    people = directory("Ada", "Jo", "Passer-by")
    people._people["default", "Passer-by"].said = 0
    people._people["default", "Ada"].said = 100
    people._people["default", "Jo"].said = 20
    assert [person.name for person in people.main()] == ["Ada", "Jo"]
