"""
Page of random statements, facts and dates to be read and labelled by hand.

    python tests/bench/sample_page.py draw PAGE.md       draws by a fixed seed from four data sets
    python tests/bench/sample_page.py shares             states the shares of the labels kept

A label is kept beside what it was given to: the id of the row and what the row said, as a hash, so
that no text of the data sets is kept and a row that changed has to be read again. Labels are u
(useful), t (trivial), m (meaningless, ungrammatical) and w (wrong) of statements; r (right), c (cut
off or vague), w (wrong) and x (the opposite of what was said) of facts; r and w of dates.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from bench_support import SHARED

SETS = ("realmem-dev", "realtalk-dev", "locomo-dev", "halumem-dev")
LABELS = Path(__file__).parent / "labels" / "page.json"
SEED = 20261129
SIZES = {"statements": 100, "facts": 100, "dates": 60}
DATED = re.compile(r"\[(?:week of |about )?\d{4}(?:-\d\d)*(?: to \d{4}[-\d]*)?\]")
SQL = """
SELECT m.id, m.text, m.context, m.subject, m.attribute, m.value, m.polarity, m.speaker,
    m.valid_from, m.valid_to, m.happened_at, t.text AS turn
FROM memories m JOIN memories t ON t.id = m.source_ids[1] WHERE m.level = 1 ORDER BY m.id
"""


def memcli(*arguments: str | Path) -> str:
    """Run memcli and return what it printed."""
    command = [sys.executable, "-m", "memcli", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def rows_of(name: str, folder: Path) -> list[dict]:
    """Return the statements of a data set."""
    store = folder / name
    memcli("init", "--store", store)
    memcli("ingest", SHARED / name / "messages.jsonl", "--store", store, "--quiet")
    memcli("extract", "--store", store, "--quiet")
    printed = memcli("sql", SQL, "--store", store, "--format", "jsonl")
    # A record leaves out what it does not have.
    nothing = dict.fromkeys("attribute subject value polarity valid_from valid_to".split())
    return [nothing | json.loads(line) | {"set": name} for line in printed.splitlines()]


def draw(rows: dict[str, list[dict]]) -> dict[str, list[dict]]:
    """Return as many rows of each data set for each list, by the fixed seed."""
    chance = random.Random(SEED)
    drawn: dict[str, list[dict]] = {kind: [] for kind in SIZES}
    for of_set in rows.values():
        pools = {
            "statements": of_set,
            "facts": [row for row in of_set if row["attribute"]],
            "dates": [row for row in of_set if DATED.search(row["text"])],
        }
        for kind, pool in pools.items():
            drawn[kind] += chance.sample(pool, min(len(pool), SIZES[kind] // len(rows)))
    return drawn


def key_of(row: dict) -> str:
    """Return what a label is kept under: the row, and what it said."""
    said = "|".join(str(row[c]) for c in ("text", "subject", "attribute", "value", "polarity"))
    return f"{row['id']}-{hashlib.blake2s(said.encode(), digest_size=4).hexdigest()}"


def page(drawn: dict[str, list[dict]], labels: dict[str, dict[str, str]]) -> str:
    """Return the page: label or `?`, key, what the row says, and the turn that it is of."""
    lines = []
    for kind, rows in drawn.items():
        lines.append(f"\n## {kind}\n")
        for row in rows:
            fact = ""
            if row["attribute"]:
                negative = "NOT " if row["polarity"] == "negative" else ""
                times = f" {(row['valid_from'] or '')[:10]}..{(row['valid_to'] or '')[:10]}"
                fact = (
                    f" {{{row['subject']} | {row['attribute']} | {negative}{row['value']}}}{times}"
                )
            turn, key = " ".join(row["turn"].split()), key_of(row)
            lines.append(
                f"{labels.get(kind, {}).get(key, '?')} {key} [{row['set']} {row['speaker']} "
                f"{(row['happened_at'] or '')[:10]}] **{row['text']}**{fact} << {turn[:300]}"
            )
    return "\n".join(lines)


def main() -> None:
    """Draw a page, keep the labels of one that was read, or state their shares."""
    labels = json.loads(LABELS.read_text()) if LABELS.exists() else {}
    if sys.argv[1] == "draw":
        with tempfile.TemporaryDirectory() as folder:
            rows = {name: rows_of(name, Path(folder)) for name in SETS}
        for name, of_set in rows.items():
            facts = sum(bool(row["attribute"]) for row in of_set)
            print(f"{name}: {len(of_set)} statements, {facts / len(of_set):.1%} with a fact")
        Path(sys.argv[2]).write_text(page(draw(rows), labels), encoding="utf-8")
    elif sys.argv[1] == "keep":
        kind, kept = "", {name: {} for name in SIZES}
        for line in Path(sys.argv[2]).read_text(encoding="utf-8").splitlines():
            if line.startswith("## "):
                kind = line[3:]
            elif line[:1].isalpha():
                kept[kind][line.split()[1]] = line[0]
        LABELS.write_text(json.dumps(kept, indent=0) + "\n", encoding="utf-8")
    for kind, of_kind in (json.loads(LABELS.read_text()) if LABELS.exists() else {}).items():
        counts = Counter(of_kind.values())
        shares = {label: f"{n / len(of_kind):.0%}" for label, n in counts.most_common()}
        print(kind, len(of_kind), shares)


if __name__ == "__main__":
    main()
