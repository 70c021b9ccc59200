"""Names that mean the same, and a question in other words."""

from __future__ import annotations

import pytest

from memcli.memory.entities import ALIAS, BY_RULE, BY_USER
from memcli.memory.glossary import Glossary, has_name, is_stated

TERMS = Glossary(
    "n",
    (
        ("paid time off", "PTO"),
        ("information technology", "IT"),
        ("Elizabeth Brandt", "Liz", "the boss"),
        ("人民代表大会", "人大"),
    ),
)


@pytest.mark.parametrize(
    ("question", "wordings"),
    [
        ("how much PTO is left?", ["how much paid time off is left?"]),
        ("how much Paid Time Off is left?", ["how much PTO is left?"]),
        ("is pto paid?", ["is paid time off paid?"]),
        ("does it work?", []),
        ("who runs IT here?", ["who runs information technology here?"]),
        ("is PTO the same as paid time off?", []),
        ("what did the boss say?", ["what did the Elizabeth Brandt say?", "what did the Liz say?"]),
        ("人大什么时候开会", ["人民代表大会什么时候开会"]),
        ("the ptolemaic system", []),
    ],
)
def test_a_question_is_put_in_the_other_words(question, wordings):
    assert [one.text for one in TERMS.rewordings(question)] == wordings


def test_a_text_has_the_words_of_a_name():
    assert has_name("25 days of Paid  time off.", "paid time off")
    assert not has_name("paid time offer", "paid time off")
    assert has_name("我在人大工作", "人大")


def test_many_names_make_few_questions():
    many = Glossary("n", (("a b", *(f"name {n}" for n in range(20))),))
    assert len(many.rewordings("where is a b?")) == 3


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (f'{{"by": "{BY_RULE}", "reason": "{ALIAS}"}}', True),
        (f'{{"by": "{BY_USER}", "reason": "merged"}}', True),
        (f'{{"by": "{BY_RULE}", "reason": "nickname"}}', False),
        (None, False),
    ],
)
def test_what_was_said_or_ruled_counts_and_what_is_likely_does_not(evidence, expected):
    assert is_stated({"canonical_id": "x", "evidence": evidence}) is expected
