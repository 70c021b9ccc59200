import re

import pytest

from memcli.language.data import read_data
from memcli.language.secrets.rules import (
    Rule,
    RuleIndex,
    begins_token,
    begins_word,
    ends_there,
    filled,
    is_glued,
    looks_random,
    phrases,
    shapes,
)
from memcli.language.secrets.values import CHECKS


def all_rules():
    return [r for index in (*phrases(), shapes()) for rules in index.rules.values() for r in rules]


def test_every_rule_compiles_has_a_check_and_finds_nothing_in_nothing():
    for rule in all_rules():
        assert rule.check in CHECKS
        tail = rule.tail.match("x", 1)
        assert tail is None or list(rule.found_at("x", 0, tail)) == []


def is_bounded(pattern):
    return "MAXREPEAT" not in repr(re._parser.parse(pattern))


def test_no_rule_repeats_without_a_bound():
    assert not is_bounded("(?:a|b(c+))")
    for rule in all_rules():
        assert is_bounded(rule.tail_pattern), rule
        assert is_bounded(rule.head_pattern), rule


def test_a_language_overrules_a_fragment():
    assert filled("a{article}b", {"article": "x"}) == "axb"
    assert filled("a{nothing}b\n c", {}) == "ab c"


@pytest.mark.parametrize(
    ("text", "word", "begins"),
    [
        ("my pass", "pass", True),
        ("compass", "pass", False),
        ("dbPass", "Pass", True),
        ("db_pass", "pass", True),
        ("我的pass", "pass", True),
        ("门禁密码", "密码", True),
    ],
)
def test_an_anchor_begins_a_word(text, word, begins):
    assert begins_word(text, text.index(word)) is begins


def test_a_token_begins_where_no_other_goes_on():
    assert begins_token("ghp_", 0)
    assert begins_token("(ghp_", 1)
    assert not any(begins_token(f"{sign}ghp_", 1) for sign in "a1")


def test_a_token_on_a_prefix_is_one_where_nobody_chose_it():
    assert [is_glued(f"{sign}ghp_", 1) for sign in "_- "] == [True, True, False]
    assert looks_random("sk-Ab3")
    assert not looks_random("sk-2024-weekly-meeting-notes")


def test_a_plain_word_is_one_only_at_the_end_of_its_phrase():
    assert ends_there("is swordfish.", 12, "swordfish")
    assert ends_there("is swordfish and my pin", 12, "swordfish")
    assert not ends_there("is swordfish shaped", 12, "swordfish")
    assert ends_there("is heron99 now", 10, "heron99")


def test_an_anchor_is_looked_for_where_a_shorter_one_in_it_was_found():
    rule = Rule("k", " is (?P<value>[a-z]{2,9})")
    index = RuleIndex.of([("password", rule), ("pass", rule), ("pin", rule)], begins_word)
    assert dict(index.roots) == {"pass": ["pass", "password"], "pin": ["pin"]}
    text = "A PASSWORD is heron, a pass is zebra"
    assert list(index.found_in(text, text.lower())) == [("k", 31, 36), ("k", 14, 19)]


def test_every_language_has_words_for_what_people_ask():
    for words in read_data("secrets")["languages"].values():
        for name in ("password", "pin", "code_noun", "otp", "papers", "seed", "api_key"):
            assert words[name]


def test_rules_that_languages_share_are_looked_for_once():
    shared = [Rule("k", " {is} x", words={"is": "is"}), Rule("k", " is x")]
    other = Rule("k", " is x", is_inside=True)
    index = RuleIndex.of([("pass", rule) for rule in (*shared, other)], begins_word)
    assert index._rules_of("pass") == [shared[1], other]
