"""
Whether a text is a question to a memory or a message, by the general cues of English.

Regular expressions only: nothing is loaded, and a question takes microseconds.
"""

from __future__ import annotations

import re
from typing import Final

# A longer text than that is rather told than asked, unless it opens with a question word.
LONG_QUESTION: Final = 30
# What stands further behind in a text is not looked for: encoders read as much at the most.
MOST_ASKED: Final = 4_000

_SPEAKING = re.compile(
    r"\b(?:i|me|my|mine|myself|we|us|our|ours|you|your)\b|\blet['\u2019]?s\b", re.IGNORECASE
)
_OPENS_AS_QUESTION = re.compile(
    r"^\W*(?:(?:and|so|but|ok|okay|hey|hi|hello|then)\W+){0,2}"
    r"(?:(?:at|in|on|for|from|to|with|by|of|about)\s+)?"
    r"(?:who|whom|whose|what|when|where|which|why|how|did|do|does|is|are|was|were|has|have|had"
    r"|am|will|would|should|could|can|list|name|enumerate)\b",
    re.IGNORECASE,
)
_ASKS_FOR_HELP = re.compile(
    r"^\W*(?:(?:and|so|but|ok|okay|hey|hi|hello|then|yes|no|well)\W+){0,3}"
    r"(?:please|help\s+me|let['\u2019]?s|(?:can|could|would|will)\s+you|give\s+me|suggest|recommend"
    r"|remind\s+me\s+to|write|draft|explain|create|make\s+me|show\s+me\s+how"
    r"|(?:what|which|how|where|when)\s+(?:\w+\s+){0,2}?should\s+(?:i|we)\b"
    r"|(?:do|would)\s+you\s+(?:think|recommend|suggest|have\s+any)|any\s+(?:ideas?|tips|advice"
    r"|suggestions?|recommendations?))\b",
    re.IGNORECASE,
)
_RECALLS = re.compile(
    r"\b(?:remind\s+me\s+(?:what|who|when|where|which|how)|(?:tell|remember|know)\s+(?:me\s+)?"
    r"(?:what|who|when|where|which|how|whether|if))\b",
    re.IGNORECASE,
)
# A point within a number or a name ends no sentence: "Bootstrap 5.3".
_SENTENCE = re.compile(r"(?:[^.!?\n]|[.](?=\w))*\w(?:[^.!?\n]|[.](?=\w))*[.!?\n]*")
_WORD = re.compile(r"\w+")


def cut_question(text: str) -> str:
    """Return as much of a question as is looked for."""
    return text[:MOST_ASKED]


def is_message(text: str) -> bool:
    """
    Tell a message from a question to a memory.

    It is told rather than asked, or asks for advice or help, in the first person: what fits it is a
    topic that was talked about, not a sentence that answers.
    """
    sentences = _SENTENCE.findall(text)
    if len(sentences) == 1 and _RECALLS.search(text):
        return False
    if _ASKS_FOR_HELP.search(text):
        return True
    own = bool(_SPEAKING.search(text))
    if len(sentences) > 1:
        return own and not all(_OPENS_AS_QUESTION.search(each) for each in sentences)
    if _OPENS_AS_QUESTION.search(text):
        return False
    return own and (not text.rstrip().endswith("?") or len(_WORD.findall(text)) > LONG_QUESTION)
