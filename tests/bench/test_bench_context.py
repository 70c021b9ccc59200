"""How much evidence a context holds on annotated conversations; skipped where they are not."""

import json
import subprocess
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from bench_support import SHARED, memcli

from memcli.context.building import build_context
from memcli.context.rendering import frame, one_line
from memcli.context.requests import Request
from memcli.context.tokens import EncoderMeter
from memcli.models.encoder import Encoder
from memcli.search.retriever import Retriever
from store import Store

pytestmark = pytest.mark.bench

DATA = "locomo-dev"
MAX_TOKENS = 1_500
# Of how many questions a context has to hold all the evidence.
LEAST_SHARE = 0.75


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Return the store of the conversations with statements and links."""
    if not (SHARED / DATA).is_dir():
        pytest.skip(f"{DATA} is not beside this checkout")
    path = tmp_path_factory.mktemp("context") / "store"
    memcli("init", "--store", path)
    memcli("ingest", SHARED / DATA / "messages.jsonl", "--store", path)
    for step in ("extract", "link"):
        memcli(step, "--store", path, stdin=subprocess.DEVNULL)
    return path


def ways_to_say(snapshot):
    """Return the texts that hold each turn, by ref: its own, and those of its statements."""
    columns = ["id", "level", "text", "ref", "source_ids"]
    rows = snapshot.read("memories", columns, "level < 2").to_pylist()
    refs = {row["id"]: row["ref"] for row in rows if row["level"] == 0}
    found = defaultdict(list)
    for row in rows:
        turns = [row["id"]] if row["level"] == 0 else row["source_ids"]
        for turn in turns:
            found[refs[turn]].append(one_line(row["text"]))
    return found


def measured(path: Path, max_tokens=MAX_TOKENS):
    """Return for each judged question: category, share of its evidence held, tokens by what."""
    snapshot = Store.open(path).snapshot()
    encoder = Encoder.of_stamp(snapshot.encoder)
    retriever, meter = Retriever(snapshot, lambda: encoder), EncoderMeter(lambda: encoder)
    said = ways_to_say(snapshot)
    lines = (SHARED / DATA / "judgments.jsonl").read_text("utf-8").splitlines()
    for judgment in map(json.loads, lines):
        request = Request(judgment["query"], max_tokens, judgment["namespace"])
        context = build_context(retriever, request, meter)
        whole = encoder.count_tokens([context.text])[0]
        assert whole == context.tokens <= max_tokens
        relevant = set(judgment["relevant"])
        held = sum(any(text in context.text for text in said[ref]) for ref in relevant)
        entries = sum(encoder.count_tokens([entry.item.text for entry in context.entries]))
        if relevant:
            yield judgment["category"], held / len(relevant), whole, entries, len(context.entries)


def test_a_context_holds_the_evidence_of_three_questions_in_four(store, report):
    rows = list(measured(store))
    shares = np.array([row[1] for row in rows])
    recall, everything, anything = shares.mean(), (shares == 1).mean(), (shares > 0).mean()
    tokens, entries, n = (np.mean([row[i] for row in rows]) for i in (2, 3, 4))
    report(f"{DATA} at {MAX_TOKENS:,} tokens, {len(rows)} questions: evidence recall {recall:.3f}")
    report(f"all evidence held for {everything:.3f} of the questions, some for {anything:.3f}")
    frame_tokens = Encoder.load("static-256").count_tokens([frame()])[0]
    report(
        f"{tokens:,.0f} tokens in {n:.1f} entries; {tokens - entries:.0f} are of bullets, headings "
        f"and the marks ({frame_tokens})"
    )
    for category in sorted({row[0] for row in rows}):
        of_one = np.array([row[1] for row in rows if row[0] == category])
        report(f"{category}: recall {of_one.mean():.3f}, all {(of_one == 1).mean():.3f}")
    assert everything >= LEAST_SHARE
