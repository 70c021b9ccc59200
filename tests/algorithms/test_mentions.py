from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.mentions import (
    MAX_COMPANIONS,
    Mention,
    Sighting,
    collect_mentions,
    company,
    nearness,
    sketch,
    weigh,
)

DAY = datetime(2025, 3, 1, tzinfo=UTC)


def mention(name, type_="person", **more):
    return Mention("n", name, type_, **more)


def test_what_is_unknown_counts_neither_way():
    assert weigh(0.9, mention("a"), mention("b")) == (0.9, {"name": 0.9})


def test_nearness_halves_with_the_half_life():
    a = mention("a", first_at=DAY, last_at=DAY + timedelta(days=2))
    assert nearness(a, mention("b", first_at=DAY, last_at=DAY)) == 1.0
    later = DAY + timedelta(days=92)
    assert nearness(a, mention("b", first_at=later, last_at=later)) == pytest.approx(0.5)


def test_company_of_large_circles_is_estimated_from_samples():
    names = [f"name {i}" for i in range(2000)]
    one = mention("x", companions=sketch(names[:1200]))
    other = mention("y", companions=sketch(names[600:]))
    assert len(one.companions) == MAX_COMPANIONS
    assert company(one, other) == pytest.approx(600 / 1200, abs=0.2)


@given(st.lists(st.text(max_size=5)), st.lists(st.text(max_size=5)))
def test_samples_grow_in_any_order_to_the_same(one, other):
    assert sketch([*sketch(one), *sketch(other)]) == sketch([*other, *one])


def test_collecting_counts_speakers_and_names():
    later = DAY + timedelta(days=1)
    found = collect_mentions(
        [
            Sighting("n", (("Ada", "person"), (" ", "other")), "Jonas", "s", DAY),
            Sighting("n", (("ada", "other"), ("Ada", "place")), None, None, later),
            Sighting("n", (("Ada", "person"),), " ", None, None),
        ]
    )
    ada, jonas = found
    assert (ada.name, ada.type, ada.count) == ("Ada", "person", 4)
    assert (ada.first_at, ada.last_at) == (DAY, later)
    assert (ada.companions, ada.apart, ada.speaks) == ({"jonas", "#s"}, {"jonas"}, False)
    assert (jonas.count, jonas.type, jonas.speaks) == (1, "person", True)
