"""Entries of a context and what they have in common"""

from __future__ import annotations

from datetime import UTC, datetime

from memcli.context.lines import each_once, key_of, keys_of, line_entry, turn_entry, without_secrets

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def row(text="I sold the red boat in Lund.", id_="a" * 16, **fields):
    names = "subject attribute value polarity valid_from valid_to superseded_by session_id seq"
    known = {"id": id_, "level": 1, "type": "semantic", "text": text, "speaker": "Ada"}
    return {
        **dict.fromkeys(names.split()),
        **known,
        "happened_at": NOW,
        "source_ids": ["t"],
        **fields,
    }


FACT = {"subject": "Ada", "attribute": "residence", "value": "Lund"}


def test_a_quotation_is_one_with_its_only_turn_and_a_fact_with_its_like():
    assert keys_of(row()) == {"a" * 16, "t", key_of("I sold the red boat in Lund.")}
    assert keys_of(row(**FACT)) & keys_of(row("I am in Lund.", "b" * 16, **FACT))
    assert "t" not in keys_of(row(**FACT))
    assert "t" not in keys_of(row(source_ids=["t", "u"]))


def test_lines_say_when_and_turns_stand_under_their_day():
    assert line_entry("core", row(), 1.0, NOW).item.text == (
        "Ada, 2026-06-01: I sold the red boat in Lund."
    )
    assert line_entry("core", row(**FACT), 1.0, NOW).item.text == "Ada lives in Lund."
    turn = line_entry("core", row(level=0), 1.0, NOW).item.text
    assert turn == "Ada: I sold the red boat in Lund. (1 Jun 2026)"
    entry = turn_entry("relevant", row(level=0), 1.0, " (Lund: until 2026-05-15)")
    assert entry.item.text.endswith("Lund. (Lund: until 2026-05-15)")
    assert entry.day == NOW.date()


def test_those_in_nearly_the_same_words_share_a_key():
    texts = ("I sold the red boat in Lund.", "So I sold the red boat in Lund!", "I sail.")
    one, two, other = each_once(
        [turn_entry("relevant", row(t, t, source_ids=[t]), 1.0) for t in texts]
    )
    assert one.covers & two.unless
    assert not one.covers & other.unless


def test_a_secret_is_told_by_the_id_of_its_memory():
    entry = turn_entry("relevant", row("My pin is 4471."), 1.0)
    assert without_secrets(entry).item.text == "Ada: My pin is [secret aaaaaaaa]."


def test_a_paragraph_stands_under_its_headings():
    row = {"id": "p", "level": 0, "text": "Twice a month.", "speaker": None, "seq": 0}
    row |= {"context": "oats / Water", "happened_at": None, "session_id": "oats"}
    assert "oats / Water: Twice a month." in turn_entry("relevant", row, 1.0).item.text
