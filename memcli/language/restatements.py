"""
Restatements: questions for the one thing that holds now, and the plain sentences that tell it.

"Who is Ada's dentist?" has one answer at a time, "which dentists did Ada see?" many. What answers
it is a sentence of somebody's own that asks nothing: "my dentist is Dr Kern now". The cues are in
data/questions.toml.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from memcli.language.broad import asks_of_oneself
from memcli.language.data import read_data

# A longer question says when and why, and so asks for one time of several.
MOST_ASKED_WORDS: Final = 14
# A longer sentence tells a story.
MOST_ASSERTED_WORDS: Final = 16
# "Ada went. She stayed." are two, "at Dr. Kern's" is one.
_SENTENCES = re.compile(r"[?!\uff1f\uff01\n]|[.\u3002]\s+\S+\s+\S+\s+\S")


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(read_data("questions")["holding"][name], re.IGNORECASE)


def asks_what_holds(question: str) -> bool:
    """Say whether a question asks for one thing, and for now: neither for several nor the past."""
    text = question.replace("\u2019", "'").strip()
    return (
        len(text.split()) <= MOST_ASKED_WORDS
        and bool(_pattern("asks").search(text))
        and not any(_pattern(name).search(text) for name in ("past", "several"))
    )


def is_plain_assertion(text: str, words: int) -> bool:
    """Say whether a text of so many words is one sentence that tells something of its speaker."""
    return (
        0 < words <= MOST_ASSERTED_WORDS
        and not _SENTENCES.search(text.strip())
        and asks_of_oneself(text)
    )
