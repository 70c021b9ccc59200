"""COGX export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from memcli.exports import format_of
from memcli.exports.cogx import write_archive
from memcli.exports.contents import Contents
from store import Store

FACT = {"kind": "memory", "v": 1, "namespace": "default", "type": "semantic", "level": 1,
        "recorded_at": "2026-03-02T00:00:00Z", "session_id": "b/c",
        "polarity": "positive"}  # fmt: skip
FACTS = [
    FACT | {"id": "fact1", "text": "Ida lived in Husum.", "subject": "Ida", "attribute": "lives in",
            "value": "Husum", "valid_to": "2025-01-01T00:00:00Z", "superseded_by": "fact2"},
    FACT | {"id": "fact2", "text": "Ida lives in Kiel.", "subject": "Ida", "attribute": "lives in",
            "value": "Kiel", "valid_from": "2025-01-01T00:00:00Z"},
    FACT | {"id": "fact3", "text": "Ida is not married.", "subject": "Ida", "attribute": "married",
            "value": "yes", "polarity": "negative"},
    FACT | {"id": "wrong", "text": "Ida lives in Bonn.", "subject": "Ida", "attribute": "lives in",
            "value": "Bonn", "superseded_by": "fact2"},
    FACT | {"id": "quote", "text": "The boat leaks.", "speaker": "Ida"},
]  # fmt: skip
TURNS = [
    {"content": "It leaks.", "name": "Ida", "role": "user", "session_id": "b/c"},
    {"content": "Tar it.", "role": "assistant", "session_id": "b/c"},
    {"content": "The PIN of the boathouse is 4711, the password hunter2!X9", "name": "Ida"},
    {"content": "A note of nobody."},
]


@pytest.fixture(scope="module")
def archive(run, tmp_path_factory):
    store = tmp_path_factory.mktemp("cogx") / "store"
    run("init", "--store", store)
    stdin = "\n".join(map(json.dumps, [*TURNS, *FACTS]))
    run("ingest", "--from", "export", "--store", store, "--timestamp", "2026-03-02", stdin=stdin)
    folder = store.parent / "archive"
    run("export", "--format", "cogx", "-o", folder, "--store", store)
    return folder


def read(archive, name):
    return [json.loads(line) for line in (archive / f"{name}.jsonl").read_text().splitlines()]


def test_a_session_is_an_episode_with_roles(archive):
    (episode,) = [e for e in read(archive, "episodes") if e["scope"].get("session_id") == "b/c"]
    assert [(turn["role"], turn["content"]) for turn in episode["turns"]] == [
        ("Ida", "It leaks."), ("assistant", "Tar it."),
    ]  # fmt: skip
    assert episode["metadata"] == {"roles": {"Ida": "user"}}
    assert [each["content"] for each in read(archive, "documents")] == ["A note of nobody."]
    assert "hunter2" not in "".join(path.read_text() for path in archive.iterdir())


def test_facts_say_until_when_and_mistakes_stay_at_home(archive):
    told = [(f["predicate"], f["object_ref"], f.get("invalid_at")) for f in read(archive, "facts")]
    assert sorted(told, key=str) == [
        ("lives in", "Husum", "2025-01-01T00:00:00Z"), ("lives in", "Kiel", None),
        ("not_married", "yes", None),
    ]  # fmt: skip
    assert [each["content"] for each in read(archive, "memories")] == ["Ida: The boat leaks."]
    manifest = json.loads((archive / "manifest.json").read_text())
    assert manifest["cogx_version"] == "0.1"
    assert manifest["counts"]["fact"] == 3


@pytest.mark.parametrize("packed", [False, True])
def test_what_is_written_is_read_again(archive, run, tmp_path, packed):
    store, given = tmp_path / "again", archive
    if packed:
        given = tmp_path / "all.cogx.tar.gz"
        run("export", "-o", given, "--store", archive.parent / "store")
        again = tmp_path / "again.cogx.tar.gz"
        run("export", "--format", "cogx", "-o", again, "--store", archive.parent / "store")
        assert given.read_bytes() == again.read_bytes()
        assert [*tmp_path.iterdir()] == [given, again] or [*tmp_path.iterdir()] == [again, given]
    run("ingest", given, "--store", store, "--create")
    rows = {row["text"]: row for row in run("export", "--store", store).records if "text" in row}
    assert rows["It leaks."]["speaker"] == "Ida"
    assert rows["It leaks."]["role"] == "user"
    assert rows["The boat leaks."]["speaker"] == "Ida"
    fact = rows["Ida is not married."]
    assert (fact["attribute"], fact["polarity"]) == ("married", "negative")
    assert rows["Ida lived in Husum."]["valid_to"] == "2025-01-01T00:00:00Z"
    assert json.loads((archive / "manifest.json").read_text())["source_system"] == "memcli"


def test_an_empty_store_has_a_manifest(run, tmp_path):
    run("init", "--store", tmp_path / "s")
    (tmp_path / "out").mkdir()
    contents = Contents(Store.open(tmp_path / "s").snapshot())
    assert write_archive(contents, tmp_path / "out") == "no records"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["manifest.json"]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.cogx", "cogx"),
        ("a.COGX", "cogx"),
        ("a.cogx.tar.gz", "cogx-archive"),
        ("a.jsonl", "jsonl"),
        ("cogx", "jsonl"),
    ],
)
def test_the_name_of_the_output_says_the_format(name, form):
    assert format_of(Path(name)) == form
