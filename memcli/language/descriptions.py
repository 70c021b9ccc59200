"""
Definite descriptions: the thing that a question means without naming it ("Ada's dentist").

After Russell ("On denoting", 1905): a possessive, or "the" with what narrows it down. English only.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from memcli.language.data import words
from memcli.language.words import FUNCTION_WORDS, compared_words

_TOKEN = re.compile(r"[^\W_](?:[\w-]*[^\W_])?|['\u2019]s?\b|['\u2019]|[.,;:!?]")
_PARTICIPLE = re.compile(r"[a-z]{3,}(?:ing|ed|en)$")
# A noun with what stands in front of it.
HEAD_WORDS: Final = 3
NARROWING_WORDS: Final = 5


class Description(NamedTuple):
    """
    What a question says of a thing: the words that name its kind, and those that narrow it down.

    Both in lower case, without function words; "the shop where Dan bought his bike" has the head
    shop and is narrowed by dan, bought and bike.
    """

    head: frozenset[str]
    narrowed_by: frozenset[str]


def find_descriptions(question: str) -> list[Description]:
    """Return the descriptions in a question, in their order."""
    tokens = _TOKEN.findall(question)
    found = []
    for at, token in enumerate(tokens):
        if _possesses(tokens, at):
            head, _ = _phrase(tokens, at + 1)
            found.append(Description(frozenset(head), frozenset()))
        elif token.casefold() == "the":
            head, end = _phrase(tokens, at + 1)
            if head and _narrows(tokens, end):
                inside = (word.casefold() for word in tokens[end : end + 2 * NARROWING_WORDS])
                narrowing = [word for word in inside if _is_content(word)][:NARROWING_WORDS]
                found.append(Description(frozenset(head), frozenset(narrowing)))
    return [each for each in found if each.head]


def asks_name(question: str) -> bool:
    """Say whether a question asks what something is called: then its name is the answer."""
    return not words("descriptions", "naming").isdisjoint(compared_words(question))


def _possesses(tokens: list[str], at: int) -> bool:
    """Say whether a token makes what follows somebody's."""
    if tokens[at][0] in "'\u2019":
        return at > 0
    return tokens[at].casefold() in words("descriptions", "possessive")


def _phrase(tokens: list[str], start: int) -> tuple[list[str], int]:
    """Return the content words from `start` to the next function word or name, and where it is."""
    head: list[str] = []
    for at in range(start, min(start + HEAD_WORDS, len(tokens))):
        token = tokens[at]
        if not (token.islower() and _is_content(token)) or (head and _PARTICIPLE.match(token)):
            return head, at
        head.append(token)
    return head, start + len(head)


def _narrows(tokens: list[str], at: int) -> bool:
    """Say whether a token begins what narrows down the noun before it."""
    if at >= len(tokens):
        return False
    token = tokens[at]
    opens = token.casefold() in words("descriptions", "narrowing")
    return opens or token[0].isupper() or bool(_PARTICIPLE.match(token))


def _is_content(token: str) -> bool:
    return token[0].isalpha() and token.casefold() not in FUNCTION_WORDS
