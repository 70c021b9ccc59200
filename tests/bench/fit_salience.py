"""
Fit what the features and the vector of a statement count for its importance, and say how well.

python tests/bench/fit_salience.py [--write]

Labels: those of salience_labels.jsonl (message id, number of the sentence, useful or not; read by
hand), and sentences of the person in realmem-dev and halumem-dev that say or do not say what a gold
memory of their session says (cosine and shared words). Printed is
the area under ROC on each set, fitted without it. --write puts the weights of all sets, and the
threshold under which no statement is made, into memcli/language/data/salience_weights.toml.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import defaultdict
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
from bench_support import SHARED

from memcli.algorithms.logistic import fit_logistic, logistic, roc_area
from memcli.language.facts.reading import find_facts
from memcli.language.own_words import own_words, worth_parsing
from memcli.language.quotation import quotations, with_before
from memcli.language.salience import FEATURES, features
from memcli.language.sentences import split_sentences
from memcli.language.words import FUNCTION_WORDS
from memcli.models.encoder import Encoder
from memcli.models.parser import Parser

SETS = (
    "locomo-dev",
    "realtalk-dev",
    "beam-100K-dev",
    "lihua",
    "realmem-dev",
    "halumem-dev",
    "lifebench-en-dev",
    "own",
)
OWN = (
    Path(__file__).parents[1] / "data" / "life.jsonl",
    Path(str(files("memcli") / "samples" / "mara-and-jonas.jsonl")),
)
GOLD_SESSIONS = 60
# A gold memory is said by a sentence as like as SAID, and by none that is less like than UNSAID:
# cosine of static vectors, and share of the sentence's words that the memory has.
SAID, UNSAID = (0.50, 0.40), (0.35, 0.25)
RIDGE_OF_FEATURES, RIDGE_OF_VECTOR = 10.0, 3.0
# A label that gold memories give counts less than one read by hand.
OF_GOLD = 0.3
# Of what is kept, by hand-read labels.
USEFUL = 0.69
WEIGHTS = Path(str(files("memcli") / "language" / "data" / "salience_weights.toml"))


@dataclass
class Example:
    """A quotation of a data set, with its label where it has one."""

    set_: str
    id: str
    session: str
    text: str
    features: list[float]
    label: float | None = None


def messages_of(set_):
    paths = OWN if set_ == "own" else [SHARED / set_ / "messages.jsonl"]
    rows = [json.loads(line) for path in paths for line in path.open()]
    return [row for row in rows if row["kind"] == "message"]


def heard_before(messages):
    """Return by id what another said in the turn before."""
    sessions = defaultdict(list)
    for message in messages:
        sessions[message["session_id"]].append(message)
    found = {}
    for turns in sessions.values():
        for before, turn in pairwise([{}, *turns]):
            speakers = {(each.get("name"), each.get("role")) for each in (before, turn)}
            found[turn["id"]] = before.get("content", "") if len(speakers) == 2 else ""
    return found


def examples_of(set_, messages, parser, heard):
    """Return the quotations of some messages, ids `message#sentence`."""
    found, sentences = [], []
    for message in messages:
        split = split_sentences(message["content"])
        places = {s.start: i for i, s in enumerate(split)}
        for own in own_words(message["content"], split, is_assistant=False).sentences:
            if worth_parsing(own.text):
                sentences.append((message, places[own.start], own.text))
    parses = parser([text for *_, text in sentences])
    at = {(m["id"], place): p for (m, place, _), p in zip(sentences, parses, strict=True)}
    for message, place, _ in sentences:
        parse, before = at[message["id"], place], at.get((message["id"], place - 1))
        for each in quotations(parse):
            text = parse.text[each.start : each.end]
            if each.is_open:
                text = before and with_before(before, parse, each)
            if text:
                id_ = f"{message['id']}#{place}"
                facts = find_facts(parse, message.get("name") or "user")
                values = features(parse, each, len(facts), heard[message["id"]])
                found.append(Example(set_, id_, message["session_id"], text, values))
    return found


def hand_labels():
    lines = (Path(__file__).parent / "salience_labels.jsonl").open()
    return {row["id"]: float(row["useful"]) for row in map(json.loads, lines)}


def content(text):
    words = re.findall(r"\w+", text.lower())
    return {word.rstrip("s") for word in words if word not in FUNCTION_WORDS}


def label_by_gold(set_, examples, encoder):
    """Label sentences by the gold memories of their session; what is in between has no label."""
    gold = defaultdict(list)
    for row in map(json.loads, (SHARED / set_ / "gold.jsonl").open()):
        gold[row["session_id"]].append(re.sub("【.*?】", "", row["text"]))
    for example in examples:
        texts = gold.get(example.session)
        if not texts:
            continue
        vectors = encoder.encode([example.text, *texts])
        like = vectors[1:] @ vectors[0]
        words = content(example.text)
        shared = np.array([len(words & content(text)) / max(1, len(words)) for text in texts])
        if np.any((like >= SAID[0]) & (shared >= SAID[1])):
            example.label = 1.0
        elif like.max() < UNSAID[0] and shared.max() < UNSAID[1]:
            example.label = 0.0


def all_examples():
    parser, encoder, labels = Parser.load(), Encoder.load("static-256"), hand_labels()
    found = []
    for set_ in SETS:
        everything = messages_of(set_)
        heard = heard_before(everything)
        messages = [m for m in everything if m.get("role") != "assistant"]
        labelled = {id_.rpartition("#")[0] for id_ in labels}
        chosen = [m for m in messages if m["id"] in labelled]
        examples = examples_of(set_, chosen, parser, heard)
        for example in examples:
            example.label = labels.get(example.id)
        if (SHARED / set_ / "gold.jsonl").exists():
            sessions = sorted({m["session_id"] for m in messages})
            some = set(random.Random(5).sample(sessions, min(GOLD_SESSIONS, len(sessions))))
            by_gold = [m for m in messages if m["session_id"] in some and m["id"] not in labelled]
            more = examples_of(set_, by_gold, parser, heard)
            label_by_gold(set_, more, encoder)
            examples += more
        found += [example for example in examples if example.label is not None]
    vectors = encoder.encode([example.text for example in found])
    return found, vectors


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    examples, vectors = all_examples()
    sets = np.array([e.set_ for e in examples])
    labels = np.array([e.label for e in examples])
    rows = np.hstack([[e.features for e in examples], vectors])
    counts = {s: int((sets == s).sum()) for s in SETS}
    ridge = np.array([1e-6, *[RIDGE_OF_FEATURES] * (len(FEATURES) - 1), *[RIDGE_OF_VECTOR] * 256])
    known = hand_labels()
    hand = np.array([e.id in known for e in examples])
    weights = np.where(hand, 1.0, OF_GOLD)
    left_out = np.zeros(len(labels))
    for set_ in SETS:
        out = sets == set_
        fitted = fit_logistic(rows[~out], labels[~out], weights[~out], ridge)
        left_out[out] = logistic(rows[out] @ fitted)
        areas = [roc_area(left_out[these], labels[these]) for these in (out, out & hand)]
        print(
            f"{set_:14} {counts[set_]:4} labels, {labels[out].mean():.2f} useful; area under ROC"
            f" {areas[0]:.3f}, by hand-read labels {areas[1]:.3f}"
        )
    threshold = threshold_of(left_out[hand], labels[hand], sets[hand])
    kept = hand & (left_out >= threshold)
    print(
        f"threshold {threshold:.2f}: {labels[kept].mean():.0%} of what is kept is useful,"
        f" {labels[kept].sum() / labels[hand].sum():.0%} of what is useful is kept"
    )
    found = fit_logistic(rows, labels, weights, ridge)
    if write:
        WEIGHTS.write_text(as_toml(found, threshold), encoding="utf-8")


def threshold_of(scores, labels, sets):
    """Return the least threshold at which USEFUL of what is kept is useful, each set the same."""
    for threshold in np.arange(0.2, 0.8, 0.01):
        kept = scores >= threshold
        shares = [labels[kept & (sets == s)].mean() for s in SETS if (kept & (sets == s)).any()]
        if np.mean(shares) >= USEFUL:
            return float(threshold)
    raise ValueError("no threshold keeps so much that is useful")


def as_toml(found, threshold):
    """Return the weights as a file to read."""
    named = dict(zip(FEATURES, found.round(3).tolist(), strict=False))
    texts = [f"{v:.2f}" for v in found[len(FEATURES) :]]
    vector = ",\n    ".join(", ".join(texts[i : i + 16]) for i in range(0, len(texts), 16))
    lines = [
        "# Fitted by tests/bench/fit_salience.py: what each feature of memcli/language/salience.py",
        "# and each dimension of the static vector of length 1 add to the logit of the importance.",
        f"threshold = {threshold:.2f}",
        f"vector = [\n    {vector},\n]",
        "",
        "[features]",
        *(f"{name} = {value}" for name, value in named.items()),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
