"""What a later turn takes back, calls off or changes of what was said before it."""

import pytest

from memcli.extraction.amendments import amendments
from tests.support.talks import talk


def amended(reader, *turns):
    """Return (what is over, what takes its place) of each amendment."""
    said = talk(*turns)
    found = amendments(said, reader.read_turns(said).statements)
    return {(each.old.text, each.by and each.by.text) for each in found}


@pytest.mark.parametrize(
    ("first", "heard", "then", "is_over"),
    [
        ("I just bought a horse.", "WHAT", "haha, kidding", True),
        ("I just bought a horse.", "In jest?", "It is called Rex.", False),
        ("We're going to Rome for four nights.", "Nice", "We cut it down to three nights.", True),
        ("We're going to Rome for four nights.", "Nice", "Actually I paid two euros.", False),
        ("I'm flying to Lisbon on the 12th.", "Yay", "Lisbon's off, Marta is ill.", True),
        ("I'm flying to Lisbon on the 12th.", "Yay", "The oven's off.", False),
        ("We're getting a dog on Saturday.", "Yay", "The dog thing fell through.", True),
        ("The gig is on the 28th.", "Yay", "They moved the gig to the 30th.", True),
        ("The gig is on the 28th.", "Yay", "They moved the party to the 30th.", False),
        ("I killed the last boss in May.", "no you didn't", "no I didn't", True),
        ("I killed the last boss in May.", "did you win", "no I didn't", False),
        ("My import job fails with the orders of May 2025.", "Hm", "works now", True),
        ("My import job ends with the orders of May 2025.", "Hm", "works now", False),
        ("My left wrist's in a splint.", "Ouch", "The splint's off!!", True),
        (
            "My grandfather was from Bari.",
            "Ah",
            "I said my grandfather was from Bari, it was Lecce.",
            True,
        ),
        (
            "My grandfather was from Bari.",
            "Ah",
            "I said my grandfather was from Bari, so yes.",
            False,
        ),
        ("We're going to Turin in March.", "Yay", "No Turin for us after all.", True),
        ("I've signed up for the Ghent marathon.", "Yay", "Not doing the marathon.", True),
        ("I'm taking the van on the 25th.", "Yay", "There is no van on the 25th.", True),
        ("I'm taking the van on the 25th.", "Yay", "There is no rain on the 25th.", False),
        ("I'm seeing the dentist on Friday.", "Ouch", "Friday's no good after all.", True),
    ],
)
def test_what_is_changed_in_a_later_turn_is_over(reader, first, heard, then, is_over):
    over = {old[:12] for old, _ in amended(reader, first, ("Ben", heard), then)}
    assert over == ({first[:12]} if is_over else set())


def test_the_other_may_move_a_day_and_nobody_jests_for_another(reader):
    said = "we move in 1st april"
    assert amended(reader, said, ("Ben", "the landlord says 15th not 1st"))
    assert amended(reader, "I just bought a horse.", ("Ben", "just kidding")) == set()


def test_what_takes_its_place_is_named(reader):
    told = "Actually I'll bring three salads on Sunday."
    found = amended(reader, "I'll bring two salads on Sunday.", told)
    assert ["three salads" in by for _, by in found] == [True]
