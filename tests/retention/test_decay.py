"""Memories that fade, are archived and come back."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from memcli.config import DecayConfig
from memcli.extraction.step import ExtractStep
from memcli.ingestion.step import IngestStep
from memcli.ingestion.transcripts.items import Accepted
from memcli.ingestion.turns import Defaults
from memcli.memory.states import State, set_state, write_strengths
from memcli.models.encoder import Encoder
from memcli.records import from_wire
from memcli.retention.anchors import DecaySettings
from memcli.retention.decay import DecayStep, iter_rows
from schemas import tables
from store import Store
from store.check import check
from store.errors import CommitConflict

START = datetime(2031, 1, 1, 9, tzinfo=UTC)
TURNS = (
    "I keep eleven goats in the yard behind the old mill in Vork.",
    "My cousin Orsolya moved to Leiden.",
    "ok",
    "The plum tree was planted by my grandfather.",
    "Thanks!",
    "Should we bake bread or a cake for Juno?",
    "I am allergic to walnuts.",
    "Fine.",
)
DAYS = 48


def day(n, hours=0.0):
    return START + timedelta(days=n, hours=hours)


def tell(store, n, texts, extract=True, session=None):
    """Say something on a day, and extract it, as the commands do."""
    encoder = Encoder.of_stamp(store.head().encoder)
    ingestion = IngestStep(store, encoder, Defaults(now=day(n)))
    turns = [
        {
            "kind": "message",
            "v": 1,
            "content": text,
            "name": "Ida",
            "session_id": session or f"s{n}",
        }
        | {"timestamp": f"{day(n, place / 60):%Y-%m-%dT%H:%M:%SZ}", "id": f"{n}-{place}"}
        for place, text in enumerate(texts)
    ]
    ingestion.add([Accepted(from_wire(turn), "-", i) for i, turn in enumerate(turns)])
    ingestion.commit({})
    if extract:
        extraction = ExtractStep(store, encoder, day(n))
        extraction.run(extraction.pending(None, None))
        extraction.commit({})


def recall(store, ids, *times):
    rows = [{"id": id_, "accessed_at": at, "query": "q", "rank": 1} for at in times for id_ in ids]
    store.record_accesses(pa.Table.from_pylist(rows, schema=tables.accesses()))


def use(store, *days):
    """Ask something of no memory, so that these are days on which the store was used."""
    recall(store, ["nothing"], *map(day, days))


def decay(store, now, settings=None, namespace=None, **more):
    decaying = DecayStep(store, settings or DecaySettings.of(DecayConfig()), now, **more)
    if not decaying.is_done() or namespace:
        decaying.run(namespace)
    return decaying, decaying.commit({})


def by_age(**more):
    """Settings that archive in a few days."""
    policy = {"initial_days": 1.0, "importance_gain": 0.0, "link_gain": 0.0}
    return DecaySettings.of(DecayConfig(policy=policy, **{"importance_floor": 1.0} | more))


def states(store):
    """State, table and count of every memory by id."""
    rows = store.snapshot().sql(
        "SELECT m.id, archived, coalesce(state, 'active') AS state, coalesce(n_accesses, 0) AS n,"
        " last_access_at FROM (SELECT id, false AS archived FROM memories UNION ALL"
        " SELECT id, true FROM archive) AS m LEFT JOIN strengths USING (id)"
    )
    return {
        row["id"]: (row["state"], row["archived"], row["n"], row["last_access_at"])
        for row in rows.to_pylist()
    }


def state(store, id_):
    return states(store)[id_][0]


def find(store, text, level=0):
    rows = store.snapshot().sql(
        "SELECT id, level, text FROM memories UNION ALL SELECT id, level, text FROM archive"
    )
    return next(
        row["id"] for row in rows.to_pylist() if text in row["text"] and row["level"] == level
    )


def count(store, name):
    return store.snapshot().count(name)


@pytest.fixture(scope="module")
def told_once(empty_once, tmp_path_factory) -> Path:
    """A store that was talked to on two days and used on all that follow. No test may change it."""
    path = Path(shutil.copytree(empty_once, tmp_path_factory.mktemp("told") / "store"))
    store = Store.open(path)
    tell(store, 0, TURNS)
    use(store, *range(1, DAYS))
    return path


@pytest.fixture
def told(told_once, tmp_path) -> Store:
    return Store.open(Path(shutil.copytree(told_once, tmp_path / "told")))


def test_once_daily_and_weekly_give_the_same_states_and_tables(told_once, tmp_path):
    stores = {
        step: Store.open(Path(shutil.copytree(told_once, tmp_path / str(step))))
        for step in (1, 7, 14)
    }
    goats, tree = (find(stores[1], text) for text in ("eleven goats", "plum tree"))
    moved = find(stores[1], "Orsolya", level=1)
    by_hand = {4: State.archived, 5: State.active}
    for step, store in stores.items():
        for n in range(1, 15):
            if n == 3:
                tell(store, n, TURNS[1:4])
            if n in (2, 7, 8, 14):
                recall(store, [goats if n < 9 else moved], day(n, 1))
            if n in by_hand:
                with store.transaction("test") as transaction:
                    set_state(transaction, [tree], by_hand[n], day(n))
                    transaction.publish(day(n))
            if n % step == 0:
                # Early or late on a day.
                decay(store, day(n, 14 - (n * 7) % 14), by_age(importance_floor=0.5))
    nightly, weekly, once = (states(stores[step]) for step in stores)
    assert nightly == weekly == once
    assert {row[0] for row in once.values()} >= {"active", "archived"}
    assert once[goats][2] == 3
    for store in stores.values():
        assert not list(check(store))


def test_a_second_run_and_an_idle_store_make_no_commit(told):
    decay(told, day(DAYS))
    before, faded = told.head().number, states(told)
    for now in (day(DAYS), day(DAYS, 5), day(DAYS + 500)):
        decaying, commit = decay(told, now)
        assert (commit, len(decaying.changes)) == (None, 0)
        forced = DecayStep(told, decaying.settings, now)
        forced.run()
        assert len(forced.changes) == 0
    assert told.head().number == before
    assert states(told) == faded


def test_an_idle_store_fades_where_all_days_count(told):
    for clock, archives in (("activity", False), ("days", True)):
        policy = {"initial_days": 60.0}
        config = DecayConfig(clock=clock, policy=policy, importance_floor=1.0)
        decay(told, day(900), DecaySettings.of(config))
        assert (count(told, "archive") > 5) is archives


def test_massed_recalls_count_little_and_are_counted_all(told):
    massed, spaced = find(told, "eleven goats"), find(told, "plum tree")
    for n in range(10):
        recall(told, [massed], day(1, n / 100))
        recall(told, [spaced], day(1 + n))
    recall(told, [massed], day(10))
    decay(told, day(40))
    rows = told.snapshot().read("strengths").to_pylist()
    kept = {row["id"]: row for row in rows}
    assert kept[massed]["n_accesses"] == 11
    assert kept[spaced]["n_accesses"] == 10
    assert kept[spaced]["retention"] > 1.5 * kept[massed]["retention"]
    assert kept[spaced]["stability_days"] > 2 * kept[massed]["stability_days"]
    assert kept[spaced]["last_access_at"] == day(10)


def test_what_is_recalled_comes_back_with_its_statement_and_that_with_its_turn(told):
    goats, tree = find(told, "eleven goats"), find(told, "plum tree")
    said, planted = find(told, "goats", level=1), find(told, "plum tree", level=1)
    decay(told, day(DAYS), by_age())
    assert {state(told, id_) for id_ in (goats, tree, said, planted)} == {"archived"}
    recall(told, [goats, planted], day(DAYS, 1))
    decaying, _ = decay(told, day(DAYS, 2), by_age())
    assert {change.id for change in decaying.changes} == {goats, tree, said, planted}
    assert decaying.tally.changes == {"restored": 4}
    assert {state(told, id_) for id_ in (goats, tree, said, planted)} == {"active"}
    assert not list(check(told))


def test_the_recall_of_one_statement_does_not_reach_the_others_of_its_turn_in_time(told):
    told_of = told.snapshot().sql(
        "SELECT source_ids[1] AS turn, list(id) AS ids FROM memories WHERE level = 1"
        " GROUP BY turn HAVING count(*) > 1 ORDER BY turn"
    )
    if not told_of.num_rows:
        tell(told, 1, ["I bought a red kayak in Vork. My sister Juno sold her cello."])
        told_of = told.snapshot().sql(
            "SELECT source_ids[1] AS turn, list(id) AS ids FROM memories WHERE level = 1"
            " GROUP BY turn HAVING count(*) > 1 ORDER BY turn"
        )
    row = told_of.to_pylist()[0]
    recall(told, [row["ids"][0]], day(3))
    for n in (4, 5, 6):
        decay(told, day(n))
    counted = {id_: states(told)[id_][2] for id_ in [row["turn"], *row["ids"]]}
    assert counted[row["turn"]] == counted[row["ids"][0]] == 1
    assert counted[row["ids"][1]] == 0


def test_what_was_forgotten_by_hand_stays_so_however_often_it_is_recalled(told):
    goats = find(told, "eleven goats")
    with told.transaction("forget") as transaction:
        set_state(transaction, [goats], State.archived, day(1))
        transaction.publish(day(1))
    for n in (2, 3, 4):
        recall(told, [goats], day(n, 1))
        decay(told, day(n, 2), by_age())
        assert state(told, goats) == "archived"
    assert states(told)[goats][2] == 3


def test_what_is_hidden_stays_so(told):
    goats = find(told, "eleven goats")
    with told.transaction("hide") as transaction:
        set_state(transaction, [goats], State.hidden, day(1))
        transaction.publish(day(1))
    for n in (2, 3, DAYS):
        recall(told, [goats], day(n, 1))
        decay(told, day(n, 2), by_age())
        assert states(told)[goats][:2] == ("hidden", False)


def test_what_was_brought_back_by_hand_stays_as_long_as_what_was_recalled(told):
    goats, tree = find(told, "eleven goats"), find(told, "plum tree")
    decay(told, day(20), by_age())
    with told.transaction("restore") as transaction:
        set_state(transaction, [goats], State.active, day(20))
        transaction.publish(day(20))
    recall(told, [tree], day(20))
    lives = []
    for n in (21, 22, 26, 33, 47):
        decay(told, day(n), by_age())
        lives.append((state(told, goats), state(told, tree)))
    assert [a for a, _ in lives] == [b for _, b in lives]
    assert lives[0] == ("active", "active")
    assert lives[-1] != lives[0]


def protect(store, id_, table="memories", **values):
    """Set columns of a memory."""
    rows = store.snapshot().read(table, None, f"id = '{id_}'")
    for name, value in values.items():
        index = rows.schema.get_field_index(name)
        field = rows.schema.field(index)
        rows = rows.set_column(index, field, pa.array([value], field.type))
    with store.transaction("test") as transaction:
        transaction.upsert(table, rows, ["id"])
        transaction.publish(day(0))


@pytest.mark.parametrize(
    "values",
    [
        {"pinned": True},
        {"type": "core"},
        {"type": "procedural"},
        {"level": 4},
        {"valid_to": day(400)},
        {"valid_from": day(400)},
        {"superseded_by": "other", "valid_to": day(1), "level": 1},
    ],
    ids=lambda values: "-".join(values),
)
def test_what_must_not_fade_never_does(told, values):
    goats = find(told, "eleven goats")
    protect(told, goats, **values)
    decay(told, day(DAYS), by_age())
    assert states(told)[goats][:2] == ("active", False)
    assert count(told, "archive") > 5


def test_what_has_an_end_fades_after_it_and_a_task_that_is_done_as_well(told):
    goats, tree = find(told, "eleven goats"), find(told, "plum tree")
    protect(told, goats, valid_to=day(30, 2))
    protect(told, tree, level=4, value="done")
    decay(told, day(30, 1), by_age())
    assert state(told, goats) == "active"
    assert state(told, tree) == "archived"
    decay(told, day(31), by_age())
    assert state(told, goats) == "archived"


def test_what_matters_is_dormant_at_most(told):
    goats = find(told, "eleven goats")
    for id_ in (goats, find(told, "goats", level=1)):
        protect(told, id_, importance=0.6)
    decay(told, day(DAYS), by_age(importance_floor=0.6))
    assert state(told, goats) == "dormant"
    # Of its statement there are the words in the turn: it is still a key of that when archived.
    assert state(told, find(told, "goats", level=1)) in ("archived", "dormant")


def test_a_pin_counts_on_the_day_on_which_it_is_set(told):
    goats = find(told, "eleven goats")
    decay(told, day(DAYS), by_age())
    protect(told, goats, "archive", pinned=True)
    decaying, commit = decay(told, day(DAYS), by_age())
    assert commit is not None
    assert [change.id for change in decaying.changes] == [goats]
    assert decaying.changes[0].reason == "is kept"


def test_what_is_hot_is_promoted_and_never_archived(told):
    goats = find(told, "eleven goats")
    for n in range(12):
        recall(told, [goats], day(1 + 3 * n))
    slow = {"cooling_days": 1_000.0, "initial_days": 0.5, "recall_days": 0.0}
    settings = DecaySettings.of(DecayConfig(policy=slow, importance_floor=1.0))
    decay(told, day(DAYS), settings)
    assert states(told)[goats][:2] == ("promoted", False)


def test_only_some_states_can_be_asked_for(told):
    goats = find(told, "eleven goats")
    for n in range(12):
        recall(told, [goats], day(1 + n))
    settings = by_age()
    decaying, _ = decay(told, day(14), settings, only=frozenset({State.promoted}))
    assert {change.after for change in decaying.changes} == {State.promoted}
    decaying, _ = decay(told, day(14), settings)
    assert State.archived in {change.after for change in decaying.changes}


def test_what_was_made_of_turns_goes_before_them(told):
    floor = {"importance_floor": 0.35}
    for id_ in told.snapshot().read("memories", ["id"], "level = 1")["id"].to_pylist():
        protect(told, id_, importance=0.5)
    decay(told, day(DAYS), by_age(**floor))
    gone = told.snapshot().read("archive", ["level", "attribute"]).to_pylist()
    assert any(row["level"] == 1 for row in gone)
    assert all(row["attribute"] is None for row in gone if row["level"] == 1)
    turn = find(told, "eleven goats")
    assert states(told)[turn][1] is False


def test_a_namespace_bounds_what_changes(told):
    goats = find(told, "eleven goats")
    protect(told, goats, namespace="farm")
    decaying, _ = decay(told, day(DAYS), by_age(), namespace="farm")
    assert [change.id for change in decaying.changes] == [goats]
    assert decaying.tally.memories == 1
    _, commit = decay(told, day(DAYS), by_age(), namespace="farm")
    assert commit is None
    decaying, _ = decay(told, day(DAYS), by_age())
    assert goats not in {change.id for change in decaying.changes}
    assert len(decaying.changes) > 5


def test_undo_takes_states_and_tables_back_and_another_run_makes_the_same(told):
    before = states(told)
    decay(told, day(DAYS), by_age())
    faded = states(told)
    assert faded != before
    told.undo()
    assert states(told) == before
    assert not list(check(told))
    decay(told, day(DAYS), by_age())
    assert states(told) == faded
    assert not list(check(told))


def test_another_writer_in_between_is_a_conflict(told):
    decaying = DecayStep(told, by_age(), day(DAYS))
    decaying.run()
    with told.transaction("link") as transaction:
        write_strengths(transaction, [])
        transaction.publish(day(DAYS))
    with pytest.raises(CommitConflict) as caught:
        decaying.commit({})
    assert caught.value.status == 75
    assert states(told) == {id_: ("active", False, 0, None) for id_ in states(told)}


def test_turns_that_come_in_between_are_done_the_next_time(told):
    decaying = DecayStep(told, by_age(), day(DAYS))
    decaying.is_done()
    decaying.run()
    tell(told, DAYS, ["A new turn."], extract=False)
    assert decaying.commit({}) is not None
    assert not DecayStep(told, by_age(), day(DAYS)).is_done()


def test_an_empty_store_is_done_at_once(empty_store):
    store = Store.open(empty_store)
    decaying, _ = decay(store, day(0))
    assert decaying.counts() == {"memories": 0}
    assert decay(store, day(900))[1] is None


def test_other_settings_are_worked_out_anew(told):
    decay(told, day(DAYS), by_age())
    gone = count(told, "archive")
    decaying, _ = decay(told, day(DAYS), DecaySettings.of(DecayConfig(policy={"name": "none"})))
    assert decaying.tally.changes["restored"] == gone
    assert count(told, "archive") == 0


def test_changes_come_as_records_with_reasons_those_that_go_first(told):
    recall(told, [find(told, "eleven goats")], day(DAYS - 3))
    decaying, _ = decay(told, day(DAYS), by_age(importance_floor=0.3))
    rows = list(iter_rows(decaying.changes))
    assert [row["after"] for row in rows] == sorted(
        (row["after"] for row in rows), key=["archived", "dormant", "active", "promoted"].index
    )
    assert rows[0]["kind"] == "row"
    assert "importance" in rows[0]["reason"]
    assert "days of use without a recall" in rows[0]["reason"]
    assert decaying.changes[:2] == [decaying.changes[0], decaying.changes[1]]


def test_a_session_that_grew_is_read_as_if_nothing_had_been_archived(told, tmp_path):
    other = Store.open(Path(shutil.copytree(told.layout.root, tmp_path / "other")))
    decay(told, day(DAYS), by_age())
    assert count(told, "archive") > 10
    for store in (told, other):
        tell(store, DAYS, [*TURNS, "We sold two of them to Orsolya yesterday."], session="s0")
    columns = "id, text, subject, attribute, value, source_ids, seq"
    found = [
        store.snapshot()
        .sql(
            f"SELECT {columns} FROM (SELECT * FROM memories UNION ALL SELECT * FROM archive)"
            " WHERE level = 1 ORDER BY id"
        )
        .to_pylist()
        for store in (told, other)
    ]
    assert found[0] == found[1]
    assert not list(check(told))
