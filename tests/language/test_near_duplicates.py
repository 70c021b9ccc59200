import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.language.near_duplicates import (
    BUCKET,
    N_HASHES,
    bands,
    near_duplicate_groups,
    profile,
    same_statement,
    signatures,
)

FIRST_PLACES = [228575062, 170848849, 84838877]
BASE = "my brother keeps two grey parrots in his kitchen near the old harbour"

words = st.sampled_from(
    "tea milk not Anna Bo 3 4 likes the dog She 猫 犬 café never a it's".split()
)
sentences = st.lists(words, max_size=12).map(" ".join)
anything = st.one_of(sentences, st.text(max_size=40))


def is_near_duplicate(a, b, threshold=0.8):
    return same_statement(profile(a), profile(b), threshold)


def signed(texts, n_hashes=N_HASHES):
    return signatures([profile(text).words for text in texts], n_hashes)


@pytest.mark.parametrize(
    "other",
    [
        BASE,
        BASE.upper().replace("HIS", "his"),
        BASE + "!!",
        "well, " + BASE + " :-)",
        BASE.replace("kitchen", "small kitchen"),
        BASE.replace("old ", ""),
        BASE.replace("the ", ""),
    ],
)
def test_small_additions_and_punctuation_make_near_duplicates(other):
    assert is_near_duplicate(BASE, other)
    assert near_duplicate_groups([BASE, "something else", other]) == [[0, 2]]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("number", BASE.replace("two", "three")),
        ("digits", BASE + " 12"),
        ("negation", BASE.replace("keeps", "never keeps")),
        ("a name more", BASE.replace("brother", "brother Ilya")),
        ("a word replaced", BASE.replace("grey", "green")),
        ("another owner", BASE.replace("my", "her")),
        ("a hedge", "maybe " + BASE),
        ("a question", BASE + "?"),
        ("another order", "his brother keeps two grey parrots in my kitchen near the old harbour"),
        ("something else", "we flew home on a rainy morning"),
        ("nothing", ""),
    ],
)
def test_a_difference_that_tells_keeps_texts_apart(a, b):
    assert not is_near_duplicate(BASE, b), a
    assert near_duplicate_groups([BASE, b]) == []


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (
            "Ada told Ben about the new job in the north",
            "Ben told Ada about the new job in the north",
        ),
        (
            "The train to Oslo leaves at 9:30 every day",
            "The train to Oslo leaves at 9:35 every day",
        ),
        ("It was -5° on the mountain all day long", "It was 5° on the mountain all day long"),
        (
            "The lamp cost $5 at the market by the bridge",
            "The lamp cost €5 at the market by the bridge",
        ),
        ("open from 3 to 5 in the afternoon there", "open from 5 to 3 in the afternoon there"),
        ("小明昨天在公园里看了一场很长的电影", "小红昨天在公园里看了一场很长的电影"),
        ("أحمد يحب الشاي مع الحليب في الصباح", "أحمد يحب الشاي مع الحليب في الصباح جدا"),
    ],
)
def test_names_times_signs_and_scripts_without_capitals_are_told_apart(a, b):
    assert not is_near_duplicate(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("I don't drink coffee in the evening", "I do not drink coffee in the evening"),
        ("I can't swim", "I cannot swim"),
        ("We're moving to the coast", "we are moving to the coast"),
        ("I\u2019m a baker", "I'm a baker"),
        ("\uff34\uff45\uff41 is good", "tea is good"),
        ("猫が好きです。", "猫が好きです"),
    ],
)
def test_spellings_of_one_text_are_near_duplicates(a, b):
    assert is_near_duplicate(a, b)
    assert near_duplicate_groups([a, b]) == [[0, 1]]


def test_words_are_normalized():
    words = profile("I can't, WON'T & café 猫犬").words
    assert words == ("i", "can", "not", "will", "not", "café", "猫", "犬")


def test_texts_without_words_are_no_duplicates():
    assert near_duplicate_groups(["", "", "!!!", "!!!", "😀", "😀"]) == []


def test_chains_do_not_drift():
    letters = "abcdefghijklmnopqrst"
    chain = [" ".join(f"word{x}" for x in letters[: 8 + i]) for i in range(12)]
    for group in near_duplicate_groups(chain):
        assert all(is_near_duplicate(chain[group[0]], chain[i]) for i in group)
    assert len(near_duplicate_groups(chain)) > 1


def test_a_further_check_can_keep_equal_texts_apart():
    assert near_duplicate_groups([BASE, BASE], check=lambda a, b: False) == []


def test_equal_texts_are_found_among_many_of_one_pattern():
    pattern = [
        f"your parcel for {name * 3} is ready at the shop" for name in map(chr, range(97, 123))
    ]
    many = [f"{text} today {c * 4}" for text in pattern for c in "abc"]
    assert len(many) > BUCKET
    groups = near_duplicate_groups(many + many)
    assert groups == [[i, i + len(many)] for i in range(len(many))]


def test_equal_shares_of_signatures_estimate_similarity():
    a = [f"w{i}" for i in range(100)]
    left, right = signed([" ".join(a), " ".join(a[:80] + [f"v{i}" for i in range(20)])], 512)
    shingles = (80 + 79) / (120 + 79 + 20 + 20)
    assert (left == right).mean() == pytest.approx(shingles, abs=0.08)


def test_signatures_are_fixed_for_ever():
    found = signed(["tea with milk"])[0]
    assert found.dtype == np.uint32
    assert found[:3].tolist() == FIRST_PLACES
    code = (
        "from memcli.language.near_duplicates import *;"
        "print(bands(signatures([['tea', 'with', 'milk']], N_HASHES))[0, 0])"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(other.stdout) == bands(found[None, :])[0, 0]


def test_a_hundred_thousand_characters_are_no_problem():
    for text in ("a" * 100_000, "a'" * 50_000, "1-" * 50_000, "猫" * 100_000, "n't " * 25_000):
        assert signed([text]).shape == (1, 64)
        assert is_near_duplicate(text, text)


@given(texts=st.lists(anything, max_size=12), n_hashes=st.sampled_from([4, 16, 64]))
@settings(deadline=None)
def test_a_signature_depends_on_its_own_text_only(texts, n_hashes):
    found = signed(texts, n_hashes)
    assert found.shape == (len(texts), n_hashes)
    for text, row in zip(texts, found, strict=True):
        assert (signed([text], n_hashes)[0] == row).all()


@given(texts=st.lists(anything, max_size=12))
@settings(deadline=None)
def test_keys_are_those_of_the_bands(texts):
    found = signed(texts)
    table = bands(found)
    assert table.shape == (len(texts), 16)
    assert (table >= 0).all()
    for row, keys in zip(found, table, strict=True):
        assert (bands(row[None, :])[0] == keys).all()
        assert len(set(keys.tolist())) == len(keys)


@given(a=anything, b=anything, threshold=st.floats(0.1, 1.0))
@settings(deadline=None)
def test_being_near_duplicates_is_mutual_and_bounded_by_the_threshold(a, b, threshold):
    alike = is_near_duplicate(a, b, threshold)
    assert alike == is_near_duplicate(b, a, threshold)
    left, right = set(profile(a).words), set(profile(b).words)
    assert not alike or len(left & right) >= threshold * len(left | right)
    assert is_near_duplicate(a, a, threshold) == bool(left)


@given(texts=st.lists(anything, max_size=25))
@settings(deadline=None)
def test_groups_are_disjoint_and_each_member_resembles_the_first(texts):
    groups = near_duplicate_groups(texts)
    members = [i for group in groups for i in group]
    assert len(members) == len(set(members))
    for group in groups:
        assert len(group) > 1
        assert group == sorted(group)
        assert all(is_near_duplicate(texts[group[0]], texts[i]) for i in group)
    grouped = set(members)
    for i, text in enumerate(texts):
        if i not in grouped and profile(text).words:
            assert text not in texts[:i]
