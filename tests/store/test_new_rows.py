"""New rows of several tables: indexed at once while they are few, else one after the other."""

from __future__ import annotations

import threading

import pytest

from store import new_rows
from store.new_rows import index_slow


class Table:
    """A table that notes in which thread its rows are indexed."""

    def __init__(self, name: str, rows: int, size: int = 0) -> None:
        self.name, self.rows, self.size = name, rows, size
        self.thread = 0

    def unindexed_rows(self) -> int:
        return self.rows

    def unindexed_bytes(self) -> int:
        return self.size

    def extend_indexes(self) -> None:
        self.thread = threading.get_ident()


@pytest.mark.parametrize("is_few", [True, False])
def test_the_largest_is_indexed_here_and_the_others_beside_it_while_they_are_few(
    monkeypatch, is_few
):
    monkeypatch.setattr(new_rows, "MANY_ROWS", 6_000 if is_few else 4_000)
    small, large, long = Table("a", 1_001), Table("b", 3_000), Table("c", 1, 5 << 20)
    fast, none = Table("d", 1_000), Table("e", 0, 5 << 20)
    index_slow([small, large, long, fast, none])
    here = threading.get_ident()
    assert [large.thread, fast.thread, none.thread] == [here, 0, 0]
    assert (small.thread == long.thread == here) is not is_few
    assert small.thread
    assert long.thread
