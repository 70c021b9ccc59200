"""What the benchmarks share: a large made-up conversation, and timing of whole processes."""

import json
import os
import random
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

ROWS = int(os.environ.get("MEMCLI_BENCH_ROWS", "100000"))
SHARED = Path(__file__).parents[3] / "shared" / "data"
TURNS_PER_SESSION = 40
SPEAKERS = ("Anna", "Ben", "Chloe", "Dmitri", "Eva", "Farid")


def sample_sentences():
    lines = files("memcli").joinpath("samples", "mara-and-jonas.jsonl").read_text("utf-8")
    texts = [json.loads(line)["content"] for line in lines.splitlines()]
    return [part.strip() for text in texts for part in text.split(". ") if part.strip()]


def write_conversation(path, rows, seed=7):
    """Write `rows` turns made of the sample's sentences with numbers that tell them apart."""
    chance = random.Random(seed)
    sentences = sample_sentences()
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    with path.open("w", encoding="utf-8") as file:
        for i in range(rows):
            session = i // TURNS_PER_SESSION
            parts = chance.sample(sentences, chance.choice((1, 1, 2, 3)))
            moment = begin + timedelta(minutes=i)
            message = {
                "kind": "message",
                "v": 1,
                "id": f"turn/{i}",
                "namespace": f"space-{session % 5}",
                "session_id": f"session-{session}",
                "name": SPEAKERS[(session + i) % len(SPEAKERS)],
                "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "content": f"{'. '.join(parts)} ({chance.randrange(rows)})",
            }
            file.write(json.dumps(message, ensure_ascii=False) + "\n")


HEADS = (
    "where did Anna decide to put the server?",
    "what did Ben say about",
    "when did Chloe tell us that",
    "who said",
    "why did Dmitri think that",
    "what is Eva's",
    "how many times did Farid mention",
    "last week what did we say about",
    "which",
)


def questions(number, seed=3):
    """Return questions of two to five words that the sample says in a row, with what asks."""
    chance, sentences, asked = random.Random(seed), sample_sentences(), []
    for _ in range(number):
        words = chance.choice(sentences).split()
        length = chance.randrange(2, 6)
        first = chance.randrange(max(1, len(words) - length))
        said = " ".join(words[first : first + length])
        asked.append(f"{chance.choice(HEADS)} {said}?")
    return asked


def memcli(*arguments, **options):
    """Run memcli in a process of its own and return what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "memcli", *map(str, arguments)],
        check=True,
        capture_output=True,
        text=True,
        **options,
    ).stdout


def median_seconds(command, runs=7):
    """Return the median wall time of a command over several runs, after one that is not counted."""
    times = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])
