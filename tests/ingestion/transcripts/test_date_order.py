"""Order of day and month."""

from __future__ import annotations

import pytest

from memcli.ingestion.transcripts.date_order import dates_in, is_day_first


@pytest.mark.parametrize(
    ("dates", "day_first"),
    [
        (["1/2/26", "13/2/26"], True),
        (["1/2/26", "2/13/26"], False),
        (["1/2/26", "1/9/26", "2/3/26"], False),
        (["1/2/26", "9/2/26", "3/3/26"], True),
        (["1/2/26, 3:04 PM"], False),
        (["1/2/26, 3:04 p. m."], False),
        (["1/2/26, 15:04"], True),
        (["1.2.26, 3:04 PM"], True),
        ([], True),
    ],
)
def test_the_order_is_decided_by_all_dates(dates, day_first):
    assert is_day_first(dates) is day_first


def test_dates_are_found_at_the_beginning_of_values():
    head = b'date,text\n"1/2/26, 3:04 PM",due 4/5/26\n1/3/26,x\n{"ts": "12/31/2026"}\n'
    assert dates_in(head) == ["1/2/26, 3:04 PM", "1/3/26,x", "12/31/2026"]
