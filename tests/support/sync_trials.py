"""Folders followed for long, looked at after each sync: no turn lost, doubled or of nobody."""

from __future__ import annotations

from pathlib import Path

from store import Store
from store.check import check
from tests.support.followed import ClaudeYear, Vault, rounds
from tests.support.program import run_here

CURRENT = "level = 0 AND superseded_by IS NULL"
COLUMNS = ["text", "speaker", "session_id"]


def rows_of(store: Path, where: str, *tables: str) -> list[dict]:
    """Return some rows of a store that is sound."""
    opened = Store.open(store)
    assert list(check(opened)) == []
    return list(opened.snapshot().rows(COLUMNS, where, list(tables)))


def sync(store: Path, folder: Path) -> None:
    run_here("sync", folder, "--store", store, "--create", "--quiet")


def try_vault(folder: Path, notes: int, times: int, seed: int = 1) -> Vault:
    """Follow a vault through some rounds of edits, moves and deletions."""
    vault, store = Vault(folder / "vault", notes, seed), folder / "store"

    def look() -> None:
        sync(store, vault.folder)
        current = rows_of(store, CURRENT, "memories")
        assert sorted(row["text"] for row in current) == vault.texts()
        assert {row["text"]: row["speaker"] for row in current if row["speaker"]} == {
            text: name for text, name in vault.speakers.items() if text in set(vault.texts())
        }
        assert all(row["session_id"] for row in current)
        kept = {row["text"] for row in rows_of(store, "level = 0", "memories", "archive")}
        assert vault.ever == kept

    rounds(times, vault.change, look)
    return vault


def try_claude_code(folder: Path, months: int, days: int, seed: int = 1) -> ClaudeYear:
    """Follow the logs of Claude Code through some months of some days."""
    root, store = folder / "projects", folder / "store"
    year = ClaudeYear(root, seed)
    year.live(days)

    def look() -> None:
        sync(store, root)
        current = rows_of(store, CURRENT, "memories")
        assert sorted((row["speaker"], row["text"]) for row in current) == year.turns()
        assert all(row["session_id"] in year.homes[row["text"]] for row in current)

    rounds(months - 1, lambda: year.live(days), look)
    return year
