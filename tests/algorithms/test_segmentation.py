from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from memcli.algorithms.segmentation import (
    DEFAULT_SETTINGS,
    SegmentationSettings,
    boundaries,
    depth_scores,
    due_scores,
    pause_scores,
    refine,
    segment,
    split_values,
    surprise,
)

SMALL = SegmentationSettings(min_turns=2, max_turns=6, surroundings=6, window=2, reach=1)


def conversation(turns_per_topic, noise=0.5, seed=0, dimension=24):
    """Unit vectors of turns that stay with a topic for so many turns, then go to another."""
    rng = np.random.default_rng(seed)
    topics = np.repeat(rng.normal(size=(len(turns_per_topic), dimension)), turns_per_topic, axis=0)
    rows = topics + noise * rng.normal(size=topics.shape)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def cut(vectors, gaps=30.0, words=20, settings=DEFAULT_SETTINGS):
    n = len(vectors)
    return segment(vectors, np.broadcast_to(gaps, n), np.broadcast_to(words, n), settings)


def starts(segments):
    return [first for first, _ in segments[1:]]


@st.composite
def drawn_conversations(draw, max_size=60):
    n = draw(st.integers(0, max_size))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    topic = np.cumsum(rng.random(n) < draw(st.sampled_from([0.0, 0.1, 0.3, 1.0])))
    rows = np.eye(64)[topic % 64] + draw(st.sampled_from([0.0, 0.2])) * rng.normal(size=(n, 64))
    rows[rng.random(n) < draw(st.sampled_from([0.0, 0.2, 1.0]))] = 0.0
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    rows = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)
    return rows, rng.choice([0.0, 30.0, 4000.0, 1e6, np.nan], n), rng.integers(0, 40, n)


def test_topics_come_apart_where_they_change():
    assert starts(cut(conversation([8, 12, 6, 10]))) == [8, 20, 26]


@pytest.mark.parametrize("seed", range(8))
def test_a_change_of_topic_is_found_within_a_turn_whatever_the_noise(seed):
    found = starts(cut(conversation([11, 9], seed=seed, noise=0.8)))
    assert min(abs(start - 11) for start in found) <= 1


@pytest.mark.parametrize(("n", "expected"), [(0, []), (1, [(0, 1)]), (3, [(0, 3)])])
def test_a_conversation_too_short_to_cut_is_one_segment(n, expected):
    assert cut(np.zeros((n, 4))) == expected


def test_one_topic_is_only_cut_for_its_length():
    same = np.tile([1.0, 0.0], (20, 1))
    assert cut(same) == [(0, 20)]
    assert max(end - start for start, end in cut(np.tile([1.0, 0.0], (100, 1)))) <= 24


def test_a_long_pause_ends_a_segment_though_the_topic_stays():
    gaps = np.full(20, 40.0)
    gaps[9] = 86_400.0
    assert cut(np.tile([1.0, 0.0], (20, 1)), gaps) == [(0, 9), (9, 20)]


def test_a_letter_a_day_has_no_pauses():
    gaps = np.full(30, 86_400.0)
    gaps[20] = 30 * 86_400.0
    scores = pause_scores(gaps)
    assert scores[:20].max() == 0.0
    assert scores[20] > 0.9


def test_a_coffee_break_is_less_than_a_night():
    gaps = np.full(16, 30.0)
    gaps[[5, 10]] = 1200.0, 30_000.0
    scores = pause_scores(gaps)
    assert 0.0 < scores[5] < scores[10] == 1.0


def test_a_short_interjection_does_not_cut():
    rows = conversation([16], noise=0.2)
    rows[8] = np.eye(24)[0]
    words = np.full(16, 25)
    words[8] = 1
    assert segment(rows, np.full(16, 20.0), words) == [(0, 16)]


def test_surprise_is_zero_at_first_and_where_a_turn_repeats_and_one_where_it_is_unrelated():
    rows = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    values = surprise(rows, np.ones(4), 0.8, 0.0)
    assert values.tolist() == [0.0, 0.0, 1.0, 0.0]


def test_momentum_carries_surprise_on():
    rows = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0] / np.sqrt(2)])
    with_momentum = surprise(rows, np.ones(3), 0.99, 0.5)
    assert with_momentum[1] == pytest.approx(0.5)
    assert with_momentum[2] > 0.5 * surprise(rows, np.ones(3), 0.99, 0.0)[2]


def test_depth_is_greatest_where_the_topic_changes():
    assert int(np.argmax(depth_scores(conversation([9, 9], 0.2), np.ones(18), 4))) == 9


def test_silence_is_no_change_of_topic():
    rows = np.tile([1.0, 0.0], (12, 1))
    rows[4:8] = 0.0
    assert depth_scores(rows, np.ones(12), 2).max() == pytest.approx(0.0)


def test_a_plateau_is_one_peak():
    values = np.zeros(20)
    values[8:11] = 1.0
    assert np.flatnonzero(due_scores(values).due).tolist() == [10]


def test_of_two_due_boundaries_too_close_together_the_higher_is_taken():
    values = np.zeros(30)
    values[[10, 12]] = 0.8, 1.0
    assert boundaries(due_scores(values)) == [12]


def test_refinement_moves_a_boundary_to_where_the_graph_falls_apart():
    rows = conversation([10, 10], 0.1)
    given_settings = DEFAULT_SETTINGS
    assert refine(rows, [9], np.zeros(20), given_settings) == [10]
    assert refine(rows, [11], np.zeros(20), given_settings) == [10]
    assert refine(rows, [10], np.zeros(20), given_settings) == [10]


def test_refinement_leaves_a_boundary_at_a_pause():
    pauses = np.zeros(20)
    pauses[9] = 1.0
    assert refine(conversation([10, 10], 0.1), [9], pauses) == [9]


def test_two_cliques_split_best_between_them():
    rows = np.repeat(np.eye(2), 5, axis=0)
    assert int(np.argmax(split_values(rows))) == 5


def test_a_graph_without_edges_has_no_better_split():
    assert split_values(np.eye(4)).tolist() == [0.0] * 4


@pytest.mark.parametrize(
    "values",
    [
        {"min_turns": 0},
        {"max_turns": 7},
        {"window": 0},
        {"reach": -1},
        {"decay": 1.0},
        {"momentum": -0.1},
        {"short_s": 0.0},
        {"long_s": 300.0},
    ],
)
def test_settings_that_cannot_be_kept_are_refused(values):
    with pytest.raises(ValueError, match="must be"):
        SegmentationSettings(**values)


@pytest.mark.parametrize(
    "settings_", [DEFAULT_SETTINGS, SMALL, SegmentationSettings(min_turns=1, max_turns=2)]
)
@given(drawn=drawn_conversations())
@settings(deadline=None, max_examples=60)
def test_segments_cover_everything_within_the_limits(settings_, drawn):
    rows, gaps, words = drawn
    segments = segment(rows, gaps, words, settings_)
    assert [turn for start, end in segments for turn in range(start, end)] == list(range(len(rows)))
    sizes = [end - start for start, end in segments]
    assert all(size <= settings_.max_turns for size in sizes)
    assert all(size >= min(settings_.min_turns, len(rows)) for size in sizes)
    assert segments == segment(rows.astype(np.float64), gaps, words, settings_)


def horizon(settings_):
    """Turns before the end in which a boundary may still change when turns are appended."""
    scored = settings_.surroundings + 2 * settings_.window
    return settings_.max_turns + settings_.min_turns + scored + settings_.reach + 2


@pytest.mark.parametrize("settings_", [SMALL, replace(SMALL, reach=2, window=3, gamma=0.0)])
@given(drawn=drawn_conversations(max_size=150), share=st.floats(0.2, 1.0))
@settings(deadline=None, max_examples=150)
def test_turns_appended_leave_the_boundaries_before_the_horizon(settings_, drawn, share):
    rows, gaps, words = drawn
    n = int(share * len(rows))
    whole = starts(segment(rows, gaps, words, settings_))
    part = starts(segment(rows[:n], gaps[:n], words[:n], settings_))
    final = n - horizon(settings_)
    assert [start for start in part if start < final] == [s for s in whole if s < final]


@given(drawn=drawn_conversations(max_size=40))
@settings(deadline=None)
def test_signals_stay_in_their_range(drawn):
    rows, gaps, words = drawn
    weights = np.minimum(words / 20.0, 1.0)
    for values, top in (
        (surprise(rows, weights, 0.8, 0.2), 2.0),
        (depth_scores(rows, weights, 3), 2.0),
        (pause_scores(gaps), 1.0),
    ):
        assert values.shape == (len(rows),)
        assert np.all((values >= 0.0) & (values <= top + 1e-9))


@given(values=hnp.arrays(float, st.integers(1, 60), elements=st.floats(-5, 5)))
@settings(deadline=None)
def test_due_boundaries_are_peaks_above_their_surroundings(values):
    scores = due_scores(values)
    for place in np.flatnonzero(scores.due):
        assert place == 0 or values[place] >= values[place - 1]
        assert place == len(values) - 1 or values[place] > values[place + 1]
