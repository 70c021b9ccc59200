"""The turns next to a hit."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime

import pytest

from memcli.memory.filters import Filters
from memcli.records import Query
from memcli.search.around import MAX_CHARACTERS, with_surroundings
from memcli.search.queries import QueryOptions, run_query
from memcli.search.retriever import Retriever
from store import Store

TALK = ("Shall we take the red tent?", "No, the green one.", "It leaks " + "badly " * 200, "Bye.")


@pytest.fixture(scope="module")
def talk(run, empty_once, tmp_path_factory):
    store = shutil.copytree(empty_once, tmp_path_factory.mktemp("around") / "store")
    for namespace in ("camp", "other"):
        lines = [
            {"content": text, "name": "Ada" if i % 2 else "Ben", "session_id": "s1"}
            | {"timestamp": f"2025-03-01T10:0{i}:00Z", "id": f"{namespace}{i}"}
            | {"namespace": namespace}
            for i, text in enumerate(TALK)
        ]
        run("ingest", "--store", store, stdin="".join(json.dumps(each) + "\n" for each in lines))
    return Store.open(store)


def around(store, filters, size=1, **more):
    from memcli.models.encoder import Encoder

    snapshot = store.snapshot()
    encoder = Encoder.of_stamp(snapshot.encoder)
    retriever = Retriever(snapshot, lambda: encoder)
    asking = QueryOptions(filters, **more)
    hits = run_query(retriever, Query(v=1, query="the green one"), asking, size)
    return {hit.ref: [(each.offset, each.ref) for each in hit.around or ()] for hit in hits}


def test_the_turns_before_and_after_a_hit_are_beside_it(talk):
    assert around(talk, Filters(namespace="camp")) == {"camp1": [(-1, "camp0"), (1, "camp2")]}


def test_what_is_a_hit_is_not_beside_another(talk):
    found = around(talk, Filters(namespace="camp"), size=4)
    assert set(found) == {"camp0", "camp1", "camp2", "camp3"}
    assert not any(found.values())


def test_who_is_asked_for_bounds_hits_and_not_what_is_beside_them(talk):
    assert around(talk, Filters(namespace="camp", name="Ada"))["camp1"][0] == (-1, "camp0")


def test_what_was_said_later_is_not_shown(talk):
    before = datetime(2025, 3, 1, 10, 2, tzinfo=UTC)
    assert around(talk, Filters(namespace="camp", before=before))["camp1"] == [(-1, "camp0")]


def test_what_is_hidden_is_not_shown(talk, run, tmp_path):
    store = shutil.copytree(talk.layout.root, tmp_path / "store")
    run("hide", "camp0", "--store", store)
    hidden = Store.open(store)
    assert around(hidden, Filters(namespace="camp"))["camp1"] == [(1, "camp2")]
    shown = around(hidden, Filters(namespace="camp"), everything=True)
    assert (-1, "camp0") in shown["camp1"]


def test_a_long_turn_is_cut_between_words(talk):
    from tests.support.hits import hit

    snapshot = talk.snapshot()
    row = next(r for r in snapshot.rows_of(["camp1"], on="ref"))
    found = hit(id=row["id"], namespace="camp", session_id="s1")
    (shown,) = with_surroundings(snapshot, [found], Filters())
    after = shown.around[1].text
    assert len(after) <= MAX_CHARACTERS + 2
    assert after.endswith("badly …")


def test_a_hit_without_a_place_has_nothing_beside_it(talk):
    from tests.support.hits import hits

    assert with_surroundings(talk.snapshot(), hits("a"), Filters())[0].around is None


def test_what_is_shown_is_not_read_again_where_turns_are_long(talk, monkeypatch):
    from tests.support.hits import hit

    snapshot = talk.snapshot()
    assert snapshot.count("windows")
    rows = snapshot.rows_of(["camp1", "camp2"], on="ref")
    given = [hit(id=row["id"], namespace="camp", session_id="s1") for row in rows]
    read, take = [], type(snapshot).take

    def seen(self, row_ids, columns, table="memories"):
        rows = take(self, row_ids, columns, table)
        read.extend(rows["ref"].to_pylist() if "text" in columns else ())
        return rows

    monkeypatch.setattr(type(snapshot), "take", seen)
    shown = with_surroundings(snapshot, given, Filters(namespace="camp"))
    assert {each.ref for hit in shown for each in hit.around} == {*read} == {"camp0", "camp3"}
