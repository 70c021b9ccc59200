"""From when to when a sentence holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.language.time.resolution import find_times
from memcli.language.time.validity import validity

SAID = datetime(2025, 3, 5, 9, tzinfo=UTC)


def day(*of):
    return datetime(*of, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("I live in Ghent.", (SAID, None)),
        ("I had a headache.", (None, SAID)),
        ("I moved to Ghent.", (SAID, None)),
        ("I have lived in Ghent since May 2023.", (day(2023, 5, 1), None)),
        ("I worked there from 2019 until 2021.", (day(2019, 1, 1), day(2022, 1, 1))),
        ("I worked there until May 2023.", (None, day(2023, 6, 1))),
        ("I am away until 10 March 2025.", (SAID, day(2025, 3, 11))),
        ("I moved to Ghent on 1 May 2023.", (day(2023, 5, 1), None)),
        ("I went to Ghent on 1 May 2023.", (day(2023, 5, 1), day(2023, 5, 2))),
        ("I left after May 2023.", (day(2023, 6, 1), None)),
        ("I left before May 2023.", (None, day(2023, 5, 1))),
    ],
)
def test_prepositions_and_verbs_bound_what_holds(text, period):
    assert validity(text, SAID, find_times(text, SAID)) == period


def test_a_naive_moment_is_utc():
    assert validity("I live in Ghent.", SAID.replace(tzinfo=None), []) == (SAID, None)
