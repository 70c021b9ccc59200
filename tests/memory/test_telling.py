"""How memories are told"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.memory.telling import is_worth, told, told_line, until_text, without_secrets

MARCH, MAY, NOW = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 5, 6))


def row(**fields):
    names = "speaker subject attribute value polarity valid_from valid_to superseded_by"
    known = {"id": "a", "level": 1, "type": "semantic", "text": "I moved.", "happened_at": MARCH}
    return {**dict.fromkeys(names.split()), **known, "importance": 0.1, **fields}


def home(**fields):
    return row(**{"subject": "Ada", "attribute": "residence", "value": "Ghent", **fields})


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (row(speaker="Ada"), "Ada, 2026-03-01: I moved."),
        (row(speaker="Ada", text="Ada moved."), "Ada moved."),
        (row(speaker="user", happened_at=None), "the user: I moved."),
        (row(), "I moved."),
        (home(subject="user's sister"), "The user's sister lives in Ghent."),
        (home(valid_from=MARCH), "Ada lives in Ghent."),
        (home(valid_from=MAY), "Ada lives in Ghent (since 2026-05-01)."),
        (home(valid_from=MARCH, valid_to=MAY), "Ada lived in Ghent (until 2026-05-01)."),
        (home(superseded_by="b"), "Ada lived in Ghent (no longer)."),
        (home(polarity="negative"), "Ada does not live in Ghent."),
        (home(valid_from=MAY, valid_to=MAY), "Ada lived in Ghent (on 2026-05-01)."),
    ],
)
def test_a_line_says_who_what_and_when(given, line):
    assert told(given, NOW) == line


def test_a_summary_quotes_while_the_words_are_few():
    assert told_line(row(speaker="Ada"), False) == "Ada: I moved."
    assert told_line(home(speaker="Ada")) == "Ada, 2026-03-01: I moved."
    assert told_line(home(text="I " + "moved " * 40)) == "Ada lives in Ghent."


def test_facts_that_last_and_what_matters_are_worth_a_line():
    assert is_worth(home())
    assert not is_worth(home(attribute="event"))
    assert not is_worth(row())
    assert is_worth(row(importance=0.9))


def test_an_end_is_a_day_or_no_longer():
    assert until_text(row(valid_from=MARCH, valid_to=MAY)) == "until 2026-05-01"
    assert until_text(row(valid_from=MAY, valid_to=MAY)) == "no longer"


def test_a_secret_gives_way_to_the_id_of_its_memory():
    assert without_secrets("my pin is 4471", "abcdefghijkl") == "my pin is [secret abcdefgh]"
    fact = home(attribute="code", value="4471", text="my pin is 4471")
    assert told(fact, NOW) == "Ada's code is [secret a]."
