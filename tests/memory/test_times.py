import json
import time
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from memcli import jsonl
from memcli.cli import output, sql_rows
from memcli.jsonl import format_time
from memcli.memory.times import parse_time, utc_offset, zone_of
from store.errors import BadRecord, BadUsage

NEW_YORK = timezone(timedelta(hours=-5))
FIXED_ZONES = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2025-01-11T09:12:00Z", "2025-01-11T09:12:00Z"),
        ("2025-01-11T09:12:00.25+02:00", "2025-01-11T07:12:00.250000Z"),
        ("2025-01-11 09:12", "2025-01-11T09:12:00Z"),
        (" 2025-01-11 09:12 ", "2025-01-11T09:12:00Z"),
        ("2025-01-11", "2025-01-11T00:00:00Z"),
        ("2025-1-12 9:12", "2025-01-12T09:12:00Z"),
        ("2025/01/12 10:00", "2025-01-12T10:00:00Z"),
        ("20250111", "2025-01-11T00:00:00Z"),
        ("20250111091200", "2025-01-11T09:12:00Z"),
        ("20250111091200123", "2025-01-11T09:12:00Z"),
        ("1736586720", "2025-01-11T09:12:00Z"),
        ("1736586720.5", "2025-01-11T09:12:00.500000Z"),
        ("1736586720123", "2025-01-11T09:12:00.123000Z"),
        ("8 May 2023", "2023-05-08T00:00:00Z"),
        ("1:56 pm on 8 May, 2023", "2023-05-08T13:56:00Z"),
        ("May 8th, 2023 at 13:56", "2023-05-08T13:56:00Z"),
        ("Sat Jan 11 09:00:00 2025", "2025-01-11T09:00:00Z"),
        ("Sat, 11 Jan 2025 09:12:00 GMT", "2025-01-11T09:12:00Z"),
        ("8 May 2023 13:56 +0200", "2023-05-08T11:56:00Z"),
        ("12/01/2025, 09:12", "2025-01-12T09:12:00Z"),
        ("12/01/25 9:12:33\u202fPM", "2025-01-12T21:12:33Z"),
        ("12/01/69", "1969-01-12T00:00:00Z"),
        ("8 May 23", "2023-05-08T00:00:00Z"),
        ("\u200e12.01.2025 12:05 am", "2025-01-12T00:05:00Z"),
    ],
)
def test_usual_forms_are_read_as_utc(text, wanted):
    assert format_time(parse_time(text)) == wanted


@pytest.mark.parametrize(
    "value",
    [
        *("", "hello", "Monday", "8 May", "May 2023", "09:12", "25:00", "31/31/2025", "2025-02-30"),
        *("2025-01-11 25:00", "10 and 8 May 2023", "8 May 2023 1:56 PM CST", "2023", "1.5"),
        *("1899-12-31", "2201-01-01", "1" * 40, 2023, 0, -5, 7.5, 10**30, True),
        *(float("nan"), float("inf")),
    ],
)
def test_what_is_no_time_is_refused_with_its_value_and_a_remedy(value):
    with pytest.raises(BadRecord) as caught:
        parse_time(value)
    assert str(value)[:20] in caught.value.reason
    assert "RFC 3339" in caught.value.remedy


def test_day_comes_first_unless_that_is_impossible_or_told_otherwise():
    assert parse_time("12/01/2025").month == 1
    assert parse_time("12/13/2025").month == 12
    assert parse_time("12/01/2025", day_first=False).month == 12
    assert parse_time("13/01/2025", day_first=False).month == 1


def test_a_base_gives_the_year_or_the_whole_date_that_is_missing():
    base = date(2024, 2, 29)
    assert parse_time("8 May", base=base) == datetime(2024, 5, 8, tzinfo=UTC)
    assert parse_time("9:12 pm", base=base) == datetime(2024, 2, 29, 21, 12, tzinfo=UTC)
    assert parse_time("8 May 2023", base=base).year == 2023
    with pytest.raises(BadRecord):
        parse_time("29 February", base=date(2023, 1, 1))


def test_a_naive_time_is_in_the_default_zone():
    ahead = timezone(timedelta(hours=2))
    assert parse_time("2025-01-11T09:12", ahead) == datetime(2025, 1, 11, 7, 12, tzinfo=UTC)
    assert parse_time("2025-01-11T09:12Z", ahead) == datetime(2025, 1, 11, 9, 12, tzinfo=UTC)
    assert parse_time(date(2025, 1, 11)) == datetime(2025, 1, 11, tzinfo=UTC)
    assert parse_time(datetime(2025, 1, 11, 9)) == datetime(2025, 1, 11, 9, tzinfo=UTC)


@pytest.fixture
def _in_new_york():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_in_new_york")
def test_the_clock_and_the_local_zone_play_no_part():
    assert datetime(2025, 1, 11, 12).astimezone(UTC).hour == 17
    assert format_time(parse_time("8 May 23 13:56")) == "2023-05-08T13:56:00Z"
    with pytest.raises(BadRecord):
        parse_time("8 May 2023 13:56 EST")


def as_record(moment):
    return json.loads(jsonl.encode({"at": moment}))["at"]


@pytest.mark.usefixtures("_in_new_york")
@pytest.mark.parametrize("write", [format_time, as_record, output.cell, sql_rows.json_value])
@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2025, 1, 11, 12), "2025-01-11T12:00:00Z"),
        (datetime(2025, 7, 11, 12, 0, 0, 5), "2025-07-11T12:00:00.000005Z"),
        (datetime(2025, 1, 11, 12, tzinfo=UTC), "2025-01-11T12:00:00Z"),
        (datetime(2025, 1, 11, 12, tzinfo=NEW_YORK), "2025-01-11T17:00:00Z"),
    ],
)
def test_a_time_without_a_zone_is_written_as_utc_by_all(write, moment, text):
    assert write(moment) == text


def test_seconds_to_nanoseconds_are_told_apart_by_size():
    wanted = datetime(2025, 1, 11, 9, 12, tzinfo=UTC)
    assert {parse_time(1736586720 * 1000**power) for power in range(4)} == {wanted}


@settings(deadline=None)
@given(st.datetimes(datetime(1901, 1, 1), datetime(2199, 12, 31), timezones=FIXED_ZONES))
@example(datetime(2025, 1, 11, tzinfo=UTC))
def test_a_formatted_time_is_read_back(moment):
    text = format_time(moment)
    assert text.endswith("Z")
    assert parse_time(text) == moment
    assert parse_time(moment.isoformat()) == moment
    minutes = moment.utcoffset().total_seconds() / 60
    assert utc_offset(moment.isoformat(" ")) == (minutes or 0)


def test_an_offset_is_what_a_time_states_and_zulu_states_none():
    stated = ["12:00+02:00", "12:00:01.5 -0330", "12:00Z", "09:12 11-01-2025", "12:00-00:00", None]
    assert [utc_offset(text) for text in stated] == [120, -210, None, None, None, None]


@settings(deadline=None)
@given(st.datetimes(datetime(1970, 1, 1), datetime(2060, 1, 1)), st.sampled_from(["/", ".", "-"]))
def test_numeric_dates_are_read_back(moment, sep):
    text = moment.strftime(f"%d{sep}%m{sep}%Y, %H:%M:%S")
    assert parse_time(text) == moment.replace(microsecond=0, tzinfo=UTC)
    american = moment.strftime(f"%m{sep}%d{sep}%Y, %I:%M %p")
    wanted = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    assert parse_time(american, day_first=False) == wanted


@settings(deadline=None)
@given(st.text() | st.integers() | st.floats())
def test_anything_is_a_time_or_a_bad_record(value):
    try:
        moment = parse_time(value)
    except BadRecord:
        return
    assert moment.tzinfo is UTC
    assert 1899 <= moment.year <= 2201


def test_a_zone_has_a_name_or_is_that_of_the_machine(monkeypatch):
    assert zone_of("Europe/Paris").utcoffset(datetime(2026, 7, 1)) == timedelta(hours=2)
    assert zone_of("UTC") is UTC
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert zone_of(None).utcoffset(datetime(2026, 7, 1)) == timedelta(hours=9)
    with pytest.raises(BadUsage, match="no time zone 'Mars'"):
        zone_of("Mars")
