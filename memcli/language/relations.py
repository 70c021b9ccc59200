"""Cues by which a sentence says how it relates to the one before it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class Cue(NamedTuple):
    """A relation and the words that state it; `forward` leads from the sentence before to this."""

    relation: str
    words: str
    forward: bool


# Discourse connectives of the Penn Discourse Treebank (Prasad et al., 2008) that name one relation
# without doubt and stand at the beginning; "so" and "since" mean too many things.
_LEAD: Final = r"^\W*(?:(?:and|but|well|yes|yeah|oh|honestly)\W+)?"
_CUES: Final = (
    (
        "causes",
        True,
        r"because of (?:that|this|it)|as a (?:result|consequence)|that(?:'s| is| was) why"
        r"|consequently|therefore|which is why|thanks to (?:that|this)|due to (?:that|this)"
        r"|(?:that|this|it) (?:led|leads) to|(?:that|this|it) made (?:me|us|him|her|them)",
    ),
    (
        "causes",
        False,
        r"(?:that|this|it)(?:'s| is| was) because|the reason (?:is|was)"
        r"|it(?:'s| was) (?:all )?due to",
    ),
    (
        "depends_on",
        False,
        r"(?:once|after|when) (?:that|this|it)(?:'s| is| has been) "
        r"(?:done|finished|ready|over|approved)"
        r"|(?:that|this|it) (?:depends|relies) on|only if (?:that|this|it)|(?:that|this) requires"
        r"|before (?:that|this)[^,]*, (?:i|we|he|she|they) (?:need|have|must|want)",
    ),
    (
        "part_of",
        False,
        r"(?:that|this|it)(?:'s| is| was) (?:a )?part of|as (?:a )?part of (?:that|this|it)",
    ),
)
_PATTERNS: Final = tuple(
    (relation, forward, re.compile(_LEAD + f"(?P<cue>{words})\\b", re.IGNORECASE))
    for relation, forward, words in _CUES
)


def cue_of(sentence: str) -> Cue | None:
    """
    Return how a sentence says that it relates to the sentence before it; None where it does not.

    `causes` leads from the cause to the effect, `depends_on` from what waits to what it waits for,
    `part_of` from the part to the whole.
    """
    text = sentence[:200].replace("\u2019", "'")
    for relation, forward, pattern in _PATTERNS:
        found = pattern.match(text)
        if found:
            return Cue(relation, found["cue"], forward)
    return None
