"""
What reading takes as a file grows, and turns a second of the processor for each format.

MEMCLI_BENCH_MB says of how many megabytes the files are that are read, MEMCLI_BENCH_INGEST_MB of
how many those that are kept; MEMCLI_BENCH_RATE how many turns a format has. Wall times are left
out: they tell of what else runs on the machine.
"""

import json
import os
import shutil
import subprocess
import sys

import pytest
from agent_logs import WHOLE, write_whole
from bench_support import memcli
from big_inputs import FORMS, write_form

from store.transaction import MOST_UNINDEXED_ROWS

pytestmark = pytest.mark.bench
SIZES = [int(n) for n in os.environ.get("MEMCLI_BENCH_MB", "100 300 1000").split()]
KEPT_SIZES = [int(n) for n in os.environ.get("MEMCLI_BENCH_INGEST_MB", "30 100 300").split()]
RATE_TURNS = int(os.environ.get("MEMCLI_BENCH_RATE", "20000"))
# Pieces of 256 KB, the head that is looked at, and what the allocator keeps beside them.
ALLOWANCE_MB = 16
# What the largest file may take to be kept, in shares of what the smallest does.
MOST_TO_KEEP = 1.15
READ = """
import sys
from memcli.ingestion.transcripts import Accepted, Intake, read_source
found = sum(isinstance(item, Accepted) for item in read_source(sys.argv[1], intake=Intake()))
print(found)
"""
SPENT = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], check=True, capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
told = done.stdout.strip()
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, told[-40:]]))
"""


def spent(*command):
    """Return processor seconds, most memory in MB and the end of the output of a whole process."""
    whole = [sys.executable, "-c", SPENT, sys.executable, *map(str, command)]
    done = subprocess.run(whole, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("form", ["jsonl", "whatsapp", "chatgpt"])
def test_reading_takes_no_more_memory_as_a_file_grows(form, report, tmp_path):
    peaks = []
    for megabytes in SIZES:
        path, turns = write_form(tmp_path, form, megabytes=megabytes)
        cpu_s, peak_mb, found = spent("-c", READ, path)
        assert int(found) == turns
        peaks.append(peak_mb)
        rate = turns / cpu_s
        report(
            f"{form}, {megabytes} MB, {turns:,} turns: {peak_mb} MB at most, {cpu_s:.1f} s of the "
            f"processor, {rate:,.0f} turns a second of it"
        )
        path.unlink()
    assert max(peaks) <= min(peaks) + ALLOWANCE_MB


@pytest.mark.parametrize("form", ["jsonl", "whatsapp", "chatgpt"])
def test_keeping_takes_no_more_memory_as_a_file_grows(form, report, tmp_path):
    peaks = []
    for megabytes in KEPT_SIZES:
        path, turns = write_form(tmp_path, form, megabytes=megabytes)
        store = tmp_path / f"{form}-{megabytes}"
        memcli("init", "--store", store)
        cpu_s, peak_mb, _ = spent("-m", "memcli", "ingest", path, "--store", store, "--quiet")
        kept = json.loads(memcli("sql", "select count(*) as n from turns", "--store", store))
        assert kept["n"] == turns
        if turns >= MOST_UNINDEXED_ROWS:  # fewer do not fill what is indexed at once
            peaks.append(peak_mb)
        report(
            f"{form}, {megabytes} MB, {turns:,} turns kept: {peak_mb} MB at most, {cpu_s:.0f} s of "
            f"the processor, {turns / cpu_s:,.0f} turns a second of it"
        )
        path.unlink()
        shutil.rmtree(store)
    assert max(peaks) <= MOST_TO_KEEP * peaks[0]


@pytest.mark.parametrize("form", [*FORMS, *WHOLE])
def test_turns_a_second_of_the_processor(form, report, tmp_path):
    if form in WHOLE:
        path, turns = write_whole(tmp_path, form, RATE_TURNS)
    else:
        path, turns = write_form(tmp_path, form, turns=RATE_TURNS)
    read_s, _, found = spent("-c", READ, path)
    assert int(found) == turns
    store = tmp_path / "store"
    memcli("init", "--store", store)
    kept_s, _, _ = spent("-m", "memcli", "ingest", path, "--store", store, "--quiet")
    start_s, _, _ = spent("-m", "memcli", "log", "-k", "1", "--store", store)
    report(
        f"{form}, {turns:,} turns: read {turns / read_s:,.0f} turns a second of the processor, "
        f"kept {turns / kept_s:,.0f} (start of the program in it; a command that does nothing "
        f"takes {start_s:.2f} s)"
    )
