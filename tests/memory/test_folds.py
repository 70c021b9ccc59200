"""What tells a fold, and what it put away."""

from __future__ import annotations

import pytest

from memcli.memory.folds import folded_into, is_fold, put_away


def test_a_fold_is_of_level_4_and_has_the_tag():
    assert is_fold({"level": 4, "tags": ["fold"]})
    assert not is_fold({"level": 0, "tags": ["fold"]})
    assert not is_fold({"level": 4, "tags": None})


@pytest.mark.parametrize(
    ("metadata", "ids"),
    [
        ('{"fold": {"hidden": ["a", "b"]}}', ["a", "b"]),
        ({"fold": {"hidden": ["a", 3]}}, ["a"]),
        ({"fold": "mine"}, []),
        (None, []),
    ],
)
def test_what_it_put_away_is_read_and_other_shapes_are_nothing(metadata, ids):
    assert put_away(metadata) == ids


def test_each_memory_has_its_fold():
    fold = {"id": "f", "source_ids": ["a", "b"]}
    assert folded_into([fold]) == {"a": fold, "b": fold}
