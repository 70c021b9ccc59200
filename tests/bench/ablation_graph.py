"""
What graph, router, feedback, coverage and a second round would add to the search, with intervals.

python tests/bench/ablation_graph.py STORE JUDGMENTS [--category NAME] [-k 5,10] [--limit N]

The store has to be extracted and linked. Every idea reorders what the search finds for the same
question; the table gives recall with it, the difference to the search without it with a 95 %
interval (paired bootstrap over questions), the share of questions in which it does anything, and
its milliseconds. No value is fitted: all are those of the papers or of the modules.
"""

import argparse
import json
import re
import time
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
from ideas.cover_order import cover_order
from ideas.granularity import route, router_weights
from ideas.pagerank import as_graph, personalized_pagerank, seed_weights
from ideas.query_feedback import expansion_terms, hopfield_query
from ideas.rounds import (
    Coverage,
    coverage,
    fuse_rounds,
    is_split,
    second_terms,
)
from judged import bootstrap

from memcli.algorithms.fusion import relative
from memcli.algorithms.late_interaction import rarity
from memcli.algorithms.metrics import recall
from memcli.algorithms.mmr import mmr_order
from memcli.algorithms.ranking import rank_candidates
from memcli.language.time.finding import find_times
from memcli.language.time.wording import iso
from memcli.language.words import lexical_query
from memcli.memory.entities import canonical_of
from memcli.memory.filters import Filters
from memcli.memory.times import parse_time
from memcli.models.encoder import Encoder
from memcli.search.retriever import Retriever
from store import Store

COLUMNS = [
    *("id", "ref", "namespace", "level", "text", "speaker", "session_id", "happened_at"),
    *("entities", "source_ids", "vector"),
]
WALKED = ("mentions", "derived_from", "similar")
CLAUSE = re.compile(r"\b(?:before|after|while|until)\b", re.IGNORECASE)
ADDED = 0.15
HEAD = 40
FEEDBACK = 10
FACTS = 5
LEADING = 5


class Corpus:
    """A store read into memory, and its search."""

    def __init__(self, path):
        self.snapshot = Store.open(path).snapshot()
        self.encoder = Encoder.of_stamp(self.snapshot.encoder)
        self.retriever = Retriever(self.snapshot, lambda: self.encoder)
        rows = self.snapshot.read("memories", COLUMNS).to_pylist()
        self.rows = {row["id"]: row for row in rows}
        self.made_of = defaultdict(list)
        self.node_of = {2: {}, 3: {}}
        for row in rows:
            for source in row["source_ids"] or () if row["level"] else ():
                self.made_of[source].append(row)
                if row["level"] in self.node_of:
                    self.node_of[row["level"]][source] = row["id"]
        self.graphs = {}

    def search(self, question, judgment):
        """Return ids, candidates and scores of what the search finds among turns."""
        before = parse_time(judgment["before"]) if judgment.get("before") else None
        bounds = Filters(namespace=judgment["namespace"], level=0, before=before)
        _, rows, candidates, _ = self.retriever.ranked(question, bounds.as_of_moment(None))
        ids = self.snapshot.take(rows["_rowid"].to_pylist(), ["id"])["id"].to_pylist()
        return ids, candidates, rank_candidates(candidates, self.retriever.weights).scores

    def vectors(self, ids):
        return np.array([self.rows[i]["vector"] for i in ids], np.float32).reshape(len(ids), -1)

    def words(self, id_):
        """The words of a turn, its speaker and the statements made of it."""
        row = self.rows[id_]
        made = [r["text"] for r in self.made_of[id_] if r["level"] == 1]
        return words(" ".join([row["speaker"] or "", row["text"], *made]))

    @cached_property
    def rarity(self):
        """Inverse document frequency of each word, by namespace."""
        counts, sizes = defaultdict(Counter), Counter()
        for row in self.rows.values():
            if row["level"] == 0:
                counts[row["namespace"]].update(set(self.words(row["id"])))
                sizes[row["namespace"]] += 1
        return {
            space: {w: np.log1p((sizes[space] - n + 0.5) / (n + 0.5)) for w, n in found.items()}
            for space, found in counts.items()
        }

    def names(self, id_):
        """The names and dates in the statements made of a turn."""
        found = []
        for row in self.made_of[id_]:
            if row["level"] == 1:
                found += row["entities"] or ()
                if row["happened_at"]:
                    times = find_times(row["text"], row["happened_at"])
                    found += [iso(each) for each in times]
        return found

    def graph(self, namespace):
        if namespace not in self.graphs:
            self.graphs[namespace] = Walk(self, namespace)
        return self.graphs[namespace]


class Walk:
    """The graph of one namespace: names, then statements, then turns, as in HippoRAG 2."""

    def __init__(self, corpus, namespace):
        entities = corpus.snapshot.read("entities", None).to_pylist()
        means = canonical_of([row for row in entities if row["namespace"] == namespace])
        names = sorted(set(means.values()))
        inside = [row for row in corpus.rows.values() if row["namespace"] == namespace]
        self.facts = [row["id"] for row in inside if row["level"] == 1]
        self.turns = [row["id"] for row in inside if row["level"] == 0]
        self.n_names = len(names)
        self.at = {id_: i for i, id_ in enumerate([*names, *self.facts, *self.turns])}
        links = corpus.snapshot.read("links", ["source_id", "target_id", "relation", "weight"])
        edges, self.named = [], defaultdict(list)
        for link in links.to_pylist():
            ends = [means.get(link[end], link[end]) for end in ("source_id", "target_id")]
            if link["relation"] in WALKED and all(end in self.at for end in ends):
                edges.append((*(self.at[end] for end in ends), link["weight"]))
                if link["relation"] == "mentions":
                    self.named[ends[0]].append(self.at[ends[1]])
        self.frequency = Counter(name for inside in self.named.values() for name in inside)
        columns = zip(*edges, strict=True) if edges else ((), (), ())
        self.graph = as_graph(len(self.at), *columns)
        self.fact_vectors = corpus.vectors(self.facts)
        self.turn_vectors = corpus.vectors(self.turns)

    def from_facts(self, vector):
        """Seeds at the names of the best facts and, weakly, at all turns."""
        scores = self.fact_vectors @ vector if self.facts else np.zeros(0)
        found = defaultdict(list)
        for index in np.argsort(-scores, kind="stable")[:FACTS]:
            for name in self.named[self.facts[index]]:
                found[name].append(scores[index] / self.frequency[name])
        names = np.zeros(self.n_names + len(self.facts))
        for name, values in found.items():
            names[name] = np.mean(values)
        return seed_weights(names, self.turn_vectors @ vector)


def words(text):
    return [word.casefold() for word in lexical_query(text).split()]


class Asked:
    """One judged question with what the search found for it."""

    def __init__(self, corpus, judgment):
        self.corpus, self.judgment, self.query = corpus, judgment, judgment["query"]
        self.ids, self.candidates, scores = corpus.search(self.query, judgment)
        self.scores = relative(scores)
        self.vector = corpus.encoder.encode([self.query])[0]

    @cached_property
    def order(self):
        place = (self.candidates.seq, self.candidates.session)
        return np.lexsort((*place, -self.scores))

    @cached_property
    def vectors(self):
        return self.corpus.vectors(self.ids)

    @cached_property
    def said(self):
        """The coverage of the question by the hits at the head."""
        rarity = self.corpus.rarity[self.judgment["namespace"]]
        hits = [set(self.corpus.words(self.ids[i])) for i in self.order[:HEAD]]
        return coverage(words(self.query), hits, rarity)

    def ranked(self, scores):
        return [self.ids[i] for i in np.lexsort((self.order.argsort(), -np.asarray(scores)))]

    def with_signal(self, values):
        return self.ranked(self.scores + ADDED * relative(values))

    def with_cosine(self, cosine):
        changed = replace(self.candidates, cosine=np.asarray(cosine))
        return self.ranked(rank_candidates(changed, self.corpus.retriever.weights).scores)

    def recall(self, ids, k):
        key = "session_id" if self.judgment.get("relevant_sessions") else "ref"
        wanted = self.judgment.get("relevant_sessions") or self.judgment["relevant"]
        found = [self.corpus.rows[i][key] for i in ids]
        return recall([name for name in found if name], wanted, k)


# ---------------------------------------------------------------- the ideas


def walk_from_facts(asked):
    walk = asked.corpus.graph(asked.judgment["namespace"])
    rank = personalized_pagerank(walk.graph, walk.from_facts(asked.vector))
    return asked.with_signal(rank[[walk.at[i] for i in asked.ids]])


def walk_from_hits(asked):
    walk = asked.corpus.graph(asked.judgment["namespace"])
    seeds = np.zeros(len(walk.at))
    for i in asked.order[:20]:
        seeds[walk.at[asked.ids[i]]] = asked.scores[i] ** 2
    rank = personalized_pagerank(walk.graph, seeds) - 0.5 * seeds / max(seeds.sum(), 1e-12)
    return asked.with_signal(rank[[walk.at[i] for i in asked.ids]])


def granularities(asked):
    """The similarity of each granularity's nodes, and the same for each turn."""
    nodes, of_turns = {"turn": asked.candidates.cosine}, {"turn": asked.candidates.cosine}
    for name, level in (("segment", 2), ("session", 3)):
        of = [asked.corpus.node_of[level].get(i) for i in asked.ids]
        distinct = sorted({node for node in of if node})
        sims = (
            dict(zip(distinct, asked.corpus.vectors(distinct) @ asked.vector, strict=True))
            if (distinct)
            else {}
        )
        nodes[name] = np.array(list(sims.values()))
        of_turns[name] = np.array([sims.get(node, 0.0) for node in of])
    return nodes, {name: np.clip(values, 0.0, 1.0) for name, values in of_turns.items()}


def routed(asked):
    nodes, of_turns = granularities(asked)
    return asked.with_cosine(route(of_turns, router_weights(nodes)).score)


def unrouted(asked):
    _, of_turns = granularities(asked)
    return asked.with_cosine(route(of_turns, dict.fromkeys(of_turns, 1 / 3)).score)


def hopfield(asked):
    return asked.with_cosine(asked.vectors @ hopfield_query(asked.vector, asked.vectors))


def hopfield_of_hits(asked):
    best = asked.vectors[asked.order[:FEEDBACK]]
    return asked.with_cosine(asked.vectors @ hopfield_query(asked.vector, best))


def rm3(asked):
    best = [int(i) for i in asked.order[:FEEDBACK]]
    rarity = asked.corpus.rarity[asked.judgment["namespace"]]
    said = [asked.corpus.words(asked.ids[i]) for i in best]
    terms = expansion_terms(words(asked.query), said, asked.scores[best], rarity)
    new = [term for term in terms if term not in words(asked.query)]
    if not new:
        return None
    bounds = f"namespace = '{asked.judgment['namespace']}' AND level = 0"
    found = asked.corpus.snapshot.match(" ".join(new), 200, ["id"], bounds).to_pylist()
    scores = {row["id"]: row["bm25"] for row in found}
    return asked.with_signal([scores.get(i, 0.0) for i in asked.ids])


def reordered_head(asked, order):
    head = asked.order[:HEAD]
    return [asked.ids[i] for i in (*head[order], *asked.order[HEAD:])]


def covering(asked):
    """Coverage by what late interaction says of each word of the question."""
    matches = asked.candidates.matches
    if matches is None or not matches.shape[1]:
        return None
    rare = rarity(matches)
    head = asked.order[:HEAD]
    found = Coverage(np.asarray(matches[head], np.float64) ** 2, rare / max(rare.sum(), 1e-12))
    return reordered_head(asked, cover_order(asked.scores[head], found))


def covering_words(asked):
    """Coverage by whole words of the turn and of its statements."""
    return reordered_head(asked, cover_order(asked.scores[asked.order[:HEAD]], asked.said))


def novel(asked):
    head = asked.order[:HEAD]
    return reordered_head(asked, mmr_order(asked.scores[head], asked.vectors[head]))


def asked_again(asked, queries):
    """Join the search with that of other questions."""
    rounds = [asked.corpus.search(query, asked.judgment) for query in queries]
    found = [dict(zip(ids, scores, strict=True)) for ids, _, scores in rounds]
    first = dict(zip(asked.ids, asked.scores, strict=True))
    every = list(dict.fromkeys([asked.ids[i] for i in asked.order] + [i for f in found for i in f]))
    columns = [[f.get(i, 0.0) for i in every] for f in found]
    fused = fuse_rounds([first.get(i, 0.0) for i in every], columns)
    return [every[i] for i in np.argsort(-fused, kind="stable")]


def second_round(asked, always=False):
    leading = [int(i) for i in asked.order[:LEADING]]
    head = asked.said._replace(said=asked.said.said[:LEADING])
    if not always and not is_split(head):
        return None
    names = [asked.corpus.names(asked.ids[i]) for i in leading]
    terms = second_terms(asked.query, names, asked.scores[leading])
    return asked_again(asked, [f"{asked.query} {' '.join(terms)}"]) if terms else None


def second_round_always(asked):
    return second_round(asked, always=True)


def clause_by_clause(asked):
    clauses = [part.strip() for part in CLAUSE.split(asked.query)]
    clauses = [part for part in clauses if len(words(part)) > 1]
    return asked_again(asked, clauses) if len(clauses) > 1 else None


IDEAS = {
    "PageRank from facts (HippoRAG 2)": walk_from_facts,
    "PageRank from hits": walk_from_hits,
    "router over granularities (MemGAS)": routed,
    "granularities, equal weights": unrouted,
    "Hopfield step over candidates": hopfield,
    "Hopfield step over ten hits": hopfield_of_hits,
    "RM3, new terms": rm3,
    "set-wise coverage of the head": covering,
    "set-wise coverage, whole words": covering_words,
    "novelty of the head (MMR)": novel,
    "second round, if split": second_round,
    "second round, always": second_round_always,
    "a search for each clause": clause_by_clause,
}


# ---------------------------------------------------------------- the table


def measured(corpus, judgments, ks):
    """Return recall [questions, ideas + 1, ks], whether each did anything, and milliseconds."""
    recalls, acted, spent = [], [], []
    for judgment in judgments:
        asked = Asked(corpus, judgment)
        plain = [asked.ids[i] for i in asked.order]
        rows, did, ms = [[asked.recall(plain, k) for k in ks]], [], []
        for idea in IDEAS.values():
            started = time.perf_counter()
            ids = idea(asked)
            ms.append((time.perf_counter() - started) * 1e3)
            did.append(ids is not None)
            rows.append([asked.recall(ids or plain, k) for k in ks])
        recalls.append(rows), acted.append(did), spent.append(ms)
    return np.array(recalls), np.array(acted), np.array(spent)


def show(recalls, acted, spent, ks):
    print("| idea |", " | ".join(f"recall@{k} | difference" for k in ks), "| asked | ms |")
    print("|---" * (2 * len(ks) + 3) + "|")
    base = recalls[:, 0]
    print(
        "| the search |", " | ".join(f"{base[:, i].mean():.4f} |" for i in range(len(ks))), "| | |"
    )
    for row, name in enumerate(IDEAS):
        cells = []
        for i in range(len(ks)):
            differences = recalls[:, row + 1, i] - base[:, i]
            low, high = bootstrap(differences)
            cells.append(
                f"{recalls[:, row + 1, i].mean():.4f} | "
                f"{differences.mean():+.4f} [{low:+.4f}, {high:+.4f}]"
            )
        took = acted[:, row]
        ms = np.median(spent[took, row]) if took.any() else 0.0
        print(f"| {name} | {' | '.join(cells)} | {took.mean():.2f} | {ms:.1f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[1])
    parser.add_argument("store", type=Path)
    parser.add_argument("judgments", type=Path)
    parser.add_argument("--category", help="Only questions of this category.")
    parser.add_argument("-k", default="5,10")
    parser.add_argument("--limit", type=int, help="So many questions, evenly spaced.")
    options = parser.parse_args()
    with options.judgments.open(encoding="utf-8") as lines:
        judgments = [json.loads(line) for line in lines if line.strip()]
    wanted = [
        judgment
        for judgment in judgments
        if (judgment.get("relevant") or judgment.get("relevant_sessions"))
        and options.category in (None, judgment.get("category"))
    ]
    if options.limit:
        wanted = wanted[:: -(-len(wanted) // options.limit)]
    if not wanted:
        parser.error("no judged question of that kind")
    ks = [int(k) for k in options.k.split(",")]
    results = measured(Corpus(options.store), wanted, ks)
    print(f"{len(wanted)} questions\n")
    show(*results, ks)


if __name__ == "__main__":
    main()
