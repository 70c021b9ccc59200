"""Strip what leads into a sentence, and give back the subject that chats leave out."""

from __future__ import annotations

import functools
import re
from typing import Final

from memcli.language.lexicon.verbs import has_unchanged_past, is_past

__all__ = ["opened"]

_EMOJI: Final = "\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U000e0020-\U000e007f"
_EDGE_EMOJI = re.compile(rf"^[{_EMOJI}\s]+|\s*[{_EMOJI}]+\s*$")
_INTERJECTION = re.compile(
    r"(?:yes|yeah|yep|yup|ya|yea|no|nope|nah|well|oh|ah|aw+|wow|whoa|ooh|hmm+|hey(?: there)?"
    r"|hi(?: there)?|hello|haha(?:ha)*"
    r"|lol|omg|thanks(?: a lot| so much)?|thank you(?: so much)?|sure|ok(?:ay)?|alright|right"
    r"|actually|also|plus"
    r"|btw|by the way|anyway|honestly|exactly|absolutely|definitely|totally|of course|so|and|but"
    r"|cool|great"
    r"|nice|awesome|sweet|perfect|good|true|agreed|guess what|you know(?: what)?|to be honest"
    r"|sorry|ugh|phew|gosh|man"
    r"|understood|got it|look|listen|see|i mean|congrats|congratulations|good (?:question|point"
    r"|morning|evening)|my (?:guy|friend)"
    r"|sounds good)(?P<mark>\s*[,!.\u2026:\u2014-]+\s+|\s+(?=(?:i|i'm|i've|my|we)\b))",
    re.IGNORECASE,
)
_CALLS: Final = (
    "(?:hey|hi|hello|dear|wow|yeah|yep|yes|no|thanks|sure|oh|congrats|well|so|ok|okay|aw+)"
)
_WEAK: Final = re.compile(
    r"(?:no|right|good|great|nice|cool|see|look|true|sweet|man|perfect)\s", re.IGNORECASE
)
_FILLER = re.compile(
    r",\s*my (?:guy|friend|man|dear|love|bro(?:ther)?)(?=[,.!?]|$)|,? (?:you know|i mean)(?=,),"
    r"|, (?:lol|haha+)(?=[.!]|$)| (?:lol|haha+)(?=[.!]*$)",
    re.IGNORECASE,
)

_ADJECTIVES: Final = (
    "excited thrilled glad happy proud tired grateful thankful pumped stoked psyched ready curious"
    " sad nervous relieved exhausted blessed honored honoured eager keen obsessed surprised amazed"
    " determined passionate addicted"
)
_ELIDED_BE = re.compile(
    rf"(?:(?:so|really|just|super|very|still|also|currently|now|always|totally) )*"
    rf"(?:(?:{_ADJECTIVES.replace(' ', '|')}) (?:to|for|about|of|that|with|and|by|i)\b"
    r"|(?:looking forward|hoping|thinking (?:about|of)|planning (?:to|on|a)|trying to|working on"
    r"|loving|getting ready"
    r"|going to|heading|feeling|considering|aiming|learning to|not sure|about to)\b)",
    re.IGNORECASE,
)
_ELIDED_HAVE = re.compile(r"(?:just |also |already |never |always |still )*been\b", re.IGNORECASE)
_ELIDED_VERB = re.compile(
    r"(?:(?:just|also|really|recently|still|finally|actually|even|already|definitely|totally) )*"
    r"(?P<verb>can't wait|couldn't|can't|won't|don't|didn't|haven't|love|hope|miss|wish|need to"
    r"|want to|hate|[a-z]+)\b",
    re.IGNORECASE,
)
_SAID_ALONE: Final = frozenset(
    "can't wait|couldn't|can't|didn't|haven't|love|hope|miss|need to|want to|hate".split("|")
)
_AFTER_PAST = re.compile(
    r" (?:a|an|the|my|our|some|this|that|it|them|him|her|up|out|to|in|on|at|from|with|back|off"
    r"|down|through|over"
    r"|around|into|two|three|\d+|home|another|lots|so|really|about|for|[a-z]+ing)\b",
    re.IGNORECASE,
)
# Past forms that begin a sentence as adjectives or prepositions too.
_NO_PAST: Final = frozenset(
    "based given compared provided left supposed added used said united related limited needed lost"
    " updated proposed suggested estimated combined required recommended noted understood read"
    " put set let hit cut cost shut bet excited interested tired located designed built made"
    " expected founded".split()
)
_FINITE_LATER = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|will|would|could|should|makes?|helps?|helped|made"
    r"|requires?|takes?|gives?)\b"
)


def opened(sentence: str, addressee: str | None) -> tuple[str, str]:
    """
    Return a sentence without what leads into it, and the words that its missing subject takes.

    What leads in are emoji, interjections ("Yeah, well,") and the addressee's name when called.
    The second value is "" where a subject stands, else "I", "I'm" or "I've", to be put in front.
    """
    text = _FILLER.sub("", _EDGE_EMOJI.sub("", sentence)).strip()
    for _ in range(4):
        shorter = _without_lead(_without_name(text, addressee))
        if shorter == text:
            break
        text = shorter
    if not any(ch.isalnum() for ch in text):
        return sentence, ""
    return text, _missing(text)


def _without_lead(text: str) -> str:
    lead = _INTERJECTION.match(text.replace("\u2019", "'"))
    if not lead or (_WEAK.match(lead[0]) and not lead["mark"].strip()):
        return text
    rest = text[lead.end() :]
    return rest if any(ch.isalnum() for ch in rest) else text


def _without_name(text: str, addressee: str | None) -> str:
    """Drop the name of the addressee, or its first part, where a comma sets it off."""
    if not addressee:
        return text
    for name in _called(addressee):
        text = re.sub(rf"^(?:{_CALLS} )?{name}[,!]+\s+", "", text, flags=re.IGNORECASE)
        text = re.sub(rf",\s*{name}(?=\s*[.!?]+|\s*$|,)", "", text)
    return text


@functools.lru_cache(maxsize=256)
def _called(name: str) -> tuple[str, ...]:
    """Return patterns of a name as it is called: in full, with its seams parted, its first part."""
    apart = _SEAM.split(name)
    full = r"\s?".join(map(re.escape, apart))
    return (full, re.escape(apart[0])) if len(apart) > 1 and len(apart[0]) > 2 else (full,)


_SEAM = re.compile(r"\s+|(?<=[a-z])(?=[A-Z])")


def _missing(text: str) -> str:
    """Return the subject, with "be" or "have" where that is missing too, that a text lacks."""
    plain = text.replace("\u2019", "'")
    if not plain[:1].isascii() or plain.endswith("?"):
        return ""
    if _ELIDED_HAVE.match(plain):
        return "I've"
    be = _ELIDED_BE.match(plain)
    if be:
        return (
            ""
            if _FINITE_LATER.search(
                re.split(r"[,.;!-]| (?:and|but|because|that|so) ", plain[be.end() :])[0]
            )
            else "I'm"
        )
    found = _ELIDED_VERB.match(plain)
    if not found:
        return ""
    verb = found["verb"].lower()
    if verb in _SAID_ALONE:
        return "I" if plain[found.end() :].strip(" .!") else ""
    past = (
        is_past(verb)
        and verb not in _NO_PAST
        and not has_unchanged_past(verb)
        and verb not in ("were", "was", "did", "had")
    )
    past = past or (verb in ("had", "did") and bool(_AFTER_PAST.match(plain, found.end())))
    if verb == "got" and plain[found.end() : found.end() + 3] == " it":
        return ""
    return "I" if past and _AFTER_PAST.match(plain, found.end()) else ""
