"""Packed ids: found by their beginnings as a search of all of them finds them."""

from __future__ import annotations

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from memcli.memory.value_ids import DAY_LENGTH, NO_DAY, beginning_with

ids = st.text("ab2", min_size=16, max_size=16)
days = st.none() | st.dates(date(1970, 1, 1), date(2200, 1, 1))


@given(st.dictionaries(ids, days), st.text("ab2z", max_size=4))
@example({}, "")
def test_what_begins_so_is_found_with_its_day(all_ids, prefix):
    packed = "".join(id_ + digits(day) for id_, day in sorted(all_ids.items()))
    expected = [
        (id_, day.isoformat() if day else "")
        for id_, day in sorted(all_ids.items())
        if id_.startswith(prefix)
    ]
    assert list(beginning_with(packed, prefix)) == expected


def digits(day):
    return str((day - date(1970, 1, 1)).days).zfill(DAY_LENGTH) if day else NO_DAY
