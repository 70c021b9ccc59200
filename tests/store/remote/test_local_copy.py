"""The folder of the copy of a store, and what is known of it."""

import os
import time

from store.remote.local_copy import CopyState, LocalCopy, bytes_in, copies, make_room

URL = "s3://bucket/a"


def test_each_url_has_a_folder_of_its_own(tmp_path):
    copy = LocalCopy.of(URL, tmp_path)
    assert (
        copy.folder == LocalCopy.of(URL, tmp_path).folder != LocalCopy.of("s3://b", tmp_path).folder
    )
    assert copy.url() == ""
    copy.make(URL)
    assert copy.url() == URL
    assert [found.folder for found in copies(tmp_path)] == [copy.folder]
    assert copy.folder.stat().st_mode & 0o077 == 0


def test_what_is_known_is_kept_and_what_is_damaged_is_nothing(tmp_path):
    copy = LocalCopy.of(URL, tmp_path)
    copy.make(URL)
    state = CopyState(head=3, tags={"3": "x"})
    state.note("memories", 7)
    state.note("memories", 7)
    copy.write_state(state)
    assert copy.read_state() == state
    assert state.complete == {"memories": [7]}
    assert state.has("memories", 7)
    assert not state.has("links", 7)
    (copy.folder / "state.json").write_bytes(b"{")
    assert copy.read_state().head == 0


def test_files_are_written_whole_walked_and_removed(tmp_path):
    copy = LocalCopy.of(URL, tmp_path)
    copy.make(URL)
    copy.make_folders()
    copy.write("tables/a.lance/data/x", b"1")
    (copy.store / "tables/.y.tmp").write_bytes(b"")
    assert list(copy.walk("tables")) == ["tables/a.lance/data/x"]
    copy.remove("tables/a.lance/data/x")
    copy.remove("tables/a.lance/data/x")
    assert copy.walk("tables") == {}


def test_an_emptied_copy_remembers_nothing(tmp_path):
    copy = LocalCopy.of(URL, tmp_path)
    copy.make(URL)
    copy.make_folders()
    for name in ("tables/a", "commits/b", "cache/c", "x.key", "config.toml"):
        copy.write(name, b"1")
    (copy.recalls / "1.arrow").write_bytes(b"")
    copy.empty()
    assert sorted(os.listdir(copy.store)) == ["config.toml"]
    assert os.listdir(copy.recalls) == []


def test_one_process_at_a_time_fills_it(tmp_path):
    copy = LocalCopy.of(URL, tmp_path)
    copy.make(URL)
    with copy.filling():
        assert (copy.folder / "filling.lock").exists()


def test_the_copy_that_was_used_longest_ago_makes_room(tmp_path):
    made = {}
    for age, name in ((9_000, "oldest"), (8_000, "old"), (60, "in use"), (7_000, "own")):
        copy = made[name] = LocalCopy.of(f"s3://b/{name}", tmp_path)
        copy.make(f"s3://b/{name}")
        copy.write("tables/x", bytes(1_000))
        os.utime(copy.folder / "url", (time.time() - age,) * 2)
    assert make_room(made["own"], 10_000) == bytes_in(tmp_path) > 4_000
    assert make_room(made["own"], 3_500) < 3_500
    assert {name for name, copy in made.items() if copy.folder.exists()} == {"old", "in use", "own"}
    made["old"].touch()
    assert make_room(made["own"], 0) > 3_000
