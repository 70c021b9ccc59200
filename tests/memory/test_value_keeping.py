"""Values for TAB after each kind of commit: made anew by the writer, and none by a TAB."""

from __future__ import annotations

import json

import pytest

from memcli.ingestion import step as ingestion
from memcli.memory import value_gathering, value_keeping
from memcli.memory.value_cache import offered
from memcli.memory.value_gathering import gather
from store.errors import StoreLocked


class Asking:
    """Asks for the values of a store as a TAB does; returns them, and whether it read tables."""

    def __call__(self, root):
        made = []
        values = offered(root, lambda _: made.append("gather") or gather(root), lambda _: None)
        return values, made


def offered_ids(values):
    return {row[0] for kind in ("memories", "unseen") for row in values[kind]}


def test_writers_make_anew_what_a_commit_of_theirs_may_have_put_out_of_date(run, sample):
    ask = Asking()
    first, _ = ask(sample)
    newest = first["memories"][0][0]
    steps = [
        ("hide", newest), ("restore", newest), ("forget", newest), ("undo",), ("hide", newest),
        ("undo", "--to", "2"),
    ]  # fmt: skip
    for step in steps:
        run(*step, "--store", sample)
        values, made = ask(sample)
        assert made == []
        is_seen = newest in {row[0] for row in values["memories"]}
        assert is_seen == (step[0] in ("restore", "undo"))
        assert values == json.loads(json.dumps(gather(sample)))


def test_no_word_of_what_was_purged_is_kept_and_no_tab_waits_after_it(run, sample):
    ask = Asking()
    first, _ = ask(sample)
    id_, _, _, _, text, _ = first["memories"][0]
    run("forget", id_, "--purge", "--store", sample)
    values, made = ask(sample)
    assert made == []
    assert id_ in offered_ids(first) - offered_ids(values)
    assert text[:40] not in (sample / "cache/completions.json").read_text("utf-8")


def test_where_nobody_has_pressed_tab_writers_make_nothing(run, sample):
    run("hide", "mj/2:5", "--store", sample)
    assert not (sample / "cache/completions.json").exists()


@pytest.mark.parametrize("reason", ["many", "terminal"])
def test_the_first_values_are_made_in_a_large_store_and_at_a_terminal(
    run, sample, monkeypatch, reason
):
    monkeypatch.setattr(value_keeping, "LARGE", 200 if reason == "many" else 1_000)
    monkeypatch.setattr(value_keeping, "is_at_terminal", lambda: reason == "terminal")
    run("hide", "mj/2:5", "--store", sample)
    assert Asking()(sample)[1] == []


def test_a_writer_that_cannot_make_them_anew_has_done_its_work_all_the_same(
    run, sample, monkeypatch
):
    gather(sample)

    def refuse(root, ahead=None):
        raise StoreLocked("locked", "wait")

    monkeypatch.setattr(value_gathering, "renew", refuse)
    assert run("hide", "mj/2:5", "--store", sample).records
    ask = Asking()
    assert ask(sample)[1] == ["gather"]


def test_what_was_looked_through_ahead_is_told_as_if_it_had_not_been(run, empty_store, monkeypatch):
    turns = [
        {"content": "We moved to the blue house.", "name": "Mara", "session_id": "s1"},
        {"content": "My password is hunter2hunter2.", "name": "password is hunter2hunter2"},
    ]
    lines = "\n".join(json.dumps({**turn, "timestamp": "2025-03-01T10:00:00Z"}) for turn in turns)
    monkeypatch.setattr(ingestion, "LARGE", 2)
    monkeypatch.setattr(value_keeping, "LARGE", 2)
    looked = []
    of_rows = value_gathering.Tellable.of_rows
    monkeypatch.setattr(
        value_gathering.Tellable, "of_rows", lambda rows: looked.append(of_rows(rows)) or looked[0]
    )
    run("ingest", "--store", empty_store, stdin=lines)
    (ahead,) = looked
    assert ahead.clean == {turns[0]["content"]}
    assert ahead.names == {"default", "Mara", "s1", "2025-03-01"}
    kept = json.loads((empty_store / "cache/completions.json").read_bytes())
    (empty_store / "cache/completions.json").unlink()
    assert kept == json.loads(json.dumps(gather(empty_store)))
