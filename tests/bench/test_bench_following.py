"""A vault of 200 notes synced twenty times, and a year of the logs of Claude Code."""

from __future__ import annotations

import pytest

from tests.support.sync_trials import try_claude_code, try_vault

pytestmark = pytest.mark.bench


@pytest.mark.parametrize("seed", [1, 2])
def test_a_vault_of_200_notes(tmp_path, report, seed):
    vault = try_vault(tmp_path, notes=200, times=20, seed=seed)
    report(f"{len(vault.texts()):,} texts stand, of {len(vault.ever):,} that ever stood")


@pytest.mark.parametrize("seed", [1, 2])
def test_a_year_of_claude_code(tmp_path, report, seed):
    year = try_claude_code(tmp_path, months=12, days=21, seed=seed)
    report(f"{len(year.turns()):,} turns of {len(year.told):,} sessions")
