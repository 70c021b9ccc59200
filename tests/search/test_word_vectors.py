"""Vectors of single words, with the bundled encoders."""

from __future__ import annotations

import numpy as np
import pytest

from memcli.models.encoder import Encoder
from memcli.search import word_vectors
from memcli.search.word_vectors import WordVectors


@pytest.fixture(scope="module")
def table():
    return Encoder.load("static-256")


def test_a_word_has_one_vector_in_questions_and_texts(table):
    words = WordVectors(lambda: table)
    question = words.of_question("Where is the Bridge?")
    bags = words.bags(["the bridge and a bridge, a boat", "", "boat"])
    assert np.diff(bags.starts).tolist() == [3, 0, 1]
    vectors = words.table[bags.words]
    assert question.shape == (1, 256)
    assert vectors[0] == pytest.approx(question[0])
    assert vectors[2] == pytest.approx(vectors[3])
    assert table.encode(["bridge"])[0] == pytest.approx(question[0], abs=1e-6)


def test_an_irregular_past_is_its_plain_form(table):
    words = WordVectors(lambda: table)
    assert words.of_question("left") == pytest.approx(words.of_question("leave"))
    assert len(set(words.bags(["went gone go", "lay"]).words)) == 2


def test_vectors_are_made_once_for_each_word(table, monkeypatch):
    made = []
    encode = table.encode
    monkeypatch.setattr(table, "encode", lambda texts: made.extend(texts) or encode(texts))
    words = WordVectors(lambda: table)
    for text in ("boat bridge", "bridge boat river"):
        words.bags([text])
        assert len(words.table) == len(set(made))
    assert made == ["boat", "bridge", "river"]


def test_vectors_stay_what_they_were_as_more_words_come(table):
    words = WordVectors(lambda: table)
    met = [f"{first}{second}nt" for first in "bdgklmprst" for second in ("a", "ee", "oo", "ur")]
    early = [(words.bags([word]), words.table) for word in met][5]
    assert words.table == pytest.approx(table.encode(met), abs=1e-6)
    assert early[1] == pytest.approx(words.table[: len(early[1])])
    assert early[1][early[0].words] == pytest.approx(table.encode([met[5]]), abs=1e-6)


def test_an_encoder_that_reads_words_in_context_is_replaced_by_the_bundled_table(table):
    words = WordVectors(lambda: Encoder.load("minilm-l6-v2"))
    assert words.of_question("bridge")[0] == pytest.approx(table.encode(["bridge"])[0], abs=1e-6)


def test_no_more_words_are_kept_than_the_limit(table, monkeypatch):
    monkeypatch.setattr(word_vectors, "MAX_WORDS", 3)
    words = WordVectors(lambda: table)
    for text in ("boat bridge river sea", "house garden", "boat"):
        question = words.of_question(text)
        bags = words.bags([text])
        assert words.table[bags.words] == pytest.approx(question)
    assert len(words.table) <= 6


def test_a_question_of_function_words_has_no_vectors(table):
    assert len(WordVectors(lambda: table).of_question("who are you")) == 0


def test_a_word_longer_than_any_is_cut(table):
    words = WordVectors(lambda: table)
    assert words.of_question("x" * 100_000).shape == (1, 256)


def test_stems_join_the_forms_of_a_word_by_its_language(table):
    words = WordVectors(lambda: table)
    bags = words.bags(["planning wines", "planned wine", "gym"])
    stems = words.stems(bags, "en")
    one, same, other = np.split(stems.words, stems.starts[1:-1])
    assert one.tolist() == same.tolist()
    assert other.tolist() == [2]
