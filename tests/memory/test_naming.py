"""Names of memories in metadata."""

from __future__ import annotations

import json

from memcli.memory.naming import evolved_by, named_in


def test_metadata_names_other_memories() -> None:
    said = {
        "relation": ["causes", "a", "b", "because"],
        "ruling": {"op": "noop", "turn": "t"},
        "evolved": [{"by": "x"}, {"by": "y"}, {}],
    }
    assert named_in(json.dumps(said)) == ["a", "b", "t"]
    assert evolved_by(json.dumps(said)) == ["x", "y"]
    for empty in (None, "{}", '{"relation": 1, "ruling": null, "evolved": "no"}'):
        assert named_in(empty) == []
        assert evolved_by(empty) == []
