"""Leftovers in plain."""

from __future__ import annotations

from store.encryption.leftovers import plain_parts, remove_plain


def test_what_holds_words_or_keys_goes_and_the_rest_stays(tmp_path):
    gone = ("tables/a/b", "commits/00000001.json", "cache/llm/a.json", "tombstones.key")
    gone += ("hooks/spool.jsonl", "hooks/log.old", "tmp12345678")
    stay = ("store.json", "config.toml", "hooks/installed.json", "encrypted/objects/a")
    for name in gone + stay:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert remove_plain(tmp_path) == len(list(plain_parts(tmp_path))) + 7
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == set(stay)
    assert remove_plain(tmp_path) == 0
