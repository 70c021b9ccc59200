"""Language of a text: by script and by function words, English where no other shows."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from memcli.language.data import read_data
from memcli.language.languages import ENGLISH, language_of, languages_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wir sind gestern mit dem Rad zur Arbeit gefahren.", "de"),
        ("Was hat Tilda im Mai gemacht?", "de"),
        ("Nous avons déjeuné au bord du lac.", "fr"),
        ("¿Quién trajo la tarta?", "es"),
        ("Abbiamo comprato una barca per i nostri figli.", "it"),
        ("Onde está o meu passaporte?", "pt"),
        ("Wij gaan morgen naar het strand.", "nl"),
        ("Kiedy jest koncert?", "pl"),
        ("Где мы оставили лодку?", "ru"),
        ("أين وضعنا المفتاح؟", "ar"),
        ("我们把钥匙放在哪里", "zh"),
        ("鍵はどこに置きましたか。", "ja"),
        ("열쇠를 어디에 두었나요?", "ko"),
        ("เราวางกุญแจไว้ที่ไหน", "th"),
    ],
)
def test_a_language_shows_in_a_sentence(text, language):
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "1,204",
        "Lisbon, 2019",
        "We saw Das Boot and La Strada with the boys.",
        "I met her in de Young museum.",
        "Wei (魏) is late again, as he was on Monday.",
        "Crème brûlée for everyone!",
    ],
)
def test_what_shows_no_other_language_is_english(text):
    assert language_of(text) == ENGLISH


def test_japanese_is_told_from_chinese_by_its_kana():
    assert language_of("昨日、図書館で本を借りた。") == "ja"
    assert language_of("昨天在圖書館借了書。") == "zh"


@given(st.text(max_size=80))
def test_every_text_has_a_language(text):
    scripts = {"zh", "ja", "ko", "th", "ru", "ar", "el", "he", "hi", ENGLISH}
    assert language_of(text) in scripts | set(read_data("languages"))


@given(
    st.lists(
        st.text("ab \u6211\u4eec\u5728\u304b\ud55c\u0436\u0e01\u3002\uff01\u00e9", max_size=24),
        max_size=5,
    )
)
def test_many_texts_have_the_languages_that_each_has(texts):
    assert languages_of(texts) == [language_of(text) for text in texts]
