"""What is deleted from a bucket, and what stays."""

from datetime import timedelta

import pytest

from store.compact import compact
from store.remote.collecting import collect, needed_names, tag_kept
from tests.support.memory_objects import Killed


def left_by_a_kill(machines, save, text: str) -> set[str]:
    """Write memories and die before they are published; return the objects of that."""
    before = set(machines.objects.kept)

    def die(kind: str, name: str) -> None:
        if kind == "put" and name.startswith("commits/"):
            raise Killed

    machines.objects.before = die
    with pytest.raises(Killed):
        save(machines.open("killed"), text)
    machines.objects.before = lambda kind, name: None
    return set(machines.objects.kept) - before


def test_what_a_kill_left_stays_until_it_is_old(machines, save, texts):
    save(machines.open("a"), "one")
    left = left_by_a_kill(machines, save, "lost")
    assert left
    compact(machines.open("b"), keep_commits=1)
    assert left <= set(machines.objects.kept)
    for name in left:
        data, at = machines.objects.kept[name]
        machines.objects.kept[name] = (data, at - timedelta(hours=25))
    compact(machines.open("b"), keep_commits=1)
    assert left.isdisjoint(machines.objects.kept)
    assert texts(machines.open("c")) == ["one"]


def test_what_kept_states_need_stays(machines, save, texts):
    a = machines.open("a")
    for n in range(3):
        save(a, str(n))
    needed = needed_names(a.layout.remote, a.kept())
    assert needed <= set(machines.objects.kept)
    assert collect(a.layout.remote, a.kept()) == 0
    assert needed <= set(machines.objects.kept)
    assert texts(machines.open("b"), at=2) == ["0"]


def test_kept_versions_of_a_copy_are_tagged(machines, save):
    save(machines.open("a"), "one")
    b = machines.open("b")
    table = b.snapshot().table("memories")
    assert table.tags() == {}
    b.require_kept()
    tag_kept(b.layout.remote, b.kept())
    assert set(table.tags()) == {"commit-00000001", "commit-00000002"}
