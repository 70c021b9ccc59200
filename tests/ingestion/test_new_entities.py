"""Names that come with an export."""

from __future__ import annotations

import json

from memcli.ingestion.new_entities import NewEntities
from memcli.memory.entities import evidence_of


def entity(name, **fields):
    fixed = {"namespace": "default", "canonical_id": None, "evidence": None}
    return {"id": name.lower(), "name": name, **fixed, **fields}


IDA = entity("Ida", evidence={"seen": {"companions": ["tihany", "ugo"], "count": 2}})


def taken(is_gone, *notes):
    entities = NewEntities(is_gone)
    for row in (IDA, entity("Ugo", canonical_id="tihany"), entity("Tihany")):
        entities.add(row)
    for note in notes:
        entities.note(*note)
    return {row["name"]: row for row in entities.rows}


def test_all_are_taken_as_they_are_where_nothing_is_gone():
    rows = taken(lambda id_: False, ("tihany", True), ("tihany", False))
    assert list(rows) == ["Ida", "Ugo", "Tihany"]
    assert json.loads(rows["Ida"]["evidence"]) == IDA["evidence"]


def test_what_only_the_gone_have_named_is_left_out_and_no_other_knows_of_it():
    for rows in (taken(lambda id_: False, ("tihany", False)), taken(lambda id_: id_ == "tihany")):
        assert list(rows) == ["Ida", "Ugo"]
        assert evidence_of(rows["Ida"])["seen"] == {"companions": ["ugo"], "count": 2}
        assert rows["Ugo"]["canonical_id"] is None
