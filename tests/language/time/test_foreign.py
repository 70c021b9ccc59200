"""Times in other languages, read from questions."""

from datetime import UTC, datetime

import hypothesis.strategies as st
import pytest
from hypothesis import given

from memcli.language.time.foreign import in_english, is_asked
from memcli.language.time.query_time import asked_time

NOW = datetime(2025, 12, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("2024年3月我们做了什么", "2024-03-01", "2024-04-01"),
        ("2024年3月5日晚上谁来了", "2024-03-05", "2024-03-06"),
        ("在四月底他买了什么", "2025-04-21", "2025-05-01"),
        ("2月下旬我们去了哪里", "2025-02-21", "2025-03-01"),
        ("十一月二十三号发生了什么", "2025-11-23", "2025-11-24"),
        ("去年6月她在哪里", "2024-06-01", "2024-07-01"),
        ("上周三我去了哪里", "2025-12-24", "2025-12-25"),
        ("昨年の8月に何をしましたか。", "2024-08-01", "2024-09-01"),
        ("先月、誰に会いましたか。", "2025-11-01", "2025-12-01"),
        ("2024년 5월 7일에 어디에 갔어요?", "2024-05-07", "2024-05-08"),
        ("Was haben wir im März 2024 gemacht?", "2024-03-01", "2024-04-01"),
        ("Wo war ich am 7. Mai 2024?", "2024-05-07", "2024-05-08"),
        ("Où étions-nous le 7 juin 2024 ?", "2024-06-07", "2024-06-08"),
        ("¿Qué hicimos el 7 de mayo de 2024?", "2024-05-07", "2024-05-08"),
        ("Что мы делали в июле 2024 года?", "2024-07-01", "2024-08-01"),
        ("Wat deden we in maart 2024?", "2024-03-01", "2024-04-01"),
    ],
)
def test_a_time_is_read(question, start, end):
    first = asked_time(question, NOW, NOW).spans[0]
    assert first.start is not None
    assert first.end is not None
    assert (first.start.date().isoformat(), first.end.date().isoformat()) == (start, end)


def test_an_edge_leaves_one_side_open():
    assert asked_time("5月7日之前他住在哪里", NOW, NOW).spans[0].start is None
    assert asked_time("5月7日以来他住在哪里", NOW, NOW).spans[0].end is None


@pytest.mark.parametrize("question", ["他有几个月的经验", "第3月台在哪里", "这件事要3个月吗"])
def test_lengths_and_numbers_are_no_dates(question):
    assert not asked_time(question, NOW, NOW).spans


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("when", "他什么时候搬家的"),
        ("when", "いつ引っ越しましたか。"),
        ("when", "언제 이사했어요?"),
        ("when", "Wann ist sie umgezogen?"),
        ("when", "Quand a-t-elle déménagé ?"),
        ("when", "¿Cuándo se mudó la familia?"),
        ("when", "Когда она переехала?"),
        ("first", "他第一次出海是和谁"),
        ("latest", "Wer hat das Boot zuletzt gestrichen?"),
    ],
)
def test_what_a_question_asks_of_time(name, question):
    assert is_asked(name, question)


@given(st.text(alphabet="abc 0123456789-.,?ABCmay", max_size=40))
def test_english_stays_as_it_is(question):
    assert in_english(question) == question
    assert not is_asked("when", question)


@given(st.text(alphabet="年月日号0123456789一二三十上周前去今个末底年在 ", max_size=30))
def test_any_signs_are_read_without_a_fault(question):
    asked_time(f"{question}他们", NOW, NOW)
