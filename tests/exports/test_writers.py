"""An export of any format, written to its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from memcli.exports import EXPORTERS
from memcli.exports.writers import write_new
from store.errors import BadUsage, PluginUnavailable, StoreExists


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("csv", "6 memories (1 of them archived) and"),
        ("markdown", "6 memories of 4 sessions"),
        ("duckdb", "all tables"),
    ],
)
def test_every_format_says_what_it_holds_and_replaces_nothing_unasked(
    contents, tmp_path, form, said
):
    path = tmp_path / "out"
    assert write_new(contents, form, EXPORTERS[form], path, False).startswith(said)
    assert path.is_dir() == (form == "markdown")
    with pytest.raises(StoreExists):
        write_new(contents, form, EXPORTERS[form], path, False)


def test_a_database_is_not_written_to_a_pipe(contents):
    with pytest.raises(BadUsage):
        write_new(contents, "duckdb", EXPORTERS["duckdb"], Path("/dev/null"), True)


class Plugin:
    """An exporter of another package, which says nothing, or fails."""

    suffix = ".x"

    def __init__(self, fails):
        self.fails = fails

    def write(self, contents, path):
        if self.fails:
            raise RuntimeError("its own fault")
        contents.counts["memories"] = 7
        path.write_text("x")


def test_a_plugin_that_says_nothing_is_summed_up_and_its_failure_is_blamed_on_it(
    contents, tmp_path
):
    path = tmp_path / "out"
    assert write_new(contents, "mine", Plugin(False), path, False) == "7 memories and 0 links"
    with pytest.raises(PluginUnavailable, match="mine"):
        write_new(contents, "mine", Plugin(True), path, True)
    assert path.read_text() == "x"
