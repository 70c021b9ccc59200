"""Many tokens: those that the tokenizers library gives, of many texts at a time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.models.encoder import encoder_folder, load_tokenizer
from memcli.models.many_tokens import ManyTokens
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
    """Return the library's tokenizer of an encoder, and what cuts as it does without it."""
    folder = encoder_folder(request.param)
    library = load_tokenizer(folder, MOST)
    plain = read_plain_tokenizer(folder / "tokenizer.json")
    return library, ManyTokens(lambda: library, plain, MOST)


def library_tokens(library, texts):
    return [x.ids for x in library.encode_batch_fast(texts, add_special_tokens=False)]


@given(st.lists(st.text(max_size=20) | st.text(LETTERS, max_size=20), max_size=6))
def test_any_texts(both, texts):
    library, many = both
    assert many.tokens(texts).lists() == library_tokens(library, texts)


def test_texts_of_many_kinds_together_and_alone(both):
    library, many = both
    wanted = library_tokens(library, TEXTS)
    assert many.tokens(TEXTS).lists() == many.tokens(TEXTS).lists() == wanted
    assert [many.tokens([text]).lists()[0] for text in TEXTS] == wanted


def test_of_ways_that_are_alike_the_library_takes_the_same():
    folder = encoder_folder("multilingual-256")
    library = load_tokenizer(folder, 100)
    many = ManyTokens(
        lambda: pytest.fail("the library was loaded"),
        read_plain_tokenizer(folder / "tokenizer.json"),
        100,
    )
    texts = ["unfortunately", "disappointed.", "\u4f60\u2162\u597d", "\u4f60iiii"]
    assert many.tokens(texts).lists() == library_tokens(library, texts)


def test_the_library_is_asked_for_what_is_not_sure_alone():
    plain = read_plain_tokenizer(encoder_folder("static-256") / "tokenizer.json")
    many = ManyTokens(lambda: pytest.fail("the library was loaded"), plain, MOST)
    assert many.tokens(["a red boat"]).lists()[0]
