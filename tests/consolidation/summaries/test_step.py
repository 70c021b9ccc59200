"""Days and topics: memcli/summaries, but for concepts."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta

import pytest

from memcli.consolidation.linking import LinkStep
from memcli.consolidation.summaries.base import between_text
from memcli.consolidation.summaries.days import by_day
from memcli.consolidation.summaries.step import SummarizeStep
from memcli.memory import telling
from memcli.memory.states import State, set_state
from memcli.models.encoder import Encoder
from memcli.retention.purge.plan import plan_purge
from memcli.retention.purge.purging import PurgeStep
from store import Store
from store.errors import CommitConflict
from tests.support.talked_stores import NOW, grow, line, links

DAYS = range(3, 9)
OPTIONS = ("--now", "2031-06-01T00:00:00Z")
GOATS = (
    "I cleaned the stable of our three goats and stacked the hay in the barn.",
    "I shaved our three goats in the stable and piled the hay in the barn.",
    "I counted our nine goats in the stable and weighed the hay in the barn.",
)
KILN = (
    "I fired the kiln for twelve clay bowls in our workshop.",
    "I sold nine clay bowls from the kiln in our workshop.",
    "I built a kiln in our workshop and fired twelve clay bowls.",
)


@pytest.fixture(autouse=True)
def _everything_is_worth_a_line(monkeypatch):
    """How much a statement matters is learned elsewhere; here all of them do."""
    monkeypatch.setattr(telling, "WORTH", 0.0)


def talk(day, session, texts, hour=10, namespace="default"):
    moments = (f"2031-05-{day:02}T{hour:02}:{i:02}:00Z" for i in range(len(texts)))
    return [line(text, at, session, namespace) for text, at in zip(texts, moments, strict=True)]


def both(day):
    goats, kiln = [GOATS[day % 3]], [KILN[day % 3]]
    return talk(day, f"goats-{day}", goats) + talk(day, f"kiln-{day}", kiln, hour=15)


@pytest.fixture(scope="module")
def talked(empty_once, tmp_path_factory):
    """Six days with two conversations each, extracted and linked. No test may change it."""
    path = shutil.copytree(empty_once, tmp_path_factory.mktemp("talked") / "store")
    store = Store.open(path)
    grow(store, [turn for day in DAYS for turn in both(day)])
    linking = LinkStep(store, Encoder.of_stamp(store.head().encoder), NOW)
    linking.link(linking.pending(None, None))
    linking.commit({})
    return path


@pytest.fixture
def store(talked, tmp_path):
    return Store.open(shutil.copytree(talked, tmp_path / "store"))


def summarize(store, namespace=None, now=NOW, write=None):
    work = SummarizeStep(store, Encoder.of_stamp(store.head().encoder), now, write)
    work.run(namespace)
    return work, work.commit({})


def rows(store, where="level = 3 AND session_id IS NULL"):
    found = store.snapshot().read("memories", None, where).to_pylist()
    return sorted(found, key=lambda row: ((row["tags"] or [""])[0], row["happened_at"], row["id"]))


def kind(store, name, live=True):
    found = [row for row in rows(store) if row["tags"][0] == name]
    return [row for row in found if not live or row["superseded_by"] is None]


def plain(store, live=False):
    known = [{k: v for k, v in row.items() if k != "recorded_at"} for row in rows(store)]
    return [row for row in known if not live or row["superseded_by"] is None]


def test_a_day_points_to_its_sessions_and_says_when_it_was(store):
    summarize(store)
    days = kind(store, "day")
    assert [row["happened_at"].date() for row in days] == [date(2031, 5, d) for d in range(3, 9)]
    sessions = {row["id"]: row for row in rows(store, "level = 3 AND session_id IS NOT NULL")}
    for row in days:
        parts = [sessions[id_] for id_ in row["source_ids"]]
        assert len(parts) == 2
        assert {part["happened_at"].date() for part in parts} == {row["happened_at"].date()}
        assert row["context"] == f"{row['happened_at'].day} May 2031, 2 conversations."
        assert "goats" in row["text"]
        assert "kiln" in row["text"]
        assert (row["valid_from"], row["valid_to"]) == (
            min(part["valid_from"] for part in parts),
            max(part["valid_to"] for part in parts),
        )
        assert row["importance"] is not None
        assert row["keywords"]


def test_topics_go_across_sessions_and_keep_to_what_they_are_about(store):
    summarize(store)
    topics = kind(store, "topic")
    assert len(topics) == 2
    texts = {row["id"]: row["text"] for row in rows(store, "level = 2")}
    for row in topics:
        word = "goats" if "goats" in row["text"] else "kiln"
        assert len(row["source_ids"]) == 6
        assert all(word in texts[part] or "Ida" in texts[part] for part in row["source_ids"])
        assert ({"goats", "kiln"} - {word}).isdisjoint(row["keywords"])
        assert "6 conversations, 3 May 2031 to 8 May 2031." in row["context"]
        assert word in row["context"]


def test_links_lead_both_ways_and_linking_has_nothing_left_to_do(run, store):
    summarize(store)
    pairs = {(row["id"], part) for row in rows(store) for part in row["source_ids"]}
    assert pairs <= links(store, "summarizes")
    assert {(part, id_) for id_, part in pairs} <= links(store, "part_of")
    assert store.head().watermarks["link"] == store.snapshot().total("level IN (1, 2, 3)")
    again = run("link", "--store", store.layout.root, *OPTIONS)
    assert "nothing to link" in again.stderr
    assert run("check", "--store", store.layout.root).stdout == ""


def test_nothing_new_makes_no_commit_and_reads_nothing_but_counts(store, monkeypatch):
    summarize(store)
    monkeypatch.setattr(SummarizeStep, "read", None)
    work, commit = summarize(store)
    assert commit is None
    assert work.counts() == {
        "days": 0,
        "weeks": 0,
        "months": 0,
        "topics": 0,
        "running": 0,
        "superseded": 0,
    }


def test_another_time_and_an_undo_give_the_same_rows(store):
    before = store.head().number
    summarize(store)
    made = plain(store)
    store.undo()
    assert rows(store) == []
    summarize(store, now=NOW + timedelta(days=40))
    assert plain(store) == made
    assert store.head().number == before + 3


def test_only_what_grew_is_redone_and_says_what_took_its_place(store):
    summarize(store)
    before = {row["id"]: row for row in rows(store)}
    grow(store, talk(8, "hens", ["My hens laid six eggs in the coop."], hour=18))
    work, commit = summarize(store, now=NOW + timedelta(days=1))
    assert commit is not None
    assert (work.counts()["days"], work.counts()["topics"]) == (1, 0)
    after = {row["id"]: row for row in rows(store)}
    made = {after[id_]["tags"][0]: id_ for id_ in set(after) - set(before)}
    changed = {after[id_]["tags"][0]: id_ for id_ in before if after[id_] != before[id_]}
    assert set(made) == set(changed) == {"day", "week", "month"}
    assert len(after[made["day"]]["source_ids"]) == 3
    for name, old in changed.items():
        assert after[old]["superseded_by"] == made[name]
        assert after[old]["text"] == before[old]["text"]
        assert (made[name], old) in links(store, "supersedes")
    assert summarize(store)[1] is None


def test_a_session_that_grew_takes_its_day_and_its_topic_along(store):
    summarize(store)
    old = {row["tags"][0]: row for row in rows(store) if row["happened_at"].day == 8}
    grow(store, [line(GOATS[0], "2031-05-08T10:05:00Z", "goats-8")])
    summarize(store)
    live = {row["id"] for row in rows(store, "superseded_by IS NULL AND level IN (2, 3)")}
    for row in rows(store):
        if row["superseded_by"] is None:
            assert set(row["source_ids"]) <= live
    day = next(row for row in kind(store, "day") if row["happened_at"].day == 8)
    assert day["id"] != old["day"]["id"]
    assert (day["id"], old["day"]["id"]) in links(store, "supersedes")


def test_many_nights_end_where_one_run_does(empty_once, tmp_path):
    nightly, once = (
        Store.open(shutil.copytree(empty_once, tmp_path / name)) for name in ("nightly", "once")
    )
    for day in DAYS:
        grow(nightly, both(day))
        summarize(nightly)
    grow(once, [turn for day in DAYS for turn in both(day)])
    summarize(once)
    pairs = list(zip(plain(nightly, live=True), plain(once, live=True), strict=True))
    for one, other in pairs:
        # Batches of another size leave the encoder's last digits another.
        assert one.pop("vector") == pytest.approx(other.pop("vector"), abs=1e-3)
        assert one == other
    assert len(rows(nightly)) > len(rows(once))


def test_a_day_of_which_one_session_is_left_gives_way_to_that(store):
    summarize(store)
    day = kind(store, "day")[0]
    gone, left = day["source_ids"]
    with store.transaction("forget", {}) as transaction:
        transaction.may_shrink = True
        transaction.delete("memories", f"id = '{gone}'")
        transaction.publish()
    summarize(store)
    (after,) = [row for row in rows(store) if row["id"] == day["id"]]
    assert after["superseded_by"] == left


def test_what_was_archived_stays_a_part_and_nothing_is_redone(store):
    summarize(store)
    parts = [row["source_ids"][0] for row in kind(store, "topic") + kind(store, "day")]
    before = plain(store)
    with store.transaction("decay", {}) as transaction:
        set_state(transaction, parts, State.archived, NOW)
        transaction.watermarks.pop("summarize")
        transaction.publish()
    work, commit = summarize(store)
    assert work.plan.is_empty
    assert commit is not None
    assert plain(store) == before


def test_an_archived_summary_is_superseded_where_it_is(store):
    summarize(store)
    day = kind(store, "day")[-1]["id"]
    with store.transaction("decay", {}) as transaction:
        set_state(transaction, [day], State.archived, NOW)
        transaction.publish()
    grow(store, talk(8, "hens", ["My hens laid six eggs."], hour=18))
    summarize(store)
    (row,) = store.snapshot().read("archive", None, f"id = '{day}'").to_pylist()
    assert row["superseded_by"] is not None
    assert day not in {row["id"] for row in rows(store)}


def test_what_was_superseded_and_what_is_secret_is_in_no_text(empty_store):
    said = [
        "I live in Lund near the harbour.",
        "My password is hunter2-Xy77!pq.",
        "I moved to Oslo last week, so I live in Oslo now.",
    ]
    opened = Store.open(empty_store)
    grow(opened, talk(3, "a", said) + talk(3, "b", ["I bought a red bicycle."]))
    old = rows_of_statements(opened, "superseded_by IS NOT NULL")
    shown = []
    summarize(opened, write=lambda title, statements: shown.extend(statements))
    (day,) = kind(opened, "day")
    assert shown
    assert not any("password" in text for text in shown)
    assert old
    assert all(text not in day["text"] for text in old)
    assert "hunter2" not in day["text"]


def rows_of_statements(store, where):
    table = store.snapshot().read("memories", ["text"], f"level = 1 AND {where}")
    return table["text"].to_pylist()


def test_namespaces_are_apart_and_one_can_be_summed_up_alone(store):
    grow(store, talk(3, "a", GOATS[:1], namespace="east"))
    grow(store, talk(3, "b", KILN[:1], namespace="east"))
    assert summarize(store, "nowhere")[1] is None
    work, _ = summarize(store, "east")
    assert work.counts() == {
        "days": 1,
        "weeks": 0,
        "months": 0,
        "topics": 0,
        "running": 0,
        "superseded": 0,
    }
    assert {row["namespace"] for row in rows(store)} == {"east"}
    work, _ = summarize(store)
    assert work.counts()["days"] == 6
    assert {row["namespace"] for row in rows(store)} == {"east", "default"}
    assert summarize(store)[1] is None


def test_what_a_model_writes_is_kept_and_where_it_gives_none_the_picked_text(store):
    def write(title, statements):
        assert statements
        return f"All of {title}" if title.startswith("3 May") else None

    summarize(store, write=write)
    first, second, *_ = kind(store, "day")
    assert first["text"] == "All of 3 May 2031, 2 conversations."
    assert json.loads(first["metadata"]) == {"abstractive": True}
    assert "goats" in second["text"]
    assert "abstractive" not in second["metadata"]


def test_what_was_purged_is_not_said_by_a_model_again(store):
    said = "The herd was sold to a dealer in Tihany."
    grow(store, talk(4, "sale", [said]))
    (row,) = store.snapshot().rows(["id"], f"level = 0 AND text = '{said}'")
    snapshot = store.snapshot()
    PurgeStep(store, snapshot, plan_purge(snapshot, [row["id"]]), NOW).commit({})
    summarize(store, write=lambda title, statements: f"{title} {said.upper()}")
    assert kind(store, "day")
    assert not any("tihany" in row["text"].lower() for row in rows(store))


def test_another_writer_meanwhile_is_a_conflict_and_an_import_is_none(store):
    work = SummarizeStep(store, Encoder.of_stamp(store.head().encoder), NOW)
    work.run(None)
    grow(store, talk(9, "hens", ["My hens laid six eggs."]))
    with pytest.raises(CommitConflict):
        work.commit({})
    assert rows(store) == []


def test_an_empty_store_has_nothing_to_sum_up(empty_store):
    work, commit = summarize(Store.open(empty_store))
    assert commit is None
    assert work.counts() == {
        "days": 0,
        "weeks": 0,
        "months": 0,
        "topics": 0,
        "running": 0,
        "superseded": 0,
    }


def test_sessions_without_a_time_are_of_no_day_and_others_of_that_of_their_end():
    late = datetime(2031, 5, 4, 0, 10, tzinfo=UTC)
    sessions = [
        {"id": id_, "session_id": id_, "happened_at": at}
        for id_, at in [("b", late), ("a", late), ("c", None), ("d", late - timedelta(hours=1))]
    ]
    days = by_day(sessions)
    assert {day: [row["id"] for row in some] for day, some in days.items()} == {
        date(2031, 5, 4): ["a", "b"]
    }


def test_spans_are_written_in_words():
    day = datetime(2031, 5, 4, tzinfo=UTC)
    assert between_text(day, day) == "on 4 May 2031"
    assert between_text(day, day + timedelta(days=30)) == "4 May 2031 to 3 June 2031"
    assert between_text(None, day) == "at unknown times"


def test_where_nothing_is_worth_a_line_there_is_no_summary(store, monkeypatch):
    monkeypatch.setattr(telling, "WORTH", 1.0)
    work, _ = summarize(store)
    assert work.counts() == {
        "days": 0,
        "weeks": 0,
        "months": 0,
        "topics": 0,
        "running": 0,
        "superseded": 0,
    }


def running(store):
    found = store.snapshot().read("memories", None, "level = 4").to_pylist()
    return sorted(found, key=lambda row: row["superseded_by"] is None)


def test_one_running_summary_tells_a_namespace_from_its_beginning_on(store):
    summarize(store)
    (first,) = running(store)
    assert first["tags"][0] == "running"
    lines = first["text"].splitlines()
    assert 4 <= len(lines) <= 8
    assert all(line.startswith("Ida") for line in lines)
    assert json.loads(first["metadata"])["told"] == first["source_ids"]
    assert first["context"].startswith("From the beginning, ")
    assert summarize(store)[1] is None
    grow(store, talk(9, "hens", ["I fed the hens and collected six eggs in the coop."]))
    summarize(store)
    old, new = running(store)
    assert (old["id"], old["superseded_by"]) == (first["id"], new["id"])
