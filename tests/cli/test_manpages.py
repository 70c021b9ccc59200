"""Man pages: one for each command and topic, as the program would write them now."""

from __future__ import annotations

import shutil
import subprocess
import tomllib

import pytest

from memcli.cli.app import COMMANDS
from memcli.cli.manpages import command_pages, manual, write_all
from memcli.cli.topics import topic_pages
from tests.cli.test_command_tree import nested
from tests.support.paths import ROOT

FOLDER = ROOT / "memcli" / "docs" / "man"


@pytest.fixture(scope="module")
def pages():
    return manual()


def files():
    return sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.*"))


def test_the_pages_are_those_that_the_program_would_write(pages):
    assert {name: (FOLDER / name).read_text("utf-8") for name in files()} == pages


def test_every_command_and_topic_has_a_page(pages):
    assert pages.keys() >= {f"man1/memcli-{command}.1" for command in COMMANDS}
    assert pages.keys() >= {f"man7/memcli-{topic}.7" for topic in topic_pages()}
    assert "man1/memcli.1" in pages


def test_a_page_of_a_command_has_its_example_and_statuses(pages):
    for command in COMMANDS:
        page = pages[f"man1/memcli-{command}.1"]
        assert page.count('.SH "EXAMPLES"') == page.count('.SH "EXIT STATUS"') == 1
        assert r"\fB\-h, \-\-help\fR" in page


def test_commands_of_groups_have_pages_of_their_own():
    pages = command_pages(nested())
    assert list(pages) == ["man1/row.1", "man1/row-boats.1", "man1/row-boats-list.1"]
    assert r"\fBrow\-boats\-list\fR(1)" in pages["man1/row-boats.1"]
    assert r"\fBrow\-boats\fR(1)" in pages["man1/row-boats-list.1"]
    assert r"\fBrow boats list\fR" in pages["man1/row-boats-list.1"]
    assert "Sink" not in "".join(pages.values())


def test_writing_takes_away_pages_of_commands_that_are_gone(tmp_path, pages):
    old, other = tmp_path / "man1" / "memcli-gone.1", tmp_path / "notes.txt"
    old.parent.mkdir()
    old.write_text("x")
    other.write_text("y")
    write_all(tmp_path)
    assert not old.exists()
    assert other.exists()
    assert len(list(tmp_path.glob("man?/*"))) == len(pages)


def test_what_is_installed_beside_the_packages_is_there():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    shared = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert shared["memcli/docs/man"] == "share/man"
    assert all((ROOT / source).exists() for source in shared)


@pytest.mark.skipif(not shutil.which("groff"), reason="no groff here")
def test_what_man_formats_with_finds_nothing_to_warn_of():
    # As `man --warnings` does, but all pages in one process.
    command = ["groff", "-k", "-t", "-man", "-Tutf8", "-ww", "-P-cbou"]
    command += [str(FOLDER / name) for name in files()]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.splitlines().count("NAME") == len(files())


@pytest.mark.skipif(not shutil.which("mandoc"), reason="no mandoc here")
def test_mandoc_finds_nothing_to_complain_about():
    command = ["mandoc", "-T", "lint", *(FOLDER / name for name in files())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
