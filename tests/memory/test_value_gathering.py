"""Gathering of values for TAB: what is told, and what is not."""

from __future__ import annotations

import json
import shutil

import pytest

from memcli.memory import packed_ids, value_gathering, value_rows
from memcli.memory.value_gathering import can_be_typed, clipped, gather, is_tellable, tellable_of
from memcli.memory.value_ids import WIDTH, beginning_with
from store import Store
from tests.support.planted import planted

TURNS = [
    {"content": "We moved to the blue house.", "name": "Mara", "session_id": "s1"},
    {"content": "My password is hunter2hunter2.", "name": "Mara", "session_id": "s1"},
    {"content": "The dentist is on Monday.", "name": "Jonas", "session_id": "s2"},
    {"content": "Nobody may know of the tunnel.", "name": "Cy", "session_id": "s3"},
    {"content": "Work at nine.", "name": "password is hunter2hunter2", "namespace": "work"},
]
TIME = "2025-03-0{}T10:00:00Z"


@pytest.fixture(scope="module")
def filled_once(run, tmp_path_factory):
    path = tmp_path_factory.mktemp("values") / "store"
    run("init", "--store", path)
    lines = [
        json.dumps({"timestamp": TIME.format(place), "id": f"t{place}", **turn})
        for place, turn in enumerate(TURNS, 1)
    ]
    run("ingest", "--store", path, stdin="\n".join(lines))
    run("add", "The gate code is 4711.", "--type", "vault", "--store", path)
    run("task", "add", "Paint the boat", "--store", path)
    run("pin", "t1", "--store", path)
    run("hide", "t4", "--store", path)
    run("forget", "t3", "--store", path)
    return path


@pytest.fixture(scope="module")
def values(filled_once):
    return gather(filled_once)


def test_names_come_with_how_often_and_sessions_with_their_last_day(values):
    assert values["namespaces"] == [["default", 3], ["work", 1]]
    assert values["speakers"] == [["default", "Mara", 2]]
    assert ["default", "s1", "2025-03-02", 2] in values["sessions"]


def test_ids_come_with_day_speaker_text_and_marks_the_newest_first(values):
    told = [row[1:] for row in values["memories"]]
    assert ["default", "2025-03-01", "Mara", "We moved to the blue house.", "p"] in told
    (secret,) = (row for row in values["memories"] if "password" in row[4])
    assert secret[4] == f"My password is [secret {secret[0][:8]}]."
    assert [row[3] for row in told if row[4] == "t"] == ["Paint the boat"]


def test_no_word_is_told_of_what_is_hidden_archived_secret_or_of_the_vault(values, filled_once):
    everything = json.dumps(values)
    for word in ("tunnel", "dentist", "hunter2", "4711", "Jonas", "Cy"):
        assert word not in everything
    assert sorted(row[3] for row in values["unseen"]) == ["archived", "hidden"]
    assert "We moved" in (filled_once / "cache/completions.json").read_text("utf-8")


def test_what_was_kept_is_closed_to_others(values, filled_once):
    assert (filled_once / "cache/completions.json").stat().st_mode & 0o077 == 0


def test_of_each_namespace_only_the_newest_ids_are_kept(monkeypatch, filled_once):
    monkeypatch.setattr(value_rows, "IDS_EACH", 1)
    rows = gather(filled_once)["memories"]
    assert sorted((row[1], row[5]) for row in rows) == [
        ("default", "p"), ("default", "t"), ("work", ""),
    ]  # fmt: skip


def test_all_ids_that_may_be_told_are_packed_with_their_days(values, monkeypatch, filled_once):
    packed = dict(values["ids"])
    for id_, space, day, *_ in values["memories"]:
        assert list(beginning_with(packed[space], id_)) == [(id_, day)]
    unseen = {row[0] for row in values["unseen"]}
    told = {id_ for text in packed.values() for id_, _ in beginning_with(text, "")}
    assert told == {row[0] for row in values["memories"]} - unseen
    monkeypatch.setattr(packed_ids, "IDS_IN_ALL", 1)
    monkeypatch.setattr(packed_ids, "IDS_A_RUN", 1)
    assert len("".join(text for _, text in gather(filled_once)["ids"])) == WIDTH


def test_nothing_is_kept_while_another_writes(empty_store):
    with Store.open(empty_store).locked():
        assert gather(empty_store)["namespaces"] == []
    assert not (empty_store / "cache/completions.json").exists()


def test_nothing_is_kept_of_a_state_that_is_not_the_head_any_more(run, empty_store, monkeypatch):
    def while_another_writes(snapshot, tellable):
        run("add", "The key is in the tin.", "--store", empty_store)
        return {}, packed_ids.PackedIds(snapshot.layout.work)

    monkeypatch.setattr(value_gathering, "gathered", while_another_writes)
    assert gather(empty_store)["at"]["number"] == 1
    assert not (empty_store / "cache/completions.json").exists()


def test_a_store_that_cannot_be_written_is_read_all_the_same(empty_store, monkeypatch):
    def refused(path, data, **more):
        raise OSError("read-only file system")

    monkeypatch.setattr(value_gathering, "write_whole", refused)
    assert gather(empty_store)["memories"] == []
    assert not (empty_store / "cache/completions.json").exists()


def test_a_purge_takes_away_what_was_kept(run, sample):
    gather(sample)
    path = sample / "cache/completions.json"
    half = sample / "cache/.completions.json.1-2.tmp"
    half.write_text("half")
    kept = json.loads(path.read_text("utf-8"))
    # What was kept is not taken over, not even where it tells of what is left.
    path.write_text(json.dumps({**kept, "namespaces": [["of then", 1]]}))
    run("forget", "mj/2:5", "--purge", "--sources", "--store", sample)
    assert "of then" not in path.read_text("utf-8")
    assert not half.exists()


def test_what_was_looked_through_for_secrets_is_not_again(run, sample, monkeypatch):
    before = gather(sample)
    looked_at = []
    monkeypatch.setattr(value_gathering, "find_secrets", lambda name: looked_at.append(name) or [])
    monkeypatch.setattr(value_gathering, "without_secrets", lambda text, _: looked_at.append(text))
    assert gather(sample) == before
    assert looked_at == []


@pytest.mark.parametrize("kept", ['{"by": "0"}', '{"memories": 3}', '{"speakers": [[]]}'])
def test_of_another_version_or_in_no_good_form_nothing_is_taken_over(sample, kept):
    before = gather(sample)
    path = sample / "cache/completions.json"
    told = json.loads(path.read_text("utf-8"))
    told["memories"][0][4] = "My password is hunter2hunter2."
    path.write_text(json.dumps({**told, **json.loads(kept)}))
    assert gather(sample) == before


def test_entities_come_with_how_often_they_are_named_where_it_may_be_seen(
    run, linked_once, tmp_path
):
    path = shutil.copytree(linked_once.path, tmp_path / "store")
    named = {row[1]: row for row in gather(path)["entities"]}
    assert named["Teun"][2] == "person"
    counts = [row[3] for row in named.values()]
    assert counts == sorted(counts, reverse=True)
    where = "array_has(entities, 'Teun')"
    sql = f"select id from memories where {where}"
    told = run("sql", sql, "--store", path).records
    assert len(told) == named["Teun"][3]
    run("hide", *(row["id"] for row in told), "--store", path)
    assert "Teun" not in {row[1] for row in gather(path)["entities"]}


def test_names_that_cannot_be_typed_or_are_secret_are_none():
    assert is_tellable("Mara Lund")
    for name in ("", "a\nb", "a\x1b[31m", "x" * 300, "password is hunter2hunter2"):
        assert not is_tellable(name)


def test_a_text_is_one_line_of_bounded_length():
    assert clipped("a\n  b") == "a b"
    assert len(clipped("word " * 100)) == value_gathering.TEXT_LENGTH


def test_a_name_with_a_secret_is_found_among_others_as_it_is_alone():
    names = {plant.text for plant in planted() if can_be_typed(plant.text)}
    names -= set(filter(is_tellable, names))
    assert len(names) > 50
    plain = [f"mj/{n}" for n in range(6)]
    for name in names:
        assert tellable_of([*plain[:3], name, *plain[3:]]) == set(plain)
