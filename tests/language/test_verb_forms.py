"""Tests of memcli.language.verb_forms."""

from memcli.language.verb_forms import PLAIN_FORMS


def test_pasts_and_participles_have_their_plain_form() -> None:
    assert [PLAIN_FORMS[form] for form in ("left", "went", "gone", "was")] == (
        ["leave", "go", "go", "be"]
    )


def test_what_is_a_plain_form_itself_is_none() -> None:
    assert not {"lay", "put", "come", "find"} & PLAIN_FORMS.keys()
