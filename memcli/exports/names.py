"""File names made of any text: safe, readable and unique whatever the file system."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable
from typing import Final

MAX_BYTES: Final = 120
_UNSAFE: Final = re.compile(r"[^\w.]+")
# Windows keeps these for devices, whatever their extension.
RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


class NameGiver:
    """Gives each key its own file name, telling names apart without regard to case."""

    def __init__(self, suffix: str = "", taken: Iterable[str] = ()) -> None:
        self._suffix = suffix
        self._taken = {name.casefold() for name in taken}
        self._given: dict[Hashable, str] = {}

    def name(self, text: str, key: Hashable = ...) -> str:
        """Return the name of a key, by default the text; the same one whenever it is asked for."""
        key = text if key is ... else key
        if key not in self._given:
            self._given[key] = self._new(safe_name(text))
        return self._given[key]

    def _new(self, stem: str) -> str:
        name, number = stem + self._suffix, 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{stem}-{number}{self._suffix}"
        self._taken.add(name.casefold())
        return name


def safe_name(text: str) -> str:
    """Return a text as a file name: letters and digits of any script, `.`, `_`, `-`."""
    plain = unicodedata.normalize("NFC", text)
    name = _UNSAFE.sub("-", plain).strip("-.")
    name = name.encode()[:MAX_BYTES].decode(errors="ignore").rstrip("-.")
    return f"_{name}" if not name or RESERVED.fullmatch(name) else name
