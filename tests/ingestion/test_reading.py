from __future__ import annotations

import gzip
import json
import zipfile
from types import SimpleNamespace

import pytest

from memcli.ingestion import reading
from memcli.ingestion.reading import read_inputs, told_lines
from memcli.ingestion.redacting import Redactor
from memcli.ingestion.rejects import OnError, RejectLog
from memcli.ingestion.transcripts import AUTO, Input, Intake
from memcli.ingestion.turns import Defaults
from memcli.memory.tombstones import Barred, Marker

SPOKEN = '{"content": "The ferry sails at nine.", "name": "Ana"}\n'


def test_a_bad_file_of_a_folder_stops_no_other(tmp_path):
    bad, good = tmp_path / "bad.jsonl", tmp_path / "good.jsonl"
    bad.write_text("{torn\n")
    good.write_text(SPOKEN)
    said = []
    log = RejectLog(OnError.abort, None, said.append)
    inputs = [Input(str(path), listed=True) for path in (bad, good)]
    read = list(read_inputs(inputs, AUTO, tmp_path, Intake(), log))
    assert [item.record.content for item in read] == ["The ferry sails at nine."]
    assert len(said) == 1
    assert "went on with the next file" in said[0]


def shares_of(paths, folder, records):
    shares = []
    inputs = [Input(str(path)) for path in paths]
    read = read_inputs(
        inputs, AUTO, folder, Intake(), RejectLog(OnError.abort, None, print), shares.append
    )
    assert len(list(read)) == records
    return shares


def test_the_share_that_is_read_grows_by_the_bytes_of_each_file(tmp_path):
    paths = [tmp_path / f"{number}.jsonl" for number in range(3)]
    for path, count in zip(paths, (2, 1, 1), strict=True):
        path.write_text(SPOKEN * count)
    assert shares_of(paths, tmp_path, 4) == [0, 0.5, 0.75]


@pytest.mark.parametrize("name", ["all.jsonl", "all.zip/all.jsonl", "all.jsonl.gz"])
def test_the_share_grows_within_a_large_file(tmp_path, monkeypatch, name):
    monkeypatch.setattr(reading, "TOLD_EACH", 40)
    text = SPOKEN.replace("nine", f"nine {'x' * 20_000}") * 320
    path = tmp_path / name
    if ".zip" in name:
        with zipfile.ZipFile(path.parent, "w") as archive:
            archive.writestr(path.name, text)
    else:
        path.write_bytes(gzip.compress(text.encode(), 0) if ".gz" in name else text.encode())
    shares = shares_of([path], tmp_path, 320)
    assert shares == sorted(shares)
    assert (len(shares), shares[0], shares[-1]) == (9, 0, 1)
    assert 0.1 < shares[1] < 0.4


def test_of_many_files_only_some_are_named(run, tmp_path):
    for number in range(7):
        (tmp_path / f"{number}.txt").write_text(f"Ana: this is {number}\nBen: yes\n")
    done = run("ingest", tmp_path, "--store", tmp_path / "store", "--create")
    assert done.stderr.count("have no time") == 5
    assert "the same holds of turns in 2 more files" in done.stderr
    # The commit says what was named: a folder may have a hundred thousand files.
    head = json.loads(run("log", "--store", tmp_path / "store").stdout.splitlines()[0])
    assert head["arguments"]["inputs"] == [str(tmp_path)]


def test_notes_are_said_by_nobody_and_remedies_stand_where_there_are_some():
    defaults = Defaults()
    defaults.unspoken.update({"notes.md": 3, "chat.txt": 1})
    redactor = Redactor()
    redactor.n_redacted = 3
    gone = Barred(Marker(b""), kept_back={"a": "turn"})
    told = {"defaults": defaults, "n_stripped": 2, "n_attached": 0, "nowhere": {"a"}}
    step = SimpleNamespace(**told, describer=None, redactor=redactor, barred=gone)
    assert list(told_lines(step, Intake(), ["notes.md"], ("", " (say who)"))) == [
        "chat.txt: 1 turns have no speaker (say who)",
        "1 turn was purged before and stays gone (--allow takes it again)",
        "took out 2 blocks of recalled memories",
        "left out what names 1 memories that are not there",
        "3 secrets redacted",
    ]
