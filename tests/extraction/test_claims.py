from dataclasses import replace
from datetime import UTC, datetime

from memcli.extraction.claims import claim_of, is_unwanted, ruled

MAY, JUNE, JULY = (datetime(2025, month, 1, tzinfo=UTC) for month in (5, 6, 7))
ROW = {
    "id": "a", "attribute": "residence", "value": "the Hague", "polarity": "positive",
    "valid_from": MAY, "valid_to": None, "happened_at": MAY, "superseded_by": None, "seq": 3,
}  # fmt: skip


def test_a_fact_is_a_claim_with_all_times_at_which_it_was_said():
    claim = claim_of(ROW, {"again": ["2025-07-01T00:00:00Z", "2025-06-01T00:00:00Z"]}, True)
    assert claim.times == (MAY, JUNE, JULY)
    assert (claim.value.key, claim.seq, claim.is_single, claim.is_negative) == (
        "hague",
        3,
        True,
        False,
    )


def test_an_end_that_was_settled_is_none_of_its_own():
    ended = {**ROW, "superseded_by": "b", "valid_to": JUNE}
    assert claim_of(ended, {}, True).valid_to is None
    assert claim_of({**ROW, "valid_to": JUNE}, {}, True).valid_to == JUNE
    assert claim_of(ended, {"ruling": {}}, True).valid_to == JUNE
    assert claim_of({**ended, "valid_to": None}, {}, True) is None  # merged away


def test_what_is_denied_of_an_opposite_is_affirmed():
    dislike = {**ROW, "attribute": "dislikes", "value": "olives"}
    assert claim_of(dislike, {}, False).is_negative
    assert not claim_of({**dislike, "polarity": "negative"}, {}, False).is_negative


def test_what_was_forgotten_is_unwanted_and_what_was_ruled_is_so_before_its_end():
    gone, new = claim_of(ROW, {}, True), claim_of({**ROW, "value": "The Hague"}, {}, False)
    assert is_unwanted(new, [gone])
    assert not is_unwanted(replace(new, is_stored=True), [gone])
    over = ruled(gone, "turn", JUNE)
    assert is_unwanted(new, [over])
    assert not is_unwanted(replace(new, times=(JULY,)), [over])
