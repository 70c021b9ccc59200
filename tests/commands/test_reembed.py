"""memcli reembed"""

import shutil

from memcli.models.encoder import encoder_folder


def test_a_store_moves_to_another_encoder_and_back_by_undo(run, sample):
    question = ("query", "who is allergic to nuts", "-k", 3, "--store", sample, "--no-touch")
    before = run(*question).records
    summary = run("reembed", "--encoder", "minilm-l6-v2", "--store", sample).records[0]
    assert summary["counts"] == {"memories": 290, "encoder": "minilm-l6-v2"}
    after = run(*question).records
    assert [hit["score"] for hit in after] != [hit["score"] for hit in before]
    assert run("check", "--store", sample).records == []
    assert run("log", "-k", 1, "--store", sample).records[0]["encoder"]["dimension"] == 384
    run("undo", "--store", sample)
    assert run(*question).records == before


def test_new_turns_after_it_are_of_the_new_encoder(run, sample):
    run("reembed", "--encoder", "minilm-l6-v2", "--store", sample)
    memory = run("ingest", "--store", sample, stdin='{"content": "hello"}').records[0]
    assert memory["encoder"] == "minilm-l6-v2"
    assert run("check", "--store", sample).records == []


def test_the_same_encoder_is_no_step(run, run_process, sample):
    result = run_process("reembed", "--encoder", "multilingual-256", "--store", sample)
    assert "has multilingual-256 already" in result.stderr
    assert len(run("log", "--store", sample).records) == 2


def test_a_dry_run_writes_nothing(run, sample):
    result = run("reembed", "--encoder", "minilm-l6-v2", "--dry-run", "--store", sample)
    assert "290 memories would move" in result.stderr
    assert len(run("log", "--store", sample).records) == 2


def test_a_users_own_folder_is_remembered(run, tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(encoder_folder("static-256"), folder)
    (folder / "model.json").unlink()
    store = tmp_path / "store"
    run("init", "--store", store, "--encoder", folder)
    run("ingest", "--store", store, stdin='{"content": "hello"}')
    assert run("query", "hello", "--store", store).records[0]["text"] == "hello"
    shutil.rmtree(folder)
    assert "no encoder at" in run("query", "hello", "--store", store, status=69).stderr
