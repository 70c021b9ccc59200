"""Stems by the language of a text."""

import hypothesis.strategies as st
from hypothesis import given

from memcli.language.stemming import content_words, fold, foreign_keys, many_foreign_keys


def test_forms_of_a_word_share_a_stem():
    one = foreign_keys("Wir haben die alten Häuser in der Stadt besichtigt.")
    other = foreign_keys("Das ist ein altes Haus und es hat keine Heizung.")
    assert "haus" in one
    assert "alt" in {*one} & {*other}


def test_stems_are_without_accents():
    assert all(key.isascii() for key in foreign_keys("Les élèves préfèrent les étés à la mer."))


def test_english_has_none_for_the_index_stems_it():
    assert foreign_keys("The houses were visited by all of us.") == []


def test_scripts_without_spaces_have_their_words():
    assert "图书馆" in foreign_keys("我们在图书馆学习")
    assert foreign_keys("図書館でコーヒーを飲む") == ["図書館", "コーヒー"]
    assert "กา" in foreign_keys("กาแฟร้อน")


def test_many_texts_have_the_keys_that_each_has():
    texts = [
        "我们在图书馆学习 Python",
        "the boat",
        "",
        "図書館で",
        "กาแฟร้อน",
        "Die Häuser sind alt und schön",
    ]
    assert many_foreign_keys(texts) == [foreign_keys(text) for text in texts]
    assert "图书馆" in many_foreign_keys(texts)[0]


def test_function_words_of_a_language_are_no_content():
    assert content_words(["Wo", "ist", "der", "Anker"], "de") == ["Anker"]
    assert content_words(["the", "boat"], "en") == ["the", "boat"]


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


def test_accents_are_folded_and_other_scripts_stay():
    assert fold("Crème Straße Ångström") == "Creme Strasse Angstrom"
    assert fold("キログラム 한국 ดี") == "キログラム 한국 ดี"
