"""
What each signal of the search is worth: recall without it, with the interval of the difference.

python tests/bench/ablation.py STORE=JUDGMENTS ... [--cache DIR]

Stores as for fit_weights.py. Each row leaves one idea out of the search as it ships (weights as in
memcli/search/weights.toml, not fitted again) and prints, for each store, recall at 5 and 10 and
what the search with the idea has more, with its 95 % interval (paired bootstrap over questions).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from judged import Question, bootstrap, questions_given, recalls, sets_given

from memcli.algorithms.weights import Weights
from memcli.search.weights import fitted_weights

WITHOUT: dict[str, dict[str, float]] = {
    "dense": {"dense": 0.0},
    "lexical (BM25)": {"lexical": 0.0},
    "late interaction": {"interaction": 0.0},
    "words lent by the turns around": {"lent_forward": 0.0, "lent_backward": 0.0},
    "speaker": {"speaker": 0.0},
    "words of statements": {"statement_lexical": 0.0},
    "words of segments": {"segment": 0.0},
    "all keys": {"statement_lexical": 0.0, "segment": 0.0},
    "contiguity": {"forward": 0.0, "backward": 0.0},
    "session": {"session": 0.0},
    "a request and its reply": {"exchange": 0.0},
    "further turns of a session": {"session_again": 0.0},
    "discount on short turns": {"words": 0.0, "record_words": 0.0},
    "turns that ask, answers": {"asks": 1.0, "answers": 1.0},
    "dated turns for when": {"dated": 1.0},
    "who tells in a chat with an assistant": {"other_role": 1.0},
    "other sessions of the time": {"elsewhere": 0.0},
    "records as such": {"records": 1.0},
    "facts that answer": {"fact": 0.0},
    "times of the question": {"time": 0.0},
    "latest, first": {"latest": 0.0},
    "topic of a message": {"topic": 0.0},
    "recency for messages": {"recency": 0.0},
    "words of sessions alike for messages": {"project": 0.0},
    "sessions alike for messages": {"kin": 0.0},
    "all for messages": {"topic": 0.0, "recency": 0.0, "project": 0.0, "kin": 0.0},
}


Sets = dict[str, list[Question]]


def row(label: str, sets: Sets, weights: Weights, whole: dict[str, np.ndarray]) -> str:
    """Return one row of the table, in Markdown."""
    cells = [label]
    for name, questions in sets.items():
        found = recalls(questions, weights)
        more = whole[name] - found
        for cut in (0, 1):
            low, high = bootstrap(more[:, cut])
            brings = f"{more[:, cut].mean():+.3f} [{low:+.3f}, {high:+.3f}]"
            # Where nothing changes there is no interval.
            cells += [f"{found[:, cut].mean():.3f}", brings if more[:, cut].any() else "0"]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Print the table."""
    sets: Sets = {}
    for question in questions_given(sets_given(__doc__).parse_args()):
        if question.relevant:
            sets.setdefault(question.store, []).append(question)
    weights = fitted_weights()
    whole = {name: recalls(questions, weights) for name, questions in sets.items()}
    columns = [f"{name} {at}" for name in sets for at in ("@5", "brings", "@10", "brings")]
    print("| without | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    print(row("nothing left out", sets, weights, whole), flush=True)
    for label, values in WITHOUT.items():
        print(row(label, sets, replace(weights, **values), whole), flush=True)


if __name__ == "__main__":
    main()
