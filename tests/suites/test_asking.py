"""How an answer is judged."""

from __future__ import annotations

from datetime import date

import pytest

from memcli.suites.asking import BlockLine, CaseVerdict, has, is_marked, judge_block, judge_hits
from memcli.suites.cases import Case

MOVED = Case("changed", "Where?", "Lund", ("Porto", "Ghent"))
GONE = Case("purged", "Where?", unwanted=("Porto",))
OLD, NEW = date(2025, 1, 1), date(2025, 2, 1)


@pytest.mark.parametrize(
    ("case", "texts", "is_right"),
    [
        (MOVED, ["Lund it is.", "Porto."], True),
        (MOVED, ["Porto.", "Lund it is."], False),
        (MOVED, ["Ghent.", "Lund it is."], False),
        (MOVED, ["x"] * 5 + ["Lund"], False),
        (MOVED, ["x"], False),
        (GONE, ["x"], True),
        (GONE, ["x"] * 9 + ["in porto!"], False),
    ],
)
def test_hits_tell_what_holds_first_and_what_is_gone_nowhere(case, texts, is_right):
    assert judge_hits(case, texts) is is_right


@pytest.mark.parametrize(
    ("case", "lines", "is_right", "marked"),
    [
        (MOVED, [BlockLine("Lund"), BlockLine("Porto (residence: until 2025-02-01)")], True, True),
        (MOVED, [BlockLine("Porto", OLD), BlockLine("Lund", NEW)], True, False),
        (MOVED, [BlockLine("Porto", NEW), BlockLine("Lund", NEW)], False, False),
        (MOVED, [BlockLine("Porto", OLD), BlockLine("Lund")], False, False),
        (MOVED, [BlockLine("Porto"), BlockLine("Lund", NEW)], False, False),
        (MOVED, [BlockLine("No more Porto but Lund")], True, True),
        (MOVED, [], False, True),
        (GONE, [], True, True),
        (GONE, [BlockLine("Porto (until 2025-02-01)", OLD)], False, False),
    ],
)
def test_a_block_tells_what_holds_and_what_held_with_its_day(case, lines, is_right, marked):
    assert (judge_block(case, lines), is_marked(case, lines)) == (is_right, marked)


@pytest.mark.parametrize(
    ("lines", "is_right"),
    [
        ([BlockLine("Porto", OLD), BlockLine("Lund", NEW)], True),
        ([BlockLine("Lund", NEW), BlockLine("Porto", OLD)], True),
        ([BlockLine("Lund", OLD), BlockLine("Porto", NEW)], False),
        ([BlockLine("Lund", NEW), BlockLine("Porto", NEW)], False),
        ([BlockLine("Porto"), BlockLine("Lund", NEW)], False),
        ([BlockLine("Porto", OLD)], False),
    ],
)
def test_an_order_can_be_read_off_the_days_of_a_block(lines, is_right):
    case = Case("order", "Which first?", in_order=("Porto", "Lund"))
    assert judge_block(case, lines) is is_right
    assert judge_hits(case, [line.text for line in lines]) is (len(lines) == 2)


def test_a_line_under_no_day_has_the_one_that_it_names():
    assert BlockLine.of("Ida lives in Lund (since 2025-02-01).", None) == BlockLine(
        "Ida lives in Lund (since 2025-02-01).", NEW
    )
    assert BlockLine.of("Ida lives in Lund.", None).day is None
    assert BlockLine.of("(since 2025-02-01)", OLD).day == OLD


def test_values_are_words_of_their_own():
    assert has("She saw DR ODD.", ["Dr Odd"])
    assert not has("Dr Oddly", ["Dr Odd"])
    assert not has("anything", [])


def test_a_case_passes_where_everything_is_right():
    assert CaseVerdict(GONE, True, True, False).passed
    assert not CaseVerdict(GONE, True, True, is_gone=False).passed
    assert not CaseVerdict(GONE, False, True).passed
