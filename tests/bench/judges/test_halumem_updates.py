"""The judge of HaluMem's updates: what it asks, and what it takes for right."""

from __future__ import annotations

import pytest
from judges.halumem_updates import Update, is_first, judge, read, told, updates

from tests.support.paths import ROOT

DATA = ROOT.parent / "shared" / "data" / "halumem-dev"
TOLD = [
    {"session_id": "s0", "timestamp": "2029-01-01T10:00:00Z"},
    {"session_id": "s1", "timestamp": "2029-02-01T10:00:00Z"},
]
POINT = {
    "namespace": "n",
    "session_id": "s0",
    "is_update": True,
    "text": 'Ida\'s career_status updated monthly_income from "15700" to "18000" yuan.',
    "replaces": ["Ida's monthly income is 15700 yuan"],
}
INCOME = Update("Ida's monthly income", "n", "s0", "2029-02-01T10:00:00Z", "15700", "18000")


def test_the_old_is_asked_for_without_its_value_right_after_the_session():
    other = {**POINT, "text": "Ida now likes boats.", "replaces": ["Ida dislikes boats"]}
    kept = {**POINT, "is_update": False}
    assert list(updates([POINT, other, kept], TOLD)) == [
        INCOME,
        INCOME._replace(asked="Ida dislikes boats", old=None, new=None),
    ]


@pytest.mark.parametrize(
    ("texts", "is_right"),
    [
        (["I earn 18,000 yuan now."], True),
        (["From 15700 to 18000."], True),
        (["I earn 15,700 yuan.", "I earn 18,000 now."], False),
        (["I earn 18,000 now.", "I earned 15,700."], True),
        (["x"] * 5 + ["18000"], False),
        (["I earn 180000."], False),
    ],
)
def test_the_new_value_has_to_lead(texts, is_right):
    assert is_first(texts, INCOME) is is_right


def test_a_value_in_a_longer_new_one_is_not_the_old():
    update = INCOME._replace(old="director", new="senior director")
    assert is_first(["Made Senior Director today."], update)


@pytest.mark.bench
@pytest.mark.skipif(not DATA.exists(), reason="the data of HaluMem are not here")
def test_most_updates_are_at_hand(tmp_path):
    found = list(updates(read(DATA / "gold.jsonl"), read(DATA / "messages.jsonl")))
    figures = judge(told(DATA, tmp_path / "store"), found)
    assert figures["updates"] > 60
    assert figures["session"] > 0.5
