"""The check of a model's answers: gold memories as ideal ones are kept, altered ones refused."""

import json
import random
import re
import subprocess
from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from bench_support import SHARED, memcli

from memcli.extraction.llm.names import KnownNames
from memcli.extraction.llm.operations import Operation
from memcli.extraction.llm.statements import statement_of
from memcli.extraction.statements import Refused
from memcli.language.amounts import amounts
from memcli.language.grounding import name_words
from memcli.language.parts import Utterance
from memcli.memory.entity_records import entity_rows
from store import Store

pytestmark = pytest.mark.bench

NAMES = "Zelda Quentin Brunhilde Ottokar Xanthe Ingmar Philippa Tancred Yolanda Wolfram".split()
HEADING = re.compile(r"^【[^】]*】\s*")
NAME = re.compile(r"(?:(?<=\A)|(?<=[a-z,'] ))[A-Z][a-z]{2,}")
# HaluMem names its person in memories that are no part of the chats.
INTRODUCTION = {
    "kind": "message",
    "v": 1,
    "namespace": "halumem-0",
    "session_id": "halumem-0/i",
    "role": "user",
    "timestamp": "2029-01-01T12:00:00Z",
    "content": "Hello, my name is Martin Mark.",
}


def read(name, file):
    path = SHARED / name / file
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def sessions(messages):
    found = defaultdict(list)
    for m in messages:
        said_at = datetime.fromisoformat(m["timestamp"]) if m.get("timestamp") else None
        is_assistant = m["role"] == "assistant"
        turn = Utterance(m["id"], m["content"], m.get("name") or m["role"], said_at, is_assistant)
        found[m["session_id"]].append(turn)
    return found


def known_names(data, tmp_path, introduction):
    """Return what a store of the data knows of names, and whom it knows, by namespace."""
    store = tmp_path / "store"
    memcli("init", "--store", store)
    memcli("ingest", SHARED / data / "messages.jsonl", "--store", store)
    if introduction:
        memcli("ingest", "-", "--store", store, input=json.dumps(introduction))
    for step in ("extract", "link"):
        memcli(step, "--store", store, stdin=subprocess.DEVNULL)
    snapshot = Store.open(store).snapshot()
    spaces = {row["namespace"] for row in snapshot.rows(["namespace"], "level = 0")}
    people = {
        space: [row["name"] for row in entity_rows(snapshot, space) if row["type"] == "person"]
        for space in spaces
    }
    return {space: (KnownNames.of(snapshot, space), people[space]) for space in spaces}


def altered(text, cited, known, people, chance):
    """Yield a text with a name, with a number and with a date that no turn has, and which."""
    said = " ".join((text, *(turn.text for turn in cited)))
    own = {*name_words(said), *known.names_of("user")}
    firsts = sorted({name.split()[0] for name in people})
    others = [first for first in firsts if own.isdisjoint(name_words(first))]
    if names := list(NAME.finditer(text)):
        name = chance.choice(names)
        pools = [("name", NAMES)] + [("name of another", others)] * bool(others)
        for kind, pool in pools:
            new = chance.choice(pool)
            yield kind, text[: name.start()] + new + text[name.end() :]
    if numbers := [each for each in amounts(text) if each.needs and each.written.isdigit()]:
        number = chance.choice(numbers)
        new = (str(int(number.written) + chance.randrange(1, 90)) for _ in range(1000))
        other = next(each for each in new if not re.search(rf"\b{each}\b", said))
        end = number.place + len(number.written)
        yield "number", text[: number.place] + other + text[end:]
    if cited[0].said_at:
        day = cited[0].said_at + timedelta(days=chance.randrange(500, 900))
        yield "date", f"{text.rstrip('.')} on {day.day} {day:%B %Y}."


def is_refused(text, cited, known, replaced):
    people = {turn.speaker for turn in cited} | {"user", "assistant"}
    made = statement_of(Operation("add", text, ()), cited, people, known, replaced)
    return isinstance(made, Refused)


@pytest.mark.parametrize(
    ("data", "introduction", "most"),
    [("halumem-dev", INTRODUCTION, 0.02), ("halumem-dev", None, 1), ("realmem-dev", None, 1)],
)
def test_ideal_answers_are_kept_and_altered_ones_refused(
    report, tmp_path, data, introduction, most
):
    talks = sessions(read(data, "messages.jsonl"))
    names = known_names(data, tmp_path, introduction)
    refused, chance = defaultdict(list), random.Random(11)
    for gold in read(data, "gold.jsonl"):
        if gold["source"] == "interference":
            continue
        text, (known, people) = HEADING.sub("", gold["text"]), names[gold["namespace"]]
        replaced, turns = " ".join(gold.get("replaces") or ()), talks[gold["session_id"]]
        own = [turn for turn in turns if not turn.is_assistant]
        for which, cited in (("all turns", turns), ("a person's turns", own)):
            refused[which, "ideal"].append(is_refused(text, cited, known, replaced))
            # What is refused as it is tells nothing of what was altered in it.
            changed = (
                () if refused[which, "ideal"][-1] else altered(text, cited, known, people, chance)
            )
            for kind, answer in changed:
                refused[which, kind].append(is_refused(answer, cited, known, replaced))
                if not refused[which, kind][-1]:
                    report(f"kept: {kind}: {answer[:160]}")
    shares = {kind: sum(each) / len(each) for kind, each in refused.items()}
    for key, share in shares.items():
        report(f"{data}, {', '.join(key)}: {share:.3f} of {len(refused[key]):,} refused")
    assert shares["all turns", "ideal"] <= most
    assert all(share >= 0.95 for (_, kind), share in shares.items() if kind != "ideal")
