"""What every step shares: nothing to do is no commit, others are noticed, watermarks are kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from memcli.memory.step import PlannedStep, Step, Tally
from memcli.memory.watermarks import Watermark
from memcli.memory.writing import link_row, write_links
from store import Store
from store.commits import EncoderStamp
from store.errors import CommitConflict

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Linking(Step):
    """Writes one link to a target, if it has any."""

    command = "link"

    def __init__(self, store, target=None, mark=None):
        super().__init__(store, NOW)
        self.target, self.at = target, mark

    @property
    def _is_empty(self):
        return self.target is None and self.at is None

    def _watermarks(self, transaction):
        return {} if self.at is None else {Watermark.LINK: self.at}

    def _write(self, transaction):
        if self.target:
            link = link_row("source", self.target, "similar", 1.0, None, self.now)
            write_links(transaction, [link])


class Counting(PlannedStep):
    """Writes a link to the number of links that there are."""

    command = "task"

    def plan(self):
        self.target = str(self.snapshot.count("links"))

    def _write(self, transaction):
        write_links(transaction, [link_row("source", self.target, "similar", 1.0, None, self.now)])


@pytest.fixture
def store(tmp_path):
    return Store.create(tmp_path / "store", EncoderStamp("toy", 8, "0" * 64))


def targets(store):
    return sorted(store.snapshot().read("links", ["target_id"])["target_id"].to_pylist())


def test_what_is_worked_out_is_one_commit_of_the_command(store):
    commit = Linking(store, "a").commit({"by": "hand"})
    assert commit == store.head()
    assert (commit.number, commit.command, commit.arguments) == (2, "link", {"by": "hand"})
    assert targets(store) == ["a"]


def test_nothing_to_do_opens_no_transaction(store, monkeypatch):
    monkeypatch.setattr(store, "transaction", None)
    assert Linking(store).commit({}) is None


def test_what_turns_out_to_be_there_already_is_no_commit(store):
    Linking(store, "a").commit({})
    assert Linking(store, "a").commit({}) is None
    assert store.head().number == 2


def test_a_watermark_alone_is_a_commit_once(store):
    commit = Linking(store, mark=3).commit({})
    assert commit.watermarks == {"link": 3}
    assert all(type(name) is str for name in commit.watermarks)
    assert Linking(store).mark(Watermark.LINK) == 3
    assert Linking(store).mark(Watermark.MERGE) == 0
    assert Linking(store, mark=3).commit({}) is None


def test_watermarks_of_other_steps_stay(store):
    Linking(store, mark=3).commit({})
    with store.transaction("extract") as transaction:
        transaction.watermarks[Watermark.EXTRACT] = 7
        transaction.publish()
    assert Linking(store, mark=4).commit({}).watermarks == {"link": 4, "extract": 7}


def test_a_step_whose_ground_others_changed_is_refused(store):
    late = Linking(store, "b")
    Linking(store, "a").commit({})
    with pytest.raises(CommitConflict, match="link changed"):
        late.commit({})
    assert targets(store) == ["a"]


def test_a_planned_step_is_worked_out_anew_instead(store):
    late = Counting(store, NOW)
    assert late.target == "0"
    Linking(store, "a").commit({})
    assert late.commit({}) is not None
    assert late.target == "1"
    assert targets(store) == ["1", "a"]


def test_a_planned_step_that_nobody_came_before_is_planned_once(store, monkeypatch):
    step = Counting(store, NOW)
    monkeypatch.setattr(step, "plan", None)
    assert step.commit({}) is not None


def batch(*ids):
    return pa.record_batch({"id": pa.array(ids, pa.string())})


def test_only_what_another_writer_added_meanwhile_is_left_out(store):
    step = Linking(store)
    assert not step.known.contains(["a", "b"]).any()
    with store.transaction("ingest") as transaction:
        assert next(step.fresh(transaction, [batch("a", "b")])).num_rows == 2
        schema = transaction.table("memories").schema
        row = {"id": "a", "namespace": "default", "type": "episodic", "level": 0, "text": "a"}
        row |= {"recorded_at": NOW, "encoder": "toy", "vector": [0.0] * 8, "keys": "a"}
        assert transaction.append_batches("memories", [batch("z")[:0]]) == 0
        transaction.append("memories", pa.Table.from_pylist([row], schema=schema))
        transaction.publish()
    with store.transaction("ingest") as transaction:
        (left,) = step.fresh(transaction, [batch("a", "b")])
        assert left["id"].to_pylist() == ["b"]


@dataclass
class Made(Tally):
    """Numbers of two kinds."""

    memories: int = 0
    links: Counter[str] = field(default_factory=Counter)


def test_a_tally_gives_its_numbers_in_order():
    made = Made(2, Counter(["similar", "mentions", "similar"]))
    assert list(made.to_json()) == ["memories", "links"]
    assert list(made.to_json()["links"].items()) == [("mentions", 1), ("similar", 2)]
