"""Commands on object storage that another machine outpaces: done on its head, or refused."""

from __future__ import annotations

import json

import pytest

from store.location import local_path
from store.remote import connecting, opening
from tests.support.memory_objects import MemoryObjects

URL = "s3://bucket/sample"
NOW = ("--now", "2026-01-03T00:00:00Z")


@pytest.fixture(scope="module")
def filled(linked_once, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The objects of a store with the linked sample."""
    from store.backup import restore_backup

    objects = MemoryObjects(URL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connecting, "objects_of", lambda url, settings: objects)
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("maker")))
        restore_backup(linked_once.path, local_path(URL))
        opening.forget_mirrors()
    return {name: data for name, (data, _) in objects.kept.items()}


@pytest.fixture
def objects(filled: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> MemoryObjects:
    """A bucket of its own with that store."""
    objects = MemoryObjects(URL)
    objects.kept = {name: (data, objects.now) for name, data in filled.items()}
    monkeypatch.setattr(connecting, "objects_of", lambda url, settings: objects)
    return objects


def first_id(run, env: dict[str, str]) -> str:
    """Return the id of a turn."""
    found = run("sql", "SELECT id FROM memories WHERE level = 0 LIMIT 1", "--store", URL, env=env)
    return str(json.loads(found.stdout)["id"])


def slow(*words: str) -> object:
    """Return a command that is tried with the soak alone."""
    return pytest.param(words, marks=pytest.mark.soak, id=words[0])


@pytest.mark.parametrize(
    "words",
    [
        ("ingest", "CHAT"),
        ("pin", "ID"),
        slow("add", "The gate code is in the blue tin."),
        slow("extract"),
        slow("consolidate", *NOW),
        slow("forget", "ID"),
        slow("entities", "merge", "Mara", "Jonas"),
        slow("table", "create", "stock", "--column", "item:text"),
        slow("compact", "--keep", "1"),
        slow("undo"),
    ],
    ids=lambda words: words[0],
)
def test_a_command_that_is_outpaced_leaves_a_sound_store(run, objects, tmp_path, words) -> None:
    a, b = ({"XDG_CACHE_HOME": str(tmp_path / name)} for name in "ab")
    run("add", "This was there before.", "--store", URL, "--name", "Ida", env=b)
    chat = tmp_path / "chat.jsonl"
    chat.write_text('{"text": "Ahoy, the boat is in.", "speaker": "Nora", "session_id": "s"}\n')
    given = {"ID": first_id(run, a), "CHAT": str(chat)}
    raced: list[str] = []

    def race(kind: str, name: str) -> None:
        if kind == "put" and name.startswith("commits/") and not raced:
            raced.append(name)
            run("add", "Another was faster.", "--store", URL, "--name", "Ida", env=b)

    objects.before = race
    done = run(*(given.get(w, w) for w in words), "--store", URL, env=a, status=None)
    objects.before = lambda kind, name: None
    assert raced
    assert done.status in ((0, 75) if words[0] in MAY_BE_REFUSED else (0,)), done.stderr
    for env in (a, b):
        run("check", "--store", URL, env=env)
    found = run("export", "--store", URL, env=b).records
    texts = [record["text"] for record in found if record["kind"] == "memory"]
    assert texts.count("Another was faster.") == (0 if words[0] == "undo" else 1)
    assert sum(text == "This was there before." for text in texts) == 1


# What was read may be other by now.
MAY_BE_REFUSED = ("consolidate",)
