from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.updates import Claim, by_slot, settle
from memcli.language.facts.finding import replaces, slot
from memcli.language.parts import Fact

DAY = timedelta(days=1)
START = datetime(2024, 1, 1, tzinfo=UTC)


def claim(id_, attribute, value, day, said=None, negated=False, correction=False, subject="Ida"):
    fact = Fact(subject, attribute, value, negated)
    said_at = START + DAY * (day if said is None else said)
    return Claim(id_, fact, START + DAY * day, said_at, correction)


def settled(*claims):
    found = {}
    for group in by_slot(claims, slot).values():
        found |= settle(group, replaces)
    return found


def test_a_chain_of_three_ends_each_where_the_next_begins():
    found = settled(
        claim("a", "residence", "Ronda", 0),
        claim("b", "residence", "Malmo", 10),
        claim("c", "residence", "Parma", 20),
    )
    assert set(found) == {"a", "b"}
    assert (found["a"].superseded_by, found["a"].valid_to) == ("b", START + 10 * DAY)
    assert (found["b"].superseded_by, found["b"].valid_to) == ("c", START + 20 * DAY)
    assert found["a"].reason == "residence is now Malmo"


def test_what_is_said_later_of_an_earlier_time_ends_nothing():
    found = settled(
        claim("a", "residence", "Ronda", 10), claim("b", "residence", "Malmo", 0, said=20)
    )
    assert set(found) == {"b"}
    assert found["b"].superseded_by == "a"


def test_a_correction_retracts_what_was_said_before_of_whatever_time():
    found = settled(
        claim("a", "birthday", "14 June", 10),
        claim("b", "birthday", "24 June", 0, said=20, correction=True),
    )
    assert set(found) == {"a"}
    assert found["a"].superseded_by == "b"
    assert found["a"].reason == "corrected: birthday is 24 June"


def test_equal_dates_contradict_each_other_and_nobody_wins():
    found = settled(claim("a", "residence", "Ronda", 0), claim("b", "residence", "Malmo", 0))
    assert {id_: verdict.contradicts for id_, verdict in found.items()} == {
        "a": ("b",),
        "b": ("a",),
    }
    assert all(verdict.superseded_by is None for verdict in found.values())


def test_leaving_ends_a_job_and_the_next_job_takes_its_place():
    job = claim("a", "employer", "Zorblax", 0)
    left = claim("b", "employer", "Zorblax", 10, negated=True)
    other = claim("c", "employer", "Norvik", 20)
    assert settled(job, left)["a"].superseded_by == "b"
    assert settled(job, left)["a"].reason == "employer ended"
    found = settled(job, left, other)
    assert set(found) == {"a"}
    assert (found["a"].superseded_by, found["a"].valid_to) == ("c", START + 10 * DAY)


def test_two_denials_can_both_hold():
    assert not settled(
        claim("a", "employer", "Zorblax", 0, negated=True),
        claim("b", "employer", "Norvik", 10, negated=True),
    )


def test_a_change_of_taste_ends_the_old_taste_of_the_same_thing_only():
    found = settled(
        claim("a", "hates", "olives", 0),
        claim("b", "likes", "capers", 0),
        claim("c", "loves", "olives", 10),
    )
    assert set(found) == {"a"}
    assert found["a"].reason == "loves olives now"


SLOTS = ["residence", "employer", "likes", "hates", "owns", "birthday"]
CLAIMS = st.lists(
    st.tuples(
        st.sampled_from(SLOTS),
        st.sampled_from(["Ronda", "Malmo", "Parma"]),
        st.integers(0, 4),
        st.integers(0, 4),
        st.booleans(),
        st.booleans(),
        st.sampled_from(["Ida", "Ugo"]),
    ),
    max_size=8,
).map(
    lambda drawn: [
        claim(f"c{i}", attribute, value, day, said, negated, correction, subject)
        for i, (attribute, value, day, said, negated, correction, subject) in enumerate(drawn)
    ]
)


@given(CLAIMS, st.randoms())
def test_the_outcome_does_not_depend_on_the_order_of_the_claims(claims, random):
    shuffled = random.sample(claims, len(claims))
    plain = {
        id_: v._replace(contradicts=frozenset(v.contradicts)) for id_, v in settled(*claims).items()
    }
    other = {
        id_: v._replace(contradicts=frozenset(v.contradicts))
        for id_, v in settled(*shuffled).items()
    }
    assert other == plain


@given(CLAIMS)
def test_unrelated_slots_are_never_touched(claims):
    by_id = {each.id: each for each in claims}
    for id_, verdict in settled(*claims).items():
        for other in filter(None, (verdict.superseded_by, *verdict.contradicts)):
            assert slot(by_id[other].fact) == slot(by_id[id_].fact)
    for attribute in SLOTS:
        alone = [each for each in claims if each.fact.attribute == attribute]
        if attribute not in ("likes", "hates"):
            assert settled(*alone) == {
                id_: v for id_, v in settled(*claims).items() if by_id[id_] in alone
            }


@given(CLAIMS)
def test_what_replaced_a_claim_leads_to_one_that_holds(claims):
    found = settled(*claims)
    for id_ in found:
        seen = []
        while id_ in found and found[id_].superseded_by:
            assert id_ not in seen
            seen.append(id_)
            id_ = found[id_].superseded_by
