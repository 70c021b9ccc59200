"""Words of a text in any script."""

import hypothesis.strategies as st
from hypothesis import given

from memcli.language.splitting import pairs, split_many, split_words


def test_words_with_spaces_are_as_they_stand():
    assert split_words("The Boat, moored in Lübeck!") == ["the", "boat", "moored", "in", "lübeck"]


def test_curly_marks_make_no_chinese_of_english():
    curly = split_words("Don\u2019t touch the co-op\u2019s \u201cdoor\u201d")
    assert curly == split_words("Don't touch the co-op's \"door\"")


def test_chinese_is_split_by_a_dictionary():
    assert split_words("我们在图书馆学习") == ["我们", "在", "图书馆", "学习"]


def test_japanese_is_split_where_its_characters_change():
    assert split_words("図書館でコーヒーを飲む") == ["図書館", "コーヒー", "飲"]


def test_where_no_splitter_knows_pairs_stand_for_words():
    assert split_words("กาแฟ") == ["กา", "าแ", "แฟ"]
    assert split_words("東京特許許可局の") == ["東京", "京特", "特許", "許許", "許可", "可局"]


def test_scripts_may_stand_side_by_side():
    assert split_words("用Laptop工作2小时") == ["用", "laptop", "工作", "2", "小时"]


@given(st.text(alphabet="漢字かなカナกขab ,", max_size=30))
def test_words_hold_nothing_but_letters_of_the_text(text):
    assert all(word in text and word.isalnum() for word in split_words(text))


@given(st.text(min_size=1, max_size=12))
def test_pairs_overlap_and_join_to_the_run(run):
    found = pairs(run)
    assert found[0] + "".join(pair[-1] for pair in found[1:]) == run


@given(
    st.lists(
        st.text(
            "\u6211\u4eec\u5728\u56fe\u4e66\u9986a1 .\u3002\n\r\0\u304b\u30ab\u0e01\u00e9",
            max_size=12,
        ),
        max_size=5,
    ),
    st.sampled_from([1, 2, 3]),
)
def test_many_texts_are_split_as_each_is(texts, least):
    assert split_many(texts, least) == [split_words(text, least) for text in texts]
