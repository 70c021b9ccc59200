"""Profiles as memories: made once, made anew when the statements changed, and given to a prompt."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.consolidation.summaries.profiles import MAX_WORDS, ProfileStep, fit_words
from memcli.context.profiles.sections import Entry
from memcli.memory.states import State, set_state
from memcli.memory.telling import SECTIONS
from memcli.models.encoder import Encoder
from store import Store
from tests.support.fact_lines import fact

NOW = datetime(2026, 2, 1, tzinfo=UTC)
LIFE = (
    ("residence", "Ghent"),
    ("employer", "a hospital"),
    ("sister", "Juno"),
    ("pet", "a cat"),
    ("allergy", "hazelnuts"),
    ("plan", "visit the Faroe Islands"),
    ("likes", "sourdough bread"),
)


def feed(run, store, facts, name="Ida"):
    lines = [
        fact(f"{name}{attribute}"[:16].lower(), attribute, value, name)
        for attribute, value in facts
    ]
    run("ingest", "--from", "export", "--store", store, stdin="".join(lines))


def step(path, namespace=None, now=NOW):
    """Run the step and return what was counted, and its commit."""
    store = Store.open(path)
    made = ProfileStep(store, Encoder.of_stamp(store.head().encoder), now)
    made.run(namespace)
    return made.counts(), made.commit({})


def profiles(path):
    rows = Store.open(path).snapshot().read("memories", None, "level = 4").to_pylist()
    return sorted(rows, key=lambda row: (row["superseded_by"] is None, row["id"]))


@pytest.fixture(scope="module")
def fed_once(run, empty_once, tmp_path_factory):
    """A store in which Ida told of her life. No test may change it."""
    store = shutil.copytree(empty_once, tmp_path_factory.mktemp("fed") / "store")
    feed(run, store, LIFE)
    return store


@pytest.fixture
def fed(fed_once, tmp_path):
    return shutil.copytree(fed_once, tmp_path / "store")


def test_who_is_known_well_gets_one_memory_with_its_sources(run, fed):
    counts, commit = step(fed)
    assert counts == {"profiles": 1, "traits": 0, "superseded": 0}
    assert commit.command == "profile"
    (row,) = profiles(fed)
    assert (row["level"], row["type"], row["subject"], row["speaker"]) == (4, "core", "Ida", None)
    assert "profile" in row["tags"]
    assert row["vector"] is not None
    snapshot = Store.open(fed).snapshot()
    parts = snapshot.read_ids("memories", row["source_ids"], ["value", "level"]).to_pylist()
    assert {part["level"] for part in parts} == {1}
    assert all(part["value"] in row["text"] for part in parts)
    assert "Ida lives in Ghent." in row["text"].splitlines()
    assert len(row["text"].split()) <= MAX_WORDS
    links = snapshot.read("links", None, f"source_id = '{row['id']}'").to_pylist()
    summed = {link["target_id"] for link in links if link["relation"] == "summarizes"}
    assert summed == set(row["source_ids"])
    assert run("check", "--store", fed).stdout == ""


def test_nothing_new_is_no_commit_on_whatever_day(fed):
    step(fed)
    head = Store.open(fed).head().number
    assert step(fed, now=NOW + timedelta(days=400)) == (
        {"profiles": 0, "traits": 0, "superseded": 0},
        None,
    )
    # A look at everything, as after a change elsewhere, finds the same.
    assert step(fed, "default", NOW + timedelta(days=400))[1] is None
    assert Store.open(fed).head().number == head


def test_two_stores_with_the_same_statements_end_at_the_same_profile(fed_once, tmp_path):
    ids = []
    for day in (0, 90):
        store = shutil.copytree(fed_once, tmp_path / str(day))
        step(store, now=NOW + timedelta(days=day))
        ids.append([(row["id"], row["text"]) for row in profiles(store)])
    assert ids[0] == ids[1]


def test_new_statements_supersede_the_profile_of_that_person_only(run, fed):
    feed(run, fed, LIFE, name="Bo")
    step(fed)
    before = {row["subject"]: row for row in profiles(fed)}
    assert set(before) == {"Ida", "Bo"}
    feed(run, fed, [("brother", "Ugo")])
    counts, _ = step(fed)
    assert counts == {"profiles": 1, "traits": 0, "superseded": 1}
    old, *live = profiles(fed)
    assert old["id"] == before["Ida"]["id"]
    by_name = {row["subject"]: row for row in live}
    assert by_name["Bo"] == before["Bo"]
    assert old["superseded_by"] == by_name["Ida"]["id"]
    where = f"target_id = '{old['id']}' AND relation = 'supersedes'"
    (link,) = Store.open(fed).snapshot().read("links", None, where).to_pylist()
    assert link["source_id"] == by_name["Ida"]["id"]
    assert run("check", "--store", fed).stdout == ""


def test_undo_takes_it_back_and_another_run_makes_the_same(run, fed):
    step(fed)
    made = [row["id"] for row in profiles(fed)]
    run("undo", "--store", fed)
    assert profiles(fed) == []
    step(fed)
    assert [row["id"] for row in profiles(fed)] == made


def test_archived_statements_stay_parts(fed):
    step(fed)
    (row,) = profiles(fed)
    with Store.open(fed).transaction("decay", {}) as transaction:
        set_state(transaction, row["source_ids"][:2], State.archived, NOW)
        transaction.publish()
    assert step(fed)[1] is None


def test_of_whom_little_is_known_there_is_none(run, empty_store):
    feed(run, empty_store, LIFE[:2])
    assert step(empty_store)[0]["profiles"] == 0
    assert profiles(empty_store) == []


def test_what_ended_or_will_end_is_not_told_as_if_it_held(run, fed):
    ended = {"valid_to": "2026-01-10T00:00:00Z", "superseded_by": "till" + "x" * 12}
    lines = fact("gone", "skill", "juggle", **ended)
    lines += fact("till", "health", "a cold", valid_to="2026-03-01T00:00:00Z")
    run("ingest", "--from", "export", "--store", fed, stdin=lines)
    step(fed)
    (row,) = profiles(fed)
    assert "juggle" not in row["text"]
    assert "a cold" in row["text"]
    assert row["valid_to"] == datetime(2026, 3, 1, tzinfo=UTC)


@given(
    st.lists(
        st.tuples(st.sampled_from(list(SECTIONS)), st.integers(1, 40), st.floats(0, 1)), max_size=30
    ),
    st.integers(0, 150),
)
def test_a_profile_keeps_to_its_words_and_to_the_order_of_its_sections(given_, limit):
    entries = [
        Entry(section, "word " * n, (f"{i:02}",), (), None, None, None, 0.5, 0.5, score)
        for i, (section, n, score) in enumerate(given_)
    ]
    kept = fit_words(entries, limit)
    assert sum(len(entry.text.split()) for entry in kept) <= limit
    assert [entry.ids for entry in kept] == sorted(entry.ids for entry in kept)
    if entries and min(n for _, n, _ in given_) <= limit:
        assert kept
