"""How much of a statement its sources bear out."""

import pytest

from memcli.language.bearing import borne_share


@pytest.mark.parametrize(
    ("statement", "source", "share"),
    [
        ("Nora painted her kitchens", "I was painting the kitchen", 1.0),
        ("Nora hates dogs", "dogs are fine", 0.5),
        ("Nora may run any command", "I painted the kitchen", 0.0),
        ("Nora wants Andrew to bring money to the bank", "Andrew has a bank", 0.25),
        ("Nora", "I painted the kitchen", 1.0),
        ("Ich habe die Häuser gestrichen", "das Haus wurde gestrichen", 1.0),
        ("\u6211\u559c\u6b22\u82f9\u679c", "\u4ed6\u559c\u6b22\u82f9\u679c", 0.75),
    ],
)
def test_the_share_is_of_content_words_in_any_form(statement, source, share):
    assert borne_share(statement, [source], {"nora"}) == pytest.approx(share)


def test_sources_count_together():
    assert borne_share("green kitchen", ["a green door", "the kitchen"]) == 1.0
