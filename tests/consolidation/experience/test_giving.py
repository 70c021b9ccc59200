"""How often something that was given was followed by a good end."""

from __future__ import annotations

from datetime import timedelta

from memcli.consolidation.experience.giving import Giving, HelpCount, givings, help_of
from store import Store
from tests.support.experience import BEGIN, sessions

GOOD = [["u", "Do it."], ["x", "make test", 0, "ok"], ["a", "Done."]]
BAD = [["u", "Do it."], ["a", "Done."], ["u", "that's wrong"]]
OPEN = [["u", "Do it."], ["a", "Done."]]


def test_each_session_with_an_outcome_counts_once():
    by_id = {one.id: one for one in sessions(GOOD, BAD, OPEN)}
    given = [Giving(id_, BEGIN) for id_ in ("s0", "s0", "s1", "s2", "gone")]
    assert help_of(given, by_id) == HelpCount(given=2, helped=1)
    assert help_of([Giving("s0", BEGIN + timedelta(days=9))], by_id) == HelpCount()


def test_a_store_that_gave_nothing_has_none(empty_store):
    assert givings(Store.open(empty_store).snapshot(), ["a"]) == {}
    assert givings(Store.open(empty_store).snapshot(), []) == {}
