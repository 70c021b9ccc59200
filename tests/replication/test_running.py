"""Pulls from beginning to end: stores that pull from one another come to the same."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.support.replicas import CHANGES, ROWS, Replica, meet

THREE = range(3)
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(THREE), st.sampled_from(CHANGES), st.integers(0, 40)),
        st.tuples(st.sampled_from(THREE), st.just("add"), st.integers(0, 40)),
        st.tuples(st.sampled_from(THREE), st.sampled_from([*ROWS, "undo"]), st.integers(0, 40)),
        st.tuples(st.sampled_from(THREE), st.just("pull"), st.integers(0, 40)),
    ),
    min_size=4,
    max_size=10,
)


# Each takes seconds, and to look for a smaller one minutes; HYPOTHESIS_PROFILE=explore runs twelve.
@settings(max_examples=settings.default.max_examples // 25, phases=[Phase.generate])
@given(steps)
def test_stores_that_pull_from_one_another_come_to_the_same(stamp, history):
    with TemporaryDirectory() as folder:
        stores = [Replica(Path(folder, f"{n}"), stamp, n) for n in THREE]
        for place, what, number in history:
            if what == "pull":
                stores[place].pull(stores[(place + 1 + number % 2) % 3])
            else:
                stores[place].change(what, number)
        meet(stores)
        first, *others = [store.content() for store in stores]
        for name in first:
            for other in others:
                assert other[name] == first[name], name
        assert [store.problems() for store in stores] == [[], [], []]
        for other in stores[1:]:
            done = stores[0].pull(other)
            assert (done.commit, done.purge) == (None, None)
