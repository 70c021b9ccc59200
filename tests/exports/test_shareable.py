"""What of a store may go into other programs."""

from __future__ import annotations

import json

from memcli.exports.contents import Contents
from memcli.exports.shareable import closed_ids, shareable_entities, shareable_rows
from store import Store

AT = "2026-03-02T00:00:00Z"
BASE = {"kind": "memory", "v": 1, "namespace": "default", "type": "semantic", "recorded_at": AT}
ENTITY = {"kind": "entity", "v": 1, "namespace": "default", "recorded_at": AT}


def test_what_cites_something_hidden_is_closed_too(run, tmp_path):
    records = [
        BASE | {"id": "turn", "level": 0, "text": "He drinks."},
        BASE | {"id": "day", "level": 3, "text": "Of him.", "source_ids": ["quote"]},
        BASE | {"id": "quote", "level": 1, "text": "He drinks.", "source_ids": ["turn"]},
        BASE | {"id": "other", "level": 1, "text": "It rains."},
        ENTITY | {"id": "a", "name": "Ida", "canonical_id": "b"},
        ENTITY | {"id": "b", "name": "Ida Bloom"},
    ]
    store = tmp_path / "s"
    run(
        "ingest",
        "--from",
        "export",
        "--store",
        store,
        "--create",
        stdin="\n".join(map(json.dumps, records)),
    )
    run("hide", "turn", "--store", store)
    contents = Contents(Store.open(store).snapshot())
    assert closed_ids(contents) == {"turn", "quote", "day"}
    columns = ["id", "type", "text", "source_ids"]
    assert [row["id"] for row in shareable_rows(contents, columns, "level > 0")] == ["other"]
    (entity,) = shareable_entities(contents)
    assert (entity["name"], entity["aliases"]) == ("Ida Bloom", ["Ida"])
