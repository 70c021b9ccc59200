"""Ids come from content, and a set of them is small and right."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memcli.memory.ids import ID_LENGTH, IdSet, as_array, content_id
from store.errors import StoreCorrupt

# Control characters part the parts.
words = st.text(st.characters(min_codepoint=32), max_size=8)
parts = st.lists(st.none() | words, min_size=1, max_size=5)
ids = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=1, max_size=ID_LENGTH)


def test_an_id_never_changes_between_releases() -> None:
    assert content_id("default", None, "hello") == "ltruhrgthkh7dqx2"
    assert content_id("café") == "mshcz7gctmy5egjs"


@given(parts)
def test_an_id_is_sixteen_characters_of_base32(content: list[str | None]) -> None:
    id_ = content_id(*content)
    assert len(id_) == ID_LENGTH
    assert set(id_) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert id_ == content_id(*content)


@given(parts, parts)
def test_other_parts_give_another_id(first: list[str | None], second: list[str | None]) -> None:
    if first != second:
        assert content_id(*first) != content_id(*second)


def test_absent_and_empty_parts_differ() -> None:
    assert len({content_id(None), content_id(""), content_id(None, ""), content_id("", None)}) == 4


def test_half_a_character_has_an_id_too() -> None:
    assert len(content_id("\ud83d")) == ID_LENGTH


@given(st.lists(st.lists(ids, max_size=12), max_size=18), st.lists(ids, max_size=12))
def test_a_set_holds_what_was_put_into_it(added: list[list[str]], asked: list[str]) -> None:
    found = IdSet()
    for batch in added:
        found.add(batch)
    everything = {id_ for batch in added for id_ in batch}
    assert found.contains(asked).tolist() == [id_ in everything for id_ in asked]
    assert found.contains(sorted(everything)).all()


@pytest.fixture
def _few_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memcli.memory.ids.IN_MEMORY", 10)


@pytest.mark.usefixtures("_few_in_memory")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(st.lists(ids, max_size=12), max_size=9), st.booleans())
def test_an_id_is_new_once(tmp_path: Path, batches: list[list[str]], is_on_disk: bool) -> None:
    found, model = IdSet(tmp_path if is_on_disk else None), set()
    for batch in batches:
        expected = []
        for id_ in batch:
            expected.append(id_ not in model)
            model.add(id_)
        assert found.add_new(batch).tolist() == expected
    assert len(found) == len(model)
    assert not found._runs or len(found._runs[0]) < 10 or not is_on_disk


def test_an_empty_set_has_nothing() -> None:
    found = IdSet()
    found.add([])
    assert len(found) == 0
    assert found.contains(["a"]).tolist() == [False]
    assert found.contains([]).tolist() == []
    assert found.add_new([]).tolist() == []


def test_each_run_is_at_least_twice_the_next_one() -> None:
    found = IdSet()
    for number in range(200):
        found.add([f"{number * 7 % 200:016}", f"{number:016}"])
        sizes = [len(run) for run in found._runs]
        assert all(a >= 2 * b for a, b in pairwise(sizes))
    assert len(found) == 200
    assert len(found._runs) <= 8


@pytest.mark.usefixtures("_few_in_memory")
@pytest.mark.parametrize("is_on_disk", [False, True])
def test_what_others_hold_is_left_out_of_any_number(tmp_path, monkeypatch, is_on_disk) -> None:
    monkeypatch.setattr("memcli.memory.ids.AT_ONCE", 3)
    found, other = IdSet(tmp_path if is_on_disk else None), IdSet()
    found.add([f"{number:016}" for number in range(11)])
    found.add([f"{number:016}" for number in range(11, 15)])
    other.add([f"{number:016}" for number in range(0, 15, 2)])
    expected = [f"{number:016}" for number in range(1, 15, 2)]
    assert sorted(found.outside(other.contains)) == expected


def test_ids_cost_sixteen_bytes_each() -> None:
    array = as_array(["a", "b" * ID_LENGTH])
    assert array.dtype == np.dtype(f"S{ID_LENGTH}")


def test_an_id_that_is_too_long_is_refused() -> None:
    with pytest.raises(StoreCorrupt, match="longer than 16"):
        as_array(["a" * 17])
