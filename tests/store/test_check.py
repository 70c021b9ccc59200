"""Damage that can be seen from outside: each invariant, broken once."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from schemas import tables
from store import Store, StoreCorrupt
from store.check import check
from store.problems import MAX_IDS
from store.repair import repair_in_place
from store.sealing import sealed, unsealed
from tests.support.damage import flip


def found(store):
    return [(problem.severity, problem.what) for problem in check(store)]


@pytest.fixture
def filled(store, save):
    save(store, "a", "b", "c")
    return store


def write(store, table, rows):
    with store.transaction("write") as transaction:
        transaction.append(table, rows)
        transaction.publish()


def test_a_sound_store_has_no_problems(filled):
    assert found(filled) == []


def test_an_open_folder_and_missing_files_are_warnings(filled):
    filled.layout.root.chmod(0o755)
    (filled.layout.root / "README").unlink()
    assert [severity for severity, _ in found(filled)] == ["warning", "warning"]
    assert any("can be read by others" in what for _, what in found(filled))
    assert ("warning", "README is missing") in found(filled)


def test_commits_are_whole_and_without_gaps(filled, save):
    save(filled, "d")
    path = filled.layout.commits / "00000002.json"
    kept = path.read_text()
    path.unlink()
    assert ("error", "commit files are missing: 2") in found(filled)
    path.write_text("{")
    assert any(severity == "error" and "commit" in what for severity, what in found(filled))
    path.write_bytes(sealed({**unsealed(kept.encode()), "parent": None}))
    assert ("error", "commit 2 says it is 2 after None") in found(filled)
    path.write_text(kept)
    (filled.layout.commits / ".00000009.1.tmp").touch()
    assert found(filled) == [
        ("warning", "commits/.00000009.1.tmp was left by a process that was killed")
    ]


def test_files_that_are_gone_are_an_error_of_their_table(filled):
    for path in filled.layout.table("memories").rglob("*.lance"):
        path.unlink()
    (problem, *_) = [p for p in check(filled) if p.severity == "error"]
    assert problem.table == "memories"


KINDS = {
    "manifest": "tables/*/_versions/*.manifest",
    "transaction": "tables/*/_transactions/*",
    "data": "tables/*/data/*",
    "deletion": "tables/*/_deletions/*",
    "index": "tables/*/_indices/*/*",
    "commit": "commits/*",
    "identity": "store.json",
    "tag": "tables/*/_refs/tags/*",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_flipped_bit_of_any_file_is_found_and_its_file_named(filled, save, kind):
    save(filled, "d")
    with filled.transaction("drop", may_shrink=True) as transaction:
        transaction.delete("memories", "id = 'a'")
        transaction.publish()
    chance = random.Random(kind)
    root = filled.layout.root
    paths = [p for p in sorted(root.glob(KINDS[kind])) if "accesses.lance" not in str(p)]
    for _ in range(7):
        path = chance.choice(paths)
        whole = path.read_bytes()
        flip(path, chance)
        assert str(path.relative_to(root)) in named(root)
        path.write_bytes(whole)
    assert named(root) == []


def named(root):
    """Return the files that check calls damaged, or that keep the store from being opened."""
    try:
        return [problem.file for problem in check(Store.open(root)) if problem.file]
    except StoreCorrupt as error:
        return [error.what.split(" ")[0].removeprefix(f"{root}/")]


def test_a_commit_without_the_seal_that_earlier_ones_have_is_damaged(filled, save):
    save(filled, "d")
    path = filled.layout.commits / "00000003.json"
    path.write_text(json.dumps(unsealed(path.read_bytes())))
    assert ("error", "commit 3 has lost its seal, which earlier ones have") in found(filled)


def test_what_breaks_the_check_itself_is_a_problem_and_the_rest_is_checked(filled, monkeypatch):
    monkeypatch.setattr("store.check._check_vectors", lambda snapshot, name: 1 / 0)
    (filled.layout.root / "README").unlink()
    what = "a part of the store cannot be checked: ZeroDivisionError: division by zero"
    assert found(filled) == [("warning", "README is missing"), ("error", what)]


def test_a_damaged_head_is_told_and_the_files_are_looked_at_all_the_same(filled, save):
    save(filled, "d")
    (filled.layout.commits / "00000003.json").write_text("")
    newest = max(
        filled.layout.tables.glob("memories.lance/data/*"), key=lambda p: p.stat().st_mtime
    )
    for path in filled.layout.tables.glob("memories.lance/data/*"):
        if path != newest:
            path.unlink()
    files = [problem.file for problem in check(filled)]
    assert files[0] == "commits/00000003.json"
    assert any(name and name.startswith("tables/memories.lance/data/") for name in files)


def test_a_commit_file_that_may_be_lost_is_told_of(filled, save):
    save(filled, "d")
    (filled.layout.commits / "00000003.json").unlink()
    (problem,) = check(filled)
    assert problem.severity == "warning"
    assert problem.what.endswith("or commits/00000003.json is lost")


def test_rows_that_contradict_each_other_are_found(filled, memories, links):
    write(filled, "memories", memories("a"))
    write(filled, "memories", memories("x", source_ids=["nowhere"], superseded_by="nobody"))
    write(filled, "links", links(("a", "z"), ("b", "c"), ("b", "c")))
    assert {what for _, what in found(filled)} == {
        "1 ids stand more than once",
        "1 links start or end nowhere",
        "1 links stand more than once",
        "1 memories cite sources that do not exist",
        "1 memories are superseded by what does not exist",
    }


def test_places_in_a_session_are_taken_once(filled, memories):
    write(filled, "memories", memories("d", "e", session_id="s", seq=4))
    assert found(filled) == [("error", "1 turns share a place in their session")]


def test_what_stands_for_several_turns_ends_when_it_began_or_later(filled, memories):
    late, early = datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 1, 1, 11, tzinfo=UTC)
    write(filled, "memories", memories("d", level=2, valid_from=early, valid_to=late))
    assert found(filled) == []
    write(filled, "memories", memories("e", level=2, valid_from=late, valid_to=early))
    assert found(filled) == [("warning", "1 segments and summaries end before they begin")]


def test_strengths_are_of_what_there_is_and_agree_with_the_tables(filled):
    states = [("nobody", "active"), ("a", "archived"), ("b", "active"), ("b", "active")]
    schema = tables.strengths()
    needed = {field.name: None for field in schema}
    rows = [{**needed, "id": id_, "state": state} for id_, state in states]
    for row in rows:
        for field in schema:
            if not field.nullable and row[field.name] is None:
                row[field.name] = 0
    write(filled, "strengths", pa.Table.from_pylist(rows, schema=schema))
    assert {what for _, what in found(filled)} == {
        "1 strengths are of memories that do not exist",
        "1 strengths stand more than once",
        "1 memories are archived by state or by table, not by both",
    }


@pytest.mark.parametrize(
    "columns", [{"vector": [0.5] + [0.0] * 7}, {"vector": [np.nan] * 8}, {"encoder": "other"}]
)
def test_vectors_are_of_length_one_and_of_the_encoder(filled, memories, columns):
    write(filled, "memories", memories(*"defghijklmnop", **columns))
    (problem,) = check(filled)
    assert problem.what == "13 vectors are damaged or of another encoder"
    assert len(problem.ids) == MAX_IDS


def test_a_text_without_a_known_word_has_no_direction_and_that_is_no_damage(filled, memories):
    write(filled, "memories", memories("d", vector=[0.0] * 8))
    assert found(filled) == []


def test_what_a_running_writer_wrote_is_a_warning(filled, memories):
    with filled.transaction("write") as transaction:
        transaction.append("memories", memories("d"))
        assert ("warning", "memories holds what a crashed or running writer wrote") in found(filled)


@pytest.mark.parametrize("damage", ["versions", "data"])
def test_what_was_recalled_can_be_read_or_is_told(filled, damage):
    row = {"id": "a", "accessed_at": datetime(2031, 1, 1, tzinfo=UTC), "query": "q", "rank": 1}
    filled.record_accesses(pa.Table.from_pylist([row], schema=tables.accesses()))
    assert found(filled) == []
    folder = filled.layout.table("accesses")
    if damage == "versions":
        for path in (folder / "_versions").glob("*.manifest"):
            path.unlink()
    else:
        (path,) = (folder / "data").iterdir()
        path.write_bytes(bytes(path.stat().st_size))
    (problem,) = check(filled)
    assert (problem.severity, problem.remedy) == ("error", "run memcli repair")
    repair_in_place(filled.layout.root, filled.layout.trust)
    assert found(Store.open(filled.layout.root)) == []
