"""
Asking: whether a turn asks for something, and for what, as classes of the words of its question.

"What opens the cash drawer these days" asks without a question mark; "how many codes" for none.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from memcli.language.data import read_data
from memcli.language.patterns import lazy_pattern
from memcli.language.secrets.cues import classes_between, listed

LONGEST_QUESTION: Final = 240
# Of what names something and asks for it without saying so: "otp aaya kya".
LONGEST_NAMING: Final = 80
# What is secret, and what one may be asked how to open.
SECRETIVE: Final = frozenset("password pin code lock keypad net card paper back".split())
_OPENED: Final = frozenset(("device", "account", "open"))
_FIRST = lazy_pattern(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def asked_classes(before: str) -> frozenset[str]:
    """Return the classes of what a turn asks for that may be secret; none where it does not ask."""
    if not asks_for_some(before):
        return frozenset()
    classes = classes_between(_end(before))
    is_sent = "sent" in classes and not classes.isdisjoint(("code", "number"))
    return classes if is_sent or classes & (SECRETIVE | _OPENED) else frozenset()


def named_classes(before: str) -> frozenset[str]:
    """Return the classes of a few words that name what is secret, and may ask for it."""
    said = before.strip()
    if len(said) > LONGEST_NAMING or _pattern("how_many").search(_end(said)):
        return frozenset()
    classes = classes_between(_end(said))
    # "I changed the gate code." is told, "they want the code on the back." is asked.
    if said.endswith(".") and classes.isdisjoint(("enter", "wants")):
        return frozenset()
    # "What do I press".
    is_asked = not listed("asks").isdisjoint(_FIRST.findall(_end(said)))
    telling = SECRETIVE | {"sent", "account"} | ({"enter"} if is_asked else set())
    return classes if classes & telling else frozenset()


def asks_for_some(before: str) -> bool:
    """Tell a turn that asks for something, and not for an amount."""
    end = _end(before)
    return bool(end) and _asks(end) and not _pattern("how_many").search(end)


def _end(before: str) -> str:
    return before.strip()[-LONGEST_QUESTION:].lower().replace("\u2019", "'")


def _asks(end: str) -> bool:
    if "?" in end or "\uff1f" in end or "\u061f" in end or end.endswith((":", "\uff1a")):
        return True
    first = _FIRST.match(end)
    if first and first[0] in listed("asks"):
        return True
    return _request().search(end) is not None or _pattern("asks_anywhere").search(end) is not None


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(read_data("secrets_evidence")["beside"][name])


@cache
def _request() -> re.Pattern[str]:
    return re.compile(read_data("secrets_replies")["request"])
