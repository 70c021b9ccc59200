"""
Sentences with a date, drawn by a seed from annotated conversations, to be read and judged by hand.

    python tests/bench/sample_dates.py 7 60 realtalk-dev locomo-dev

Each line: when it was said, the sentence with its date in brackets. "today" and its like are drawn
one time in ten, since nearly all of them are right.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterator
from datetime import datetime

from bench_support import SHARED

from memcli.language.sentences import split_sentences
from memcli.language.time.finding import find_times
from memcli.language.time.grammar import HINT
from memcli.language.time.wording import dated
from memcli.memory.times import parse_time
from memcli.models.parser import Parser

EASY = re.compile(r"(?:today|tonight|yesterday|tomorrow|this morning|last night)(?:'s)?", re.I)
LONGEST = 300


def sentences(name: str) -> Iterator[tuple[str, datetime]]:
    """Yield the sentences of people's turns that may name a time, with when they were said."""
    for line in (SHARED / name / "messages.jsonl").open(encoding="utf-8"):
        turn = json.loads(line)
        if turn.get("role") == "assistant" or not turn.get("timestamp"):
            continue
        for sentence in split_sentences(turn["content"]):
            if len(sentence.text) < LONGEST and HINT.search(sentence.text.lower()):
                yield sentence.text, parse_time(turn["timestamp"])


def main(seed: int, count: int, names: list[str]) -> None:
    """Print the drawn sentences."""
    chance, parser, lines = random.Random(seed), Parser.load(), []
    for name in names:
        said = list(sentences(name))
        for parse, (_, at) in zip(parser([text for text, _ in said]), said, strict=True):
            lines += [
                f"{name} {at:%a %Y-%m-%d %H:%M} {span.kind}: {dated(parse.text, [span])}"
                for span in find_times(parse, at)
                if not EASY.fullmatch(span.words) or chance.random() < 0.1
            ]
    print(*chance.sample(lines, min(count, len(lines))), sep="\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
