"""Health of the store: what is said of each thing that can be wrong with it."""

from __future__ import annotations

import json
import shutil

import pytest

from memcli.cli.doctor import store_health
from memcli.cli.doctor.store_health import examine_store
from memcli.models import encoder, parser
from store import Store
from store.sealing import sealed, unsealed


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Leave out the models where they are not what is looked at."""
    monkeypatch.setattr(store_health, "_encoder", lambda load: {"area": "encoder", "status": "ok"})
    monkeypatch.setattr(store_health, "_parser", lambda name: {"area": "parser", "status": "ok"})


def wrong(path):
    """Return area, status, words and remedy of all that is not well."""
    return [
        (one["area"], one["status"], one["what"], one["remedy"])
        for one in examine_store(path)
        if one["status"] != "ok"
    ]


def test_a_sound_store_is_told_with_where_and_why(sample_once, monkeypatch):
    assert wrong(sample_once) == []
    place = next(examine_store(sample_once))
    assert place["what"].startswith(f"{sample_once}, named by --store: 290 memories, commit 2 (ing")
    monkeypatch.setenv("MEMCLI_STORE", str(sample_once))
    assert "named by MEMCLI_STORE" in next(examine_store(None))["what"]


def test_a_store_that_was_found_upward_may_be_somebody_elses(sample_once, tmp_path, monkeypatch):
    shutil.copytree(sample_once, tmp_path / ".memory")
    monkeypatch.chdir(tmp_path)
    place = next(examine_store(None))
    assert place["details"]["found_by"] == "upward"
    assert "is not trusted" in place["what"]
    assert place["remedy"] == f"memcli trust {tmp_path / '.memory'}"


def test_a_store_that_is_not_there_is_an_error_if_it_was_named(tmp_path, monkeypatch):
    (missing,) = wrong(tmp_path / "no store")
    assert missing[1] == "error"
    assert missing[3] == f"memcli init --store '{tmp_path}/no store'"
    monkeypatch.chdir(tmp_path)
    (missing,) = wrong(None)
    assert missing[1] == "warning"
    assert "the first ingest makes it" in missing[2]
    assert [one["area"] for one in examine_store(None)] == ["store", "encoder", "parser"]


def test_a_store_of_a_later_format_asks_for_an_update(empty_store):
    (empty_store / "store.json").write_text(json.dumps({"format": 99, "id": "a"}))
    ((area, status, _, remedy),) = wrong(empty_store)
    assert (area, status, remedy) == ("store", "error", "pip install --upgrade memcli")


def test_damage_and_debris_are_told_as_check_tells_them(sample):
    sample.chmod(0o755)
    shutil.rmtree(sample / "tables" / "links.lance" / "_versions")
    (sample / "commits" / ".00000009.json.1-2.tmp").write_text("{")
    found = {(status, what.split(" ")[0]) for _, status, what, _ in wrong(sample)}
    assert ("warning", "commits/.00000009.json.1-2.tmp") in found
    assert "error" in {status for status, _ in found}
    assert any(remedy == f"chmod 700 {sample}" for *_, remedy in wrong(sample))


def test_wrong_settings_are_told_and_what_would_help(sample, monkeypatch):
    (sample / "config.toml").write_text("[query]\ntop_k = 0\n")
    monkeypatch.setattr("memcli.memory.stats.reasons_to_compact", lambda snapshot: ["many files"])
    told = wrong(sample)
    assert ("store", "warning", "many files", f"memcli compact --store {sample}") in told
    assert [one[:2] for one in told if one[0] == "settings"] == [("settings", "error")]


class TestModels:
    """What is said of the models themselves."""

    @pytest.fixture(autouse=True)
    def quick(self, monkeypatch):
        monkeypatch.undo()

    def test_models_that_are_whole_are_told_with_their_names(self, empty_once):
        told = {one["area"]: one for one in examine_store(empty_once)}
        assert told["encoder"]["status"] == told["parser"]["status"] == "ok"
        assert told["encoder"]["what"].startswith("multilingual-256 (comes with memcli), 256 dim")

    def test_weights_that_are_not_those_they_were_are_errors(self, empty_store, monkeypatch):
        for module in (encoder, parser):
            monkeypatch.setattr(module, "file_hash", lambda path: "0" * 64)
        found = {area: what for area, status, what, _ in wrong(empty_store) if status == "error"}
        assert found.keys() == {"encoder", "parser"}
        assert all("does not have the hash" in what for what in found.values())

    def test_models_that_are_not_there_are_errors(self, empty_store):
        head = next(iter(sorted((empty_store / "commits").glob("*.json"))))
        record = unsealed(head.read_bytes())
        record["encoder"]["path"] = str(empty_store / "gone")
        head.write_bytes(sealed(record))
        (empty_store / "config.toml").write_text("[extract]\nparser = 'gone'\n")
        assert Store.open(empty_store).head().encoder.path
        found = {area: what for area, _, what, _ in wrong(empty_store)}
        assert found["encoder"].startswith("no encoder at ")
        assert found["parser"].startswith("no parser at gone")
