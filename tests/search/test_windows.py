"""A sentence deep in a long turn is found by its meaning and words, and shown with its place."""

from __future__ import annotations

import json
import random
import shutil

import numpy as np
import pyarrow as pa
import pytest

from memcli.memory.filters import Filters
from memcli.memory.fragments import fragments
from memcli.models.encoder import Encoder
from memcli.search import windows
from memcli.search.retriever import Retriever
from memcli.search.windows import SHOWN_WHOLE, Matched, Parts, _pattern, products
from store import Store
from tests.support.program import run_here

DEEP = "Our grandmother bakes rye bread on Sundays."
ASKED = "what does our grandmother bake at the weekend?"
WORDS = "harbour ferry ticket window engine winter paper meeting budget garden river table".split()


def filler(n, seed=3):
    chance = random.Random(seed)
    lines = (f"The {' '.join(chance.sample(WORDS, 5))} came {k} days later." for k in range(n))
    return "\n".join(lines)


LONG = f"{filler(200)}\n{DEEP} {filler(200, 4)}"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A store of many short turns and a long one. No test may change it."""
    path = tmp_path_factory.mktemp("long") / "store"
    turns = [{"content": f"I like {a} and {b} too.", "id": f"{a}{b}"} for a in WORDS for b in WORDS]
    turns += [{"content": LONG, "id": "long", "name": "Ida"}, {"content": "We met.", "id": "x"}]
    lines = "\n".join(json.dumps({**turn, "session_id": "s"}) for turn in turns)
    run_here("ingest", "-", "--store", path, "--create", stdin=lines)
    return path


@pytest.fixture
def retriever(written):
    snapshot = Store.open(written).snapshot()
    encoder = Encoder.of_stamp(snapshot.encoder)
    return Retriever(snapshot, lambda: encoder)


def test_the_turn_is_found_and_its_part_is_shown_with_its_place(retriever):
    hit = retriever.search(ASKED, 3, Filters())[0]
    assert hit.ref == "long"
    assert DEEP in hit.text
    assert len(hit.text) < SHOWN_WHOLE / 2
    assert LONG[hit.window.start : hit.window.stop].strip() == hit.text
    assert hit.window.line == LONG[: hit.window.start].count("\n") + 1


def test_it_is_nearer_than_its_whole(retriever):
    found = {hit.ref: hit for hit in retriever.search(ASKED, 300, Filters())}
    retriever.candidates._windows.is_empty = True
    whole = {hit.ref: hit for hit in retriever.search(ASKED, 300, Filters())}
    assert whole["long"].signals["cosine"] < found["long"].signals["cosine"] - 0.05
    assert whole["long"].window is None


def test_filters_bound_it(retriever):
    assert all(hit.ref != "long" for hit in retriever.search(ASKED, 9, Filters(name="Eve")))
    assert all(hit.ref != "long" for hit in retriever.search(ASKED, 9, Filters(namespace="n")))
    assert retriever.search(ASKED, 3, Filters(name="Ida"))[0].window is not None


def test_a_turn_that_is_shown_whole_has_no_place(retriever):
    (hit,) = retriever.search("We met", 1, Filters(where="ref = 'x'"))
    assert hit.window is None


def test_bm25_is_that_of_the_best_part_and_not_of_the_whole(retriever, monkeypatch):
    found = retriever.search("rye bread", 1, Filters())[0]
    monkeypatch.setattr(retriever.candidates._windows, "matching", lambda *a: Matched())
    whole = {hit.ref: hit for hit in retriever.search("rye bread", 300, Filters())}["long"]
    assert found.ref == "long"
    assert found.signals["bm25"] > 3 * whole.signals["bm25"]
    assert DEEP in found.text


def test_words_in_parts_are_searched_within_a_namespace(retriever):
    windows = retriever.candidates._windows
    assert len(windows.matching("rye", "default").bm25) == 1
    assert windows.matching("rye", "another") == Matched()


def test_a_rare_word_decides_which_part_is_shown():
    text = "".join(f"{word:<99}\n" for word in ("diet", "Pemberton", "ferry"))
    starts, cosines = np.array([0, 100, 200]), np.array([0.3, 0.1, 0.0], np.float32)
    parts = Parts(text, starts, starts + 100, cosines)
    pattern = _pattern("Pemberton diet")
    assert parts.best(pattern, {}).stop == 200  # as near by its share of the words, and nearer
    assert parts.best(pattern, {100: 6.0, 0: 1.0}).stop == 300
    assert parts.best(None, {}).cosine == cosines.max()


def test_what_is_hidden_of_a_long_turn_is_cut_out_of_its_part(empty_store):
    secret = "The quarxilon tulips stand behind the third shed."
    text = f"{filler(60)}\n\n{secret}\n\nThe tulips were sold at the market.\n\n{filler(60, 4)}"
    turn = json.dumps({"content": text, "id": "t", "session_id": "s"})
    run_here("ingest", "-", "--store", empty_store, stdin=turn)
    number = next(f.number for f in fragments(text) if text[f.start : f.end].strip() == secret)
    run_here("hide", f"t#{number}", "--store", empty_store)
    asked = ("query", "which tulips were sold?", "-k", 1, "--store", empty_store, "-f", "jsonl")
    shown = json.loads(run_here(*asked).stdout)["text"]
    assert "sold at the market" in shown
    assert "quarxilon" not in shown
    assert "quarxilon" in run_here(*asked, "--all").stdout


def test_a_context_tells_the_part_that_was_found(written, tmp_path):
    store = shutil.copytree(written, tmp_path / "store")
    told = run_here("context", ASKED, "--store", store).stdout
    assert DEEP in told.split("# Recent")[1]
    assert len(told) < SHOWN_WHOLE


def test_vectors_are_multiplied_a_few_at_a_time(monkeypatch):
    monkeypatch.setattr(windows, "AT_A_TIME", 2)
    rows = np.arange(28, dtype=np.float16).reshape(7, 4) / 8
    parts = [
        pa.FixedSizeListArray.from_arrays(pa.array(part.ravel()), 4)
        for part in (rows[:5], rows[5:], rows[:0])
    ]
    question = np.array([1, -2, 0.5, 3], np.float32)
    found = products(pa.chunked_array(parts), question)
    assert found.dtype == np.float32
    assert found.tolist() == (rows.astype(np.float32) @ question).tolist()
    assert products(pa.chunked_array(parts[2:]), question).shape == (0,)
