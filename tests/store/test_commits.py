"""Commit files: what they hold, that they are never overwritten, and what damage is called."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from store.commits import (
    Commit,
    EncoderStamp,
    TableState,
    commit_numbers,
    commit_path,
    publish_commit,
    read_commit,
    read_digests,
    read_head,
)
from store.errors import CommitConflict, InputNotFound, StoreCorrupt, StoreIOError
from store.layout import PROTOCOL_TABLES

COMMIT = Commit(
    v=1,
    number=7,
    parent=6,
    time=datetime(2026, 3, 1, 9, 30, 0, 250, tzinfo=UTC),
    command="ingest",
    encoder=EncoderStamp("toy", 8, "ab" * 32, path="models/toy"),
    tables={name: TableState(3, 4) for name in PROTOCOL_TABLES},
    arguments={"inputs": ["café.jsonl"]},
    restores=2,
    keeps_from=5,
)


def test_a_commit_comes_back_as_it_was(tmp_path: Path) -> None:
    publish_commit(tmp_path, COMMIT)
    assert read_commit(tmp_path, 7) == COMMIT


@given(
    moment=st.datetimes(
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])
    ).filter(lambda moment: 1900 < moment.year < 2200),
    arguments=st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])), st.integers() | st.booleans()
    ),
)
def test_a_commit_survives_json(moment: datetime, arguments: dict) -> None:
    commit = replace(COMMIT, time=moment, arguments=arguments)
    again = Commit.from_json(json.loads(json.dumps(commit.to_json())))
    assert again == commit
    assert again.time.tzinfo is UTC


def test_a_commit_is_a_record_of_the_wire(tmp_path: Path) -> None:
    from memcli.records import from_wire

    record = from_wire(COMMIT.to_json())
    assert record.number == 7
    assert record.tables["links"] == TableState(3, 4)


def test_a_number_is_published_once(tmp_path: Path) -> None:
    publish_commit(tmp_path, COMMIT)
    text = commit_path(tmp_path, 7).read_text()
    other = replace(COMMIT, command="other")
    with pytest.raises(CommitConflict) as caught:
        publish_commit(tmp_path, other)
    assert caught.value.status == 75
    assert commit_path(tmp_path, 7).read_text() == text
    assert [path.name for path in tmp_path.iterdir()] == ["00000007.json"]


def test_a_file_name_that_is_no_text_does_not_stop_a_commit(tmp_path: Path) -> None:
    name = b"chat-\xff.jsonl".decode("utf-8", "surrogateescape")
    publish_commit(tmp_path, replace(COMMIT, number=1, arguments={"inputs": [name]}))
    (shown,) = read_commit(tmp_path, 1).arguments["inputs"]
    assert shown.startswith("chat-")
    shown.encode()


def test_a_folder_that_is_gone_is_an_io_error(tmp_path: Path) -> None:
    with pytest.raises(StoreIOError, match="publish commit 7"):
        publish_commit(tmp_path / "gone", COMMIT)


def test_the_newest_number_is_the_head(tmp_path: Path) -> None:
    for number in (9, 10, 100_000_000):
        publish_commit(tmp_path, replace(COMMIT, number=number))
    assert commit_numbers(tmp_path) == [9, 10, 100_000_000]
    assert read_head(tmp_path).number == 100_000_000


def test_other_files_are_no_commits(tmp_path: Path) -> None:
    publish_commit(tmp_path, COMMIT)
    for name in (".00000009.123.tmp", "00000008.json~", "8.json", "notes", "000000009.json.bak"):
        (tmp_path / name).touch()
    assert read_head(tmp_path).number == 7


def test_no_commit_and_no_folder_are_corruption(tmp_path: Path) -> None:
    with pytest.raises(StoreCorrupt, match="no commit"):
        read_head(tmp_path)
    with pytest.raises(StoreCorrupt, match="missing"):
        read_head(tmp_path / "gone")


def test_a_number_that_never_was_is_not_found(tmp_path: Path) -> None:
    for number in (8, 0, -1, 10**300):
        with pytest.raises((InputNotFound, StoreIOError)):
            read_commit(tmp_path, number)


def damaged(**changes: object) -> str:
    """Return the text of a commit file with some fields changed, None for taken away."""
    record = {**COMMIT.to_json(), **changes}
    return json.dumps({name: value for name, value in record.items() if value is not None})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        damaged(number=None),
        damaged(number=8),
        damaged(time="yesterday"),
        damaged(time=5),
        damaged(v=2),
        damaged(tables=[]),
        damaged(tables={}),
        damaged(tables={name: {"version": 1} for name in PROTOCOL_TABLES}),
        damaged(encoder={"name": "toy"}),
        damaged(encoder=None),
    ],
)
def test_a_damaged_commit_is_corruption(tmp_path: Path, text: str) -> None:
    commit_path(tmp_path, 7).write_text(text)
    with pytest.raises(StoreCorrupt, match=r"00000007\.json is damaged") as caught:
        read_head(tmp_path)
    assert caught.value.status == 65


@pytest.mark.parametrize("name", ["../x", "/x", "a/b", "..", "", ".x", "a\\b"])
def test_a_commit_names_no_table_elsewhere(tmp_path: Path, name: str) -> None:
    publish_commit(tmp_path, replace(COMMIT, tables=COMMIT.tables | {name: TableState(1, 1)}))
    with pytest.raises(StoreCorrupt, match="lie elsewhere"):
        read_commit(tmp_path, 7)


@pytest.mark.parametrize("path", ["../../x", "a.lance/../../x", "/etc/passwd", "..\\x"])
def test_a_commit_names_no_file_elsewhere(tmp_path: Path, path: str) -> None:
    publish_commit(tmp_path, COMMIT, {"a.lance/data/b": "0" * 32})
    assert read_digests(tmp_path, 7) == {"a.lance/data/b": "0" * 32}
    publish_commit(tmp_path, replace(COMMIT, number=8), {path: "0" * 32})
    with pytest.raises(StoreCorrupt, match="lie elsewhere"):
        read_digests(tmp_path, 8)


def test_a_version_that_is_no_number_of_lance_is_damage():
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"version": 10**30, "rows": 1}, TableState)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"version": -1, "rows": 1}, TableState)
