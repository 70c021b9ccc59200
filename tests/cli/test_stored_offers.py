"""Offers of what is in the store: of which store, of which namespace, and with which words."""

from __future__ import annotations

import json
import shutil

import pytest

from memcli.cli import stored_offers as module
from memcli.cli.stored_offers import counted, stored_offers, told
from memcli.memory.value_gathering import gather
from store import Store
from store.trust import put_mark


@pytest.fixture(scope="module")
def filled_once(sample_once, run, tmp_path_factory):
    path = shutil.copytree(sample_once, tmp_path_factory.mktemp("offers") / "store")
    run("add", "Tar the boat.", "-n", "work", "--name", "jonas", "--store", path)
    run("task", "add", "Paint the boat", "-n", "work", "--store", path)
    key = ("--new-key", path.with_name("key"))
    run("vault", "add", "boat shed", *key, "--store", path, stdin="9152\n")
    run("hide", "mj/2:5", "--store", path)
    run("pin", "mj/2:6", "--store", path)
    gather(path)
    return path


@pytest.fixture
def offer(filled_once):
    def offered(kind, current="", **given):
        return stored_offers(kind, {"store": str(filled_once), **given}, current)

    return offered


def test_names_are_offered_whatever_their_case(offer):
    assert [name for name, _ in offer("namespace")] == ["mara-and-jonas", "work"]
    assert [name for name, _ in offer("speaker", "jon")] == ["Jonas", "jonas"]
    assert dict(offer("speaker"))["jonas"] == "1 memory"
    kept = {"entities": [["a", "Teun", "person", 2], ["a", "X", "", 1]]}
    assert list(module.SOURCES["entity"](kept, None, "")) == [
        ("Teun", "person, 2 memories"),
        ("X", "1 memory"),
    ]


def test_a_namespace_bounds_what_is_offered(offer, monkeypatch):
    assert [name for name, _ in offer("speaker", namespace="work")] == ["jonas"]
    assert len(offer("id", namespace="work")) == 2
    monkeypatch.setenv("MEMCLI_NAMESPACE", "work")
    assert offer("session", "mj/") == []
    assert len(offer("session", "mj/", namespace="mara-and-jonas")) == 17


def test_ids_have_their_day_and_text(offer):
    ((id_, told_),) = offer("task")
    assert told_.endswith(" Paint the boat")
    assert dict(offer("id", id_[:5]))[id_] == told_
    assert len(offer("id")) == module.IDS
    assert [text for _, text in offer("pinned")] == [text for _, text in offer("pinned", "")]
    assert len(offer("pinned")) == 1
    ((_, state),) = offer("unseen")
    assert state.startswith("hidden, 20")


def test_names_of_the_vault_are_offered_and_never_what_they_hold(offer, filled_once):
    ((name, told_),) = offer("secret", "BOAT")
    assert name == "boat shed"
    assert told_.startswith("kept 20")
    assert offer("secret", namespace="work") == []
    kept = (filled_once / "cache/completions.json").read_text("utf-8")
    assert "9152" not in kept


def test_older_ids_come_with_their_day_behind_those_with_words(offer, filled_once, monkeypatch):
    ((id_, told_),) = offer("pinned")
    kept = json.loads((filled_once / "cache/completions.json").read_text("utf-8"))
    monkeypatch.setattr(module.value_cache, "offered", lambda *_: {**kept, "memories": []})
    assert offer("id", id_[:6].upper()) == [(id_, told_[:10])]
    assert offer("id", id_[:6], namespace="work") == []
    assert offer("pinned", id_[:6]) == []
    of_all = [row for row in kept["memories"] if row[0] != id_]
    monkeypatch.setattr(module.value_cache, "offered", lambda *_: {**kept, "memories": of_all})
    found = offer("id", id_[:1])
    assert (id_, told_[:10]) in found
    assert len({name for name, _ in found}) == len(found)
    assert all(len(words) > 10 for name, words in found if name != id_)


def test_what_is_kept_in_no_good_form_is_gathered_anew(offer, monkeypatch):
    good = offer("speaker")
    broken = {"at": {"number": 1}, "speakers": [["a"]], "memories": [3], "namespaces": 5}
    monkeypatch.setattr(module.value_cache, "offered", lambda *_: broken)
    assert offer("speaker") == good
    assert len(offer("id")) == module.IDS
    assert len(offer("namespace")) == 2


def test_commits_are_offered_with_their_time_and_step_the_newest_first(offer, filled_once):
    found = offer("commit")
    head = Store.open(filled_once).head()
    assert found[0] == (str(head.number), f"{head.time:%Y-%m-%dT%H:%M}Z pin")
    assert offer("commit", "2")[0][1].endswith(" ingest")


def test_nothing_is_offered_of_a_store_that_is_not_trusted(filled_once, tmp_path, monkeypatch):
    shutil.copytree(filled_once, tmp_path / ".memory")
    monkeypatch.chdir(tmp_path)
    assert stored_offers("namespace", {}, "") == []
    put_mark(tmp_path / ".memory")
    assert len(stored_offers("namespace", {}, "")) == 2


def test_the_store_is_that_of_the_command(filled_once, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert stored_offers("namespace", {}, "") == []
    assert stored_offers("namespace", {"store": "none"}, "") == []
    monkeypatch.setenv("MEMCLI_STORE", str(filled_once))
    assert len(stored_offers("namespace", {}, "")) == 2
    monkeypatch.delenv("MEMCLI_STORE")
    monkeypatch.setenv("HOME", str(filled_once.parent))
    assert len(stored_offers("namespace", {"store": "~/store"}, "")) == 2
    assert len(stored_offers("namespace", {"store": "$HOME/store"}, "")) == 2


def test_a_store_that_was_written_to_is_looked_at_anew_behind_the_back(monkeypatch, tmp_path):
    begun = []
    monkeypatch.setattr("memcli.memory.detached.start_detached", begun.append)
    module.refresh(tmp_path)
    assert begun == [["--complete", "refresh", str(tmp_path)]]
    monkeypatch.setattr(module.os, "access", lambda path, mode: False)
    module.refresh(tmp_path)
    assert len(begun) == 1


def test_words_of_an_offer():
    assert counted(1) == "1 memory"
    assert counted(1200) == "1,200 memories"
    assert told("2025-01-01", "Mara", "I moved.") == "2025-01-01 Mara: I moved."
    assert told("2025-01-01", "Mara", "Mara: I moved.") == "2025-01-01 Mara: I moved."
    assert told("", "", "I moved.") == "I moved."
