"""
Topic pages: what there is to say beyond the help of the commands, as Markdown in memcli/docs.

The first line of a page is `# Name: what it is about`; its file is called after the topic.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final

TITLE: Final = re.compile(r"# [^:\n]+: (.+)\n")
# Links into the checkout lead nowhere on a terminal; their text says what they lead to.
RELATIVE_LINK: Final = re.compile(r"!?\[([^\]]+)\]\((?![a-z]+:)[^)\s]+\)")
MAX_WIDTH: Final = 100


def topic_pages() -> dict[str, str]:
    """Return the Markdown of each topic page, by the name of the topic."""
    folder = files("memcli").joinpath("docs")
    pages = [item for item in folder.iterdir() if item.name.endswith(".md")]
    texts = {item.name.removesuffix(".md"): item.read_text(encoding="utf-8") for item in pages}
    return dict(sorted(texts.items()))


def subject(page: str) -> str:
    """Return what a page is about, from its first line."""
    title = TITLE.match(page)
    if title is None:
        raise ValueError(f"a topic page begins with '# Name: what it is about': {page[:60]!r}")
    return title[1]


def rendered(page: str) -> str:
    """Return a page as a terminal shows it: in colour, and as wide as that is, within reason."""
    from io import StringIO

    from rich.console import Console
    from rich.markdown import Markdown
    from rich.theme import Theme

    screen = StringIO()
    # Without a background of its own, code can be read on terminals of any colour.
    theme = Theme({"markdown.code": "bold cyan"})
    console = Console(file=screen, force_terminal=True, theme=theme)
    console.width = min(console.width, MAX_WIDTH)
    text = RELATIVE_LINK.sub(r"\1", page)
    console.print(Markdown(text, code_theme="ansi_dark", hyperlinks=False))
    return screen.getvalue()
