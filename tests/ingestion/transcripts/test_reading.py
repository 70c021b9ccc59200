import io
import os
import subprocess
import sys

import pytest

from memcli.ingestion.transcripts import Accepted, Rejected, read_source
from store.errors import InputNotFound
from tests.support.paths import DATA


@pytest.fixture
def stdin(monkeypatch):
    def give(data):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return give


def test_each_form_reads_stdin(stdin):
    for form, data in {
        "auto": b"Mara: Hi.\nJonas: Yo.",
        "jsonl": b'{"content": "Hi."}\n',
        "json": b'[{"content": "Hi."}]',
        "text": b"Mara: Hi.",
        "markdown": b"**Mara:** Hi.",
        "csv": b"content\nHi.\n",
    }.items():
        stdin(data)
        first, *_ = read_source("-", form)
        assert (first.record.content, first.path) == ("Hi.", "-")


def test_a_form_that_is_given_wins_over_the_extension(data):
    assert all(isinstance(item, Rejected) for item in read_source(str(data / "notes.txt"), "jsonl"))


def test_a_binary_file_is_one_rejection(data):
    [item] = read_source(str(data / "binary.dat"))
    assert "a binary file, not text" in str(item.error)
    assert item.error.path.endswith("binary.dat")


def test_a_missing_file_is_an_error_when_it_is_read():
    items = read_source("none.jsonl")
    with pytest.raises(InputNotFound):
        next(items)


def test_every_item_knows_its_file(data):
    for path in sorted(data.glob("*.*")):
        for item in read_source(str(path)):
            assert (item.path if isinstance(item, Accepted) else item.error.path) == str(path)


def test_a_reader_that_is_left_closes_its_file(data):
    items = read_source(str(data / "mixed.jsonl"))
    next(items)
    items.close()


def test_the_import_is_light():
    heavy = "numpy pyarrow lance lancedb duckdb onnxruntime dateutil rich typer"
    program = (
        "import sys, memcli.ingestion.transcripts as t; list(t.read_source(sys.argv[1]));"
        f"print([m for m in '{heavy}'.split() if m in sys.modules])"
    )
    path = str(DATA / "mixed.jsonl")
    result = subprocess.run(
        [sys.executable, "-c", program, path], capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"


LINES = {
    "in.jsonl": b'{"kind":"message","v":1,"content":"%s"}\n',
    "in.json": b'{"content":"%s"},\n',
    "in.txt": b"[12/01/2025, 09:12:33] Mara: %s\n",
    "in.md": b"**Mara:** %s\n\n",
}
PEAK = """
import sys
from memcli.ingestion.transcripts import read_source

def peak_kib():
    status = open("/proc/self/status").read()
    return int(status.partition("VmHWM:")[2].split()[0])

assert list(read_source(sys.argv[1]))
before = peak_kib()
n = sum(1 for _ in read_source(sys.argv[2]))
print(n, peak_kib() - before)
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="needs /proc")
@pytest.mark.parametrize("name", LINES)
def test_memory_does_not_grow_with_the_input(tmp_path, name):
    line = LINES[name] % (b"x" * 1000)
    begin, end = (b"[", b"{}]") if name == "in.json" else (b"", b"")
    small, large = tmp_path / f"small-{name}", tmp_path / name
    small.write_bytes(begin + line * 1000 + end)
    large.write_bytes(begin + line * 30_000 + end)
    command = [sys.executable, "-c", PEAK, str(small), str(large)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    n, growth_kib = map(int, result.stdout.split())
    assert n >= 30_000
    assert growth_kib < 4 * 1024  # the input has 30 MB
