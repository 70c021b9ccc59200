"""Whom a pronoun stands for: one person or nobody."""

from collections.abc import Callable

import pytest

from memcli.language.antecedents import Mention, mentions, pronoun_names
from memcli.language.syntax import Parse

Parses = Callable[[str], Parse]


def bracketed(parsed: Parses, before: list[str], sentence: str) -> str:
    """Return a sentence with its brackets; Mara speaks with Jonas."""
    known = [m for text in before for m in mentions(parsed(text), "Mara", ("Mara", "Jonas"))]
    for _, place, name in reversed(pronoun_names(parsed(sentence), known)):
        sentence = f"{sentence[:place]} [{name}]{sentence[place:]}"
    return sentence


@pytest.mark.parametrize(
    ("before", "sentence", "expected"),
    [
        (["I met Nora in Porto."], "She moved there.", "She [Nora] moved there."),
        (["My sister called."], "She's a nurse now.", "She's [Mara's sister] a nurse now."),
        (["My sister Nora called."], "We like her.", "We like her [Nora]."),
        (["Peter and Nora came."], "He brought wine.", "He [Peter] brought wine."),
        (["I saw Nora.", "We talked."], "Her dog is old.", "Her [Nora] dog is old."),
        (["Alex sold his car."], "He bought a bike.", "He [Alex] bought a bike."),
    ],
)
def test_the_one_possible_person_is_named(
    parsed: Parses, before: list[str], sentence: str, expected: str
) -> None:
    assert bracketed(parsed, before, sentence) == expected


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        (["I met Nora and Ana."], "She moved to Porto."),
        (["I met Nora, Owen and Mali."], "Her cat moved to Porto."),
        (["I met Nora.", "Selin is a chef in Bonn."], "She moved to Porto."),
        (["I met Nora."], "He moved to Porto."),
        (["I met Nora."], "Ana said that she moved to Porto."),
        (["Jonas, you know that."], "He moved to Porto."),
        (["My sister called.", "A girl came in."], "She was sad."),
        (["What did she say?", "I met Nora."], "She moved to Porto."),
        (["My sisters called."], "She moved to Porto."),
        (["Alex called.", "Her train was late."], "He moved to Porto."),
        ([], "She moved to Porto."),
    ],
)
def test_nobody_is_named_where_two_or_none_are_possible(
    parsed: Parses, before: list[str], sentence: str
) -> None:
    assert bracketed(parsed, before, sentence) == sentence


def test_mentions_are_in_order_and_each_once(parsed: Parses) -> None:
    found = mentions(parsed("Nora told my brother that Nora is ill."), "Mara")
    assert found == [Mention("Nora", "f"), Mention("Mara's brother", "m")]
