"""Places of turns in their conversations."""

from __future__ import annotations

from memcli.ingestion.conversations import Conversations, Place, Remembered, hashed
from memcli.records import Message


def message(content, **fields):
    return Message(v=1, content=content, name="Ida", **fields)


def test_the_same_words_are_counted_in_each_conversation():
    places = Conversations()
    said = [message("yes"), message("no"), message("yes"), message("yes", session_id="s")]
    assert [places.place(each, "a").occurrence for each in said] == [1, 1, 2, 1]


def test_a_conversation_in_a_file_is_told_by_how_it_began():
    places = Conversations()
    first, second = (places.place(message(text), "x/a.json", "a") for text in ("Hi", "yes"))
    assert first.beginning == second.beginning
    moved = Conversations().place(message("Hi"), "y/a.json", "a")
    assert moved == first
    assert Conversations().place(message("Ho"), "x/a.json", "a").beginning != first.beginning


def test_what_was_counted_already_is_not_counted_again():
    said = message("yes", extra={"occurrence": 2})
    assert Conversations().place(said, "-") == Place()


def test_only_the_last_keys_are_remembered():
    known = Remembered[int](2)
    for n in range(3):
        known.put(hashed(str(n)).digest(), n)
    assert [known.get(hashed(str(n)).digest()) for n in range(3)] == [None, 1, 2]
    known.clear()
    assert known.get(hashed("2").digest()) is None
