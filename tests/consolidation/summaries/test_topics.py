"""Topics: what was said of one thing over time, across conversations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from memcli.consolidation.summaries.topics import Topic, find_topics, topic_row
from memcli.models.encoder import Encoder

ENCODER = Encoder.load("static-256")
START = datetime(2031, 5, 1, tzinfo=UTC)
GOATS = ["goats", "meadow", "milk", "fence"]
KILN = ["kiln", "clay", "bowls", "glaze"]


def segment(n, about, session=None):
    at = START + timedelta(days=n)
    times = {"happened_at": at, "valid_from": at, "valid_to": at}
    return {"id": f"{about}{n}", "session_id": session or f"s{n}", "text": f"{about}.", **times}


def statement(text, keywords, **fields):
    names = "subject attribute value happened_at valid_from valid_to superseded_by tags entities"
    common = {"id": text, "type": "semantic", "speaker": "Ida", **dict.fromkeys(names.split())}
    numbers = {"importance": 0.7, "n_words": len(text.split()), "vector": np.eye(4)[0]}
    return {"text": text, "keywords": keywords, **common, **numbers, **fields}


def talk(session=None):
    segments, statements = [], {}
    for n in range(6):
        about, words = (("goats", GOATS), ("kiln", KILN))[n % 2]
        row = segment(n, about, session)
        segments.append(row)
        statements[row["id"]] = [statement(f"{about} {n}", words)]
    return segments, statements


def test_segments_with_the_same_telling_words_are_a_topic_in_order_of_time():
    segments, statements = talk()
    found = find_topics(segments[::-1], statements, ENCODER)
    assert [[row["id"] for row in topic.segments] for topic in found] == [
        ["goats0", "goats2", "goats4"],
        ["kiln1", "kiln3", "kiln5"],
    ]
    assert set(found[0].words) <= set(GOATS)


def test_one_conversation_or_words_of_nothing_make_no_topic():
    assert find_topics(*talk(session="one"), ENCODER) == []
    segments, _ = talk()
    assert find_topics(segments, {}, ENCODER) == []


def test_a_row_is_of_what_is_said_on_the_topic():
    topic = Topic(tuple(segment(n, "goats") for n in (0, 2, 4)), ("goats", "meadow"))
    said = [statement("The goats like the meadow.", ["goats"]), statement("It rained.", ["rain"])]
    row = topic_row(topic, said, None)
    assert row["text"] == "Ida: The goats like the meadow."
    assert row["context"] == "About goats, meadow: 3 conversations, 1 May 2031 to 5 May 2031."
    assert (row["valid_from"], row["happened_at"]) == (START, START + timedelta(days=4))


def test_a_model_may_write_the_text():
    topic = Topic(tuple(segment(n, "goats") for n in (0, 2, 4)), ("goats", "meadow"))
    said = [statement("The goats like the meadow.", ["goats"])]
    row = topic_row(topic, said, lambda context, texts: f"{len(texts)} of them")
    assert (row["text"], row["metadata"]) == ("1 of them", {"abstractive": True})
