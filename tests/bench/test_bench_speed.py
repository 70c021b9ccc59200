"""The speed table of the design: ratios to this machine's own baselines, never asserted."""

import sys
import time

import pytest
from bench_support import ROWS, SHARED, median_seconds, memcli

pytestmark = pytest.mark.bench
CHINESE = SHARED / "lifebench-zh-dev" / "messages.jsonl"
QUESTION = "where did Anna decide to put the server?"


def test_help_against_an_empty_python(report):
    empty = median_seconds([sys.executable, "-c", "pass"])
    shown = median_seconds([sys.executable, "-m", "memcli", "--help"])
    report(f"memcli --help: {shown / empty:.1f} x python -c pass ({empty:.3f} s); must 8 or less")


def test_cold_query_against_importing_lance(report, large_store):
    store, _ = large_store
    lance = median_seconds([sys.executable, "-c", "import lance"])
    command = [sys.executable, "-m", "memcli", "query", QUESTION, "--store", str(store)]
    touching, reading = median_seconds(command), median_seconds([*command, "--no-touch"])
    report(
        f"cold query, {ROWS:,} memories: {touching / lance:.2f} x import lance ({lance:.3f} s), "
        f"{reading / lance:.2f} x with --no-touch; must 2.0 or less"
    )


def test_cold_query_in_another_script(report, tmp_path):
    words = "昨天 我们 在 公园 门口 看见 一只 红色 风筝 妈妈 说 明年 夏天 再 去 海边".split()
    texts = ("".join([*words[i % 17 :], str(i)]) for i in range(2_000))
    lines = "\n".join(f'{{"content": "{text}"}}' for text in texts)
    memcli("init", "--store", tmp_path / "zh")
    memcli("ingest", "--store", tmp_path / "zh", input=lines)
    lance = median_seconds([sys.executable, "-c", "import lance"])
    asked = [sys.executable, "-m", "memcli", "query", "风筝是什么颜色", "--no-touch"]
    took = median_seconds([*asked, "--store", str(tmp_path / "zh")])
    report(f"cold query in Chinese, 2,000 memories: {took / lance:.2f} x import lance")


def test_a_question_of_5_mb(report, large_store):
    asked = f"{QUESTION} " * 120_000
    started = time.perf_counter()
    memcli("query", "--batch", "--no-touch", "--store", large_store[0], input=asked)
    report(f"a question of {len(asked):,} characters: {time.perf_counter() - started:.2f} s")


def test_search_through_serve(report, large_store):
    import json
    import subprocess

    command = [sys.executable, "-m", "memcli", "serve", "--store", str(large_store[0])]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    times = []
    for i in range(41):
        arguments = {"query": f"{QUESTION} ({i})"}
        params = {"name": "memory_search", "arguments": arguments}
        request = {"jsonrpc": "2.0", "id": i, "method": "tools/call", "params": params}
        started = time.perf_counter()
        print(json.dumps(request), file=server.stdin, flush=True)
        assert "hits" in server.stdout.readline()
        times.append((time.perf_counter() - started) * 1e3)
    server.communicate()
    rest = sorted(times[1:])
    report(f"search through serve, {ROWS:,} memories: p50 {rest[20]:.0f} ms, p95 {rest[38]:.0f} ms")


def test_search_within_a_process(report, large_store):
    from pathlib import Path

    from memcli.memory.filters import Filters
    from memcli.models.encoder import Encoder
    from memcli.search.retriever import Retriever
    from store import Store

    snapshot = Store.open(Path(large_store[0])).snapshot()
    encoder = Encoder.of_stamp(snapshot.encoder)
    retriever = Retriever(snapshot, lambda: encoder)
    times = []
    for i in range(41):
        started = time.perf_counter()
        retriever.search(f"{QUESTION} ({i})", 10, Filters())
        times.append((time.perf_counter() - started) * 1e3)
    first, rest = times[0], sorted(times[1:])
    report(
        f"search, {ROWS:,} memories: first {first:.0f} ms, then p50 {rest[20]:.0f} ms, "
        f"p95 {rest[38]:.0f} ms; must 50 or less"
    )


def test_ingest_rate(report, large_store):
    report(f"ingest, static-256: {ROWS / large_store[1]:,.0f} turns/s; must 5,000 or more")


@pytest.mark.skipif(not CHINESE.is_file(), reason="the records are not at hand")
def test_ingest_rate_in_chinese(report, tmp_path):
    import json

    records = [json.loads(line) for line in CHINESE.read_text("utf-8").splitlines()]
    size = sum(len(record["content"]) for record in records) / len(records)
    with (tmp_path / "zh.jsonl").open("w", encoding="utf-8") as file:
        for i in range(10_000):
            again, place = divmod(i, len(records))
            record = records[place]
            own = {key: f"{record[key]}#{again}" for key in ("id", "session_id")}
            said = {"content": f"{record['content']} {i}"}
            print(json.dumps(record | own | said, ensure_ascii=False), file=file)
    memcli("init", "--store", tmp_path / "zh")
    started = time.perf_counter()
    memcli("ingest", tmp_path / "zh.jsonl", "--store", tmp_path / "zh")
    rate = 10_000 / (time.perf_counter() - started)
    report(f"ingest in Chinese, {size:.0f} characters each: {rate:,.0f} records/s; must 3,000")


def test_ingest_memory_is_flat(report, tmp_path):
    import subprocess

    from bench_support import write_conversation

    peaks = []
    for rows in (20_000, 80_000):
        path = tmp_path / f"{rows}.jsonl"
        write_conversation(path, rows)
        memcli("init", "--store", tmp_path / str(rows))
        code = (
            "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, "
            "stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); "
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
        )
        ingest = [sys.executable, "-m", "memcli", "ingest", path, "--store", tmp_path / str(rows)]
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, ingest)], capture_output=True, text=True
        )
        peaks.append(int(done.stdout))
    report(f"ingest, peak memory: {peaks[0]} MB for 20,000 turns, {peaks[1]} MB for 80,000")


def test_disk(report, conversation, large_store):
    import json

    texts = sum(
        len(json.loads(line)["content"].encode())
        for line in conversation.read_text("utf-8").splitlines()
    )
    vectors = ROWS * 256 * 2
    used = sum(path.stat().st_size for path in (large_store[0] / "tables").rglob("*.*"))
    report(
        f"disk after compact: {used / (texts + vectors):.2f} x (text + vectors), "
        f"{used:,} bytes; must 1.5 or less"
    )
