"""
HTML export: one page for a person, with all that it needs in it and no request to anywhere.

What people said is data to its script, which puts it on the page as text only; a content security
policy lets nothing else run or load.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from memcli.exports.overview import Overview
from memcli.jsonl import Json

if TYPE_CHECKING:
    from memcli.exports.contents import Contents

FOLDER: Final = Path(__file__).parent / "html_page"
# Ends of elements and separators of lines have no place in a script element.
ESCAPES: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028",
                  "\u2029": "\\u2029"}  # fmt: skip


def encode_page(contents: Contents) -> Iterator[bytes]:
    """Yield a page with a timeline, people, topics, a graph and a search of what a store holds."""
    overview = Overview(contents)
    contents.counts["page"] = len(overview.turns) + len(overview.statements)
    yield page_of(overview.to_json())


def page_of(data: Json) -> bytes:
    """Return the page that shows a record of `Overview`."""
    style, script = _part("page.css"), _part("page.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}';"
        " base-uri 'none'; form-action 'none'"
    )
    parts = {"policy": policy, "style": style, "data": as_script_data(data), "script": script}
    page = _part("page.html")
    # One pass, so that nothing in a part is taken for the place of another.
    pieces = page.split("@@")
    pieces[1::2] = [parts[name] for name in pieces[1::2]]
    return "".join(pieces).encode()


def as_script_data(data: Json) -> str:
    """Return a record as JSON that can stand in a script element, whatever is in it."""
    text = msgspec.json.encode(data).decode()
    for character, escaped in ESCAPES.items():
        text = text.replace(character, escaped)
    return text


def _part(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def _hash(text: str) -> str:
    """Return the hash of a style or script as a content security policy has it."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
