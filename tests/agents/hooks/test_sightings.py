from __future__ import annotations

from memcli.agents.hooks.sightings import last_seen, note_seen


def test_the_newest_sighting_of_each_client_is_kept(tmp_path):
    assert last_seen(tmp_path) == {}
    (tmp_path / "hooks").mkdir()
    note_seen(tmp_path, [("codex", 5.0), ("codex", 3.0), ("gemini", 1.0)])
    note_seen(tmp_path, [("codex", 4.0)])
    assert last_seen(tmp_path) == {"codex": 5.0, "gemini": 1.0}
    (tmp_path / "hooks" / "seen.json").write_text("{torn")
    assert last_seen(tmp_path) == {}
