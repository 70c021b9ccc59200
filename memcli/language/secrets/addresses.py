"""Addresses that let in whoever has them: signed parameters, tokens, unguessable names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from memcli.language.data import read_data
from memcli.language.patterns import lazy_pattern
from memcli.language.secrets.rules import Found
from memcli.language.secrets.values import is_unguessable

KIND: Final = "token"
_ADDRESS = lazy_pattern(r"(?<![A-Za-z])[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s\"'<>`]{4,4000}")
_ALONE = lazy_pattern(r"://([\w-]{16,200})@")


def found_in_addresses(text: str) -> Iterator[Found]:
    """Yield the places of what is secret in the addresses of a text."""
    if "://" not in text:
        return
    for address in _ADDRESS.finditer(text):
        for pattern in (_ALONE, _parameter(), _folder()):
            for match in pattern.finditer(text, *address.span()):
                if is_unguessable(match[1]):
                    yield KIND, *match.span(1)


@cache
def _parameter() -> re.Pattern[str]:
    names = "|".join(read_data("secrets")["addresses"]["parameters"].split())
    return re.compile(
        rf"[?&#;](?:[\w.%-]{{0,30}}(?<![A-Za-z]))?(?:{names})=([\w%.~+/=-]{{8,2000}})",
        re.IGNORECASE,
    )


@cache
def _folder() -> re.Pattern[str]:
    """Return what matches a long name in a folder of such, or behind a prefix that says so."""
    data = read_data("secrets")["addresses"]
    folders, before = "|".join(data["folders"].split()), "|".join(data["prefixes"].split())
    return re.compile(
        rf"/(?:(?:{folders})/(?:\d{{6,24}}/)?|{before})([A-Za-z0-9_~-]{{12,300}})(?![\w.-])",
        re.IGNORECASE,
    )
