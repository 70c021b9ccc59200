"""
Updates of HaluMem, without a language model: is what is new at hand where the old is asked for?

HaluMem (Chen et al., 2025) names for each memory of a session what it updates, takes ten memories
of the system that is judged for it, and lets GPT-4o say whether one of them is the update. There is
no judge here, so two things are measured that need none, each right after the session:

- session: ten hits for the words of the old memory have one of the session that updates it;
- value: where both memories name a value in quotes ("director", "senior director"), the new one is
  in the first five hits, and no hit before it has the old one without the new.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

HITS, HEAD = 10, 5
VALUES = re.compile(r"""from ["'](?P<old>.+?)["'] to ["'](?P<new>.+?)["']""")


class Update(NamedTuple):
    """A memory that takes the place of another: what is asked, since when it holds, its values."""

    asked: str
    namespace: str
    session: str
    before: str | None
    old: str | None
    new: str | None


def updates(gold: Sequence[dict[str, Any]], messages: Sequence[dict[str, Any]]) -> Iterator[Update]:
    """Yield the updates of a set; `before` is the beginning of the session that follows."""
    begins: dict[str, str] = {}
    for message in messages:
        begins.setdefault(message["session_id"], message["timestamp"])
    order = list(begins)
    for point in gold:
        if point["is_update"] and point["replaces"] and point["session_id"] in begins:
            following = order[order.index(point["session_id"]) + 1 :]
            values = VALUES.search(point["text"])
            old, new = (values["old"], values["new"]) if values else (None, None)
            before = begins[following[0]] if following else None
            session = point["session_id"]
            asked = _without(point["replaces"][0], old)
            yield Update(asked, point["namespace"], session, before, old, new)


def _without(text: str, value: str | None) -> str:
    """Return what is asked for: the old memory, without its value where that is known."""
    text = re.sub(r"^\[[^]]*\]\[[^]]*\]", "", text)
    return re.sub(rf"(?: is|:)? {re.escape(value)}\b.*$", "", text) if value else text


def plain(text: str) -> str:
    """Return a text in small letters, numbers without their commas."""
    return re.sub(r"(?<=\d),(?=\d)", "", text.lower())


def says(text: str, value: str) -> bool:
    """Say whether a value stands in a text, as words of its own."""
    return re.search(rf"(?<!\w){re.escape(plain(value))}(?!\w)", plain(text)) is not None


def is_first(texts: Sequence[str], update: Update) -> bool:
    """Say whether the new value leads: in the first five hits, and behind no old one."""
    assert update.new is not None
    assert update.old is not None
    new = [n for n, text in enumerate(texts) if says(text, update.new)]
    # "senior director" has "director" in it: that is no hit of the old one.
    old = [
        n
        for n, text in enumerate(texts)
        if says(text.lower().replace(update.new.lower(), ""), update.old)
    ]
    return bool(new) and new[0] < HEAD and (not old or new[0] <= old[0])


def judge(store: Path, found: Sequence[Update]) -> dict[str, float]:
    """Return the shares that are right, asked of a store by `memcli query --batch`."""
    lines = [
        json.dumps(
            {"kind": "query", "v": 1, "id": str(n), "query": u.asked, "namespace": u.namespace}
            | ({"before": u.before} if u.before else {})
        )
        for n, u in enumerate(found)
    ]
    command = [sys.executable, "-m", "memcli", "query", "--batch", "-k", str(HITS)]
    done = subprocess.run(
        [*command, "--store", str(store)], input="\n".join(lines), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    hits: dict[int, list[dict[str, Any]]] = {n: [] for n in range(len(found))}
    for line in done.stdout.splitlines():
        hit = json.loads(line)
        hits[int(hit["query_id"])].append(hit)
    sessions = [any(h["session_id"] == u.session for h in hits[n]) for n, u in enumerate(found)]
    valued = [n for n, update in enumerate(found) if update.new]
    leading = [is_first([hit["text"] for hit in hits[n]], found[n]) for n in valued]
    return {
        "updates": len(found),
        "session": sum(sessions) / len(sessions),
        "valued": len(valued),
        "value": sum(leading) / len(leading),
    }


def read(path: Path) -> list[dict[str, Any]]:
    """Return the records of a file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def told(data: Path, store: Path) -> Path:
    """Return a store that was told a set, and works on it as a night would."""
    memcli = [sys.executable, "-m", "memcli"]
    ingest = [*memcli, "ingest", str(data / "messages.jsonl"), "--create"]
    for words in (ingest, [*memcli, "extract"], [*memcli, "link"]):
        subprocess.run([*words, "--store", str(store), "--quiet"], check=True, capture_output=True)
    return store


def main() -> None:
    """Print what came of the updates of a set."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="gold.jsonl, messages.jsonl")
    parser.add_argument("--store", type=Path, help="one that was told it already")
    given = parser.parse_args()
    found = list(updates(read(given.data / "gold.jsonl"), read(given.data / "messages.jsonl")))
    with tempfile.TemporaryDirectory() as folder:
        store = given.store or told(given.data, Path(folder) / "store")
        print(json.dumps(judge(store, found)))


if __name__ == "__main__":
    main()
