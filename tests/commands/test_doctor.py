"""Doctor on the command line: all findings, and the status that they come to."""

from __future__ import annotations

import pytest

AREAS = ["program", "store", "settings", "encoder", "parser", "hooks", "disk", "cron", "terminal"]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Give the program a home folder of its own, without agents."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_a_store_that_is_well_has_no_errors(run_process, sample_once):
    done = run_process("doctor", "--store", sample_once)
    assert list(dict.fromkeys(one["area"] for one in done.records)) == AREAS
    assert "error" not in {one["status"] for one in done.records}
    assert done.stderr.startswith("memcli: no errors, ")


def test_it_works_without_a_store(run, tmp_path):
    done = run("doctor", cwd=tmp_path)
    (missing,) = (one for one in done.records if one["area"] == "store")
    assert missing["status"] == "warning"


@pytest.mark.parametrize(
    ("spoil", "status", "area"),
    [
        (lambda root: (root / "config.toml").write_text("[query]\ntop_k = 0\n"), 2, "settings"),
        (lambda root: (root / "commits" / "00000001.json").unlink(), 65, "store"),
        (lambda root: (root / "store.json").unlink(), 66, "store"),
        (lambda root: (root / "config.toml").write_text("[extract]\nparser = 'x'\n"), 69, "parser"),
    ],
)
def test_what_is_wrong_gives_the_status(run, sample, spoil, status, area):
    spoil(sample)
    done = run("doctor", "--store", sample, status=status)
    first = next(one for one in done.records if one["status"] == "error")
    assert first["area"] == area
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"memcli: {first['what']}")


def test_an_agent_whose_program_is_gone_is_an_error(run, sample, home):
    run("hook", "install", "codex", "--store", sample)
    path = home / ".codex" / "hooks.json"
    text = path.read_text("utf-8")
    assert " hook " in text
    broken = text.replace('"command": "', '"command": "/nowhere/memcli hook stop; ')
    path.write_text(broken)
    done = run("doctor", "--store", sample, status=65)
    assert "Codex: /nowhere/memcli is not there any more" in done.stderr


def test_findings_are_a_table_or_lines(run, sample_once):
    table = run("doctor", "--store", sample_once, "-f", "table").stdout
    assert table.splitlines()[0].split() == ["status", "area", "what", "remedy"]
    text = run("doctor", "--store", sample_once, "-f", "text").stdout
    assert "290 memories" in text
