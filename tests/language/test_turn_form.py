import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.turn_form import answered_words, answers, asks, holds_date

rows = st.lists(
    st.tuples(
        st.booleans(), st.integers(-1, 2), st.integers(-2, 6), st.sampled_from(["Ana", "Tom", None])
    ),
    max_size=25,
)
scored = st.lists(
    st.tuples(st.floats(0.5, 1.5), st.floats(0, 1), st.integers(-1, 3)), min_size=1, max_size=30
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where were you?", True),
        ("Where were you?!", True),
        ("He asked **where?** ", True),
        ('She said "why?"', True),
        ("\u4f60\u53bb\u54ea\u91cc\uff1f", True),
        ("Where were you? I waited.", False),
        ("I was at home.", False),
        ("", False),
    ],
)
def test_a_turn_asks_where_it_ends_in_a_question(text, expected):
    assert asks([text]).tolist() == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It was on 7 May", True),
        ("I came at 10", True),
        ("We went in August!", True),
        ("We went last week", True),
        ("It was two years ago", True),
        ("See you on Friday", True),
        ("Yesterday we swam", True),
        ("a couple of weeks later", True),
        ("It may rain", False),
        ("They will march", False),
        ("The last book was good", False),
        ("Every day is good", False),
        ("", False),
    ],
)
def test_a_turn_holds_a_date_where_it_has_a_word_of_the_calendar_or_a_number(text, expected):
    assert holds_date([text]).tolist() == [expected]


def test_a_turn_answers_right_after_a_question_of_somebody_else():
    asking = [True, False, False, True, False]
    speaker = ["Ana", "Tom", "Ana", "Tom", "Tom"]
    found = answers(asking, [0] * 5, [1, 2, 3, 4, 5], speaker)
    assert found.tolist() == [False, True, False, False, False]


@pytest.mark.parametrize(
    ("case", "session", "seq", "speaker"),
    [
        ("in another session", [0, 1], [1, 2], ["Ana", "Tom"]),
        ("after a gap", [0, 0], [1, 3], ["Ana", "Tom"]),
        ("before it", [0, 0], [2, 1], ["Ana", "Tom"]),
        ("outside sessions", [-1, -1], [1, 2], ["Ana", "Tom"]),
        ("by nobody known", [0, 0], [1, 2], ["Ana", None]),
        ("to nobody known", [0, 0], [1, 2], [None, "Tom"]),
        ("by the same", [0, 0], [1, 2], ["Ana", "Ana"]),
    ],
)
def test_nothing_else_is_an_answer(case, session, seq, speaker):
    assert answers([True, False], session, seq, speaker).tolist() == [False, False], case


def test_the_rows_may_come_in_any_order():
    assert answers([False, True], [0, 0], [5, 4], ["Tom", "Ana"]).tolist() == [True, False]


@given(rows)
def test_every_answer_has_its_question(drawn):
    asking, session, seq, speaker = ([row[i] for row in drawn] for i in range(4))
    found = answers(asking, session, seq, speaker)
    assert found.shape == (len(drawn),)
    for i in np.flatnonzero(found):
        assert any(
            asked and code == session[i] and place == seq[i] - 1 and who not in (None, speaker[i])
            for asked, code, place, who in drawn
        )


@given(st.lists(st.text(max_size=60), max_size=10))
def test_any_text_has_a_form(texts):
    assert asks(texts).shape == holds_date(texts).shape == (len(texts),)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("The accordion.", 2 + 6),
        ("Accordion", 1 + 6),
        ("Hey Jo!", 2),
        ("Yes, sure.", 2),
        ("Oh, Jo.", 2),
        ("I think the accordion, as I always did.", 8),
    ],
)
def test_an_answer_in_a_word_or_two_has_the_words_of_the_question_too(answer, words):
    texts = ["What will you play there, Ada?", answer, "The harp."]
    counts = [6, len(answer.split()), 2]
    answering = [False, True, False]
    found = answered_words(answering, counts, [0, 0, 1], [3, 4, 4], texts, ["Jo", "Ada", "Jo"])
    assert found.tolist() == [6, words, 2]


def test_an_answer_to_what_is_not_there_has_its_own_words():
    found = answered_words([True], [2], [0], [4], ["The accordion."], ["Ada"])
    assert found.tolist() == [2]
