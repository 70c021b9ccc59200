"""Any sequence of steps leaves a store with what a dictionary would have."""

import contextlib
import shutil
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from store import Store, _lance
from store.check import check
from store.compact import compact
from store.errors import InputNotFound, StoreCorrupt

IDS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4, unique=True)


class Boom(Exception):
    """A failure in the middle of a transaction."""


class StoreMachine(RuleBasedStateMachine):
    """A store beside a list of dictionaries, one for each commit."""

    born: Path
    rows: staticmethod

    @initialize()
    def begin(self) -> None:
        self.folder = Path(mkdtemp())
        shutil.copytree(self.born, self.folder / "store")
        self.reopen()
        self.states: list[dict[str, str]] = [{}]
        # The commit before each, as undo sees it: undone steps are no longer on the way back.
        self.before: list[int | None] = [None]
        self.shows = [0]
        self.tidied: set[int] = set()
        self.step = 0

    @property
    def now(self) -> dict[str, str]:
        return self.states[-1]

    def publish(self, state: dict[str, str], shows: int | None = None) -> None:
        """Note what a commit made of the state."""
        self.states.append(state)
        self.before.append(self.shows[-1])
        self.shows.append(len(self.states) - 1 if shows is None else shows)

    def texts(self, ids: list[str]) -> list[str]:
        self.step += 1
        return [f"{id_} of step {self.step}" for id_ in ids]

    def table(self, ids: list[str], texts: list[str]):
        rows = self.rows(*texts)
        return rows.set_column(0, rows.schema.field(0), [ids])

    @rule(ids=IDS)
    def append(self, ids: list[str]) -> None:
        new = [id_ for id_ in ids if id_ not in self.now]
        texts = self.texts(new)
        with self.store.transaction("append") as transaction:
            if new:
                transaction.append("memories", self.table(new, texts))
                transaction.publish()
                self.publish({**self.now, **dict(zip(new, texts, strict=True))})

    @rule(ids=IDS)
    def upsert(self, ids: list[str]) -> None:
        texts = self.texts(ids)
        with self.store.transaction("upsert") as transaction:
            transaction.upsert("memories", self.table(ids, texts), ["id"])
            transaction.publish()
        self.publish({**self.now, **dict(zip(ids, texts, strict=True))})

    @rule(id_=st.sampled_from("abcdefgh"), allowed=st.booleans())
    def delete(self, id_: str, allowed: bool) -> None:
        left = {key: text for key, text in self.now.items() if key != id_}
        try:
            with self.store.transaction("forget", may_shrink=allowed) as transaction:
                transaction.delete("memories", f"id = '{id_}'")
                transaction.publish()
        except StoreCorrupt:
            assert not allowed
            assert left != self.now
        else:
            assert allowed or left == self.now
            self.publish(left)

    @rule(ids=IDS)
    def fail(self, ids: list[str]) -> None:
        with contextlib.suppress(Boom), self.store.transaction("fail") as transaction:
            transaction.upsert("memories", self.table(ids, self.texts(ids)), ["id"])
            raise Boom

    @rule(id_=st.sampled_from("abcdefgh"))
    def die(self, id_: str) -> None:
        """Leave what a killed writer leaves."""
        path = self.store.layout.table("memories")
        table = _lance.Table.open("memories", path)
        table.append(self.table([id_], self.texts([id_])))
        table.tag(f"commit-{len(self.states) + 1:08}-{self.step}")

    @rule()
    def undo(self) -> None:
        step: int | None = self.shows[-1]
        while step in self.tidied:  # compacting is no step of the user's
            step = self.before[step]
        target = self.before[step]
        if target is None:
            with pytest.raises(InputNotFound):
                self.store.undo()
            return
        assert self.store.undo().restores == target + 1
        self.publish(self.states[target], shows=target)

    @precondition(lambda self: len(self.states) > 2)
    @rule(data=st.data())
    def undo_to(self, data: st.DataObject) -> None:
        target = data.draw(st.integers(0, len(self.states) - 1))
        if self.shows[target] == self.shows[-1]:
            with pytest.raises(InputNotFound, match="already"):
                self.store.undo(to=str(target + 1))
            return
        self.store.undo(to=str(target + 1))
        self.publish(self.states[target], shows=target)

    @rule()
    def tidy(self) -> None:
        before = self.store.head().number
        compact(self.store, keep_commits=1_000)
        if self.store.head().number > before:
            self.publish(self.now)
            self.tidied.add(len(self.states) - 1)

    @rule()
    def reopen(self) -> None:
        self.store = Store.open(self.folder / "store", lock_wait_s=0.0)

    @rule(data=st.data())
    def look_back(self, data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(self.states) - 1))
        assert self.content(place + 1) == self.states[place]

    def content(self, at: int | None = None) -> dict[str, str]:
        rows = self.store.snapshot(at).read("memories", ["id", "text"]).to_pylist()
        assert len(rows) == len({row["id"] for row in rows})
        return {row["id"]: row["text"] for row in rows}

    @invariant()
    def the_head_is_what_the_model_has(self) -> None:
        assert self.store.head().number == len(self.states)
        assert self.store.snapshot().count("memories") == len(self.now)
        assert self.content() == self.now

    def teardown(self) -> None:
        problems = [p for p in check(self.store) if p.severity == "error"]
        assert problems == []
        shutil.rmtree(self.folder)


def test_any_sequence_of_steps_agrees_with_a_dictionary(born: Path, memories) -> None:
    machine = type("Machine", (StoreMachine,), {"born": born, "rows": staticmethod(memories)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
