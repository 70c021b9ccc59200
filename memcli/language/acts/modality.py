"""Modality: how sure a sentence is, whether it denies or repeats what was settled."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["certainty", "is_negated", "plain_quotes", "restates_user"]

_PLAIN = 0.9
_LEVELS: Final[tuple[tuple[float, re.Pattern[str]], ...]] = tuple(
    (level, re.compile(rf"\b(?:{words})", re.IGNORECASE))
    for level, words in (
        (0.3, r"i doubt|not sure (?:if|whether|about)|no idea (?:if|whether)|hardly likely"),
        (
            0.5,
            r"maybe|perhaps|possibly|(?:i|we|he|she|they|you|it) (?:might|could)\b|might (?:be"
            r"|have)\b"
            r"|i'm not (?:really |quite |entirely )?sure|i'm unsure|can't decide"
            r"|thinking (?:about|of)"
            r"|considering|i wonder|unclear|toying with",
        ),
        (
            0.6,
            r"i heard|apparently|supposedly|it seems|seems (?:to|like)\b|i hope\b|hoping to|let's"
            r"|(?:told|informed|assured) (?:me|us)\b|if (?:all|everything) goes|tentative",
        ),
        (
            0.7,
            r"i think|i guess|i believe|i suppose|i feel like|i assume|i reckon|sort of|kind of"
            r"|as far as i (?:know|remember)|if i remember|i expect|should be able|in my opinion",
        ),
        (0.75, r"probably|likely|pretty sure|fairly (?:sure|certain)|almost certain|presumably"),
        (
            1.0,
            r"definitely|certainly|for sure|without a doubt|no doubt|100 ?%|absolutely|confirmed"
            r"|officially|i'm (?:sure|certain|positive)|undoubtedly",
        ),
    )
)
# The month is written with a capital, the verb is not.
_MAY = re.compile(r"\b(?:[Ii]|we|We|he|He|she|She|they|They|you|You|it|It) may\b")

_NEGATION = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|have|has|had|ca|could|wo|would|should|must|need|ai)n't"
    r"|cannot|never|no longer|not|dont|doesnt|didnt|isnt|wont|cant|neither|nobody|none of"
    r"|(?:have|has|had|having|got|is|are|was|were|eat|eats|drink|drinks|own|owns|want|need|needs)"
    r" no)\b",
    re.IGNORECASE,
)
_NO_NEGATION = re.compile(
    r"\b(?:can ?'?t (?:wait|help|believe|complain|get enough|say enough|imagine|stop)"
    r"|can(?:no|')t (?:thank|recommend|stress|agree)|could(?:n't| not) (?:agree|be|ask"
    r"|have asked|help"
    r"|believe|resist|wait|have been)|never been (?:better|happier|prouder|more|so)|not only"
    r"|not just"
    r"|not to mention|why not|don't (?:worry|forget|hesitate|mind)|no doubt|no problem|no worries"
    r"|never (?:mind|fails?|gets? old)|not bad|didn't (?:know|realize) (?:you|that you)"
    r"|whether or not|if not|not long ago|not too long ago|never too|won't regret)\b"
    r"|,? (?:is|are|do|does|did|was|were|has|have|had|wo|ca|could|would|should)n't (?:it|you"
    r"|they|he"
    r"|she|we|i|that)\?",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:it(?:'s| is| was) (?:(?:simply|just|absolutely) )?(?:not true|not the case|untrue|false"
    r"|a (?:myth|lie|rumou?r))|it isn't (?:true|the case)|there(?:'s| is) no truth"
    r"|contrary to (?:what|rumou?rs)"
    r"|rumou?rs?\b[^.!?]{0,200}\b(?:false|untrue|nonsense|wrong|not true|n't true|no truth))\b",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"^(?:(?:yes|yeah|yep|no|nope|nah|well|oh|so|and|but|honestly|actually|sadly"
    r"|unfortunately)\b[,!]? )*"
    r"(?:(?:i|we) (?:just |really |also )?(?:think|guess|believe|suppose|know|realized?"
    r"|feel like|heard|told"
    r" (?:you|her|him|them)|said|confirm|learned|found out|can say|must say|have to say|admit)\b"
    r" ?(?:that )?)?",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(
    r"\b(?:because|when|whenever|where|which|who|whom|whose|that|if|while|since|although|though"
    r"|unless|until|so that|even though|as long as|before|after|but|and|how|what|why|whether)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"(?:because|when|whenever|where|if|while|since|although|though|unless|until|even though"
    r"|as long as"
    r"|before|after|as|once)\b[^,]{0,200},\s*",
    re.IGNORECASE,
)

_SETTLED: Final = (
    "added saved recorded logged noted updated scheduled booked set stored marked completed"
    " confirmed finalized finalised integrated decided agreed chosen selected established locked"
    " implemented deployed submitted incorporated registered outlined defined approved created"
    " adjusted allocated committed shortlisted planned achieved documented revised replaced removed"
    " activated initiated paused postponed moved cancelled canceled switched finished secured"
).replace(" ", "|")
_RESTATED = re.compile(
    rf"""\b(?:
    you(?:'ve|\ have)\ (?:now\ |also\ |already\ |just\ |recently\ |successfully\ )?(?:got\b
        |been\b|had\b|\w+ed\b
        |chosen|set|made|begun|taken|built|given|put|bought|kept|told|shown|run|done|come\ up)
    |you\ (?:currently\ |already\ |also\ |now\ |really\ |usually\ |still\ )?(?:prefer|want|wanted
        |decided
        |chose|plan|live|work|own|need|needed|mentioned|told|said|like|enjoy|love|hate|dislike
        |are\ (?:planning
        |working|going|considering|currently|based|allergic|aiming|targeting)|asked\ for|opted
        |agreed|have\ (?:a|an
        |two|three|already|\d+)|aim|intend|requested|specified|indicated|confirmed|value)\b
    |you're\ (?:planning|working|going\ (?:with|to|for)|considering|currently|based|allergic
        |aiming|targeting
        |preparing|focusing|using|training|trying|looking\ to)\b
    |your\ (?:[\w'-]+\ ){{1,5}}(?:is|are|was|were|has\ been|have\ been|will\ be|remains?)\b
    |we(?:'ve|\ have)\ (?:now\ |also\ |already\ |just\ |successfully\ )*(?:{_SETTLED}|discussed
        |covered|identified
        |built|drafted|made|mapped|developed|reviewed|designed)\b
    |(?:we|you)\ (?:agreed|decided|finalized|finalised|settled|discussed|set\ up)\b
    |i(?:'ve|\ have)\ (?:now\ |also\ |already\ |just\ |successfully\ |officially\ )*(?:{_SETTLED}
        |made\ a\ note)\b
    |(?:(?:is|are)\ now|has\ been|have\ been)\ (?:all\ |fully\ |officially\ |successfully\ 
        |already\ )*
        (?:{_SETTLED}|in\ place|on\ hold|on\ track|live|ready|active)\b
    |(?:is|are|was|were)\ (?:all\ |fully\ |officially\ |successfully\ |already\ )*(?:confirmed
        |finali[sz]ed
        |logged|noted|recorded|booked|scheduled|locked\ in|integrated|approved|set
        |on\ hold|completed?)\b
    |(?:as\ you\ (?:said|mentioned|requested|know|noted)|per\ your\ (?:request|preference)
        |since\ you\b
        |given\ (?:your|that\ you)|based\ on\ your|for\ your\ (?:upcoming|trip|project|birthday
        |goal))
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_NOT_SETTLED = re.compile(
    r"\?\s*$|^(?:if|once|when|whether|unless|after|before|would|should|shall|could|let me|please"
    r"|feel free)\b"
    r"|\b(?:if|whether) (?:you|we|your)\b|\byou(?:'ve| have) got (?:this|to)\b|\byour \w+ (?:is"
    r"|are) "
    r"(?:noted|appreciated|valid|valued|great|understandable|spot on|correct|important)\b",
    re.IGNORECASE,
)


def plain_quotes(text: str) -> str:
    """Return the text with straight apostrophes and quotation marks, character for character."""
    if "\u2019" in text or "\u2018" in text or "\u201c" in text or "\u201d" in text:
        return text.translate(_STRAIGHT)
    return text


_STRAIGHT: Final = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")


def certainty(sentence: str) -> float:
    """
    Return in [0, 1] how sure the speaker is: 0.9 for a plain statement, 0.3 for "I doubt".

    The weakest hedge counts; a word such as "definitely" raises to 1 where there is none. The
    levels keep the order of the rating experiments of Wesson and Pulford (2009) on verbal
    confidence.
    """
    text = plain_quotes(sentence)
    found = [level for level, words in _LEVELS if words.search(text)]
    if _MAY.search(text):
        found.append(0.5)
    return min(found, default=_PLAIN)


def is_negated(sentence: str) -> bool:
    """
    Tell whether the main verb is denied: "I don't eat meat", "it's not true that I quit".

    A negation in a subordinate clause does not count, nor do idioms ("can't wait", "not only").
    """
    text = plain_quotes(sentence)
    if _DENIED.search(text):
        return True
    return bool(_NEGATION.search(_NO_NEGATION.sub(" ", _main_clause(text))))


def _main_clause(text: str) -> str:
    """Return the part of a sentence up to its first subordinate clause, without what leads in."""
    lead = _LEAD_IN.match(text)
    rest = text[lead.end() :] if lead else text
    leading = _LEADING.match(rest)
    if leading:
        rest = rest[leading.end() :]
    cut = _SUBORDINATE.search(rest, 1)
    # "That is not my car": a pronoun, not a conjunction; and "not that ..." keeps its "not".
    return rest[: cut.start()] if cut else rest


def restates_user(sentence: str) -> bool:
    """Tell whether an assistant's sentence records what the user has, prefers, decided or did."""
    text = plain_quotes(sentence)
    return bool(_RESTATED.search(text)) and not _NOT_SETTLED.search(text)
