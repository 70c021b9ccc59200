from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from memcli.language.parts import TimeSpan
from memcli.language.time.resolution import (
    derived_dates,
    find_times,
    resolve,
    spell,
    validity,
    words_of,
)
from tests.support.growth import assert_grows_with_its_input

MONDAY = datetime(2023, 5, 8, 13, 56, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2080, 1, 1), timezones=st.just(UTC))


def spelled(text, said_at=MONDAY):
    return [spell(found) for found in find_times(text, said_at)]


def days(text, said_at=MONDAY):
    [found] = find_times(text, said_at)
    return found.start.date().isoformat(), found.end.date().isoformat()


def span(start, end):
    first, last = (datetime(each.year, each.month, each.day, tzinfo=UTC) for each in (start, end))
    return TimeSpan(first, last, "", (0, 0))


def valid(text, said_at=MONDAY):
    edges = validity(text, said_at, find_times(text, said_at))
    return tuple(edge and edge.date().isoformat() for edge in edges)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I saw the dentist today.", "8 May 2023"),
        ("See you tonight!", "8 May 2023"),
        ("I burnt the toast this morning", "8 May 2023"),
        ("Yesterday's match was a draw.", "7 May 2023"),
        ("The parcel came the day before yesterday.", "6 May 2023"),
        ("I couldn't sleep last night", "7 May 2023"),
        ("we're rehearsing tomorrow night", "9 May 2023"),
        ("The plumber comes the day after tomorrow", "10 May 2023"),
        ("That was the night before last.", "6 May 2023"),
    ],
)
def test_days_near_the_moment_are_counted_from_it(text, expected):
    assert spelled(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We hiked last Friday.", "5 May 2023"),
        ("We hiked last Monday.", "1 May 2023"),
        ("The van leaves next Friday.", "12 May 2023"),
        ("The van leaves next Monday.", "15 May 2023"),
        ("I'm free this Friday", "12 May 2023"),
        ("I'm free this Monday", "8 May 2023"),
        ("This past Friday we hiked.", "5 May 2023"),
        ("this coming Monday we start", "15 May 2023"),
        ("I met the landlord on Friday.", "5 May 2023"),
        ("I will meet the landlord on Friday.", "12 May 2023"),
        ("I'm meeting the landlord on Friday.", "12 May 2023"),
        ("The exam is on Friday.", "12 May 2023"),
        ("I've been ill since Friday.", "5 May 2023"),
        ("The form was to be in by Friday", "12 May 2023"),
        ("What did I do on Friday?", "5 May 2023"),
        ("I passed the test, so we'll celebrate on Friday", "12 May 2023"),
        ("See you Saturday!", "13 May 2023"),
        ("We meet on Friday of next week", "19 May 2023"),
        ("Let's meet Friday next week", "19 May 2023"),
        ("I quit two Fridays ago.", "28 April 2023"),
        ("It broke the Friday before last", "28 April 2023"),
        ("I wanted to ask whether you are free this Saturday", "13 May 2023"),
        ("I just wanted to say that this weekend, we're hosting", "the weekend of 13 May 2023"),
        ("on Tue we won", "2 May 2023"),
        ("I'm off today, Monday", "8 May 2023"),
        ("So pumped for Sunday!", "14 May 2023"),
        ("I booked a table for Thursday", "11 May 2023"),
    ],
)
def test_weekdays_are_the_closest_on_the_side_that_word_or_tense_gives(text, expected):
    assert spelled(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("last week was hard", ("2023-05-01", "2023-05-08")),
        ("this week is busy", ("2023-05-08", "2023-05-15")),
        ("the week before last I was ill", ("2023-04-24", "2023-05-01")),
        ("last weekend we sailed", ("2023-05-06", "2023-05-08")),
        ("This weekend was great", ("2023-05-06", "2023-05-08")),
        ("we'll paint the fence this weekend", ("2023-05-13", "2023-05-15")),
        ("we painted the fence over the weekend", ("2023-05-06", "2023-05-08")),
        ("last month I gave up sugar", ("2023-04-01", "2023-05-01")),
        ("next month I'm off", ("2023-06-01", "2023-07-01")),
        ("next year we marry", ("2024-01-01", "2025-01-01")),
        ("last summer it rained", ("2022-06-01", "2022-09-01")),
        ("this summer we'll sail", ("2023-06-01", "2023-09-01")),
        ("last winter was mild", ("2022-12-01", "2023-03-01")),
        ("I'll pay you by the end of the month", ("2023-05-01", "2023-06-01")),
    ],
)
def test_calendar_units_have_their_own_width(text, expected):
    assert days(text) == expected


def test_last_week_on_a_sunday_is_the_week_before_its_own():
    assert days("last week was hard", datetime(2023, 5, 7, tzinfo=UTC))[0] == "2023-04-24"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I fell three days ago", "5 May 2023"),
        ("I fell two weeks ago", "the week of 24 April 2023"),
        ("I fell a month ago", "April 2023"),
        ("I fell 3 years ago", "2020"),
        ("I fell a couple of days ago", "5 to 6 May 2023"),
        ("I fell a few weeks ago", "10 to 30 April 2023"),
        ("I fell a few months ago", "January to March 2023"),
        ("I fell several years ago", "2017 to 2020"),
        ("I fell half a year ago", "November 2022"),
        ("I fell a year and a half ago", "November 2021"),
        ("I fell a decade ago", "2013"),
        ("I fell an hour ago", "8 May 2023"),
        ("I fell two summers ago", "June to August 2021"),
        ("I fell two weekends ago", "the weekend of 29 April 2023"),
        ("I'll be back in three days", "11 May 2023"),
        ("the wedding is in two weeks", "the week of 22 May 2023"),
        ("the show opens in two weeks' time", "the week of 22 May 2023"),
        ("the lease ends two years from now", "2025"),
        ("I've played the flute for the last 3 years", "2020 to 2023"),
        ("It rained over the past two weeks", "24 April to 8 May 2023"),
        ("I'll be away the next few days", "8 to 12 May 2023"),
    ],
)
def test_what_is_so_long_ago_or_ahead_is_as_wide_as_its_unit(text, expected):
    assert spelled(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 5 May 2023", "5 May 2023"),
        ("It was May 5th, 2021.", "5 May 2021"),
        ("We signed on May 5th", "5 May 2023"),
        ("We'll sign on May 5th", "5 May 2024"),
        ("We signed on the first of June", "1 June 2022"),
        ("Saturday, May 6, 2023", "6 May 2023"),
        ("Sept. 5, 2022 was hot", "5 September 2022"),
        ("May 2023 was wet", "May 2023"),
        ("we met in June", "June 2022"),
        ("we'll meet in June", "June 2023"),
        ("we met in June last year", "June 2022"),
        ("We opened last March", "March 2023"),
        ("logged 2023-05-07", "7 May 2023"),
        ("logged at 2023-05-07T10:00:00Z", "7 May 2023"),
        ("paid 25/12/2022", "25 December 2022"),
        ("paid 12/25/2022", "25 December 2022"),
        ("paid 5/5/2023", "5 May 2023"),
        ("in 2022", "2022"),
        ("I was poor until 1950", "1950"),
        ("music of the 90s", "the 1990s"),
        ("music of the 1980s", "the 1980s"),
        ("sales of Q1 2024", "January to March 2024"),
        ("the summer of 2019", "June to August 2019"),
        ("winter 2022", "December 2022 to February 2023"),
        ("At Christmas we skated", "25 December 2022"),
        ("What shall I cook for Christmas?", "25 December 2023"),
        ("New Year's Eve 2020", "31 December 2020"),
        ("I proposed on Valentine's Day", "14 February 2023"),
        ("Last Halloween I was a ghost", "31 October 2022"),
        ("We met at Easter.", "9 April 2023"),
        ("I paid the rent on the 15th", "15 April 2023"),
        ("The rent is due on the 15th", "15 May 2023"),
    ],
)
def test_dates_of_the_calendar_take_what_they_lack_from_the_tense(text, expected):
    assert spelled(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("away from May 3 to May 8", "3 to 8 May 2023"),
        ("away May 3-8, 2023", "3 to 8 May 2023"),
        ("away 28 April to 3 May 2023", "28 April to 3 May 2023"),
        ("away from 30 December 2022 to 2 January 2023", "30 December 2022 to 2 January 2023"),
        ("between 2019 and 2021", "2019 to 2021"),
        ("from June to August 2022", "June to August 2022"),
        ("from November to January 2023", "November 2022 to January 2023"),
        ("I was away from Monday to Wednesday", "1 to 3 May 2023"),
        ("I'll be away from Thursday to Saturday", "11 to 13 May 2023"),
        ("I worked from last Monday to yesterday", "the week of 1 May 2023"),
    ],
)
def test_a_range_is_one_span(text, expected):
    assert spelled(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "I may go and march on in the sun, he sat down for a second",
        "April told me, and a letter from June came",
        "now, soon, later, recently, someday, the other day, a while ago, one day",
        "it costs $2000, or 1950 dollars, or 2000.50",
        "version 2023.1 of model 2019-b and iPhone 15",
        "an essay in 2000 words",
        "I played chess for five years",
        "when I was 12, at age 9, a 3 year old",
        "every Friday, on Sundays, each May, Friday mornings",
        "our Friday meeting, Black Friday, a weekend trip",
        "Merry Christmas! We bought a Christmas tree and a Halloween costume",
        "7/5/2023",
        "on the 31st of June",
        "the 1st time, the 2nd floor, the 19th century",
        "my birthday is on May 5",
        "it was more than two years ago",
        "I read it in two weeks",
        "We are open from Monday to Friday",
        "the day after Christmas",
        "in today's world",
        "the last week of term",
        "900 years ago and in 999 years",
        "24/7, 10:30, 5 pm, 3.5.2, file-2023-05-07-x",
        "昨天我去了海边。 Ayer fui a la playa. אתמול 🎉",
    ],
)
def test_what_only_looks_like_a_time_is_none(text):
    assert words_of(find_times(text, MONDAY)) == []


def test_times_come_in_their_order_with_their_words_and_places():
    text = "I moved in May 2020, and last Friday I quit."
    found = find_times(text, MONDAY)
    assert words_of(found) == ["May 2020", "last Friday"]
    assert [text[slice(*each.place)] for each in found] == words_of(found)


def test_the_day_is_that_of_utc():
    late = datetime(2023, 5, 8, 22, tzinfo=timezone(timedelta(hours=-5)))
    assert spelled("today", late) == ["9 May 2023"]
    assert spelled("today", datetime(2023, 5, 8, 22)) == ["8 May 2023"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I swam last Friday.", "I swam last Friday (5 May 2023)."),
        ("Yesterday's class", "Yesterday's (7 May 2023) class"),
        ("We met in June", "We met in June (June 2022)"),
        ("We met in June 2021", "We met in June 2021"),
        ("nothing here", "nothing here"),
        ("I swam last Friday (28 April 2023).", "I swam last Friday (28 April 2023)."),
    ],
)
def test_resolve_puts_the_date_behind_what_is_not_whole_without_it(text, expected):
    assert resolve(text, MONDAY) == expected


def test_a_date_in_brackets_says_what_the_words_before_it_mean():
    [found] = find_times("I swam last Friday (28 April 2023).", MONDAY)
    assert found.words == "last Friday (28 April 2023)"
    assert spell(found) == "28 April 2023"


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
def test_validity_is_when_the_statement_holds(text, expected):
    assert valid(text) == expected


@pytest.mark.parametrize(
    ("text", "tokens", "others"),
    [
        ("last Friday", {"2023-05-05", "2023", "May", "5", "5th"}, {"6", "2023-05-06", "June"}),
        ("last month", {"2023-04", "2023", "April"}, {"1", "2023-04-01", "May"}),
        ("last year", {"2022"}, {"January", "1", "2022-01-01"}),
        ("from May 3 to May 8", {"3", "8", "May", "2023-05-03", "2023-05-08"}, {"9"}),
    ],
)
def test_derived_dates_are_what_the_span_gives_and_no_more(text, tokens, others):
    [found] = find_times(text, MONDAY)
    assert tokens <= derived_dates(found)
    assert not others & derived_dates(found)


@given(
    st.dates(date(1900, 1, 1), date(2098, 1, 1)),
    st.integers(1, 800),
    st.sampled_from(["day", "month", "year"]),
    MOMENTS,
)
@example(date(1990, 1, 1), 10, "year", MONDAY)
@example(date(2023, 5, 6), 2, "day", MONDAY)
@example(date(2023, 5, 1), 7, "day", MONDAY)
@example(date(2022, 11, 1), 3, "month", MONDAY)
def test_what_spell_writes_is_read_back_as_the_same_span(start, size, unit, said_at):
    if unit == "day":
        end = start + timedelta(days=size)
    else:
        months = size % 30 + 1 if unit == "month" else 12 * (size % 30 + 1)
        start = start.replace(day=1) if unit == "month" else start.replace(month=1, day=1)
        total = start.year * 12 + start.month - 1 + months
        end = date(total // 12, total % 12 + 1, 1)
    if end.year > 2099:
        return
    whole = span(start, end)
    text = spell(whole)
    for said in (text, f"We stayed there ({text})."):
        if said != text and text.isdecimal():
            continue  # a year alone is a time only where it is the whole text
        [found] = find_times(said, said_at)
        assert (found.start, found.end) == (whole.start, whole.end)
        assert found.words == text
    assert set(text.split()) - {"to", "the", "of", "week", "weekend"} <= derived_dates(whole)


FRAGMENTS = st.sampled_from(
    "I we went will go is on in at from to until since between and the last next this past Friday "
    "Sunday May may June week weekend month year two a few couple of days ago years ago yesterday "
    "today tomorrow night 5 15th 2023 2019 ( ) . , - Christmas Eve summer time's 's every 海 é İ"
    " the\u00a0week 31 February 29 2024-02-29 90s \n before after last".split(" ")
)


@given(st.lists(FRAGMENTS, max_size=20).map(" ".join), MOMENTS)
def test_spans_lie_in_the_text_in_order_and_are_not_empty(text, said_at):
    end = 0
    for found in find_times(text, said_at):
        assert end <= found.place[0] < found.place[1]
        assert found.words == text[slice(*found.place)]
        assert found.start < found.end
        assert found.start.time() == found.end.time() == datetime.min.time()
        end = found.place[1]
        spell(found)
        derived_dates(found)
    start, finish = validity(text, said_at, find_times(text, said_at))
    assert start is None or finish is None or start < finish


@given(st.lists(FRAGMENTS, max_size=20).map(" ".join), MOMENTS, MOMENTS)
def test_resolving_again_changes_nothing(text, said_at, later):
    once = resolve(text, said_at)
    assert resolve(once, later) == once


@given(st.text(max_size=60), MOMENTS)
def test_any_text_is_read_without_an_error(text, said_at):
    find_times(text, said_at)
    validity(text, said_at, find_times(text, said_at))


@pytest.mark.parametrize(
    "said_at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)
def test_the_ends_of_the_calendar_raise_nothing(said_at):
    text = "last Friday, in June we met, next year, the weekend before last, at Easter, on the 30th"
    find_times(text, said_at)


@pytest.mark.parametrize(
    "piece", ["last Friday (", "from May 3 to ", "ed ", "a couple of ", "1", " "]
)
def test_a_very_long_text_is_read_without_backtracking(piece):
    assert resolve(piece * (20_000 // len(piece)), MONDAY).startswith(piece[:4])
    assert_grows_with_its_input(lambda text: resolve(text, MONDAY), piece)


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("The move is planned for Saturday the fifteenth.", "(15 March 2025)"),
        ("I'll see you Saturday, the 1st", "(1 March 2025)"),
        ("Keys on the tenth of next month", "(10 March 2025)"),
    ],
)
def test_a_day_of_the_month_in_words_is_read_with_its_weekday(text, resolved):
    assert resolved in resolve(text, datetime(2025, 2, 26, 18, tzinfo=UTC))


def test_a_weekday_before_a_first_time_is_no_day_of_the_month():
    said = datetime(2025, 2, 26, 18, tzinfo=UTC)
    assert "(21 February 2025)" in resolve("We met on Friday the second time.", said)
    assert "September" not in resolve("On Monday the first thing I do is rest.", said)
