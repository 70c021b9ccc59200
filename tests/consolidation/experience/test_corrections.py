"""Corrections that a user said in several sessions."""

from __future__ import annotations

from memcli.consolidation.experience.corrections import correction_forms
from tests.support.experience import sessions


def said(*texts):
    return [["u", "Format it."], *(step for t in texts for step in (["a", "Done."], ["u", t]))]


USES = said("No, use ruff instead of black.")


def texts(*talks):
    return [form.text for form in correction_forms(sessions(*talks))]


def test_what_was_said_twice_is_told_in_the_newest_words():
    assert texts(USES, said("please use ruff instead of black")) == [
        'The user, 2 times: "please use ruff instead of black"'
    ]
    assert texts(USES) == []
    assert texts(said("No, use ruff instead of black.", "use ruff instead of black!")) == []


def test_what_is_wanted_otherwise_since_is_taken_back():
    assert texts(USES, USES, said("use black instead of ruff")) == []


def test_secrets_and_first_wishes_are_none():
    secret = "use token sk-ant-api03-" + "a1B2" * 20 + " instead of black"
    assert texts(said(secret), said(secret)) == []
    assert texts([["u", "use ruff instead of black"]], [["u", "use ruff instead of black"]]) == []
