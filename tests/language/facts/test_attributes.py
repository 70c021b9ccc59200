"""Attributes of facts: their data is whole, and each gives a plain sentence."""

from __future__ import annotations

import pytest

from memcli.language.data import read_data
from memcli.language.facts.attributes import (
    canonical,
    is_opposite,
    is_relation,
    is_single,
    slot_of,
)


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (("Ana", "residence", "Porto"), "Ana lives in Porto"),
        (("Ana", "residence", "Porto", "negative"), "Ana does not live in Porto"),
        (("Ana", "residence", "Porto", "positive", True), "Ana lived in Porto"),
        (("Ana's kids", "fear", "spiders"), "Ana's kids are afraid of spiders"),
        (("Ana", "event", "Passed my test"), "Ana passed their test"),
        (("Jonas", "shoe size", "44"), "Jonas' shoe size is 44"),
        (("Ana", "occupation", "engineer"), "Ana works as an engineer"),
        (("Ana", "occupation", "head of sales"), "Ana works as head of sales"),
        (("Ana", "occupation", "retired"), "Ana is retired"),
        (("Ana", "business", "small bakery"), "Ana runs a small bakery"),
        (("Ana", "family", "three children"), "Ana has three children"),
        (("Ana", "sister", "Vera", "positive"), "Ana's sister is Vera"),
    ],
)
def test_a_fact_has_a_plain_sentence(fact, sentence):
    assert canonical(*fact) == sentence


def test_an_unknown_noun_has_one_value_and_a_relation_many():
    single = [is_single(each) for each in ("shoe size", "residence", "sister", "likes")]
    assert single == [True, True, False, False]


def test_dislikes_compete_with_likes():
    assert slot_of("dislikes") == slot_of("loves") == slot_of("likes")
    assert [is_opposite(each) for each in ("dislikes", "loves")] == [True, False]


def test_every_rule_names_an_attribute_that_has_a_sentence():
    named = {rule["attribute"] for rule in read_data("fact_rules")["rule"]}
    # "Nell's boss is Imogen": a relation has one by its name.
    assert canonical("Nell", "boss", "Imogen", "positive", False) == "Nell's boss is Imogen"
    assert {
        a
        for a in named
        if not is_relation(a) and len(read_data("attributes").get(a, {}).get("says", ())) != 3
    } == set()
