"""memcli.algorithms.packing"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.packing import Piece, conflicts, pack

SHARES = {"a": 0.2, "b": 0.3}
keys = st.frozensets(st.sampled_from("xyz"), max_size=2)
pieces = st.lists(
    st.builds(
        lambda section, cost, day, covers, tested: Piece(
            section,
            cost,
            ((section, 3), ((section, day), 2)),
            covers,
            covers if tested else frozenset(),
        ),
        st.sampled_from("abc"),
        st.integers(0, 30),
        st.integers(0, 3),
        keys,
        st.booleans(),
    ),
    max_size=20,
)


def price(some):
    heads = {head for piece in some for head in piece.heads}
    return sum(piece.cost for piece in some) + sum(cost for _, cost in heads)


@given(pieces, st.integers(0, 200))
def test_what_is_taken_never_costs_more_than_the_budget(given_pieces, budget):
    taken = pack(given_pieces, budget, SHARES)
    assert len(taken) == len(set(taken))
    assert price([given_pieces[i] for i in taken]) <= budget


@given(pieces, st.integers(0, 200))
def test_nothing_that_would_still_fit_is_left_out(given_pieces, budget):
    taken = pack(given_pieces, budget, SHARES)
    chosen = [given_pieces[i] for i in taken]
    for index, piece in enumerate(given_pieces):
        if index not in taken and not conflicts(given_pieces, taken, index):
            assert price([*chosen, piece]) > budget


@given(pieces, st.integers(0, 200))
def test_nothing_is_said_twice(given_pieces, budget):
    covered = set()
    for index in pack(given_pieces, budget, SHARES):
        assert not given_pieces[index].unless & covered
        covered |= given_pieces[index].covers


def test_a_section_keeps_to_its_share_while_another_needs_the_rest():
    some = [Piece("a", 10) for _ in range(10)] + [Piece("c", 10) for _ in range(10)]
    taken = pack(some, 100, SHARES)
    assert [some[i].section for i in taken] == ["a"] * 2 + ["c"] * 8


def test_what_a_section_leaves_flows_to_the_others():
    some = [Piece("a", 10) for _ in range(10)] + [Piece("c", 10)]
    assert len(pack(some, 100, SHARES)) == 10


def test_a_head_is_paid_once():
    some = [Piece("c", 4, (("day", 2),)) for _ in range(4)]
    assert len(pack(some, 14, SHARES)) == 3


@pytest.mark.parametrize("wrong", [(Piece("a", -1), SHARES), (Piece("a", 1), {"a": 1.5})])
def test_what_is_out_of_range_is_refused(wrong):
    piece, shares = wrong
    with pytest.raises(ValueError, match=r"cost|shares"):
        pack([piece], 10, shares)
