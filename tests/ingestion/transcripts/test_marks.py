from datetime import UTC, datetime

import pytest

from memcli.ingestion.transcripts.marks import (
    find_heading,
    find_mark,
    find_time,
    heading_title,
    is_name,
)


@pytest.mark.parametrize("name", ["Mara", "mara", "O'Neil", "Anne-Marie de la Tour", "Bob 2", "Ж"])
def test_names(name):
    assert is_name(name)


@pytest.mark.parametrize(
    "text",
    [
        *("", "one two three four five", "the point is", "Note", "Important note", "P.S."),
        *("9 lives", "x" * 41),
    ],
)
def test_what_is_no_name(text):
    assert not is_name(text)


def test_a_mark_tells_who_when_and_what():
    assert find_mark("[09:12] Mara: Hi.") == ("stamp", "Mara", "Hi.", "09:12")
    assert find_mark("<mara> Hi.") == ("nick", "mara", "Hi.", None)
    assert find_mark("Mara: Hi.") == ("plain", "Mara", "Hi.", None)
    assert find_mark("Hi.") is None
    assert find_mark("[see below] Mara: Hi.") is None


@pytest.mark.parametrize(
    "text",
    [
        "8 May 2023", "on May 8th, 2023 we", "(2023-05-08)", "08/05/2023", "Mon 8 May 2023",
        "8. May 2023 or 2023/5/8",
    ],
)  # fmt: skip
def test_a_date_is_found_inside_a_text(text):
    assert find_time(text) == datetime(2023, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "May", "8 May", "1.2.3", "99/99/2023", "2023", "v2023-05-081"]
)
def test_no_date_is_found_where_there_is_none(text):
    assert find_time(text) is None


def test_month_first_is_for_headings_too():
    assert find_heading("=== 05/08/2023 ===", True, day_first=False).label == "2023-05-08"


def test_a_title_is_what_is_left_beside_date_and_number():
    assert heading_title("Session 3 - 8 May 2023") == ""
    assert heading_title("Trip to Texel, 8 May 2023") == "Trip to Texel, 8 May 2023"
