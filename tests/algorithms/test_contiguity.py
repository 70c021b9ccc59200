import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.contiguity import (
    contiguity_kernel,
    elsewhere_support,
    locate,
    session_part,
    session_rank,
    session_support,
    spread,
)

FORWARD_ONLY = contiguity_kernel(0.5, 0.0, 1.0, 1)
ASYMMETRIC = contiguity_kernel(0.4, 0.2, 0.5, 2)

rows = st.lists(
    st.tuples(st.floats(0, 1), st.integers(-1, 3), st.integers(-2, 12)), min_size=1, max_size=30
)


def columns(drawn):
    base, session, seq = zip(*drawn, strict=True)
    return np.array(base), np.array(session), np.array(seq, dtype=np.int32)


def test_the_kernel_decays_by_step_on_both_sides():
    assert dict(zip(*ASYMMETRIC, strict=True)) == {1: 0.4, 2: 0.2, -1: 0.2, -2: 0.1}


def test_a_kernel_without_window_is_empty():
    assert contiguity_kernel(0.4, 0.2, 0.5, 0) == ((), ())


@pytest.mark.parametrize(
    ("case", "session", "seq", "expected"),
    [
        ("the turn after a hit gains", [0, 0, 0], [0, 1, 2], [0.0, 0.5, 0.0]),
        ("order of the rows does not matter", [0, 0, 0], [1, 2, 0], [0.0, 0.5, 0.0]),
        ("a gap is not bridged", [0, 0, 0], [0, 2, 4], [0.0, 0.0, 0.0]),
        ("another session gains nothing", [0, 1, 1], [0, 1, 2], [0.0, 0.0, 0.0]),
        ("rows outside sessions gain nothing", [-1, -1, -1], [0, 1, 2], [0.0, 0.0, 0.0]),
        ("every row at the next place gains", [7, 7, 7], [0, 1, 1], [0.0, 0.5, 0.5]),
    ],
)
def test_score_spreads_to_the_next_turn(case, session, seq, expected):
    assert spread([1.0, 0.0, 0.0], session, seq, FORWARD_ONLY).tolist() == expected, case


def test_a_turn_gains_more_from_the_turn_before_than_from_the_turn_after():
    received = spread([0.0, 1.0, 0.0], [0, 0, 0], [0, 1, 2], ASYMMETRIC)
    assert received.tolist() == [0.2, 0.0, 0.4]


def test_two_rows_at_one_place_speak_once_with_the_better_score():
    received = spread([0.4, 0.8, 0.0], [0, 0, 0], [3, 3, 4], FORWARD_ONLY)
    assert received.tolist() == [0.0, 0.0, 0.4]


def test_the_last_turn_of_a_session_does_not_reach_the_first_of_the_next():
    wide = contiguity_kernel(1.0, 1.0, 1.0, 3)
    received = spread([1.0, 0.0, 0.0, 1.0], [0, 0, 1, 1], [8, 9, 0, 1], wide)
    assert received.tolist() == [0.0, 1.0, 1.0, 0.0]


@pytest.mark.parametrize("function", [spread, session_support])
def test_no_rows_give_no_scores(function):
    assert function([], [], [], FORWARD_ONLY if function is spread else 3).tolist() == []


def test_far_places_keep_apart_without_overflow():
    huge = np.array([0, 2**31 - 1, 0, 2**31 - 1], dtype=np.int32)
    received = spread([1.0] * 4, [0, 0, 2**31 - 1, 2**31 - 1], huge, ASYMMETRIC)
    assert received.tolist() == [0.0] * 4
    assert len(locate([0, 0, 5, 5], huge, 2).keys) == 4


@given(rows)
def test_spread_is_at_most_the_sum_of_the_kernel(drawn):
    base, session, seq = columns(drawn)
    received = spread(base, session, seq, ASYMMETRIC)
    assert (received >= 0).all()
    assert (received <= sum(ASYMMETRIC.weights) * base.max() + 1e-12).all()


@given(rows)
def test_spread_agrees_with_its_definition(drawn):
    base, session, seq = columns(drawn)
    best = {}
    for score, *place in drawn:
        best[tuple(place)] = max(score, best.get(tuple(place), 0.0))
    expected = [
        sum(w * best.get((s, q - o), 0.0) for o, w in zip(*ASYMMETRIC, strict=True)) * (s >= 0)
        for s, q in zip(session.tolist(), seq.tolist(), strict=True)
    ]
    assert spread(base, session, seq, ASYMMETRIC) == pytest.approx(np.array(expected))


@given(rows)
def test_session_support_agrees_with_its_definition(drawn):
    base, session, seq = columns(drawn)
    best = {}
    for score, *place in drawn:
        best[tuple(place)] = max(score, best.get(tuple(place), 0.0))
    leading = {
        s: sorted((v for (t, _), v in best.items() if t == s), reverse=True)[:2] for s in session
    }
    expected = [sum(leading[s]) / 2 * (s >= 0) for s in session]
    assert session_support(base, session, seq, 2) == pytest.approx(np.array(expected))


@given(rows, st.data())
def test_context_depends_on_no_other_session(drawn, data):
    base, session, seq = columns(drawn)
    kept = session == data.draw(st.sampled_from(session.tolist()))
    alone = base[kept], session[kept], seq[kept]
    assert (spread(*alone, ASYMMETRIC) == spread(base, session, seq, ASYMMETRIC)[kept]).all()
    assert (session_support(*alone, 3) == session_support(base, session, seq, 3)[kept]).all()


@given(rows, st.randoms(use_true_random=False))
def test_context_follows_a_permutation_of_the_rows(drawn, random):
    base, session, seq = columns(drawn)
    order = list(range(len(base)))
    random.shuffle(order)
    moved = base[order], session[order], seq[order]
    assert (spread(*moved, ASYMMETRIC) == spread(base, session, seq, ASYMMETRIC)[order]).all()
    assert (session_support(*moved, 3) == session_support(base, session, seq, 3)[order]).all()


@given(rows, st.data())
def test_a_better_turn_never_lowers_the_context_of_any(drawn, data):
    base, session, seq = columns(drawn)
    raised = base.copy()
    raised[data.draw(st.integers(0, len(base) - 1))] += data.draw(st.floats(0, 1))
    # abs: the mean is summed from the best turn down, so an equal sum may round otherwise.
    slack = 1e-12
    before, after = (spread(b, session, seq, ASYMMETRIC) for b in (base, raised))
    assert (after >= before - slack).all()
    before, after = (session_support(b, session, seq, 3) for b in (base, raised))
    assert (after >= before - slack).all()


@pytest.mark.parametrize(
    ("case", "base", "session", "seq", "expected"),
    [
        ("missing turns count nothing", [0.9], [0], [0], [0.3]),
        ("all turns up to the number count", [0.9, 0.6], [0, 0], [0, 5], [0.5, 0.5]),
        ("only the best turns count", [0.3] * 9, [0] * 9, range(9), [0.3] * 9),
        ("sessions stay apart", [0.9, 0.3], [4, 2], [0, 0], [0.3, 0.1]),
        ("one place counts once", [0.9, 0.6], [0, 0], [1, 1], [0.3, 0.3]),
        ("rows outside sessions have none", [0.9, 0.9], [-1, 0], [0, 0], [0.0, 0.3]),
    ],
)
def test_session_support_is_the_mean_of_the_best_turns(case, base, session, seq, expected):
    assert session_support(base, session, list(seq), 3) == pytest.approx(expected), case


@pytest.mark.parametrize(
    ("case", "session", "said", "expected"),
    [
        ("the same moment elsewhere", [0, 1], [5.0, 5.0], [0.4, 1.0]),
        ("one time constant later", [0, 1], [5.0, 5.25], [0.4 / np.e, 1 / np.e]),
        ("the same session says nothing more", [2, 2], [5.0, 5.0], [0.0, 0.0]),
        ("outside sessions each is by itself", [-1, -1], [5.0, 5.0], [0.4, 1.0]),
        ("an unknown time is near to nothing", [0, 1], [5.0, np.nan], [0.0, 0.0]),
    ],
)
def test_what_was_said_at_the_time_elsewhere_speaks_for_a_row(case, session, said, expected):
    found = elsewhere_support([1.0, 0.4], session, said, 6.0)
    assert found == pytest.approx(expected), case


moments = st.lists(
    st.tuples(st.floats(0, 1), st.integers(-1, 3), st.sampled_from([0.0, 0.1, 0.25, 1.0, np.nan])),
    max_size=30,
)


@given(moments)
def test_the_support_from_elsewhere_is_the_best_of_all_pairs(drawn):
    base, session, said = (
        (np.array(column, float) for column in zip(*drawn, strict=True))
        if (drawn)
        else (np.zeros(0),) * 3
    )
    expected = np.zeros(len(base))
    for i in range(len(base)):
        for j in range(len(base)):
            other = i != j and (session[i] != session[j] or session[i] < 0)
            if other and np.isfinite(said[i]) and np.isfinite(said[j]):
                left = base[j] * np.exp(-abs(said[i] - said[j]) * 4.0)
                expected[i] = max(expected[i], left)
    found = elsewhere_support(base, session.astype(int), said, 6.0)
    assert found == pytest.approx(expected, abs=1e-12)


def test_a_turn_and_what_was_made_of_it_have_one_rank_in_their_session():
    base, session, seq = [0.5, 0.9, 0.9, 0.7, 0.1], [0, 0, 0, 0, -1], [0, 1, 1, 2, 0]
    assert session_rank(base, session, seq).tolist() == [2, 0, 0, 1, 0]


@given(rows)
def test_the_best_of_a_session_has_rank_0_and_parts_of_places_sum_to_no_more_than_1(drawn):
    base, session, seq = columns(drawn)
    rank, part = session_rank(base, session, seq), session_part(session, seq)
    for code in set(session[session >= 0].tolist()):
        inside = session == code
        assert rank[inside][base[inside] == base[inside].max()].min() == 0
        assert rank[inside].max() < len(set(seq[inside].tolist()))
    of_sessions = dict(zip(session.tolist(), part.tolist(), strict=True))
    outside = int((session < 0).sum())
    assert of_sessions.pop(-1, 0.0) == 0.0
    places = len({*zip(session[session >= 0].tolist(), seq[session >= 0].tolist(), strict=True)})
    assert sum(of_sessions.values()) == pytest.approx(places / (places + outside))
