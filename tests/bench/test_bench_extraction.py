"""What `extract` and `link` bring on annotated conversations; skipped where they are not."""

import json
import re
import subprocess
import time
from collections import Counter, defaultdict

import numpy as np
import pytest
from bench_support import SHARED, memcli

from memcli.language.quotation import stands_in
from memcli.language.sentences import split_sentences
from memcli.models.encoder import Encoder

pytestmark = pytest.mark.bench

DATA = (
    *("locomo-dev", "realmem-dev", "lihua", "beam-100K-dev", "realtalk-dev", "halumem-dev"),
    *("lifebench-en-dev", "lifebench-zh-dev"),
)
# A gold memory is covered by a text of its session that is as near to it as that.
LEAST_COSINE = 0.75
LEAST_F1 = 0.5
WORD = re.compile(r"\w+")
HEADING = re.compile(r"^【[^】]*】\s*")


def read(name, file="messages.jsonl"):
    path = SHARED / name / file
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def extracted(name, tmp_path):
    """Return the store of a data set with its turns extracted, what that printed, the seconds."""
    messages = read(name)
    store = tmp_path / "store"
    memcli("init", "--store", store)
    memcli("ingest", SHARED / name / "messages.jsonl", "--store", store)
    started = time.perf_counter()
    lines = memcli(
        "extract", "--store", store, "--format", "jsonl", stdin=subprocess.DEVNULL
    ).splitlines()
    return messages, store, [json.loads(line) for line in lines], time.perf_counter() - started


def f1(one, other):
    shared = sum((Counter(one) & Counter(other)).values())
    return 2 * shared / (len(one) + len(other)) if shared else 0.0


def coverage(gold, texts):
    """Return the share of gold memories that some text of their session covers."""
    encoder, covered, total = Encoder.load("minilm-l6-v2"), 0, 0
    for session, wanted in gold.items():
        total += len(wanted)
        given = texts.get(session, [])
        if not given:
            continue
        cosines = encoder.encode(wanted) @ encoder.encode(given).T
        words = [WORD.findall(text.lower()) for text in given]
        for text, near in zip(wanted, cosines, strict=True):
            own = WORD.findall(text.lower())
            best = max(f1(own, other) for other in words)
            covered += bool(np.max(near) >= LEAST_COSINE or best >= LEAST_F1)
    return covered / total


def test_statements_cover_more_gold_memories_than_sentences_do(report, tmp_path):
    messages, _, records, _ = extracted("realmem-dev", tmp_path)
    gold, systems = defaultdict(list), defaultdict(lambda: defaultdict(list))
    for row in read("realmem-dev", "gold.jsonl"):
        gold[row["session_id"]].append(HEADING.sub("", row["text"]))
    for record in records:
        if record["level"] == 1:
            systems["statements"][record["session_id"]].append(record["text"])
    for message in messages:
        sentences = [s.text for s in split_sentences(message["content"]) if s.text.strip()]
        if message["role"] == "user":
            systems["user sentences"][message["session_id"]] += sentences
        systems["first sentences"][message["session_id"]] += sentences[:1]
    shares = {name: coverage(gold, texts) for name, texts in systems.items()}
    counts = {name: sum(map(len, texts.values())) for name, texts in systems.items()}
    for name, share in shares.items():
        a_turn = counts[name] / len(messages)
        report(f"{name}: {share:.3f} of gold covered, {counts[name]:,} texts, {a_turn:.2f} a turn")
    # A tenth of the sentences say a third of what annotators kept.
    assert counts["statements"] <= counts["user sentences"] / 3
    assert shares["statements"] > shares["first sentences"]


@pytest.mark.parametrize("data", DATA)
def test_each_statement_is_a_quotation_and_each_fact_somebodys(report, tmp_path, data):
    messages, store, records, seconds = extracted(data, tmp_path)
    turns = {row["id"]: row for row in exported(store) if row["level"] == 0}
    statements = [record for record in records if record["level"] == 1]
    own = [(record, turns[record["source_ids"][0]]) for record in statements]
    foreign = [r["text"] for r, turn in own if not stands_in(r["text"], turn["text"])]
    facts = [(record, turn) for record, turn in own if record.get("attribute")]
    nobodys = [r["text"] for r, t in facts if not t.get("speaker") or t["speaker"] == "assistant"]
    share = len(facts) / len(statements) if statements else 0
    rate = len(messages) / seconds
    report(f"{data}: {len(statements):,} statements, {share:.1%} with a fact, {rate:,.0f} turns/s")
    report(f"{data}: {len(foreign)} not quoted, {len(nobodys)} facts of nobody")
    assert (foreign, nobodys) == ([], [])
    if data == "locomo-dev":
        assert share >= 0.12


def exported(store):
    rows = (json.loads(line) for line in memcli("export", "--store", store).splitlines())
    return [row for row in rows if row["kind"] == "memory"]


@pytest.mark.parametrize("data", DATA)
def test_recall_with_extract_and_link_and_without(report, tmp_path, data):
    _, store, _, _ = extracted(data, tmp_path)
    judgments = SHARED / data / "judgments.jsonl"

    def recall():
        lines = memcli("eval", judgments, "--level", 0, "-k", "5,10", "--store", store)
        rows = [json.loads(line)["counts"] for line in lines.splitlines()]
        return next(row for row in rows if row["category"] == "all")

    memcli("link", "--store", store, stdin=subprocess.DEVNULL)
    with_links = recall()
    memcli("undo", "--to", "2", "--store", store)
    without = recall()
    for name in ("recall@5", "recall@10", "p50_ms"):
        report(f"{data} {name}: {without[name]:.4f} without, {with_links[name]:.4f} with")
    if data == "locomo-dev":
        assert with_links["recall@10"] >= without["recall@10"] + 0.02
