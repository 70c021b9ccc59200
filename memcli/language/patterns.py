"""
Pattern that is compiled when it is first used.

A command reads few of the patterns that the modules it loads name, and `re` is slow to compile: the
rules of secrets alone took 40 ms of every question.
"""

from __future__ import annotations

import re
from typing import Any, Final, cast

METHODS: Final = frozenset(
    ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn")
)


class _Lazy:
    """Pattern by its source; once it was used, its methods are those of the compiled one."""

    def __init__(self, source: str, flags: int) -> None:
        self.pattern = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self.pattern, self._flags)
        # Found without this method from now on: a call costs what it costs on a compiled pattern.
        self.__dict__ |= {method: getattr(compiled, method) for method in METHODS}
        return getattr(compiled, name)


def lazy_pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """
    Return what has the methods of re.compile(source, flags), and compiles at the first of them.

    An error in the source is raised there too. It is no argument for functions of `re` themselves.
    """
    return cast("re.Pattern[str]", _Lazy(source, flags))
