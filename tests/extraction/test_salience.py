"""Learned importance of drafts."""

from __future__ import annotations

import pytest

from memcli.extraction.drafts import Draft
from memcli.extraction.salience import Salience
from memcli.language.quotation import whole
from tests.support.talks import talk


@pytest.fixture(scope="module")
def salience():
    return Salience.load()


@pytest.fixture
def scored(parsed, salience):
    """Return what scores sentences, each as a whole."""

    def call(*sentences):
        made = [Draft(p, whole(p), talk(p.text)[0]) for p in map(parsed, sentences)]
        return salience.scores(made)

    return call


def test_what_tells_of_a_life_matters_more_than_talk(scored, salience):
    told = scored("We moved to Leiden in March 2024.", "Our son Emil was born on Friday.")
    talked = scored("That sounds so lovely.", "It is what it is, you know.")
    assert 1 >= min(told) > salience.least > max(talked) >= 0


def test_a_score_is_of_its_draft_alone(scored):
    first, second = "We moved to Leiden in March 2024.", "It is what it is."
    assert scored(first, second) == [*scored(first), *scored(second)]
    assert scored() == []
