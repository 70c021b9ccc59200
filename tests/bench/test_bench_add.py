"""How long a note takes: `add` against importing Lance, never asserted."""

import sys

import pytest
from bench_support import median_seconds, memcli

pytestmark = pytest.mark.bench


def test_a_note_against_importing_lance(report, tmp_path):
    store = str(tmp_path / "store")
    memcli("init", "--store", store)
    lance = median_seconds([sys.executable, "-c", "import lance"])
    note = [sys.executable, "-m", "memcli", "add", "The key box code changed.", "--store", store]
    added = median_seconds(note)
    report(f"add, empty store: {added / lance:.2f} x import lance ({lance:.3f} s), {added:.3f} s")


def test_a_note_in_a_large_store(report, large_store):
    store = str(large_store[0])
    lance = median_seconds([sys.executable, "-c", "import lance"])
    note = [sys.executable, "-m", "memcli", "add", "The key box code changed.", "--store", store]
    added = median_seconds(note)
    report(f"add, large store: {added / lance:.2f} x import lance ({lance:.3f} s), {added:.3f} s")
