"""Sessions in batches, as a language model is shown them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from memcli.extraction.llm.batches import MAX_TURNS, Conversation, batches_of, parts_of
from memcli.extraction.llm.prompt import MAX_TURN_CHARACTERS
from memcli.language.parts import Utterance
from memcli.memory.sessions import Session, SessionKey

START = datetime(2031, 5, 5, 12, tzinfo=UTC)


def conversation(texts):
    turns = [
        {
            "id": str(i),
            "text": text,
            "speaker": "Wilma",
            "happened_at": START + timedelta(minutes=i),
            "n_words": len(text.split()),
            "extra": None,
        }
        for i, text in enumerate(texts)
    ]
    vectors = np.random.default_rng(1).normal(size=(len(texts), 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    session = Session(SessionKey("default", "s", len(texts), len(texts)), turns, vectors)
    return Conversation(session, frozenset(), reader=None)


@pytest.mark.parametrize("words", [5, 900, 9_000])
def test_batches_hold_each_turn_once_in_order_and_are_bounded(words):
    texts = [f"turn {i} " + "word " * words for i in range(60)]
    batches = batches_of(conversation(texts))
    shown = [item for batch in batches for item in batch]
    assert [place for place, _ in shown] == sorted(place for place, _ in shown)
    for i, text in enumerate(texts):
        assert "".join(part.text for place, part in shown if place == i) == text
    assert all(len({place for place, _ in batch}) <= MAX_TURNS for batch in batches)
    assert max(sum(len(part.text) for _, part in batch) for batch in batches) < 40_000


def test_short_topics_share_a_batch():
    assert len(batches_of(conversation(["some words"] * 20))) == 1


@pytest.mark.parametrize("text", ["x" * 50_000, "word\n" * 9_000, "你好" * 20_000, ""])
def test_a_long_turn_is_shown_whole_in_pieces(text):
    parts = parts_of(Utterance("x", text, "Wilma"))
    assert "".join(part.text for part in parts) == text
    assert all(part.id == "x" and len(part.text) <= MAX_TURN_CHARACTERS for part in parts)


def test_a_secret_is_never_shown():
    (part,) = parts_of(Utterance("x", "My password is hunter2-Zebra99, hush."))
    assert "hunter2" not in part.text
