"""memcli.context.building: choosing within a budget"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.algorithms.packing import Piece, conflicts
from memcli.context.building import choose
from memcli.context.rendering import BlockFormat, ContextEntry, day_of, one_line, render
from memcli.context.tokens import CharacterMeter, EncoderMeter
from memcli.memory.items import Item
from memcli.memory.recall_blocks import strip_recall
from memcli.models.encoder import Encoder

ENCODER = Encoder.load("static-256")
START = datetime(2025, 3, 3, 10, tzinfo=UTC)


class GreedyMeter:
    """Counts characters, but lines join: a line's end before another costs nothing, or more."""

    is_additive = False

    def __init__(self, joint):
        self.joint = joint

    def units(self, texts):
        return [len(text) + self.joint * max(0, text.count("\n") - 1) for text in texts]

    def limit(self, max_tokens):
        return max_tokens

    def tokens(self, units):
        return units


METERS = [
    EncoderMeter(lambda: ENCODER),
    CharacterMeter(Fraction(1, 4)),
    GreedyMeter(-1),
    GreedyMeter(2),
]


@st.composite
def entries(draw):
    section = draw(st.sampled_from(["core", "profile", "tasks", "relevant", "recent"]))
    text = one_line(draw(st.text(max_size=60))) or "x"
    key = frozenset(draw(st.sets(st.sampled_from("pqrstuvw"), min_size=1, max_size=2)))
    moment = START + timedelta(days=draw(st.integers(0, 3)))
    item = Item(section, text, tuple(sorted(key)), moment, 1.0)
    dated = section in ("relevant", "recent")
    unless = key if section == "relevant" else frozenset()
    return ContextEntry(
        item, (moment.timestamp(), text), day_of(item) if dated else None, key, unless
    )


@pytest.mark.parametrize("meter", METERS, ids=["encoder", "characters", "fewer", "more"])
@settings(max_examples=40, deadline=None)
@given(st.lists(entries(), max_size=12), st.integers(0, 300), st.sampled_from(["md", "text"]))
def test_a_block_is_never_over_its_budget_and_as_full_as_can_be(meter, some, budget, form):
    limit = meter.limit(budget)
    chosen = choose(some, meter, limit, BlockFormat(form))
    text = render(chosen, BlockFormat(form))
    assert meter.tokens(meter.units([text])[0]) <= budget or not text
    pieces = [Piece(e.section, 0, covers=e.covers, unless=e.unless) for e in some]
    taken = [next(i for i, e in enumerate(some) if e is one) for one in chosen]
    for index, entry in enumerate(some):
        if not any(entry is one for one in chosen) and not conflicts(pieces, taken, index):
            more = render([*chosen, entry], BlockFormat(form))
            assert meter.units([more])[0] > limit


@settings(max_examples=80, deadline=None)
@given(st.lists(entries(), max_size=8), st.sampled_from(["md", "text"]))
def test_any_block_is_taken_out_whole(some, form):
    text = render(some, BlockFormat(form))
    assert strip_recall(f"before\n{text}after")[0] == "before\nafter"
