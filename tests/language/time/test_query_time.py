import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.time.finding import find_times
from memcli.language.time.query_time import asked_direction, asked_time, asks_when

# A Wednesday; the newest memory is some days older.
NOW = datetime(2023, 10, 18, 9, 30, tzinfo=UTC)
NEWEST = datetime(2023, 10, 12, 20, 0, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1930, 1, 1), datetime(2080, 1, 1), timezones=st.just(UTC))


def best(question, now=NOW, newest=NEWEST):
    """Return the first interval as two ISO dates with two dots between, nothing for none."""
    spans = asked_time(question, now, newest).spans
    if not spans:
        return ""
    ends = (
        moment.date().isoformat() if moment else "" for moment in (spans[0].start, spans[0].end)
    )
    return "..".join(ends)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did we cook in May 2021?", "2021-05-01..2021-06-01"),
        ("Who came to dinner on 7 May 2021?", "2021-05-07..2021-05-08"),
        ("Who came to dinner on May 7th, 2021?", "2021-05-07..2021-05-08"),
        ("what did the plumber say on 2021-05-07", "2021-05-07..2021-05-08"),
        ("What was agreed in the meeting of 20210507?", "2021-05-07..2021-05-08"),
        ("What was agreed on 20210507_14:30?", "2021-05-07..2021-05-08"),
        ("Where did Ana live in 2019?", "2019-01-01..2020-01-01"),
        ("What hurt in the summer of 2020?", "2020-06-01..2020-09-01"),
        ("What was broken in Q2 2020?", "2020-04-01..2020-07-01"),
        ("What music did he like in the 1990s?", "1990-01-01..2000-01-01"),
        ("What did we do during the week of 3 July 2022?", "2022-06-27..2022-07-04"),
        ("Where was Tom between 11 and 15 August 2022?", "2022-08-11..2022-08-16"),
        ("Where was Tom between June 2021 and March 2022?", "2021-06-01..2022-04-01"),
        ("Where was Tom from 2019 to 2021?", "2019-01-01..2022-01-01"),
        ("Who is in the photo from May 2021?", "2021-05-01..2021-06-01"),
        ("What did she learn as of December 2021?", "2021-12-01..2022-01-01"),
    ],
)
def test_a_date_with_a_year_needs_no_reference(question, expected):
    assert best(question, None, None) == expected
    assert best(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did Ana do before May 2021?", "..2021-05-01"),
        ("What did Ana do prior to 7 May 2021?", "..2021-05-07"),
        ("How many races had she won by 10 July 2022?", "..2022-07-11"),
        ("Where did they live until 2020?", "..2021-01-01"),
        ("What did Ana do after 7 May 2021?", "2021-05-08.."),
        ("What has changed since May 2021?", "2021-05-01.."),
        ("What was planned from 7 May 2021 on?", "2021-05-07.."),
        ("What has he read since the beginning of 2022?", "2022-01-01.."),
        ("Where was Tom in the week before 16 November 2022?", "2022-11-09..2022-11-16"),
        ("What did Ana win the day before 7 May 2021?", "2021-05-06..2021-05-07"),
        ("What did Ana see the weekend before April 10, 2022?", "2022-04-03..2022-04-10"),
        ("What did we eat the month after 7 May 2021?", "2021-05-08..2021-06-08"),
        ("What did Ana say two days before 7 May 2021?", "2021-05-04..2021-05-05"),
        ("What did Ana say two weeks after 7 May 2021?", "2021-05-18..2021-05-25"),
    ],
)
def test_before_and_after_a_date_look_to_one_side(question, expected):
    assert best(question, None, None) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did we cook in May?", "2023-05-01..2023-06-01"),
        ("What did we cook in may?", "2023-05-01..2023-06-01"),
        ("Where did Ana ski in December?", "2022-12-01..2023-01-01"),
        ("Who came to dinner on 7 May?", "2023-05-07..2023-05-08"),
        ("What does he report on January 6th?", "2023-01-06..2023-01-07"),
        ("What happened during the week of 3 July?", "2023-07-03..2023-07-10"),
        ("What did we eat at Christmas?", "2022-12-25..2022-12-26"),
        ("What has she done since August?", "2023-08-01.."),
        ("Where was Tom between June and August?", "2023-06-01..2023-09-01"),
    ],
)
def test_a_date_of_every_year_is_the_latest_that_the_memories_reach(question, expected):
    assert best(question, None, NEWEST) == expected
    assert best(question) == expected


def test_a_date_of_every_year_may_also_be_another_year_but_counts_less():
    spans = asked_time("What did we cook in May?", NOW, NEWEST).spans
    assert [(each.start.year, each.weight) for each in spans] == [
        (2023, 1.0),
        (2022, 0.8),
        (2024, 0.8),
        (2021, 0.64),
    ]


def test_a_date_of_every_year_follows_the_memories_and_not_the_clock_of_a_stale_store():
    later = NOW + timedelta(days=3 * 365)
    assert best("What did we cook in May?", later, NEWEST) == "2023-05-01..2023-06-01"
    assert best("What did we cook in May?", NEWEST - timedelta(days=365), NEWEST).startswith("2022")


@pytest.mark.parametrize("question", ["What did we cook in May?", "Who came on 7 May?"])
def test_a_date_of_every_year_means_nothing_without_any_reference(question):
    assert best(question, None, None) == ""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did I do yesterday?", "2023-10-17..2023-10-18"),
        ("What did I eat last night?", "2023-10-17..2023-10-18"),
        ("What did we decide last week?", "2023-10-09..2023-10-16"),
        ("who called two days ago", "2023-10-16..2023-10-17"),
        ("What did the doctor say two weeks ago?", "2023-10-02..2023-10-09"),
        ("Where did we hike last summer?", "2023-06-01..2023-09-01"),
        ("What did Tom fix on Friday?", "2023-10-13..2023-10-14"),
        ("What did Tom fix last month?", "2023-09-01..2023-10-01"),
        ("What did I read this year?", "2023-01-01..2024-01-01"),
        ("Who called in the last three days?", "2023-10-15..2023-10-19"),
        ("What have I been reading lately?", "2023-10-04..2023-10-18"),
        (
            "I'm tired. I slept badly last night. What did we cook last week?",
            "2023-10-09..2023-10-16",
        ),
    ],
)
def test_what_counts_from_the_present_needs_to_know_it(question, expected):
    assert best(question) == expected
    assert best(question, None, NEWEST) == ""


@pytest.mark.parametrize(
    "question",
    [
        "What did we do before the trip?",
        "What did I get on my birthday?",
        "What did he do after he had left?",
        "When did we go camping?",
        "May I see the plan?",
        "Who may have marched there?",
        "What did April say to June?",
        "What is the code of door 2031x?",
        "Which of the 2000 stamps is missing?",
        "Who ordered part 20231399?",
        "What is on the first page?",
        "How does he train every Friday?",
        "I slept badly last night. What should I cook?",
        "",
        "?",
        "\u5934\u75bc 2023",
    ],
)
def test_what_names_no_time_gets_none(question):
    assert best(question) == ""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What was wrong last week, as told on 6 November 2022?", "2022-11-06..2022-11-07"),
        ("What did Ana win in 2022, at the fair in August 2022?", "2022-08-01..2022-09-01"),
        ("Did Ana ring on Friday or in May?", "2023-05-01..2023-06-01"),
    ],
)
def test_the_surest_and_narrowest_time_of_a_question_counts(question, expected):
    assert best(question) == expected
    assert len({each.start.year for each in asked_time(question, NOW).spans}) in (1, 4)


def test_two_dates_are_both_meant():
    spans = asked_time("What was said on 1 June 2022 and on 7 June 2022?").spans
    assert [each.start.date() for each in spans] == [date(2022, 6, 1), date(2022, 6, 7)]


def test_a_time_that_is_named_twice_counts_once():
    assert len(asked_time("In May 2022 she sang. What did she sing in May 2022?").spans) == 1


def test_the_edges_are_as_soft_as_the_words_are_wide_but_never_hard():
    [day] = asked_time("What was said on 7 May 2021?").spans
    [month] = asked_time("What was said in May 2021?").spans
    [year] = asked_time("What was said in 2021?").spans
    assert (day.softness_days, month.softness_days, year.softness_days) == (3.0, 15.5, 182.5)


def test_a_time_in_a_long_message_is_found_among_what_else_it_says():
    padding = "We should talk about the garden again. " * 12
    assert best(f"{padding}What did we plant in May 2021? {padding}") == "2021-05-01..2021-06-01"


def test_an_interval_is_in_days_and_may_be_open():
    [span] = asked_time("What did Ana do before 2 January 1970?").spans
    assert span.interval == (-float("inf"), 1.0, 3.0, 1.0)
    [span] = asked_time("What did Ana do since 2 January 1970?").spans
    assert span.interval == (1.0, float("inf"), 3.0, 1.0)


def test_a_naive_present_is_utc():
    naive = asked_time("What did I do yesterday?", datetime(2023, 10, 18))
    assert naive == asked_time("What did I do yesterday?", datetime(2023, 10, 18, tzinfo=UTC))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is my latest project?", "latest"),
        ("What is the most recent book that I read?", "latest"),
        ("What did we talk about last time?", "latest"),
        ("What was the last film that we saw?", "latest"),
        ("When did I last water the plants?", "latest"),
        ("When did Ana first swim in the sea?", "first"),
        ("When was the first time that I cooked?", "first"),
        ("Where did he win his first race?", "first"),
        ("What was the plan originally?", "first"),
        ("What did I do last week?", None),
        ("What did we do in the last two weeks?", None),
        ("What is her last name?", None),
        ("Did she win first place?", None),
        ("What is the first name of his aunt?", None),
        ("Where does Ana live?", None),
    ],
)
def test_latest_and_first_are_told_from_names_and_dates(question, expected):
    assert asked_direction(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When did Ana move?", True),
        ("And when did Ana move?", True),
        ("Do you remember when Ana moved?", True),
        ("Since when has Ana lived there?", True),
        ("What date was the exam?", True),
        ("In which year was Ana born?", True),
        ("How long have they been married?", True),
        ("How many weeks did the cold last?", True),
        ("What time of day does she run?", True),
        ("What time of tree is that?", False),
        ("What did Ana say when she moved?", False),
        ("Where did Ana move?", False),
        ("How many cats has she?", False),
    ],
)
def test_a_question_about_when_is_told_from_one_about_what_then_was(question, expected):
    assert asks_when(question) == expected
    assert asked_time(question).asks_when == expected


@given(st.text(max_size=80), st.none() | MOMENTS, st.none() | MOMENTS)
def test_any_text_gives_ordered_intervals(text, now, newest):
    for span in asked_time(text, now, newest).spans:
        start, end, softness, weight = span.interval
        assert start < end
        assert softness >= 3.0
        assert 0.0 < weight <= 1.0


@given(st.dates(date(1950, 1, 1), date(2079, 12, 31)), MOMENTS)
def test_a_day_is_the_same_however_it_is_written_and_whenever_it_is_asked(day, now):
    forms = (f"{day:%Y-%m-%d}", f"{day:%Y%m%d}", f"{day.day} {day:%B} {day.year}")
    found = {asked_time(f"What was said on {form}?", now, now).spans for form in forms}
    [[span]] = found
    assert (span.start.date(), span.end.date()) == (day, day + timedelta(days=1))


@given(MOMENTS, st.sampled_from(["in May", "on 29 February", "at Easter", "on 31 December"]))
def test_a_date_of_every_year_has_begun_by_the_newest_memory(newest, words):
    spans = asked_time(f"What did we do {words}?", None, newest).spans
    assert spans[0].start <= newest
    # 29 February is four years apart, eight around 2100; Easter comes up to 35 days later.
    apart = {"on 29 February": 5 * 366, "at Easter": 367 + 35}.get(words, 367)
    assert newest - spans[0].start < timedelta(days=apart)


@pytest.mark.parametrize(
    "words",
    [
        "yesterday",
        "last week",
        "two days ago",
        "a few months ago",
        "on Friday",
        "last Friday",
        "this morning",
        "in the last couple of weeks",
        "the week before last",
        "last May",
        "in May",
        "in march",
        "on Oct. 3rd",
        "on 3 Sept",
        "on the 15th",
        "at Easter",
        "over Christmas",
        "last winter",
        "in the '90s",
        "in 2021",
        "on 2021/05/07",
        "on 13/05/2021",
        "tonight",
        "next weekend",
    ],
)
def test_no_form_that_the_parser_reads_is_kept_from_it(words):
    question = f"What did we do {words}?"
    assert find_times(question, NOW)
    assert asked_time(question, NOW, NEWEST).spans


def test_a_question_without_a_time_does_not_load_the_parser():
    code = (
        "import sys; from datetime import datetime;"
        "from memcli.language.time.query_time import asked_time;"
        "asked_time('When did Ana first see the sea with Tom?', datetime(2023, 5, 1));"
        "print(*sorted(m for m in sys.modules if 'finding' in m or 'dateutil' in m))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
