"""Spelling: many texts at once as one of a few is spelled, letter for letter."""

from hypothesis import given
from hypothesis import strategies as st

from memcli.models.plain_tokenizers import _metaspace_spelled
from memcli.models.spelling import Speller

LETTERS = (
    "abXYZ .,'-_$^\t\n\u2019\u00b4\u00a8\u00e9\u00df\u1e9e\u0130\u03a3\u03c2\u4f60\u3002\u304b"
    "\u3099\u30ab\ud55c\u0e01\u00a0\u3000\u2581\u2460\u2162\uffe5\uff21\u0301\U0001f600"
)
SPELLER = Speller()


def pieces(texts):
    """Return the pieces of each text as the speller tells them."""
    codes, joins, starts = SPELLER.spelled(texts)
    letters = [chr(code) + " " * (not joined) for code, joined in zip(codes, joins, strict=True)]
    ends = [*starts[1:], len(codes)]
    return ["".join(letters[a:b]).split() for a, b in zip(starts, ends, strict=True)]


@given(st.lists(st.text(LETTERS, min_size=1, max_size=12), min_size=1, max_size=6))
def test_texts_are_spelled_together_as_each_alone(texts):
    assert pieces(texts) == [_metaspace_spelled(text).split() for text in texts]


def test_blanks_begin_pieces_and_marks_stand_alone():
    assert pieces(["A  b.", "\u3000 \u4f60\u597d\uff01"]) == [
        ["\u2581a", "\u2581b", "."],
        ["\u2581\u4f60\u597d", "!"],
    ]
