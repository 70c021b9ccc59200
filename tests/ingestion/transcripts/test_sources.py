import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.ingestion.transcripts import Input, expand_sources, find_inputs, read_source
from memcli.ingestion.transcripts.sources import as_file, look_ahead, open_source
from store.errors import InputNotFound, StoreIOError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("b.jsonl", "a.TXT", "c.png", ".hidden.txt", "sub/d.md", ".git/e.txt", "sub/z.csv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder_is_its_known_files_sorted_without_hidden_ones(folder):
    assert expand_sources(["."]) == ["./a.TXT", "./b.jsonl", "./sub/d.md", "./sub/z.csv"]


def test_what_logseq_keeps_of_pages_before_they_were_edited_is_no_input(folder):
    for name in ("logseq/bak/pages/a.md", "bak/a.md"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text("x")
    found = [path for path in expand_sources(["."]) if "bak" in path]
    assert found == ["./bak/a.md"]


def test_a_store_in_a_folder_is_no_input(folder):
    for name in ("kept/store.json", "kept/commits/1.json", "talk/store.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}")
    assert [path for path in expand_sources(["."]) if ".json" in path] == [
        "./b.jsonl",
        "./talk/store.json",
    ]


def test_named_files_are_taken_whatever_their_names(folder):
    assert expand_sources(["c.png", ".hidden.txt"]) == ["c.png", ".hidden.txt"]


def test_patterns_that_the_shell_left_are_expanded(folder):
    assert expand_sources(["*.jsonl", "**/*.md", "s*"]) == ["b.jsonl", "sub/d.md", "sub/z.csv"]


def test_a_file_whose_name_is_a_pattern_is_that_file(folder):
    (folder / "[ab].txt").write_text("x")
    assert expand_sources(["[ab].txt"]) == ["[ab].txt"]


def test_each_file_comes_once_and_nothing_is_stdin(folder):
    assert expand_sources(["b.jsonl", "-", "*.jsonl", "-"]) == ["b.jsonl", "-"]
    assert expand_sources([]) == ["-"]


@pytest.mark.parametrize("argument", ["none.txt", "*.nothing", "", "none/"])
def test_what_does_not_exist_is_not_found(folder, argument):
    with pytest.raises(InputNotFound) as caught:
        expand_sources([argument])
    assert caught.value.status == 66
    assert repr(argument) in caught.value.what


def test_a_folder_without_input_is_not_found(folder):
    (folder / "empty").mkdir()
    with pytest.raises(InputNotFound, match="no input in the folder 'empty'"):
        expand_sources(["empty"])


def test_an_unreadable_file_is_an_io_error(folder, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(StoreIOError, match="permission denied") as caught:
        expand_sources(["b.jsonl"])
    assert caught.value.status == 74


def test_errors_of_the_system_while_reading_are_ours(folder):
    with pytest.raises(InputNotFound), open_source("none"):
        pass
    with pytest.raises(StoreIOError, match="directory"), open_source("sub"):
        pass
    with pytest.raises(StoreIOError, match=r"b\.jsonl"), open_source("b.jsonl"):
        raise OSError(5, "Input/output error")


@settings(deadline=None)
@given(st.binary(max_size=100), st.integers(1, 30), st.integers(0, 120))
def test_looking_ahead_takes_nothing_away(source, data, step, size):
    head, whole = look_ahead(source(data, step), size)
    assert head == data[:size]
    again, whole = look_ahead(whole, size)
    assert again == head
    assert whole.stream.read() == data


def test_looking_ahead_does_not_wait_longer_than_needed(source):
    head, _ = look_ahead(source(b"one\ntwo\nthree", 5), 100, enough=lambda part: b"\n" in part)
    assert head == b"one\nt"


def test_a_conversation_is_called_by_its_path_below_the_folder(folder):
    (folder / "sub" / "b.txt").write_text("x")
    inputs = find_inputs([str(folder)])
    assert [(each.session, each.listed) for each in inputs] == [
        ("a", True), ("b", True), ("sub/b", True), ("sub/d", True), ("sub/z", True),
    ]  # fmt: skip
    assert find_inputs(["sub/d.md"]) == [Input("sub/d.md", "d")]
    assert find_inputs(["-"]) == [Input("-")]


def test_files_of_one_name_are_told_apart_by_their_folders(folder):
    (folder / "sub" / "a.TXT").write_text("x")
    assert [each.session for each in find_inputs(["a.TXT", "sub/a.TXT"])] == ["a", "sub/a"]
    (folder / "sub" / "d.txt").write_text("x")
    assert [each.session for each in find_inputs(["sub/d.md", "sub/d.txt"])] == ["d.md", "d.txt"]


def test_parts_of_a_thread_come_oldest_first(folder):
    for n in (1, 2, 10):
        (folder / f"message_{n}.json").write_text("x")
    names = [each.path for each in find_inputs(["."]) if "message" in each.path]
    assert names == ["./message_10.json", "./message_2.json", "./message_1.json"]


def test_the_files_of_a_maildir_have_no_extensions(folder):
    for name in ("cur", "new", "tmp"):
        (folder / "mail" / name).mkdir(parents=True)
    (folder / "mail" / "cur" / "1.host:2,S").write_text("From: x")
    assert [each.path for each in find_inputs(["mail"])] == ["mail/cur/1.host:2,S"]


def test_a_pipe_is_copied_to_where_it_can_be_read_twice(source):
    with as_file(source(b"abc", path="-")) as path, open(path, "rb") as stream:
        assert stream.read() == b"abc"


def test_what_in_a_folder_is_no_file_of_its_own_is_told_and_not_waited_for(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jsonl").write_text('{"content": "Hi"}\n')
    (tmp_path / "secret.jsonl").write_text('{"content": "Hush"}\n')
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "out.jsonl").symlink_to(tmp_path / "secret.jsonl")
    (folder / "twin.jsonl").symlink_to(folder / "a.jsonl")
    (folder / "zero.jsonl").symlink_to("/dev/zero")
    (folder / "round").symlink_to(folder)
    found = find_inputs([str(folder)])
    assert [Path(each.path).name for each in found] == [
        "a.jsonl", "out.jsonl", "pipe.jsonl", "zero.jsonl",
    ]  # fmt: skip
    said = {}
    for each in found:
        (item,) = read_source(each.path, listed=each.listed)
        said[Path(each.path).name] = getattr(item, "error", None)
    assert said["a.jsonl"] is None
    assert "leads out" in str(said["out.jsonl"])
    assert "a pipe" in str(said["pipe.jsonl"])
    assert "leads out" in str(said["zero.jsonl"])


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device here")
def test_a_device_is_refused_even_by_name_and_the_empty_one_is_empty():
    (bad,) = read_source("/dev/zero")
    assert "a device" in str(bad.error)
    assert list(read_source(os.devnull)) == []


def test_source_code_in_a_folder_is_left_and_named(tmp_path):
    for name in ("a.md", "a.py", "b.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    left = []
    found = find_inputs([str(tmp_path)], left=left)
    assert [each.path for each in found] == [str(tmp_path / "a.md")]
    assert sorted(left) == [str(tmp_path / "a.py"), str(tmp_path / "b.js")]
