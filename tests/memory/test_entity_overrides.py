"""What a user merges and splits."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.mentions import Mention
from memcli.memory.entities import canonical_of, entity_id, evidence_of, find, upsert_rows
from memcli.memory.entity_overrides import merge, split
from store.errors import BadUsage, InputNotFound
from tests.support.entity_rows import LATER, NAMES, NOW, a_family, after, id_of, meaning, seen, told


@pytest.fixture
def family():
    return a_family()


def test_a_merge_by_the_user_stays(family):
    rows = after(family, merge(family, id_of("Elizabeth Brandt"), [id_of("Bear")], LATER))
    assert find(rows, "Elizabeth Brandt")["aliases"] == ["Bear", "Liz"]
    assert evidence_of(find(rows, "Bear"))["by"] == "user"
    again = told(rows, [seen("Bear Sand"), seen("Bear", apart=frozenset({"elizabeth brandt"}))])
    assert meaning(again)["Bear"] == "Elizabeth Brandt"


def test_a_split_by_the_user_stays(family):
    rows = after(family, split(family, id_of("Elizabeth Brandt"), ["liz"], LATER))
    assert meaning(rows) == {}
    assert evidence_of(find(rows, "Liz"))["never"] == [id_of("Elizabeth Brandt")]
    assert meaning(told(rows, [seen("Liz")], [("Elizabeth Brandt", "Liz")])) == {}
    with_first = told(rows, [seen("Elizabeth")])
    assert meaning(with_first) == {"Elizabeth": "Elizabeth Brandt"}


def test_a_merge_takes_a_split_back(family):
    rows = after(family, split(family, id_of("Elizabeth Brandt"), ["Liz"], LATER))
    rows = after(rows, merge(rows, id_of("Elizabeth Brandt"), [id_of("Liz")], LATER))
    assert meaning(rows) == {"Liz": "Elizabeth Brandt"}
    assert "never" not in evidence_of(find(rows, "Liz"))


def test_the_winner_of_a_merge_can_be_what_was_merged(family):
    rows = after(family, merge(family, id_of("Liz"), [id_of("Elizabeth Brandt")], LATER))
    assert meaning(rows) == {"Elizabeth Brandt": "Liz"}
    assert meaning(told(rows, [seen("Elizabeth")])) == {
        "Elizabeth Brandt": "Liz",
        "Elizabeth": "Liz",
    }


def test_only_the_named_row_and_what_is_under_it_moves(family):
    rows = told(family, [seen("Ada")])
    rows = after(rows, merge(rows, id_of("Liz"), [id_of("Bear")], LATER))
    rows = after(rows, merge(rows, id_of("Ada"), [id_of("Liz")], LATER))
    assert meaning(rows) == {"Liz": "Ada", "Bear": "Ada"}
    assert find(rows, "Elizabeth Brandt")["aliases"] is None


def test_merging_twice_changes_nothing(family):
    once = after(family, merge(family, id_of("Bear"), [id_of("Liz")], LATER))
    assert merge(once, id_of("Bear"), [id_of("Liz")], LATER) == []


def test_what_cannot_be_merged_or_split(family):
    rows = after(family, upsert_rows([], [Mention("other", "Liz")], [], NOW))
    with pytest.raises(BadUsage, match="same entity"):
        merge(rows, id_of("Bear"), [id_of("Bear")], NOW)
    with pytest.raises(BadUsage, match="namespace other"):
        merge(rows, id_of("Bear"), [entity_id("other", "Liz")], NOW)
    with pytest.raises(BadUsage, match="what the entity is called"):
        split(rows, id_of("Liz"), ["Elizabeth Brandt"], NOW)
    with pytest.raises(InputNotFound, match=r"not called 'Bear' \(other names: Liz\)"):
        split(rows, id_of("Liz"), ["Bear"], NOW)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["merge", "split", "say"]), st.sampled_from(NAMES), st.sampled_from(NAMES)
    ),
    max_size=8,
)


@given(STEPS)
def test_no_row_is_lost_and_a_users_word_stands_through_any_steps(steps):
    rows = told([], [seen(name) for name in NAMES])
    for action, one, other in steps:
        try:
            if action == "merge":
                rows = after(rows, merge(rows, id_of(one), [id_of(other)], LATER))
            elif action == "split":
                rows = after(rows, split(rows, id_of(one), [other], LATER))
            else:
                rows = told(rows, [seen(one), seen(other)])
        except (BadUsage, InputNotFound):
            continue
    overruled = {
        row["id"]: row["canonical_id"]
        for row in rows
        if evidence_of(row).get("by") == "user" and row["canonical_id"]
    }
    rows = told(rows, [seen(name) for name in NAMES])
    assert {row["name"] for row in rows} == set(NAMES)
    by_id = {row["id"]: row for row in rows}
    assert {id_: by_id[id_]["canonical_id"] for id_ in overruled} == overruled
    roots = canonical_of(rows)
    for row in rows:
        for never in evidence_of(row).get("never", ()):
            assert roots[row["id"]] != roots[never] or row["id"] in overruled or never in overruled
        assert row["evidence"] is None or json.loads(row["evidence"])
        others = [r["name"] for r in rows if roots[r["id"]] == row["id"] != r["id"]]
        assert (row["aliases"] or []) == sorted(others)
