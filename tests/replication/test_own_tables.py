"""Tables of the user's own in two stores."""

from __future__ import annotations

import pytest

from tests.support.replicas import Replica, meet

ITEM = "kettle"


@pytest.fixture
def three(stamp, tmp_path):
    return [Replica(tmp_path / name, stamp, n) for n, name in enumerate("abc")]


def left(replica, name="stock"):
    return {row["item"]: row["left"] for row in replica.own_rows().get(name, [])}


def agree(replicas):
    meet(replicas)
    first, *others = [each.content() for each in replicas]
    assert all(other == first for other in others)
    assert [each.problems() for each in replicas] == [[]] * len(replicas)
    return replicas[0]


def test_rows_of_all_stores_come_together(three):
    for number, store in enumerate(three):
        store.change_row("row", 2 * number)
    assert len(agree(three).own_rows()["costs"]) == 3


def test_of_one_key_the_row_that_was_made_or_changed_last_counts(three):
    one, two, _ = three
    two.change_row("row", 1)
    one.change_row("row", 7)
    agree([one, two])
    assert left(two) == {ITEM: 7}
    two.change_row("change", 13)
    one.pull(two)
    assert left(one) == {ITEM: 13}


def test_what_is_taken_out_stays_out_unless_it_was_changed_after_that(three):
    one, two, far = three
    one.change_row("row", 1)
    agree(three)
    one.change_row("out", 1)
    two.pull(one)
    assert left(two) == {}
    far.pull(two)
    assert left(far) == {}, "through a store that has nothing left of it"
    far.change_row("row", 13)
    assert left(agree(three)) == {ITEM: 13}


def test_a_dropped_table_comes_back_without_its_rows(three):
    one, two, _ = three
    one.change_row("row", 1)
    two.pull(one)
    two.change_row("drop", 1)
    assert two.own_rows() == {}
    assert agree([one, two]).own_rows() == {"stock": []}


def test_other_columns_under_one_name_stay_where_they_are(run, three):
    one, two, _ = three
    one.change_row("row", 0)
    run("table", "create", "costs", "--store", two.store.layout.root, stdin='{"euros": 3}')
    told = run("pull", one.store.layout.root, "--store", two.store.layout.root, "--mine")
    assert "table costs has other columns there" in told.stderr
    assert [row["euros"] for row in two.own_rows()["costs"]] == [3]


def test_a_row_that_says_what_was_purged_here_stays_there(run, three):
    one, two, _ = three
    here, there = (str(each.store.layout.root) for each in (one, two))
    text = "The safe stands behind the blue cupboard."
    id_ = run("add", text, "--store", here).records[0]["id"]
    run("forget", id_, "--purge", "--store", here)
    rows = f'{{"item": "{text}"}}\n{{"item": "lamp"}}'
    run("table", "create", "seen", "--store", there, stdin=rows)
    run("pull", there, "--store", here, "--mine")
    assert [row["item"] for row in one.own_rows()["seen"]] == ["lamp"]
