"""
Weights of the looks of passwords, fitted on told ones, made ones and the odd words of real talk.

`python -m tests.bench.fit_looks DATA` prints the weights for secrets_looks.toml and, with each list
left out in turn, how many of its passwords look like one. DATA: folders with messages.jsonl.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from memcli.language.data import read_data
from memcli.language.secrets.looks import signs_of
from tests.support.paths import ROOT

SECRETS = ROOT / "tests/data/secrets"
KINDS = frozenset("password wifi answer login config env curl conn userinfo url shell".split())
MADE = 600
RIDGE = 3.0
# What one word of each kind counts: told, made, of real talk, odd by choice.
TOLD_WEIGHT, MADE_WEIGHT, TALK_WEIGHT, ODD_WEIGHT = 2.0, 0.5, 0.3, 4.0
WORDS = """otter kettle maple lantern pickle harbor velvet goose marble tulip window summer winter
coffee biscuit dragon puffin tractor bubble Kuchen Fuchs Kastanie Regen Dackel Nebel Igel Sommer
lavande renard baguette canard citron nuage lapin perro naranja lechuga tortilla verano gelato nonna
girasole zanzara barca lumaca jacare girassol capivara kiraz deniz pamuk simit kedi kotik bereza
sakura hanabi xiaoyu haneul bada kimchi""".split()
EDGES = ".,;:!?)]}>*'\"`([{<"


def is_odd(word: str) -> bool:
    """Tell a word of letters with digits or signs among them."""
    is_mixed = not word.isalpha() and not word.isdigit() and any(map(str.isalpha, word))
    return 5 <= len(word) <= 40 and is_mixed and "://" not in word and max(word) < "\u2e80"


def told() -> Iterator[tuple[str, str]]:
    """Yield the passwords of the lists, each with the number of its list."""
    for line in (SECRETS / "first_sight.txt").read_text("utf-8").splitlines():
        head, _, said = line.replace("\u00a6", "").partition("\t")
        if line.startswith("#") or head.split()[1] not in KINDS:
            continue
        for value in re.findall("\u27e6(.*?)\u27e7", said):
            if " " not in value and is_odd(value):
                yield value.rstrip(EDGES), head.split()[2]


def made(rng: random.Random) -> str:
    """Return a password as people make them of words, numbers and signs."""
    one, other = (rng.choice((word, word.capitalize())) for word in rng.sample(WORDS, 2))
    sign, number = (
        rng.choice("-_.!#*+&@$%"),
        str(rng.choice((rng.randrange(100), 1950 + rng.randrange(77)))),
    )
    odd = re.sub("[oeia]", lambda m: {"o": "0", "e": "3", "i": "1", "a": "4"}[m[0]], one, count=1)
    return rng.choice(
        (
            f"{one}{number}",
            f"{one}{sign}{number}",
            f"{one}{sign}{other}{number}",
            f"{one}{number}{other}",
            f"{odd}{sign}{other}",
            f"{one}{other}{number}",
            f"{one}{sign}{number}{rng.choice('xkzQB')}",
            f"{number}{one}{sign}{other}",
        )
    )


def of_talk(folder: Path) -> set[str]:
    """Return the odd words of real conversations, each once."""
    found: set[str] = set()
    for path in sorted(folder.glob("*/messages.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            words = (word.strip(EDGES) for word in json.loads(line)["content"].split())
            found |= {word for word in words if is_odd(word)}
    return found


def matrix(words: Sequence[str], names: Sequence[str]) -> np.ndarray:
    """Return float64 [n, len(names) + 1]: which signs each word has, and one."""
    rows = [[*(name in signs_of(word) for name in names), True] for word in words]
    return np.array(rows, np.float64)


def fit(signs: np.ndarray, is_one: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the weights of a ridge logistic regression by Newton's method, the constant free."""
    weights = np.zeros(signs.shape[1])
    ridge = RIDGE * np.eye(len(weights))
    ridge[-1, -1] = 1e-6
    for _ in range(30):
        chance = 1 / (1 + np.exp(-signs @ weights))
        slope = signs.T @ (counts * (chance - is_one)) + ridge @ weights
        bend = (signs * (counts * chance * (1 - chance))[:, None]).T @ signs + ridge
        weights -= np.linalg.solve(bend, slope)
    return weights


def main(folder: Path) -> None:
    """Print what each list has where it is left out, then the weights of all."""
    data = read_data("secrets_looks")
    names = sorted(
        {*data["signs"], "three_kinds", "four_kinds", "long", "very_long", "short", "all_capitals"}
        - {"small", "capital"}
    )
    rng = random.Random(3)
    odd = [
        w
        for line in (SECRETS / "odd_words.txt").read_text("utf-8").splitlines()[1:]
        for w in line.split()
    ]
    others = [*sorted(of_talk(folder)), *odd]
    ones = [word for word in (made(rng) for _ in range(MADE)) if is_odd(word)]
    passwords = list(told())
    base = matrix([*ones, *others], names)

    def fitted(chosen: Sequence[str]) -> np.ndarray:
        signs = np.vstack((matrix(chosen, names), base))
        n_ones = len(chosen) + len(ones)
        counts = [TOLD_WEIGHT] * len(chosen) + [MADE_WEIGHT] * len(ones)
        counts += [TALK_WEIGHT] * (len(others) - len(odd)) + [ODD_WEIGHT] * len(odd)
        is_one = np.arange(len(signs)) < n_ones
        return fit(signs, is_one.astype(float), np.array(counts))

    for left_out in sorted({number for _, number in passwords}):
        weights = fitted([word for word, number in passwords if number != left_out])
        scores = matrix([word for word, number in passwords if number == left_out], names) @ weights
        shares = " ".join(f"{(scores >= least).mean():.2f}" for least in data["levels"].values())
        print(f"list {left_out} left out, {len(scores)} passwords: {shares}", file=sys.stderr)
    weights = fitted([word for word, _ in passwords])
    for name, weight in sorted(zip((*names, "all"), weights, strict=True)):
        print(f"{name} = {weight:.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
