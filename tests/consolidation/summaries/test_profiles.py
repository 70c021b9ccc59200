"""Profiles as memories: made once, made anew when the statements changed, and given to a prompt."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.consolidation.summaries.profiles import MAX_WORDS, ProfileStep, fit_words
from memcli.context.profiles.reading import profile_items
from memcli.context.profiles.sections import Entry
from memcli.language.facets.finding import Facet
from memcli.memory.states import State, set_state
from memcli.models.encoder import Encoder
from store import Store

NOW = datetime(2026, 2, 1, tzinfo=UTC)
LIFE = (
    "I work as a nurse at a hospital in Ghent.",
    "I love baking sourdough bread with rye.",
    "My sister Juno plays the cello in an orchestra.",
    "I go swimming in the river with my club every Sunday morning.",
    "I want to visit the Faroe Islands by boat.",
    "I used to play the drums in college.",
    "I am allergic to hazelnuts and walnuts.",
    "I really enjoy hiking in the mountains of Wales.",
)


def turns(said, day=3, name="Ida"):
    return "".join(
        json.dumps(
            {
                "kind": "message",
                "v": 1,
                "content": text,
                "name": name,
                "session_id": f"s{day}",
                "timestamp": f"2026-01-{day:02}T10:{minute:02}:00Z",
            }
        )
        + "\n"
        for minute, text in enumerate(said)
    )


def feed(run, store, said, **options):
    now = ("--store", store, "--now", "2026-01-20T00:00:00Z")
    run("ingest", *now, stdin=turns(said, **options))
    run("extract", *now)
    run("link", *now)


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
    assert counts == {"profiles": 1, "superseded": 0}
    assert commit.command == "profile"
    (row,) = profiles(fed)
    assert (row["level"], row["type"], row["subject"], row["speaker"]) == (4, "core", "Ida", None)
    assert "profile" in row["tags"]
    assert row["vector"] is not None
    snapshot = Store.open(fed).snapshot()
    parts = snapshot.read_ids("memories", row["source_ids"], ["text", "level"]).to_pylist()
    assert {part["level"] for part in parts} == {1}
    assert all(part["text"].rstrip(".") in row["text"] for part in parts)
    assert len(row["text"].split()) <= MAX_WORDS
    links = snapshot.read("links", None, f"source_id = '{row['id']}'").to_pylist()
    summed = {link["target_id"] for link in links if link["relation"] == "summarizes"}
    assert summed == set(row["source_ids"])
    assert run("check", "--store", fed).stdout == ""


def test_nothing_new_is_no_commit_on_whatever_day(fed):
    step(fed)
    head = Store.open(fed).head().number
    assert step(fed, now=NOW + timedelta(days=400)) == ({"profiles": 0, "superseded": 0}, None)
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
    feed(run, fed, LIFE, day=4, name="Bo")
    step(fed)
    before = {row["subject"]: row for row in profiles(fed)}
    assert set(before) == {"Ida", "Bo"}
    feed(run, fed, ["My brother Ugo lives in a lighthouse in Norway."], day=5)
    counts, _ = step(fed)
    assert counts == {"profiles": 1, "superseded": 1}
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
    assert len(profile_items(Store.open(fed).snapshot(), None, NOW)) == len(row["source_ids"])


def test_of_whom_little_is_known_there_is_none(run, empty_store):
    feed(run, empty_store, LIFE[:2])
    assert step(empty_store)[0]["profiles"] == 0
    assert profiles(empty_store) == []


def test_a_prompt_gets_single_entries_with_and_without_profile_memories(fed):
    without = profile_items(Store.open(fed).snapshot(), None, NOW)
    step(fed)
    snapshot = Store.open(fed).snapshot()
    items = profile_items(snapshot, "default", NOW)
    assert {item.ids for item in items} & {item.ids for item in without}
    assert all(item.section == "profile" and item.score > 0 for item in items)
    assert [item.score for item in items] == sorted((i.score for i in items), reverse=True)
    assert profile_items(snapshot, None, NOW, ["ida"]) == items
    assert profile_items(snapshot, None, NOW, ["Somebody"]) == []
    assert profile_items(snapshot, "elsewhere", NOW) == []


def test_what_was_hidden_is_kept_from_prompts(fed):
    step(fed)
    (first, *rest) = profile_items(Store.open(fed).snapshot(), None, NOW)
    with Store.open(fed).transaction("hide", {}) as transaction:
        set_state(transaction, list(first.ids), State.hidden, NOW)
        transaction.publish()
    assert profile_items(Store.open(fed).snapshot(), None, NOW) == rest


@given(
    st.lists(st.tuples(st.sampled_from(Facet), st.integers(1, 40), st.floats(0, 1)), max_size=30),
    st.integers(0, 150),
)
def test_a_profile_keeps_to_its_words_and_to_the_order_of_its_sections(given_, limit):
    entries = [
        Entry(facet, "word " * n, (f"{i:02}",), (), None, None, None, 0.5, 0.5, score)
        for i, (facet, n, score) in enumerate(given_)
    ]
    kept = fit_words(entries, limit)
    assert sum(len(entry.text.split()) for entry in kept) <= limit
    assert [entry.ids for entry in kept] == sorted(entry.ids for entry in kept)
    if entries and min(n for _, n, _ in given_) <= limit:
        assert kept
