from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.algorithms.updates import Claim, moment_of, settle
from memcli.language.values import read_value

START = datetime(2024, 1, 1, tzinfo=UTC)


def day(n):
    return START + timedelta(days=n)


def claim(id_, value, since, said=None, **more):
    if "replaces" in more:
        more["replaces"] = read_value(more["replaces"])
    more = {"is_single": True, **more}
    said_at = day(since if said is None else said)
    return Claim(id_, read_value(value), (day(since),), said_at, **more)


def ended(*claims):
    return {
        id_: (v.superseded_by, (v.valid_to - START).days)
        for id_, v in settle(claims).items()
        if v.superseded_by
    }


def test_a_chain_of_three_ends_each_where_the_next_begins():
    chain = [claim("a", "Ronda", 0), claim("b", "Malmo", 10), claim("c", "Parma", 20)]
    assert ended(*chain) == {"a": ("b", 10), "b": ("c", 20)}


def test_what_is_told_out_of_order_is_put_in_its_place():
    told = [claim("a", "Ronda", 10), claim("b", "Malmo", 0, said=20)]
    assert ended(*told) == {"b": ("a", 10)}


def test_a_correction_holds_from_the_start_of_what_it_takes_back():
    told = [claim("a", "14 June", 10), claim("b", "24 June", 20, effect="correct")]
    found = settle(told)
    assert (found["a"].superseded_by, found["a"].valid_to) == ("b", day(10))
    assert (found["b"].valid_from, found["b"].superseded_by) == (day(10), None)


def test_a_correction_of_many_values_is_of_the_one_that_it_names():
    many = {"is_single": False}
    told = [claim("a", "apples", 0, **many), claim("b", "plums", 1, **many)]
    meant = claim("c", "pears", 2, effect="correct", replaces="the apples", **many)
    assert ended(*told, meant) == {"a": ("c", 0)}


def test_values_of_another_kind_do_not_end_each_other():
    assert ended(claim("a", "San Francisco", 0), claim("b", "a dorm", 10)) == {}


def test_many_values_end_by_loss_alone():
    many = {"is_single": False}
    cars = [claim("a", "a Fiat Panda", 0, **many), claim("b", "a Volvo", 5, **many)]
    assert ended(*cars) == {}
    sold = claim("c", "the Panda", 10, effect="end", is_negative=True, **many)
    assert ended(*cars, sold) == {"a": ("c", 10)}
    used = claim("d", "Volvo", 12, effect="past", valid_to=day(12), **many)
    assert ended(*cars, used) == {"b": ("d", 12)}


def test_a_loss_that_could_be_of_two_things_is_of_its_namesake_or_of_neither():
    many = {"is_single": False}
    cars = [claim("a", "a red car", 0, **many), claim("b", "a blue car", 5, **many)]
    sold = claim("c", "the car", 10, effect="end", is_negative=True, **many)
    assert ended(*cars, sold) == {}


def test_what_took_the_place_of_a_lost_value_is_the_next_one():
    left = claim("b", "Zorblax", 10, effect="end", is_negative=True)
    assert ended(claim("a", "Zorblax", 0), left) == {"a": ("b", 10)}
    assert ended(claim("a", "Zorblax", 0), left, claim("c", "Norvik", 20)) == {"a": ("c", 10)}
    again = ended(claim("a", "Zorblax", 0), left, claim("c", "Zorblax", 20))
    assert again == {"a": ("b", 10), "b": ("c", 20)}


def test_equal_moments_contradict_each_other_and_nobody_wins():
    found = settle([claim("a", "Ronda", 0), claim("b", "Malmo", 0)])
    assert (found["a"].contradicts, found["b"].contradicts) == (("b",), ("a",))
    assert not any(found[id_].superseded_by for id_ in "ab")


def test_what_is_said_again_is_merged_and_ends_nothing():
    said = [claim("a", "Ronda", 0), claim("b", "in Ronda"[3:], 5), claim("c", "Malmo", 3)]
    found = settle(said[:2])
    assert found["b"].merged_into == "a"
    assert found["a"].superseded_by is None
    assert settle(said)["b"].merged_into is None  # she moved back


def test_a_row_of_the_store_stays_when_something_new_says_it_began_earlier():
    found = settle([claim("a", "Ronda", 5, is_stored=True), claim("b", "Ronda", 0)])
    assert found["b"].merged_into == "a"
    assert found["a"].valid_from == day(0)


def test_what_somebody_ruled_is_not_judged_again():
    ruled = claim("a", "Ronda", 5, is_ruled=True, ended_by="b", valid_to=day(9), is_stored=True)
    assert ended(ruled, claim("b", "Malmo", 0)) == {}


CLAIMS = st.lists(
    st.tuples(
        st.sampled_from(["Ronda", "Malmo", "the Malmo", "a dorm"]),
        st.integers(0, 5),
        st.integers(0, 3),
        st.sampled_from(["state", "state", "state", "end", "past", "correct"]),
    ),
    max_size=7,
)


def drawn(rows, is_single):
    """Return claims that are each said at a moment of its own, of then or of before."""
    made = []
    for n, (value, since, late, effect) in enumerate(rows):
        said = since * 10 + n + late * 10
        more = {"effect": effect, "is_negative": effect == "end", "is_single": is_single}
        if effect == "past":
            more["valid_to"] = day(said)
        made.append(
            claim(f"c{n}", value, said if effect == "correct" else since * 10 + n, said, **more)
        )
    return made


def kept(claims):
    """Return claims as the store has them once they were settled."""
    found = settle(claims)
    rows = {c.id: c for c in claims if found[c.id].merged_into is None}
    for c in claims:
        into = found[c.id].merged_into
        if into is not None:
            rows[into] = replace(rows[into], times=(*rows[into].times, moment_of(c), *c.times[1:]))
    return [
        replace(c, times=tuple(sorted({found[c.id].valid_from, *c.times})), is_stored=True)
        for c in rows.values()
    ]


def held(claims):
    """Return what holds in the end."""
    found = settle(claims)
    return {
        (c.value.key, c.is_negative)
        for c in claims
        if not (found[c.id].superseded_by or found[c.id].merged_into or c.effect == "past")
    }


@settings(max_examples=500)
@given(CLAIMS, st.booleans(), st.randoms(), st.integers(0, 7))
def test_what_holds_does_not_depend_on_the_order_of_arrival(rows, is_single, random, n):
    claims = drawn(rows, is_single)
    shuffled = random.sample(claims, len(claims))
    assert settle(shuffled) == settle(claims)
    first = kept(shuffled[:n])
    assert held([*first, *shuffled[n:]]) == held(claims)


@given(CLAIMS, st.booleans())
def test_settling_again_changes_nothing(rows, is_single):
    once = kept(drawn(rows, is_single))
    assert kept(once) == once
    assert all(v.merged_into is None for v in settle(once).values())


@given(CLAIMS, st.booleans())
def test_a_duplicate_never_supersedes_and_an_ended_value_does_not_hold(rows, is_single):
    claims = drawn(rows, is_single)
    by_id, found = {c.id: c for c in claims}, settle(claims)
    for id_, verdict in found.items():
        by = by_id.get(verdict.superseded_by)
        if by is not None and by.effect != "past":
            same = by.value.key == by_id[id_].value.key
            assert not same or by.is_negative != by_id[id_].is_negative
    for lost in (c for c in claims if c.effect == "end"):
        before = [c for c in claims if c.value.key == lost.value.key and not c.is_negative]
        if all(max(c.times) < lost.times[0] and c.effect == "state" for c in before):
            assert all(found[c.id].superseded_by or found[c.id].merged_into for c in before)


@given(CLAIMS, st.booleans())
def test_what_replaced_a_claim_leads_to_one_that_was_not_replaced(rows, is_single):
    found = settle(drawn(rows, is_single))
    for id_ in found:
        met = set()
        while found[id_].superseded_by:
            assert id_ not in met
            met.add(id_)
            id_ = found[id_].superseded_by
