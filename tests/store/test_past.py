"""The past of a store: what is kept of it, and what a time means."""

import pytest

from store import Store
from store.errors import BadUsage
from store.past import undone_commits


def test_the_state_that_an_undo_left_is_kept(store: Store, save, texts) -> None:
    for text in "abc":
        save(store, text)
    store.undo(to="2")
    with store.transaction("compact") as transaction:
        transaction.keeps_from = 5
        transaction.publish()
    assert undone_commits(list(store.commits())) == [4]
    assert store.kept_commits() == {4, 5, 6}
    for since in range(1, 8):
        assert store.kept_commits(since) == {n for n in (4, 5, 6) if n >= since}
    assert texts(store, 4) == ["a", "b", "c"]


@pytest.mark.parametrize("at", ["yesterday", "", "²", "1.5", "-1"])
def test_what_is_no_commit_and_no_time_is_bad_usage(store: Store, at: str) -> None:
    with pytest.raises(BadUsage):
        store.snapshot(at)
