"""Windows of a long text: all of it, in parts that end where sentences do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from memcli.language.windows import LEAST, SIZE, around, window_spans

SENTENCES = " ".join(
    f"Sentence number {n} is about the harbour and its {n} boats." for n in range(40)
)


def test_a_short_text_is_one_window():
    assert window_spans("Short.") == [(0, 6)]
    assert window_spans("") == [(0, 0)]


def test_windows_end_where_sentences_do():
    parts = [SENTENCES[start:stop] for start, stop in window_spans(SENTENCES)]
    assert len(parts) > 5
    assert all(part.rstrip().endswith(".") for part in parts)
    assert all(LEAST <= len(part) <= 2 * SIZE for part in parts)


@given(st.text(st.sampled_from("ab .\n\u8a00\u3002"), max_size=3_000))
def test_together_they_are_the_text_and_none_is_long(text):
    spans = window_spans(text)
    assert "".join(text[start:stop] for start, stop in spans) == text
    assert all(stop - start <= 2 * SIZE for start, stop in spans)


def test_without_a_stop_or_a_space_it_is_cut_all_the_same():
    spans = window_spans("x" * 1_000)
    assert [stop - start for start, stop in spans] == [300, 300, 300, 100]


def test_what_stands_around_is_one_window_on_each_side():
    spans = [(0, 3), (3, 6), (6, 9), (9, 12)]
    assert [around(spans, at) for at in range(4)] == [(0, 6), (0, 9), (3, 12), (6, 12)]
