"""From when to when a sentence holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.language.time.finding import find_times
from memcli.language.time.validity import validity

MONDAY = datetime(2023, 5, 8, 13, 56, tzinfo=UTC)


def days(sentence):
    edges = validity(sentence, MONDAY, find_times(sentence, MONDAY))
    return tuple(edge and edge.date().isoformat() for edge in edges)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I live in Porto", ("2023-05-08", None)),
        ("I ate an oyster", (None, "2023-05-08")),
        ("I used to smoke", (None, "2023-05-08")),
        ("I moved to Porto", ("2023-05-08", None)),
        ("I ate an oyster last Friday", ("2023-05-05", "2023-05-06")),
        ("I moved to Porto in March", ("2023-03-01", None)),
        ("I started at the bakery in June 2021", ("2021-06-01", None)),
        ("I'm moving to Porto next month", ("2023-06-01", None)),
        ("I've lived here since 2019", ("2019-01-01", None)),
        ("I'm here until Friday", ("2023-05-08", "2023-05-13")),
        ("I worked there until 2019", (None, "2020-01-01")),
        ("I worked there from 2015 until 2019", ("2015-01-01", "2020-01-01")),
        ("I'll join you for dinner on Friday", ("2023-05-12", "2023-05-13")),
        ("Yesterday, I got married", ("2023-05-07", None)),
        ("I lost my key yesterday, so I'm moving", ("2023-05-07", "2023-05-08")),
        ("From next Monday I work at home", ("2023-05-15", None)),
        ("I lived there before 2019", (None, "2019-01-01")),
        ("I lived alone after 2019", ("2020-01-01", None)),
        ("I have taught for the last two years", ("2021-01-01", None)),
        ("In 2022, on 3 March 2022, the roof fell", ("2022-03-03", "2022-03-04")),
    ],
)
def test_prepositions_and_verbs_bound_what_holds_parsed_or_not(parsed, text, expected):
    assert days(parsed(text)) == days(text) == expected


def test_a_naive_moment_is_utc():
    assert validity("I live in Ghent.", MONDAY.replace(tzinfo=None), []) == (MONDAY, None)
