"""Parts of an extraction."""

from memcli.extraction import parts
from memcli.memory.sessions import SessionKey


def test_parts_are_whole_sessions_in_their_order(monkeypatch):
    monkeypatch.setattr(parts, "TURNS_A_PART", 10)
    keys = [
        SessionKey("n", name, turns) for name, turns in (("a", 4), ("b", 6), ("c", 1), ("d", 30))
    ]
    cut = list(parts.parts_of(keys))
    assert [[key.session_id for key in part] for part in cut] == [["a", "b"], ["c"], ["d"]]
    assert [key for part in cut for key in part] == keys
