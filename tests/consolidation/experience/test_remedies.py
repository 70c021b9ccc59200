"""Remedies: what failed in several sessions, and what was done before it worked."""

from __future__ import annotations

from memcli.consolidation.experience.remedies import (
    common_start,
    find_remedies,
    is_alike,
    is_of_work,
    remedies_in,
    remedy_forms,
)
from tests.support.experience import session, sessions

MISSING = "bash: ruff: command not found"


def talk(*steps):
    return [["u", "Do it."], *steps, ["a", "Done."]]


def texts(*talks):
    return [form.text for form in remedy_forms(sessions(*talks))]


def test_another_command_for_the_same_thing_that_passed_is_a_remedy():
    one = talk(["x", "ruff check a", 127, MISSING], ["x", "uv run ruff check a", 0, ""])
    two = talk(["x", "ruff check b", 127, MISSING], ["x", "uv run ruff check b", 0, ""])
    (text,) = texts(one, two)
    assert text == (
        "`ruff check ...` failed 2 times (ruff: command not found);"
        " `uv run ruff check ...` worked instead."
    )
    assert texts(one) == []
    assert texts(one, one + one[1:]) != []


def test_an_option_that_made_it_pass_is_told():
    one = talk(
        ["x", "manage.py test a", 1, "Connection refused"],
        ["x", "manage.py test a --local", 0, "OK"],
    )
    two = talk(
        ["x", "manage.py test b", 1, "Connection refused"],
        ["x", "manage.py test b --local", 0, "OK"],
    )
    (text,) = texts(one, two)
    assert "`manage.py test ... --local` worked instead" in text


def test_a_step_before_the_same_command_is_one_too():
    steps = [
        ["x", "tf plan", 1, "the lock file is old"],
        ["x", "tf init -upgrade", 0, ""],
        ["x", "tf plan", 0, ""],
    ]
    (text,) = texts(talk(*steps), talk(*steps))
    assert (
        text == "`tf plan` failed 2 times (the lock file is old) until `tf init -upgrade` was run."
    )


def test_what_was_edited_in_between_or_judges_the_work_teaches_nothing():
    edited = talk(
        ["x", "ruff check", 127, MISSING], ["e", "a.py"], ["x", "uv run ruff check", 0, ""]
    )
    work = talk(["x", "pytest a", 1, "2 failed, 1 passed"], ["x", "pytest a --lf", 0, "1 passed"])
    assert texts(edited, edited) == []
    assert texts(work, work) == []
    assert is_of_work("AssertionError: 1 == 2")
    assert not is_of_work("port 5432 failed: Connection refused")


def test_what_passes_as_well_or_since_is_no_lesson():
    one = talk(["x", "ruff check a", 127, MISSING], ["x", "uv run ruff check a", 0, ""])
    assert texts(one, one, talk(["x", "ruff check a", 0, ""])) == []


def test_other_commands_are_not_alike():
    assert is_alike(("npm", "install", "zod"), ("pnpm", "add", "zod"))
    assert not is_alike(("git", "commit"), ("git", "push"))
    assert not is_alike(("make", "docs"), ("cargo", "run"))
    assert not is_alike((), ("make",))
    assert common_start([("a", "b", "c"), ("a", "b")]) == ("a", "b")


def test_each_time_is_kept_with_its_session():
    one = talk(["x", "ruff check a", 127, MISSING], ["x", "uv run ruff check a", 0, ""])
    (remedy,) = find_remedies(session(one))
    assert (remedy.kind, remedy.failed.did, remedy.worked.ok) == ("instead", "ruff check a", True)
    forms = remedy_forms(sessions(one, one))
    assert [each.session for each in remedies_in(forms)] == ["s0", "s1"]
