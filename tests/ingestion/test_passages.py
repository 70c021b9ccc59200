"""memcli.ingestion.passages"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.ingestion.passages import MAX_CHARACTERS, Sample, read_passages
from memcli.ingestion.transcripts.items import Rejected

WORDS = st.lists(st.text(st.characters(categories=["L"]), min_size=1, max_size=9), max_size=400)


def read(tmp_path, content, name="notes.txt", split="auto"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_passages(str(path), split))


LINES = "The kettle is on the stove.\nThe cat sleeps in the box.\n"
PARAGRAPHS = "The kettle is\n  on the stove.\n\nThe cat sleeps\nin the box.\n"
BOTH = ["The kettle is on the stove.", "The cat sleeps in the box."]


def test_a_file_without_blank_lines_has_a_passage_a_line(tmp_path):
    assert read(tmp_path, LINES) == BOTH


def test_a_file_with_blank_lines_has_a_passage_a_paragraph(tmp_path):
    assert read(tmp_path, PARAGRAPHS) == BOTH
    assert read(tmp_path, PARAGRAPHS.replace("\n", "\r\n"), "notes.md") == BOTH


def test_where_to_split_can_be_said(tmp_path):
    assert read(tmp_path, LINES, split="paragraph") == [" ".join(BOTH)]
    assert len(read(tmp_path, PARAGRAPHS, split="line")) == 4


def test_records_give_what_they_say(tmp_path):
    records = [
        {"content": BOTH[0], "name": "Ann"},
        {"text": BOTH[1]},
        {"kind": "memory", "v": 1, "id": "a", "namespace": "n", "type": "episodic", "level": 0,
         "text": "The dog barks at night.", "recorded_at": "2026-01-01T00:00:00Z"},
        {"kind": "link", "v": 1, "source_id": "a", "target_id": "b", "relation": "next",
         "weight": 1.0, "recorded_at": "2026-01-01T00:00:00Z"},
    ]  # fmt: skip
    lines = "\n".join(map(json.dumps, records))
    expected = [*BOTH, "The dog barks at night."]
    assert read(tmp_path, lines, "records.jsonl") == expected
    assert read(tmp_path, lines, "records.txt") == expected
    assert read(tmp_path, json.dumps(records[:2]), "records.json") == BOTH


def test_what_cannot_be_read_is_rejected_with_its_line(tmp_path):
    found = read(tmp_path, b"good words here\nb\xffd\nmore good words\n")
    assert [item for item in found if isinstance(item, str)] == [
        "good words here",
        "more good words",
    ]
    assert [item.error.line for item in found if isinstance(item, Rejected)] == [2]
    (item,) = read(tmp_path, b"PK\0\0\0")
    assert "binary" in str(item.error)


def test_empty_input_and_rulers_have_no_passages(tmp_path):
    assert read(tmp_path, "") == []
    assert read(tmp_path, "\n\n----\n\n* * *\n\nok\n") == []


@given(WORDS)
def test_long_text_is_cut_between_words_and_none_is_lost(tmp_path_factory, words):
    text = " ".join([*words, "abcdefgh"])
    passages = read(tmp_path_factory.mktemp("x"), text, split="line")
    assert " ".join(passages).split() == text.split()
    assert all(len(passage) <= MAX_CHARACTERS for passage in passages)


def test_text_without_spaces_is_cut_too(tmp_path):
    passages = read(tmp_path, "\u8a00" * 2_500)
    assert [len(passage) for passage in passages] == [1_000, 1_000, 500]


def test_text_without_blank_lines_is_not_held_whole(tmp_path, monkeypatch):
    monkeypatch.setattr("memcli.ingestion.passages.MAX_CHARACTERS", 20)
    text = "\n".join(["words again and again"] * 500)
    assert len(read(tmp_path, text, split="paragraph")) > 400


@given(st.lists(st.text(max_size=3), max_size=60), st.integers(1, 20), st.integers(0, 3))
def test_a_sample_does_not_depend_on_order_and_repetition(texts, size, seed):
    def sample(order):
        found = Sample(size, seed)
        for text in order:
            found.add(text)
        return found.texts()

    found = sample(texts)
    assert found == sample(sorted(texts) + texts)
    assert len(found) == len(set(found)) == min(size, len(set(texts)))
    assert set(found) <= set(texts)


def test_another_seed_takes_others():
    def sample(seed):
        found = Sample(10, seed)
        for number in range(1_000):
            found.add(str(number))
        return found.texts()

    assert sample(1) != sample(2)


@pytest.mark.parametrize("size", [1, 50])
def test_each_text_is_as_likely_as_any_other(size):
    found = Sample(size)
    for number in range(1_000):
        found.add(f"text {number}")
    assert found.seen == 1_000
    assert len(found.texts()) == size
    if size > 1:
        numbers = [int(text.split()[1]) for text in found.texts()]
        assert min(numbers) < 200
        assert max(numbers) > 800
