"""
Asked role: whether a question to a chat with an assistant is about what the assistant said.

What a person tells an assistant is what is asked for later, and the answers only repeat it; but
"what did you recommend?" asks for the answer.
"""

from __future__ import annotations

import re
from typing import Final

from memcli.language.data import words
from memcli.language.messages import is_message
from memcli.language.verb_forms import PLAIN_FORMS
from memcli.language.words import compared_words

# "you recommended", "did you ever recommend", "your recommendation", "the assistant suggested".
WITHIN: Final = 3
_CALLED: Final = frozenset({"you", "your", "assistant", "assistant's", "ai", "bot"})
_OF_THE_PERSON: Final = re.compile(r"\b(?:i|we)\b.{0,20}\b(?:you|assistant)\b", re.IGNORECASE)


def asks_of_assistant(question: str) -> bool:
    """Say whether a question asks for what the assistant said, and is no request of its own."""
    asked = compared_words(question)
    if _CALLED.isdisjoint(asked) or is_message(question) or _OF_THE_PERSON.search(question):
        return False
    from memcli.language.keywords import stems

    saying = stems(words("questions", "assistant_says"))
    return any(
        word in _CALLED and not saying.isdisjoint(_plain(asked[at + 1 : at + 1 + WITHIN]))
        for at, word in enumerate(asked)
    )


def _plain(following: list[str]) -> set[str]:
    """Return the stems of words, of irregular forms those of the plain ones: "said" is "say"."""
    from memcli.language.keywords import stems

    return stems({PLAIN_FORMS.get(word, word) for word in following})
