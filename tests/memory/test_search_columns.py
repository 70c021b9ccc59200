"""The words and the vector by which a memory is found."""

from __future__ import annotations

import numpy as np
import pytest

from memcli.memory.search_columns import (
    count_words,
    embedding_text,
    many_counts_of_words,
    many_search_keys,
    search_columns,
    search_keys,
    vector_column,
)
from schemas import tables


def test_a_turn_is_found_by_its_speaker_its_words_and_pairs_of_cjk():
    columns = search_columns({"text": "I like 記憶", "speaker": "Mara Lind", "level": 0})
    assert columns["derived_keys"] is None
    assert columns["keys"] == search_keys("I like 記憶", "Mara Lind")
    assert {"Mara", "Lind"} <= {word.title() for word in columns["keys"].split()[:2]}
    assert "I like 記憶" in columns["keys"]
    assert len(columns["keys"].split()) > 5


def test_a_statement_is_found_by_text_context_and_keywords_and_a_segment_by_its_keywords():
    said = {"text": "She moved.", "context": "Of Wilma:", "keywords": ["lund"], "speaker": None}
    assert search_columns({**said, "level": 1})["derived_keys"] == "She moved. Of Wilma: lund"
    assert search_columns({**said, "level": 2})["derived_keys"] == "lund"
    assert search_columns({**said, "keywords": [], "level": 3})["derived_keys"] == "She moved."
    assert search_columns({**said, "level": 1})["keys"] is None


def test_what_has_a_context_is_encoded_with_it():
    row = {"text": "She moved.", "context": "Of Wilma:", "level": 1}
    assert embedding_text(row) == "Of Wilma: She moved."
    assert embedding_text({**row, "level": 0}) == "Of Wilma: She moved."
    assert embedding_text({**row, "context": None}) == "She moved."


@pytest.mark.parametrize(("text", "n"), [("", 0), ("two words", 2), ("記憶は大切です", 4)])
def test_words_are_counted_with_half_a_word_for_a_sign(text, n):
    assert count_words(text) == n


def test_many_texts_have_the_columns_of_each():
    texts = [
        "I like 記憶",
        "",
        "two words",
        "我们在公园门口看见红色风筝",
        "Häuser am See und Wälder",
    ]
    speakers = ["Mara Lind", None, "Jo", "妈妈", None]
    each = [search_keys(*pair) for pair in zip(texts, speakers, strict=True)]
    assert many_search_keys(texts, speakers) == each
    assert many_counts_of_words(texts) == list(map(count_words, texts))


def test_vectors_are_kept_in_half_precision():
    schema = tables.memories(8)
    column = vector_column(np.full((2, 8), 0.1, np.float32), schema)
    assert column.type == schema.field("vector").type
    assert column.to_pylist()[1] == [float(np.float16(0.1))] * 8
