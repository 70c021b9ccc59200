"""The rows of `entities`: what resolution writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.mentions import Mention
from memcli.memory.entities import canonical_of, entity_id, evidence_of, find, upsert_rows
from store.errors import BadUsage, InputNotFound
from tests.support.entity_rows import LATER, NAMES, NOW, a_family, after, id_of, meaning, seen, told


@pytest.fixture
def family():
    return a_family()


def test_an_id_is_of_the_namespace_and_the_name_in_any_case():
    assert id_of("Zoë  Brandt") == id_of("ZOE\u0308 brandt")
    assert id_of("Zoe") != entity_id("other", "Zoe") != id_of("Zoë")
    assert len(id_of("Zoe")) == 16


def test_each_spelling_has_a_row_and_the_entity_its_other_names(family):
    by_name = {row["name"]: row for row in family}
    liz, full = by_name["Liz"], by_name["Elizabeth Brandt"]
    assert liz["canonical_id"] == full["id"] == id_of("elizabeth brandt")
    assert (full["aliases"], liz["aliases"], by_name["Bear"]["aliases"]) == (["Liz"], None, None)
    evidence = evidence_of(liz)
    assert (evidence["by"], evidence["reason"]) == ("rule", "nickname")
    assert evidence["scores"] == {"name": 0.8, "time": 1.0}
    assert {row["recorded_at"] for row in family} == {NOW}


def test_nothing_new_writes_nothing(family):
    assert upsert_rows(family, [], [], LATER) == []


def test_only_what_changes_is_written(family):
    (row,) = upsert_rows(family, [seen("Bear", last_at=LATER)], [], LATER)
    assert (row["name"], row["recorded_at"]) == ("Bear", LATER)
    assert evidence_of(row)["seen"]["count"] == 2
    assert evidence_of(row)["seen"]["last_at"] == LATER.isoformat()


def test_a_merge_by_rule_is_taken_back_when_another_could_be_meant(family):
    rows = told(family, [seen("Elizabeth Sand")])
    assert meaning(rows) == {}
    assert "by" not in evidence_of(find(rows, "liz"))


def test_what_stood_in_one_sentence_is_kept_in_mind():
    rows = told([], [seen("Liz", apart=frozenset({"elizabeth", "jonas"})), seen("Elizabeth")])
    assert evidence_of(find(rows, "Liz"))["seen"]["apart"] == ["elizabeth"]
    assert meaning(told(rows, [seen("Liz"), seen("Elizabeth")])) == {}


def test_a_stated_alias_is_kept_in_mind_until_it_is_used():
    rows = told([], [seen("Jonas")], [("Jonas", "Bear")])
    assert meaning(rows) == {"Bear": "Jonas"}
    assert meaning(told(rows, [seen("Bear", "other")])) == {"Bear": "Jonas"}
    assert meaning(told(rows, [seen("Ada")], [("Ada", "Bear")])) == {}


def test_an_unknown_type_becomes_known():
    rows = told(told([], [seen("Nordwind", "other")]), [seen("Nordwind", "organization")])
    assert [row["type"] for row in rows] == ["organization"]
    assert [row["type"] for row in told(rows, [seen("Nordwind", "place")])] == ["organization"]


def test_evidence_that_cannot_be_read_is_none():
    assert evidence_of({"evidence": "{nonsense"}) == evidence_of({"evidence": "[]"}) == {}
    assert evidence_of({"evidence": None}) == {}


# ---------------------------------------------------------------- reading


def test_canonical_follows_chains_and_survives_circles_and_gaps():
    def row(id_, above):
        return {"id": id_, "canonical_id": above}

    rows = [row("a", "b"), row("b", "c"), row("c", None), row("d", "gone")]
    assert canonical_of(rows) == {"a": "c", "b": "c", "c": "c", "d": "d"}
    circle = [row("z", "x"), row("x", "y"), row("y", "w"), row("w", "x"), row("q", "q")]
    assert canonical_of(circle) == {"z": "w", "x": "w", "y": "w", "w": "w", "q": "q"}


def test_find_takes_ids_and_names(family):
    rows = after(family, upsert_rows([], [Mention("other", "Liz")], [], NOW))
    assert find(rows, "elizabeth  BRANDT")["id"] == id_of("Elizabeth Brandt")
    assert find(rows, id_of("Liz"))["namespace"] == "n"
    with pytest.raises(BadUsage, match=r"namespaces n, other \(add --namespace\)"):
        find(rows, "Liz")
    with pytest.raises(InputNotFound, match="no entity 'Nobody'"):
        find(rows, "Nobody")


# ---------------------------------------------------------------- invariants


@given(st.permutations(NAMES), st.integers(0, len(NAMES)))
def test_the_outcome_is_the_same_in_one_batch_and_in_two(names, cut):
    mentions = [seen(name, companions=frozenset({"ada", name[:1]})) for name in names]
    together = told([], mentions)
    in_turn = told(told([], mentions[:cut]), mentions[cut:])
    assert sorted(map(str, together)) == sorted(map(str, in_turn))
