"""What goes to a bucket: in which order, and whoever is faster, dies or fails."""

from __future__ import annotations

import pytest

from store.errors import Outpaced, StoreIOError
from tests.support.bucket_writers import errors, written
from tests.support.memory_objects import Killed


def test_a_commit_puts_what_it_names_and_then_itself(machines, memories) -> None:
    a = machines.open("a")
    written(a, memories, "one")
    machines.objects.asked.clear()
    written(a, memories, "two")
    put = [asked[4:] for asked in machines.objects.asked if asked.startswith("put ")]
    assert [name.split("/")[-2] for name in put] == ["data", "_versions", "commits"]


def test_who_is_outpaced_writes_on_the_newest_head(machines, memories, texts) -> None:
    other, raced = machines.open("b"), []

    def race(kind: str, name: str) -> None:
        if kind == "put" and name.startswith("commits/") and not raced:
            raced.append(name)
            written(other, memories, "faster")

    a = machines.open("a")
    machines.objects.before = race
    assert written(a, memories, "slower") == 3
    machines.objects.before = lambda kind, name: None
    assert texts(machines.open("c")) == ["faster", "slower"]
    assert errors(machines.open("a")) == []


def test_who_may_not_wait_is_told_that_it_was_outpaced(machines, memories, texts) -> None:
    other, a = machines.open("b"), machines.open("a", wait_s=0.0)

    def race(kind: str, name: str) -> None:
        machines.objects.before = lambda kind, name: None
        written(other, memories, "faster")

    a.head()
    machines.objects.before = lambda kind, name: race(kind, name) if kind == "put" else None
    with pytest.raises(Outpaced) as raised:
        written(a, memories, "slower")
    assert raised.value.status == 75
    assert texts(machines.open("a")) == ["faster"]


def test_a_version_without_a_commit_is_passed_by(machines, memories, texts) -> None:
    a = machines.open("a")
    written(a, memories, "one")

    def die(kind: str, name: str) -> None:
        if name == "commits/00000003.json":
            raise Killed

    machines.objects.before = die
    with pytest.raises(Killed):
        written(machines.open("a"), memories, "lost")
    machines.objects.before = lambda kind, name: None
    before = set(machines.objects.kept)
    assert written(machines.open("b"), memories, "two") == 3
    assert before <= set(machines.objects.kept)  # nobody took it back
    assert texts(machines.open("a")) == ["one", "two"]
    assert errors(machines.open("b")) == []


def test_an_answer_that_was_lost_is_no_failure(machines, memories, texts) -> None:
    a = machines.open("a")

    def lose(kind: str, name: str) -> None:
        if name.startswith("commits/"):
            raise StoreIOError("no answer")

    machines.objects.after = lose
    assert written(a, memories, "one") == 2
    machines.objects.after = lambda kind, name: None
    assert texts(machines.open("b")) == ["one"]


def test_a_write_that_failed_leaves_nothing(machines, memories, texts) -> None:
    a = machines.open("a")

    def fail(kind: str, name: str) -> None:
        if kind == "put" and name.startswith("commits/"):
            raise StoreIOError("no room")

    machines.objects.before = fail
    with pytest.raises(StoreIOError):
        written(a, memories, "lost")
    machines.objects.before = lambda kind, name: None
    assert texts(a) == []
    assert written(a, memories, "one") == 2
    assert errors(a) == []
