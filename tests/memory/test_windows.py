"""Windows follow their turns: written once, exported and pulled anew, purged, undone, checked."""

from __future__ import annotations

import json
import shutil

import pytest

from memcli.language.windows import window_spans
from memcli.memory.windows import missing_windows
from schemas.tables import LONGEST_UNPARTED
from store import Store
from store.check import check
from store.layout import WINDOWS
from store.traces import find_traces
from tests.support.encrypting import holding, own_key
from tests.support.program import run_here

DEEP = "The quarxilon tulips stand behind the third shed."
LONG = " ".join([*(f"Line {n} tells of harbours and of ferries." for n in range(40)), DEEP])
SHORT = "Nothing else was said."
N_WINDOWS = len(window_spans(LONG))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A store with a long turn. No test may change it."""
    path = tmp_path_factory.mktemp("windows") / "store"
    turns = [{"content": LONG, "id": "long"}, {"content": SHORT, "id": "short"}]
    lines = "\n".join(json.dumps({**turn, "session_id": "s"}) for turn in turns)
    run_here("ingest", "-", "--store", path, "--create", stdin=lines)
    return path


@pytest.fixture
def path(written, tmp_path):
    return shutil.copytree(written, tmp_path / "store")


def windows(path):
    rows = list(Store.open(path).snapshot().rows(["id", "start", "stop"], tables=[WINDOWS]))
    return sorted((row["start"], row["stop"]) for row in rows)


def is_sound(path):
    return [each.what for each in check(Store.open(path)) if each.severity == "error"] == []


def test_a_long_turn_has_windows_and_a_short_one_has_none(path):
    assert len(LONG) > LONGEST_UNPARTED > len(SHORT)
    assert windows(path) == window_spans(LONG)
    assert is_sound(path)


def test_the_same_turn_again_gets_no_more(path):
    again = json.dumps({"content": LONG, "id": "long", "session_id": "s"})
    run_here("ingest", "-", "--store", path, stdin=again)
    assert len(windows(path)) == N_WINDOWS


def test_a_long_note_has_windows(empty_store):
    run_here("add", LONG, "--store", empty_store)
    assert windows(empty_store) == window_spans(LONG)


def test_an_export_has_none_and_its_import_makes_them(path, empty_store, tmp_path):
    export = run_here("export", "--store", path).stdout
    assert '"start"' not in export
    run_here("ingest", "--from", "export", "-", "--store", empty_store, stdin=export)
    assert windows(empty_store) == window_spans(LONG)
    assert is_sound(empty_store)


def test_a_store_that_pulls_makes_them(path, empty_store):
    run_here("pull", path, "--mine", "--store", empty_store)
    assert windows(empty_store) == window_spans(LONG)


def test_a_purge_takes_them_and_no_file_holds_the_words(path):
    run_here("forget", "--purge", "long", "--store", path)
    assert windows(path) == []
    assert is_sound(path)
    assert list(find_traces(Store.open(path), [DEEP, LONG[:300]])) == []


def test_an_undo_takes_them_and_another_brings_them_back(path, empty_store):
    run_here("ingest", "-", "--store", empty_store, stdin=json.dumps({"content": SHORT}))
    run_here("add", LONG, "--store", empty_store)
    before = Store.open(empty_store).head().number
    run_here("undo", "--store", empty_store)
    assert windows(empty_store) == []
    run_here("undo", "--to", before, "--store", empty_store)
    assert windows(empty_store) == window_spans(LONG)
    assert is_sound(empty_store)


def test_they_stay_with_a_turn_that_is_archived_and_comes_back(path):
    run_here("forget", "long", "--store", path)
    assert is_sound(path)
    assert len(windows(path)) == N_WINDOWS
    run_here("restore", "long", "--store", path)
    assert is_sound(path)


def test_another_encoder_makes_them_anew(path):
    run_here("reembed", "--encoder", "static-256", "--store", path)
    assert windows(path) == window_spans(LONG)
    assert is_sound(path)


def test_reembed_gives_them_to_a_store_of_before(path):
    store = Store.open(path)
    with store.transaction("test") as transaction:
        transaction.delete(WINDOWS, "true")
        transaction.publish()
    assert len(missing_windows(Store.open(path).snapshot())) == 1
    encoder = store.head().encoder.name
    run_here("reembed", "--encoder", encoder, "--store", path)
    assert windows(path) == window_spans(LONG)
    again = run_here("reembed", "--encoder", encoder, "--store", path)
    assert "already" in again.stderr


def test_a_store_whose_windows_have_no_words_opens_and_gets_them(path):
    store = Store.open(path)
    with store.transaction("test") as transaction:
        table = transaction.writable(WINDOWS)
        table._dataset.drop_columns(["keys"])
        table._refresh()
        transaction.publish()
    found = run_here("query", "quarxilon", "-k", 1, "--store", path, "-f", "jsonl")
    assert json.loads(found.stdout)["ref"] == "long"
    assert len(missing_windows(store.snapshot())) == 1
    run_here("add", LONG.replace("quarxilon", "vermilion"), "--store", path)
    assert [n_matching(store, word) for word in ("vermilion", "quarxilon")] == [1, 0]
    assert len(missing_windows(store.snapshot())) == 1
    run_here("reembed", "--encoder", store.head().encoder.name, "--store", path)
    assert missing_windows(store.snapshot()) == []
    assert n_matching(store, "quarxilon") == 1
    assert is_sound(path)


def n_matching(store, word):
    """Return how many windows full-text search finds by a word."""
    return store.snapshot().match(word, 9, ["id"], None, WINDOWS).num_rows


def test_check_finds_windows_of_nothing_and_gaps(path):
    store = Store.open(path)
    with store.transaction("test") as transaction:
        transaction.delete(WINDOWS, "start = 0")
        transaction.publish()
    assert not is_sound(path)


def test_an_encrypted_store_holds_nothing_of_it_and_finds_it(path, tmp_path):
    words = ("quarxilon", "harbours", '"windows.lance"')
    assert holding(path, words[:2])
    with own_key(tmp_path / "own"):
        run_here("encrypt", "--store", path)
        assert holding(path, words) == []
        found = run_here("query", "where are the tulips?", "-k", 1, "--store", path, "-f", "jsonl")
        assert json.loads(found.stdout)["ref"] == "long"
        assert holding(path, words) == []
