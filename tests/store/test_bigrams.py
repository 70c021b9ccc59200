"""Text without spaces is found by any two characters of it."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import Store, bigrams
from store.bigrams import (
    LONGEST_WORD,
    count_keys,
    index_keys,
    index_text,
    index_texts,
    key_counts,
    query_keys,
)

CJK = "漢字仮名交文日本語한국어中文測試データひらがな"
runs = st.text(CJK, min_size=2, max_size=12)
mixed = st.lists(runs | st.text("ab .,!1é", max_size=5), max_size=4).map("".join)


@st.composite
def texts_with_parts(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a text and two or more characters in a row of one of its runs."""
    run = draw(runs)
    start = draw(st.integers(0, len(run) - 2))
    end = draw(st.integers(start + 2, len(run)))
    return draw(mixed) + " " + run + draw(mixed), run[start:end]


def test_a_run_gives_its_pairs_and_its_characters() -> None:
    assert index_keys("東京都 is big") == ["東京", "京都", "東", "京", "都"]
    assert query_keys("東京都?") == ["東京", "京都"]


def test_one_character_is_searched_as_it_is() -> None:
    assert query_keys("猫 or 犬") == ["猫", "犬"]
    assert set(query_keys("猫")) <= set(index_keys("白い猫が"))


def test_text_with_spaces_gives_nothing() -> None:
    for text in ("", "harbour", "café crème", "Привет", "😀 !"):
        assert index_keys(text) == query_keys(text) == []


def test_pairs_do_not_cross_what_stands_between() -> None:
    assert index_keys("東a京") == ["東", "京"]


@given(texts_with_parts())
def test_every_part_of_a_run_is_indexed(example: tuple[str, str]) -> None:
    text, part = example
    assert set(query_keys(part)) <= set(index_keys(text))


@given(mixed)
def test_a_text_is_found_by_itself(text: str) -> None:
    assert set(query_keys(text)) <= set(index_keys(text))


@given(st.lists(mixed | st.text(max_size=4), max_size=6), st.integers(0, 20))
def test_many_texts_are_indexed_as_each(texts: list[str], at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bigrams, "CHARACTERS_AT_ONCE", at_once)
        assert index_texts(texts) == list(map(index_text, texts))
        assert key_counts(texts) == list(map(count_keys, texts))


@given(texts_with_parts())
def test_all_that_a_text_says_is_indexed(example: tuple[str, str]) -> None:
    text, _ = example
    indexed = index_text(text).split()
    assert set(index_keys(text)) <= set(indexed)
    spaced = {word for word in text.split() if not index_keys(word)}
    assert spaced <= set(indexed)


def test_a_clause_is_no_word() -> None:
    word, clause = "猫" * LONGEST_WORD, "犬" * (LONGEST_WORD + 1)
    indexed = index_text(f"a {word}b {clause}c 日 d").split()
    assert f"{word}b" in indexed
    assert "c" in indexed
    assert not [key for key in indexed if len(key) > LONGEST_WORD + 1]
    assert index_text("") == "" == index_texts([""])[0]


@given(mixed)
def test_keys_are_counted_without_making_them(text: str) -> None:
    assert count_keys(text) == len(index_keys(text))


@pytest.fixture(scope="module")
def library(born: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store to fill with examples."""
    path = tmp_path_factory.mktemp("library") / "store"
    shutil.copytree(born, path)
    return Store.open(path)


@settings(max_examples=25, deadline=None)
@given(examples=st.lists(texts_with_parts(), min_size=1, max_size=8))
def test_every_part_is_found_in_a_store(library: Store, memories, examples) -> None:
    texts = [f"{place} {text}" for place, (text, _) in enumerate(examples)]
    with library.transaction("write", may_shrink=True) as transaction:
        transaction.delete("memories", "true")
        transaction.append("memories", memories(*texts))
        transaction.publish()
    for text, (_, part) in zip(texts, examples, strict=True):
        found = library.snapshot().match(part, len(texts), ["id"])
        assert text in found["id"].to_pylist()
