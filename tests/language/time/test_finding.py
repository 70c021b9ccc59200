"""Times in sentences: which words are one, and what they mean to whom says them when."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.time.finding import find_times
from memcli.language.time.validity import validity
from memcli.language.time.wording import dated, iso
from tests.support.growth import CHARACTERS, assert_grows_with_its_input

MONDAY = datetime(2023, 5, 8, 13, 56, tzinfo=UTC)
WEDNESDAY = datetime(2025, 5, 14, 18, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2080, 1, 1), timezones=st.just(UTC))


def found(sentence, said_at=MONDAY):
    return [iso(span) for span in find_times(sentence, said_at)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I saw the dentist today.", "2023-05-08"),
        ("See you tonight!", "2023-05-08"),
        ("I burnt the toast this morning", "2023-05-08"),
        ("Yesterday's match was a draw.", "2023-05-07"),
        ("The parcel came the day before yesterday.", "2023-05-06"),
        ("I couldn't sleep last night", "2023-05-07"),
        ("we're rehearsing tomorrow night", "2023-05-09"),
        ("The plumber comes the day after tomorrow", "2023-05-10"),
        ("That was the night before last.", "2023-05-06"),
        ("On Sunday a dog stole the ring box.", "2023-05-07"),
        ("20th June at the rowing club, I've paid the deposit.", "2023-06-20"),
    ],
)
def test_days_near_the_moment_are_counted_from_it(parsed, text, expected):
    assert found(parsed(text)) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We hiked last Friday.", "2023-05-05"),
        ("We hiked last Monday.", "2023-05-01"),
        ("The van leaves next Friday.", "2023-05-12"),
        ("The van leaves next Monday.", "2023-05-15"),
        ("I'm free this Friday", "2023-05-12"),
        ("I'm free this Monday", "2023-05-08"),
        ("This past Friday we hiked.", "2023-05-05"),
        ("this coming Monday we start", "2023-05-15"),
        ("I met the landlord on Friday.", "2023-05-05"),
        ("I will meet the landlord on Friday.", "2023-05-12"),
        ("I'm meeting the landlord on Friday.", "2023-05-12"),
        ("The exam is on Friday.", "2023-05-12"),
        ("I've been ill since Friday.", "2023-05-05"),
        ("The form was to be in by Friday", "2023-05-12"),
        ("What did I do on Friday?", "2023-05-05"),
        ("I passed the test, so we'll celebrate on Friday", "2023-05-12"),
        ("See you Saturday!", "2023-05-13"),
        ("We meet on Friday of next week", "2023-05-19"),
        ("Let's meet Friday next week", "2023-05-19"),
        ("I quit two Fridays ago.", "2023-04-28"),
        ("It broke the Friday before last", "2023-04-28"),
        ("I wanted to ask whether you are free this Saturday", "2023-05-13"),
        ("I just wanted to say that this weekend, we're hosting", "2023-05-13 to 2023-05-14"),
        ("on Tue we won", "2023-05-02"),
        ("I'm off today, Monday", "2023-05-08"),
        ("So pumped for Sunday!", "2023-05-14"),
        ("I booked a table for Thursday", "2023-05-11"),
    ],
)
def test_weekdays_are_the_closest_on_the_side_that_word_or_tense_gives(parsed, text, expected):
    assert found(parsed(text)) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("last week was hard", "week of 2023-05-01"),
        ("this week is busy", "week of 2023-05-08"),
        ("the week before last I was ill", "week of 2023-04-24"),
        ("last weekend we sailed", "2023-05-06 to 2023-05-07"),
        ("This weekend was great", "2023-05-06 to 2023-05-07"),
        ("we'll paint the fence this weekend", "2023-05-13 to 2023-05-14"),
        ("we painted the fence over the weekend", "2023-05-06 to 2023-05-07"),
        ("last month I gave up sugar", "2023-04"),
        ("next month I'm off", "2023-06"),
        ("next year we marry", "2024"),
        ("last summer it rained", "2022-06 to 2022-08"),
        ("this summer we'll sail", "2023-06 to 2023-08"),
        ("last winter was mild", "2022-12 to 2023-02"),
        ("I'll pay you by the end of the month", "2023-05"),
    ],
)
def test_calendar_units_have_their_own_width(parsed, text, expected):
    assert found(parsed(text)) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I fell three days ago", "2023-05-05"),
        ("I fell two weeks ago", "week of 2023-04-24"),
        ("I fell a month ago", "2023-04"),
        ("I fell 3 years ago", "2020"),
        ("I fell a couple of days ago", "2023-05-05 to 2023-05-06"),
        ("I fell a few weeks ago", "2023-04-10 to 2023-04-30"),
        ("I fell a few months ago", "2023-01 to 2023-03"),
        ("I fell several years ago", "2017 to 2020"),
        ("I fell half a year ago", "2022-11"),
        ("I fell a year and a half ago", "2021-11"),
        ("I fell a decade ago", "2013"),
        ("I fell an hour ago", "2023-05-08"),
        ("I fell ten years ago today", "2013-05-08"),
        ("I fell a year ago this week", "week of 2022-05-02"),
        ("I was in Rome this time last year", "2022-05"),
        ("the lease ends in a year and a half", "2024-11"),
        ("I fell two summers ago", "2021-06 to 2021-08"),
        ("I fell two weekends ago", "2023-04-29 to 2023-04-30"),
        ("I'll be back in three days", "2023-05-11"),
        ("the wedding is in two weeks", "week of 2023-05-22"),
        ("the show opens in two weeks' time", "week of 2023-05-22"),
        ("the lease ends two years from now", "2025"),
        ("I've played the flute for the last 3 years", "2020 to 2023"),
        ("It rained over the past two weeks", "2023-04-24 to 2023-05-08"),
        ("I'll be away the next few days", "2023-05-08 to 2023-05-12"),
    ],
)
def test_what_is_so_long_ago_or_ahead_is_as_wide_as_its_unit(parsed, text, expected):
    assert found(parsed(text)) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 5 May 2023", "2023-05-05"),
        ("It was May 5th, 2021.", "2021-05-05"),
        ("We signed on May 5th", "2023-05-05"),
        ("We'll sign on May 5th", "2024-05-05"),
        ("We signed on the first of June", "2022-06-01"),
        ("Saturday, May 6, 2023", "2023-05-06"),
        ("Sept. 5, 2022 was hot", "2022-09-05"),
        ("May 2023 was wet", "2023-05"),
        ("we met in June", "2022-06"),
        ("we'll meet in June", "2023-06"),
        ("we met in June last year", "2022-06"),
        ("We opened last March", "2023-03"),
        ("logged 2023-05-07", "2023-05-07"),
        ("logged at 2023-05-07T10:00:00Z", "2023-05-07"),
        ("paid 25/12/2022", "2022-12-25"),
        ("paid 12/25/2022", "2022-12-25"),
        ("paid 5/5/2023", "2023-05-05"),
        ("in 2022", "2022"),
        ("I was poor until 1950", "1950"),
        ("music of the 90s", "1990 to 1999"),
        ("music of the 1980s", "1980 to 1989"),
        ("sales of Q1 2024", "2024-01 to 2024-03"),
        ("the summer of 2019", "2019-06 to 2019-08"),
        ("winter 2022", "2022-12 to 2023-02"),
        ("At Christmas we skated", "2022-12-25"),
        ("What shall I cook for Christmas?", "2023-12-25"),
        ("New Year's Eve 2020", "2020-12-31"),
        ("I proposed on Valentine's Day", "2023-02-14"),
        ("Last Halloween I was a ghost", "2022-10-31"),
        ("We met at Easter.", "2023-04-09"),
        ("I paid the rent on the 15th", "2023-04-15"),
        ("The rent is due on the 15th", "2023-05-15"),
    ],
)
def test_dates_of_the_calendar_take_what_they_lack_from_the_tense(parsed, text, expected):
    assert found(parsed(text)) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("away from May 3 to May 8", "2023-05-03 to 2023-05-08"),
        ("away May 3-8, 2023", "2023-05-03 to 2023-05-08"),
        ("away 28 April to 3 May 2023", "2023-04-28 to 2023-05-03"),
        ("away from 30 December 2022 to 2 January 2023", "2022-12-30 to 2023-01-02"),
        ("between 2019 and 2021", "2019 to 2021"),
        ("from June to August 2022", "2022-06 to 2022-08"),
        ("from November to January 2023", "2022-11 to 2023-01"),
        ("I was away from Monday to Wednesday", "2023-05-01 to 2023-05-03"),
        ("I'll be away from Thursday to Saturday", "2023-05-11 to 2023-05-13"),
        ("I worked from last Monday to yesterday", "week of 2023-05-01"),
    ],
)
def test_a_range_is_one_span(parsed, text, expected):
    assert found(parsed(text)) == [expected]


# Said on Wednesday 14 May 2025: the brackets stand where the verb points.
@pytest.mark.parametrize(
    "said",
    [
        # told in the past
        "We got married in March [2025-03].",
        "My grandma passed away in June [2024-06].",
        "I've been more careful after getting sick in August [2024-08].",
        "My sister, who got married in May [2025-05], is moving in September [2025-09].",
        "Thanks for coming on Sunday [2025-05-11]!",
        "Sorry for missing your call on Monday [2025-05-12].",
        "Finally finished my thesis on Monday [2025-05-12]!",
        "I couldn't sleep on Sunday [2025-05-11].",
        "We should have met on Monday [2025-05-12].",
        "They let me leave on Friday [2025-05-09].",
        "We put the house up for sale in February [2025-02].",
        "Great dinner on Friday [2025-05-09]!",
        "I was supposed to fly on Monday [2025-05-12].",
        "saw her saturday [2025-05-10]",
        # told of what is to come
        "I'm getting married in March [2026-03].",
        "I've got an exam on Friday [2025-05-16].",
        "We decided to meet on Friday [2025-05-16].",
        "I bought tickets for the concert on Friday [2025-05-16].",
        "The interview got moved to Thursday [2025-05-15].",
        "My exam was moved from Friday to Monday [2025-05-19].",
        "The party planned for July [2025-07] was cancelled.",
        "I signed up for a course starting in June [2025-06].",
        "Got the job at Bosch, starting in June [2025-06].",
        "The doctor told me to come back in June [2025-06].",
        "He said it would arrive on Friday [2025-05-16].",
        "I was hoping to see you on Tuesday [2025-05-20].",
        "I declined the dinner invitation on May 16 [2025-05-16].",
        "Remind me to call Ana on Friday [2025-05-16].",
        "I need the report by Monday [2025-05-19].",
        "gonna see her saturday [2025-05-17]",
        "See you on the 20th [2025-05-20]",
        # both in one sentence
        "I applied in February [2025-02] and start in October [2025-10].",
        "I had surgery in November [2024-11] and will have another in November [2025-11].",
        "When I got back on Tuesday [2025-05-13] I booked the flights for July [2025-07].",
        # what says its direction itself, and holidays
        "Two weeks ago [week of 2025-04-28] we moved; the piano comes in three days [2025-05-17].",
        "Last Tuesday [2025-05-13] I lost my keys, next Friday [2025-05-16] I get new ones.",
        "The day after tomorrow [2025-05-16] and this weekend [2025-05-17 to 2025-05-18] I'm off.",
        "On Christmas Eve [2024-12-24] we went skating.",
        "We spent Christmas Eve [2024-12-24] at my mum's.",
        "The review is on Thursday 12 June [2025-06-12].",
        "We met on Sunday 12 May [2024-05-12].",
        "It's Wednesday [2025-05-14] and I'm tired.",
        "I watched it 4-5 months ago [2024-12 to 2025-01].",
        # what opens a clause, politely asked, planned, moved, and what a thing is from
        "I just noticed, on Friday [2025-05-16] we are away.",
        "I wanted to remind you of the picnic this Friday [2025-05-16].",
        "Tom invited me to a picnic this weekend [2025-05-17 to 2025-05-18].",
        "The course was moved from June 3 to June 10 [2025-06-10].",
        "I looked at the photos from March [2025-03].",
        "I'm excited about the fair on Wednesday, June 5th [2025-06-05].",
        "I have a letter about the meeting on May 10 [2025-05-10].",
        "See you all Saturday [2025-05-17]!",
        "We talked on the evening of the 12th [2025-05-12].",
        "I have to spend the weekend [2025-05-17 to 2025-05-18] at home.",
        # none
        "Opening hours for Friday and Saturday are on the door.",
        "Market: Friday & Saturday, 7 AM - 2 PM",
        "I train twice daily on Monday and Friday mornings.",
        "There are 52 weeks in a year.",
        "I pay the rent at the end of the month.",
        'I like the song "Last Christmas" most.',
        "We met on Wednesday.",
        "I just uploaded the form on May 16.",
        "Sixty visitors on Tuesday!",
        "I saw him the other day.",
        "I work Monday to Friday.",
        "Every Monday I swim, and May helped me march on.",
        "We are on our spring break.",
        "It gets busy at Christmas.",
    ],
)
def test_the_verb_that_a_time_depends_on_tells_its_side(parsed, said):
    text = re.sub(r" \[[^\]]+\]", "", said)
    parse = parsed(text)
    assert dated(text, find_times(parse, WEDNESDAY)) == said


@pytest.mark.parametrize(
    ("text", "edge"),
    [
        ("I slept until early Friday", "until"),
        ("I've been ill since the end of May", "since"),
        ("I lived there before 2019", "before"),
        ("I'll be back by about Friday", "by"),
        ("what are you up to on Friday", ""),
    ],
)
def test_the_word_before_says_which_edge_is_meant(text, edge):
    assert [span.edge for span in find_times(text, MONDAY)] == [edge]


def test_since_and_until_are_told_apart(parsed):
    text = "I've had a cough since Saturday, and I'm home until Friday."
    spans = find_times(parsed(text), WEDNESDAY)
    assert [(span.words, span.kind) for span in spans] == [
        ("Saturday", "since"),
        ("Friday", "until"),
    ]
    [lasting] = find_times(parsed("I've lived here for 3 years."), WEDNESDAY)
    assert (iso(lasting), lasting.kind) == ("since 2022", "since")
    assert found(parsed("I lived there for 3 years.")) == []


@pytest.mark.parametrize(
    ("offset", "day"), [(None, "2023-05-08"), (120, "2023-05-09"), (-600, "2023-05-08")]
)
def test_days_are_those_of_the_speaker(parsed, offset, day):
    said = datetime(2023, 5, 8, 22, 30, tzinfo=UTC)
    [span] = find_times(parsed("I burnt the toast this morning"), said, offset)
    assert iso(span) == day
    midnight = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(minutes=offset or 0)
    assert (span.start, span.end) == (midnight, midnight + timedelta(days=1))


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
def test_what_only_looks_like_a_time_is_none(parsed, text):
    assert found(parsed(text)) == found(text) == []


def test_times_come_in_their_order_with_their_words_and_places():
    text = "I moved in May 2020, and last Friday I quit."
    spans = find_times(text, MONDAY)
    assert [span.words for span in spans] == ["May 2020", "last Friday"]
    assert [text[slice(*span.place)] for span in spans] == ["May 2020", "last Friday"]


FRAGMENTS = st.sampled_from(
    "I we went will go is on in at from to until since between and the last next this past Friday "
    "Sunday May may June week weekend month year two a few couple of days ago years ago yesterday "
    "today tomorrow night 5 15th 2023 2019 ( ) . , - Christmas Eve summer time's 's every 海 é İ"
    " the\u00a0week 31 February 29 2024-02-29 90s \n before after last".split(" ")
)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "week of 9999-12-31", "2026-02-30"])
@pytest.mark.parametrize("offset", [-600, 0, 600])
def test_brackets_with_a_day_that_cannot_be_are_none(day, offset):
    (found,) = find_times(
        f"I met Bo last Friday [{day}].", datetime(2026, 3, 4, 12, tzinfo=UTC), offset
    )
    assert found.words == "last Friday"


@given(st.lists(FRAGMENTS, max_size=20).map(" ".join), MOMENTS)
def test_spans_lie_in_the_text_in_order_and_are_not_empty(text, said_at):
    end = 0
    for span in find_times(text, said_at):
        assert end <= span.place[0] < span.place[1]
        assert span.words == text[slice(*span.place)]
        assert span.start < span.end
        assert span.start.time() == span.end.time() == datetime.min.time()
        end = span.place[1]
    start, finish = validity(text, said_at, find_times(text, said_at))
    assert start is None or finish is None or start < finish


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
    # Dates stand close in it: half of the text shows as much.
    assert_grows_with_its_input(lambda text: find_times(text, MONDAY), piece, CHARACTERS // 2)


@given(st.lists(FRAGMENTS, max_size=20).map(" ".join), MOMENTS, MOMENTS)
def test_dating_again_changes_nothing(text, said_at, later):
    once = dated(text, find_times(text, said_at))
    assert dated(once, find_times(once, later)) == once
