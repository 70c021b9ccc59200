"""The README and the topic pages as text: their blocks, links and examples."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support.paths import ROOT

README: Final = ROOT / "README.md"
PAGES: Final = tuple(sorted((ROOT / "memcli" / "docs").glob("*.md")))
# What an example prints, among other things, stands behind this.
PRINTS: Final = "#> "


@dataclass(frozen=True)
class Example:
    """Commands that a page shows, and what their output has in it."""

    script: str
    expected: tuple[str, ...]


def blocks(page: Path, name: str) -> list[str]:
    """Return what stands in the blocks of shell that a comment names."""
    pattern = rf"<!-- {name} -->\n```sh\n(.*?)```\n<!-- end -->"
    return [text.strip() for text in re.findall(pattern, page.read_text("utf-8"), re.DOTALL)]


def code(page: Path, language: str) -> str:
    """Return the first block of code of a language."""
    found = re.search(rf"```{language}\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    assert found, f"{page.name} has no {language} block"
    return found[1]


def examples(page: Path) -> list[Example]:
    """Return the examples of a page; a blank line ends each."""
    parts = [part for text in blocks(page, "examples") for part in text.split("\n\n")]
    return [example(part) for part in parts]


def example(part: str) -> Example:
    """Return an example: first its commands, then what they print, each line cut at its dots."""
    lines = part.strip().split("\n")
    printed = [line.removeprefix(PRINTS) for line in lines if line.startswith(PRINTS)]
    script = "\n".join(line for line in lines if not line.startswith(PRINTS))
    return Example(
        script, tuple(text.removeprefix("... ").removesuffix(" ...") for text in printed)
    )


def relative_links(page: Path) -> list[str]:
    """Return what a page links to within the checkout."""
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))
    return [link.partition("#")[0] for link in links if "://" not in link]
