from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms import resolution
from memcli.algorithms.mentions import Mention, Sighting, collect_mentions
from memcli.algorithms.resolution import Alias, could_be_one, resolve
from memcli.language.names.forms import likeness, name_key, read_form

DAY = datetime(2025, 3, 1, tzinfo=UTC)
TYPES = ("person", "organization", "place", "other")


def mention(name, type_="person", **more):
    return Mention("n", name, type_, **more)


def merged(*mentions, aliases=()):
    """The canonical name of each that has another."""
    all_ = [m if isinstance(m, Mention) else mention(m) for m in mentions]
    stated = [Alias("n", *pair) for pair in aliases]
    return {r.name: r.canonical for r in resolve(all_, stated)}


# ---------------------------------------------------------------- strings


@pytest.mark.parametrize(
    ("one", "other", "type_"),
    [
        ("Zoë Brandt", "zoe  BRANDT's", "person"),
        ("Dr. Brandt", "Brandt", "person"),
        ("Mary-Ann", "mary-ann's", "person"),
        ("The Blue Door", "Blue Door", "place"),
        ("Nordwind GmbH", "Nordwind", "organization"),
        ("U.N.H.A.", "UNHA", "organization"),
        ("\uff2e\uff4frd", "Nord", "place"),
    ],
)
def test_spellings_that_are_equal(one, other, type_):
    assert read_form(one, type_).words == read_form(other, type_).words
    assert len(merged(mention(one, type_), mention(other, type_))) == 1


@pytest.mark.parametrize(
    ("one", "other", "type_"),
    [
        ("C++", "C#", "other"),
        ("Modell 10", "Modell 11", "product"),
        ("Jonas Brandt", "Jonas Brandt Jr", "person"),
        ("ガイ", "カイ", "person"),
        ("Mr Brandt", "Mrs Brandt", "person"),
        ("Northern Union", "Northern Onion", "organization"),
    ],
)
def test_spellings_that_are_not_equal(one, other, type_):
    assert merged(mention(one, type_, count=50), mention(other, type_, count=50)) == {}


def test_an_acronym_is_of_one_organization():
    full = mention("Society of Northern Bakers", "organization")
    assert merged(mention("SNB", "other"), full) == {"SNB": "Society of Northern Bakers"}
    assert merged(mention("SONB", "other"), full) == {"SONB": "Society of Northern Bakers"}
    assert merged(mention("snb", "other"), full) == {}
    other = mention("South Nile Bank", "organization")
    assert merged(mention("SNB", "organization"), full, other) == {}


# ---------------------------------------------------------------- one entity, several, none


def test_all_the_names_of_a_person_come_together():
    names = ("Liz", "Elizabeth", "lizzie", "Lizzie's", "E. Brandt", "Brandt", "Elizabeth Brandt")
    assert merged(*names) == dict.fromkeys(names[:-1], "Elizabeth Brandt")


def test_a_name_of_two_people_is_neither():
    assert merged("Ottilie", "Ottilie Brandt", "Ottilie Sand") == {}
    assert merged("Liz", "Elizabeth Brandt", "Elizabeth Sand") == {}
    assert merged("Alex", "Alexander", "Alexandra") == {}


def test_one_whom_a_sentence_tells_apart_still_makes_a_name_ambiguous():
    liz = mention("Liz", apart=frozenset({"elizabeth sand"}))
    assert merged(liz, "Elizabeth Brandt", "Elizabeth Sand") == {}


def test_names_in_one_sentence_are_two_people():
    sightings = [Sighting("n", (("Liz", "person"), ("Elizabeth Brandt", "person")), None, "s", DAY)]
    assert resolve(collect_mentions(sightings)) == []


def test_speakers_of_one_conversation_are_two_people():
    sightings = [Sighting("n", (), who, "s", DAY) for who in ("Liz", "Elizabeth")]
    assert resolve(collect_mentions(sightings)) == []
    apart = [Sighting("n", (), who, who, DAY) for who in ("Liz", "Elizabeth")]
    assert [r.name for r in resolve(collect_mentions(apart))] == ["Liz"]


def test_nobody_calls_themselves_by_name():
    sightings = [
        Sighting("n", (("Liz", "person"),), "Elizabeth", "s", DAY),
        Sighting("n", (), "Jonas", "s", DAY),
    ]
    assert resolve(collect_mentions(sightings)) == []


def test_a_speaker_is_not_somebody_who_is_only_talked_about():
    assert merged(mention("Ottilie", speaks=True), "Ottilie Brandt") == {}
    both = mention("Ottilie", speaks=True), mention("Ottilie Brandt", speaks=True)
    assert merged(*both) == {"Ottilie": "Ottilie Brandt"}
    assert merged("Liz", mention("Elizabeth", speaks=True)) == {"Liz": "Elizabeth"}


def test_types_and_namespaces_keep_names_apart():
    assert merged(mention("Orlanda", "place"), mention("Orlanda Brandt")) == {}
    assert merged(mention("Orlanda", "place"), mention("Orlandá")) == {}
    assert resolve([Mention("a", "Liz", "person"), Mention("b", "Elizabeth", "person")]) == []


def test_an_unknown_type_fits_where_there_is_one_other():
    cities = mention("Orlandá", "other"), mention("Orlanda", "place", count=2)
    assert merged(*cities) == {"Orlandá": "Orlanda"}
    assert merged(*cities, mention("Orlànda")) == {}


def test_a_title_that_tells_a_woman_is_not_a_known_man():
    assert merged("Mrs Brandt", "Jonas Brandt") == {}
    assert merged("Mr Brandt", "Mrs Brandt", "Brandt") == {}
    assert merged("Mrs Brandt", "Mrs Ada Brandt") == {"Mrs Brandt": "Mrs Ada Brandt"}


@pytest.mark.parametrize(
    ("rare", "common", "is_slip"), [(1, 20, True), (5, 20, False), (0, 20, False)]
)
def test_only_a_rare_spelling_is_a_slip(rare, common, is_slip):
    mentions = [
        mention("Nordwnid Verein", "organization", count=rare),
        mention("Nordwind Verein", "organization", count=common),
    ]
    assert bool(merged(*mentions)) is is_slip


def test_the_commonest_of_equal_spellings_is_canonical_and_a_speakers_before_it():
    assert merged(mention("zoé", count=1), mention("Zoe", count=9)) == {"zoé": "Zoe"}
    assert merged(mention("Zoé", count=1, speaks=True), mention("Zoe", count=9)) == {"Zoe": "Zoé"}


# ---------------------------------------------------------------- evidence of use


def test_far_in_time_and_in_other_company_is_not_enough():
    full = mention(
        "Ottilie Brandt", first_at=DAY, last_at=DAY, companions=frozenset({"a", "b", "c", "d"})
    )
    later = DAY + timedelta(days=400)
    here = mention("Ottilie", first_at=later, last_at=later, companions=frozenset({"e", "f", "g"}))
    assert merged(here, full) == {}
    near = mention("Ottilie", first_at=DAY, last_at=DAY, companions=frozenset({"a", "b", "f"}))
    assert merged(near, full) == {"Ottilie": "Ottilie Brandt"}


def test_each_piece_of_evidence_is_told():
    a = mention("Liz", first_at=DAY, last_at=DAY, companions=frozenset({"x", "y"}))
    b = mention("Elizabeth", first_at=DAY, last_at=DAY, companions=frozenset({"x", "z"}))
    (found,) = resolve([a, b])
    assert found.evidence == {"name": 0.9, "co_occurrence": 0.5, "time": 1.0}
    assert found.score == pytest.approx(0.5 * 0.9 + 0.3 * 0.5 + 0.2)
    assert found.reason == "nickname"


# ---------------------------------------------------------------- what is said and ruled


def test_a_stated_alias_needs_no_likeness():
    assert merged("Jonas", "Bear", aliases=[("Jonas", "Bear")]) == {"Bear": "Jonas"}


def test_a_stated_alias_overrides_that_both_stand_in_the_sentence():
    bear = mention("Bear", apart=frozenset({"jonas"}))
    assert merged("Jonas", bear, aliases=[("Jonas", "Bear")]) == {"Bear": "Jonas"}


def test_an_alias_of_two_is_of_neither():
    assert merged("Jonas", "Ada", "Bear", aliases=[("Jonas", "Bear"), ("Ada", "Bear")]) == {}


def test_aliases_that_go_round_are_one_entity():
    pairs = [("Jonas", "Bear"), ("Bear", "Jonas")]
    assert len(merged("Jonas", "Bear", aliases=pairs)) == 1


def test_of_a_stated_alias_the_fuller_name_is_canonical():
    stated = [("Ottilie", "Ottilie Brandt")]
    assert merged("Ottilie", "Ottilie Brandt", aliases=stated) == {"Ottilie": "Ottilie Brandt"}


def test_people_who_talk_with_each_other_are_two_whatever_is_said():
    jonas = mention("Jonas", speaks=True, apart=frozenset({"bear"}))
    assert merged(jonas, mention("Bear", speaks=True), aliases=[("Jonas", "Bear")]) == {}


def test_what_a_user_has_split_stays_split():
    split = mention("Liz", never=frozenset({"elizabeth"}))
    stated = [("Elizabeth", "Liz")]
    assert merged(split, "Elizabeth", aliases=stated) == {}
    assert merged(split, "Elizabeth", "Elizabeth Brandt") == {"Elizabeth": "Elizabeth Brandt"}


def test_what_a_user_has_merged_is_left_alone():
    boss = mention("Elizabeth", merged_into="the boss")
    assert merged(boss, "the boss", "Elizabeth Brandt") == {}
    assert merged(boss, "the boss", "Liz") == {"Liz": "the boss"}


def test_the_name_that_a_user_chose_stays_canonical():
    chosen = mention("Bear", merged_into="elizabeth")
    assert merged(chosen, "Elizabeth", "Elizabeth Brandt") == {"Elizabeth Brandt": "Elizabeth"}


# ---------------------------------------------------------------- invariants

NAMES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        "Liz|Elizabeth|Liz Brandt|E. Brandt|Elizabeth Brandt|Beth|Brandt|Mrs Brandt|李明|EB".split(
            "|"
        )
    ),
)


@st.composite
def drawn_mentions(draw):
    names = draw(st.lists(NAMES, unique_by=name_key, max_size=8))
    keys = [name_key(name) for name in names]

    def some():
        return frozenset(draw(st.lists(st.sampled_from(keys), max_size=2)))

    return [
        mention(
            name,
            draw(st.sampled_from(TYPES)),
            count=draw(st.integers(0, 30)),
            companions=some(),
            apart=some() - {name_key(name)},
            speaks=draw(st.booleans()),
            never=some() - {name_key(name)},
            merged_into=draw(st.sampled_from([None, None, None, *keys])),
        )
        for name in names
    ]


@given(drawn_mentions(), st.randoms())
def test_the_result_depends_on_no_order_and_is_well_formed(mentions, random):
    found = resolve(mentions)
    shuffled = random.sample(mentions, len(mentions))
    assert resolve(shuffled) == found
    by_name = {m.name: m for m in mentions}
    moved = {r.name for r in found}
    for r in found:
        assert r.canonical in by_name
        assert r.canonical not in moved
        assert (
            by_name[r.name].merged_into is None or name_key(r.name) == by_name[r.name].merged_into
        )
        assert 0.6 <= r.score <= 1.0
        assert all(0.0 <= value <= 1.0 for value in r.evidence.values())
        assert name_key(r.canonical) not in by_name[r.name].never


@given(st.text(), st.text(), st.sampled_from(TYPES))
def test_comparing_never_fails(one, other, type_):
    assert could_be_one(one, one, type_)
    could_be_one(one, other, type_)


def test_the_comparisons_grow_with_the_names_not_with_their_pairs(monkeypatch):
    calls = []

    def counted(*forms):
        calls.append(forms)
        return likeness(*forms)

    monkeypatch.setattr(resolution, "likeness", counted)
    firsts = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("nda", "rto", "llis")]
    mentions = [mention(f"{first} {last}") for first in firsts for last in ("Sandvig", "Brandt")]
    resolve([*mentions, *(mention(first) for first in firsts)])
    assert len(calls) < 30 * len(firsts) * 3


def test_very_long_names_are_read_in_no_time():
    for text in ("a" * 100_000, "A." * 50_000, "Ab" * 50_000, "' " * 50_000):
        for one, two in pairwise(TYPES):
            assert merged(mention(text, one), mention("Ada", two)) == {}
