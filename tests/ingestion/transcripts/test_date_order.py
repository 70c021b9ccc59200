"""Order of day and month."""

from __future__ import annotations

import pytest

from memcli.ingestion.transcripts.date_order import (
    date_order,
    dates_in,
    is_day_first,
    is_year_first,
    placed,
)


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


@pytest.mark.parametrize(
    ("dates", "year_first"),
    [
        (["24/01/09", "24/01/12", "24/02/10"], True),
        (["24. 1. 9.", "24. 1. 30."], True),
        (["24-12-31", "25-01-02"], True),
        (["09/01/24", "12/01/24", "10/02/24"], False),
        (["11/02/24", "11/03/24"], False),
        (["24/01/09"], False),
        (["24/01/09", "2024/01/12"], False),
        (["1/13/26", "1/14/26"], False),
        (["13/1/26", "14/1/26"], False),
        (["31/12/25", "01/01/26"], False),
        ([], False),
    ],
)
def test_a_year_of_two_digits_may_come_first(dates, year_first):
    assert is_year_first(dates) is year_first


def test_dates_are_found_at_the_beginning_of_values():
    head = b'date,text\n"1/2/26, 3:04 PM",due 4/5/26\n1/3/26,x\n{"ts": "12/31/2026"}\n'
    assert dates_in(head) == ["1/2/26, 3:04 PM", "1/3/26,x", "12/31/2026"]


@pytest.mark.parametrize(
    ("dates", "order", "is_sure"),
    [
        (["26-13-02", "26-14-02"], "ydm", True),
        (["2026-13-02"], "ydm", True),
        (["2026-02-13"], "ymd", True),
        (["2026-02-03"], "ymd", False),
        (["13/2/26"], "dmy", False),  # or the 26th, in 2013
        (["13/2/2026"], "dmy", True),
        (["2/13/26"], "mdy", True),
        (["2/3/26"], "dmy", False),
        (["2/3/26, 3:04 PM"], "mdy", False),
        (["26/03/05", "26/04/05"], "ymd", False),  # 2005 was before WhatsApp
        (["24/01/09", "24/01/12", "24/02/10"], "ymd", False),
        ([], "dmy", False),
    ],
)
def test_the_numbers_of_a_chat_have_one_order(dates, order, is_sure):
    assert date_order(dates) == (order, is_sure)


def test_numbers_are_placed_by_their_order():
    assert placed((26, 13, 2), "ydm") == (2026, 2, 13)
    assert placed((13, 2, 2026), "dmy") == (2026, 2, 13)
