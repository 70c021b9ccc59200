"""Piece tokens: each piece is cut once, until all are forgotten."""

from memcli.models import piece_tokens
from memcli.models.piece_tokens import PieceTokens


def counting():
    cut = []
    return cut, PieceTokens(lambda piece: cut.append(piece) or [len(piece), 0])


def test_a_piece_is_cut_once():
    cut, pieces = counting()
    assert pieces.tokens([["ferry", "at"], [], ["at"]]) == [[5, 0, 2, 0], [], [2, 0]]
    assert pieces.tokens([["ferry"]]) == [[5, 0]]
    assert sorted(cut) == ["at", "ferry"]


def test_all_are_forgotten_when_they_are_many(monkeypatch):
    cut, pieces = counting()
    monkeypatch.setattr(piece_tokens, "MOST_CHARACTERS", 3)
    assert pieces.tokens([["ferry"]]) == pieces.tokens([["ferry"]]) == [[5, 0]]
    assert cut == ["ferry", "ferry"]
