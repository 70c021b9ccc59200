"""Piece tokens: the tokens that the tokenizers library gives, of many texts at a time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.models import piece_tokens
from memcli.models.encoder import encoder_folder, load_tokenizer
from memcli.models.piece_tokens import PieceTokens
from memcli.models.plain_tokenizers import read_plain_tokenizer

NAMES = ("static-256", "multilingual-256")
MOST = 6
LETTERS = (
    "abcXYZ .,'-_$^|~()\t\n\u2019\u00e9\u00c9\u00df\u0130\u03a3\u03c2\u4f60\u597d\u3002"
    "\u304b\u30ab\ud55c\u0e01\u0e31\u0436\u00a0\u3000\u2581\u7684\u4eba\u9f98\x00\x07"
)
# Words of one token and of several, characters that are none, and what is set apart.
TEXTS = [
    "",
    " ",
    "we met Zbigniew's accordionist, unbelievably",
    "\u6628\u5929\u6211\u4eec\u5728\u516c\u56ed\u95e8\u53e3\u770b\u89c1\u4e00\u53ea\u7ea2\u8272\u98ce\u7b5d",
    "\u9f98\u9f98 \u9f98\u4f60\u9f98",
    "a [MASK] here",
    "bell\x07 rang\x00twice",
    "word " * 40,
    "x" * 300,
]


@pytest.fixture(scope="module", params=NAMES)
def both(request):
    """Return the library's tokenizer of an encoder, and the pieces' of the same file."""
    folder = encoder_folder(request.param)
    library = load_tokenizer(folder, MOST)
    plain = read_plain_tokenizer(folder / "tokenizer.json")
    return library, PieceTokens(lambda: library, plain, MOST)


def library_tokens(library, texts):
    return [x.ids for x in library.encode_batch_fast(texts, add_special_tokens=False)]


@given(st.lists(st.text(max_size=20) | st.text(LETTERS, max_size=20), max_size=6))
def test_any_texts(both, texts):
    library, pieces = both
    assert pieces.tokens(texts) == library_tokens(library, texts)


def test_texts_cut_before_and_after_all_is_forgotten(both, monkeypatch):
    library, pieces = both
    wanted = library_tokens(library, TEXTS)
    assert pieces.tokens(TEXTS) == pieces.tokens(TEXTS) == wanted
    monkeypatch.setattr(piece_tokens, "MOST_CHARACTERS", 0)
    assert pieces.tokens(TEXTS) == wanted
    assert not pieces._known
    assert [pieces.tokens([text])[0] for text in TEXTS] == wanted


def test_a_piece_is_cut_once(both):
    _, pieces = both
    pieces.tokens(["ferry timetables"])
    before = pieces._size
    pieces.tokens(["timetables, ferry ferry"])
    assert pieces._size - before <= len(", ferry")


def test_the_library_is_asked_for_what_is_not_sure_alone():
    plain = read_plain_tokenizer(encoder_folder("static-256") / "tokenizer.json")
    pieces = PieceTokens(lambda: pytest.fail("the library was loaded"), plain, MOST)
    assert pieces.tokens(["a red boat"])[0]


def test_unspaced_text_has_pieces_of_its_own(both):
    """So that words of a language without blanks recur, too."""
    folder = encoder_folder("multilingual-256")
    plain = read_plain_tokenizer(folder / "tokenizer.json")
    [pieces] = plain.many_pieces([TEXTS[3]])
    assert "".join(pieces) == f"\u2581{TEXTS[3]}"
    assert len(pieces) > 5
