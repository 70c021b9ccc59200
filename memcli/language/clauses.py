"""Clauses of a compound sentence, parted only where each can stand alone."""

from __future__ import annotations

import re
from typing import Final

from memcli.language.lexicon.verbs import has_finite_verb, is_adverb, is_finite

__all__ = ["clauses"]

# Shorter than this nothing is gained by parting it; longer than this it is no sentence.
_MIN_CHARS: Final = 40
_MAX_CHARS: Final = 1000
_PRONOUN: Final = "i|we|he|she|they|you|it"
_SUBJECT: Final = rf"(?:{_PRONOUN})(?:'\w{{1,2}})?|my|our|his|her|their|your"
_JOINT = re.compile(
    r"(?P<mark>;\s+(?:(?:however|also|then|and|but|so),?\s+)?"
    r"|,\s+but\s+|\s+but\s+"
    rf"|,\s+(?:and|so|then)\s+(?=(?:then |now |also )?(?:{_SUBJECT})\b))",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_SUBORDINATOR: Final = frozenset(
    """
    although as because before after even if once since though unless until when whenever where
    whereas whether while who which what how why not either neither whatever than that
    """.split()
)
_DETERMINERS: Final = frozenset("my our his her their your the a an this that these those".split())
_PRONOUNS: Final = frozenset("i we he she they you it everyone nobody somebody there".split())
_CONTRACTED = re.compile(rf"(?:{_PRONOUN}|there)'(?:m|s|re|ve|ll|d)")
_SUBJECT_WORDS: Final = 6


def clauses(sentence: str) -> list[str]:
    """
    Return the clauses of a sentence; the sentence itself where it does not part.

    It parts at a semicolon, at "but" and at ", and I" (we, he, my ...), where what stands on
    either side begins with a subject and has a finite verb, outside quotation marks and brackets.
    Each clause begins with a capital and, but for the last, ends with a full stop.
    """
    if not _MIN_CHARS <= len(sentence) <= _MAX_CHARS:
        return [sentence]
    parts: list[str] = []
    here = 0
    for joint in _JOINT.finditer(sentence.replace("\u2019", "'")):
        left, right = sentence[here : joint.start()], sentence[joint.end() :]
        if _balanced(left) and _stands_alone(left) and _stands_alone(_until_joint(right)):
            parts.append(left)
            here = joint.end()
    parts.append(sentence[here:])
    if len(parts) == 1:
        return [sentence]
    return [_closed(part) for part in parts[:-1]] + [_capital(parts[-1])]


def _until_joint(text: str) -> str:
    joint = _JOINT.search(text.replace("\u2019", "'"))
    return text[: joint.start()] if joint else text


def _closed(part: str) -> str:
    ended = _capital(part).rstrip(" ,;")
    if ended.endswith((',"', ",\u201d")):
        ended = ended[:-2] + ended[-1]
    return ended + "."


def _capital(part: str) -> str:
    return part[:1].upper() + part[1:]


def _balanced(text: str) -> bool:
    return (
        text.count('"') % 2 == 0
        and text.count("\u201c") == text.count("\u201d")
        and text.count("(") == text.count(")")
    )


def _stands_alone(part: str) -> bool:
    """Tell whether a part begins with a subject that a finite verb follows soon."""
    words = _WORD.findall(part.replace("\u2019", "'"))
    while words and is_adverb(words[0].lower()) and words[0].lower() != "not":
        words.pop(0)
    if len(words) < 2 or words[0].lower() in _SUBORDINATOR:
        return False
    first = words[0].lower()
    if _CONTRACTED.fullmatch(first):
        return len(words) > 2
    if first in _PRONOUNS:
        return has_finite_verb(" ".join(words[1:4]))
    named = words[0][:1].isupper() and not is_finite(first)
    if not named and first not in _DETERMINERS:
        return False
    return any(is_finite(word.lower()) for word in words[1:_SUBJECT_WORDS])
