"""Where the checkout, the sample conversation and the tests' own data are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
DEATH = ROOT / "tests" / "support" / "death.py"
LIFE = DATA / "life.jsonl"
SAMPLE = ROOT / "memcli" / "samples" / "mara-and-jonas.jsonl"
QUESTIONS = ROOT / "memcli" / "samples" / "mara-and-jonas.questions.jsonl"
