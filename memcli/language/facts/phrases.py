"""Names, noun phrases, lists and actions at the start of a text, as values of facts need them."""

from __future__ import annotations

import re
from typing import Final

from memcli.language.facts.verbs import is_verb_group
from memcli.language.names.recognition import UPPER

LONGEST_NOUN: Final = 7
LONGEST_ACTION: Final = 14
MOST_ITEMS: Final = 6
CJK_NAME: Final = "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]{1,8}"
_WORD: Final = rf"[{UPPER}][\w&-]{{0,30}}(?:['\u2019](?!s\b)\w{{1,20}})?"
PROPER: Final = rf"{_WORD}(?: (?:(?:de|da|do|van|von|der|la|le|of|&) (?:the )?)?{_WORD}){{0,4}}"
NAME = re.compile(rf"(?:{PROPER}|{CJK_NAME})(?!\w)")
PLACE = re.compile(rf"(?:the )?({PROPER}(?:, {PROPER})?)(?!['\u2019\w-])")
OWNED_PLACE = re.compile(rf"{PROPER}['\u2019]s [a-z]+(?= ?[.,!;]|\Z)")
_BOUNDARY = re.compile(
    r"[;:!?()\n\[\]\"\u201c\u201d\u2014\u2013\u2026*]|,(?! \d{4}\b)|\.(?=\s|\Z)| - "
    r"| (?:because|since|so|but|although|though|while|when|whenever|where|if|unless|until|till"
    r"|which"
    r"|who|whom|whose|that|after|before|as|than|right now|now|too|also|these days|nowadays|recently"
    r"|lately|a lot|very much|the most|most|yesterday|today|tonight|tomorrow|last|next|this|anymore"
    r"|any more|every|instead|either|together|ever|yet|again|at the moment|for (?:\d|an?\b|the"
    r" (?:last|past)|over"
    r"|about|some|many|years|her|his|their|me|us))\b",
    re.IGNORECASE,
)
_ITEM_SEAM = re.compile(r",? (?:and|or|&) |, ")
_ARTICLE = re.compile(r"(?:an?|some|any|really|very|quite|just|all|both|doing)\s+", re.IGNORECASE)
POINTING: Final = frozenset(
    """
    it this that these those them him me you us they we i he she how what when where why who
    whom if being seeing hearing having knowing getting one all everything something anything
    nothing each every both your such so not more most as too like most here there everyone someone
    my our mine yours feeling making watching talking working thinking looking
    """.split()
) - {"watching", "working", "talking", "looking", "making"}
VAGUE = re.compile(
    r"(?:the |her |his |their )?(?:way|idea|ideas|fact|thought|thoughts|vibe|vibes|sound|look|part"
    r"|feeling|concept|energy|attitude|spirit|enthusiasm|perspective|style|message|positivity"
    r"|support"
    r"|moment|moments|chance|opportunity|time|things?|stuff|lot|bit|kind|sort|rest|result|results"
    r"|process|experience|journey|same|whole|others?|work|project|plan|suggestion|question"
    r"|problem)s?\b",
    re.IGNORECASE,
)
_TALK: Final = frozenset(
    """
    know hear ask say thank share tell talk discuss check see make sure be have do get go let give
    keep show try think look explore focus move start continue come use mention point clarify
    understand confirm ensure add help put take bring feel stay send dive find out proceed
    """.split()
) - {"move", "start", "take", "go"}
_MONTH: Final = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb"
    r"|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?:\.(?= \d))?"
)
DATE = re.compile(
    rf"(?:the )?(?P<value>\d{{4}}-\d\d-\d\d|\d{{1,2}}[/.]\d{{1,2}}(?:[/.]\d{{2,4}})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? \d{{4}})?"
    rf"|{_MONTH}(?: (?:the )?\d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,? \d{{4}})?|(?:19|20)\d\d)(?!\w)"
)


def definite_value(text: str) -> str:
    """Return a value that is a date, a number, an address or a name, else ""."""
    date = DATE.match(text)
    if date:
        return date["value"]
    value = noun_phrase(text)
    solid = any(c.isdigit() for c in value) or "@" in value or bool(PLACE.match(value))
    return value if solid and not value.lower().startswith("not ") else ""


def _cut(text: str) -> str:
    """Return text up to the end of its clause."""
    end = _BOUNDARY.search(text)
    return (text[: end.start()] if end else text).strip(" .,'\"")


def noun_phrase(text: str, longest: int = LONGEST_NOUN) -> str:
    """Return the noun phrase at the start of the text without article, or "" if it points."""
    phrase = _ARTICLE.sub("", _cut(text), count=1) if _ARTICLE.match(text) else _cut(text)
    words = phrase.split()
    if not words or len(words) > longest or words[0].lower() in POINTING:
        return ""
    return "" if any(c in phrase for c in "\0{}<>|") else " ".join(words)


def listed_items(text: str) -> list[str]:
    """Return the noun phrases of a list, as far as they are noun phrases."""
    items: list[str] = []
    # Commas divide a list only where its last item has an "and"; what is done is one item.
    if _DOING.match(text) and _OPEN_LIST.match(text):
        return []
    listed = _ITEM_SEAM.split(text, maxsplit=MOST_ITEMS)[:MOST_ITEMS]
    single = _DOING.match(text) or not _CONJUNCTION.search(text)
    for piece in [text] if single else listed:
        item = noun_phrase(piece)
        if not item or not _is_item(item, piece) or (items and is_verb_group(item)):
            break
        items.append(item)
        if len(_cut(piece)) < len(piece.rstrip(" .,!")):
            break
    return items


_DOING = re.compile(r"\w+ing\b|to \w")
_OPEN_LIST = re.compile(r"[^,.;!?]+, [^,.;!?]+,? (?:and|or) ")
_CONJUNCTION = re.compile(r" (?:and|or|&) ")
_RESTRICTION = re.compile(
    r",? (?:that|which|who|whose|when|where|if|as|than|unless|after|before)\b"
)
_DANGLING: Final = frozenset("to of from with and for in on at by or the a an about into".split())


def _is_item(item: str, piece: str) -> bool:
    """Refuse what points elsewhere, breaks off, or would lose a clause that restricts it."""
    words = item.lower().split()
    if VAGUE.match(item) or words[-1] in _DANGLING or "'" in words[0]:
        return False
    if not {"it", "them", "that", "this", "you", "me"}.isdisjoint(words):
        return False
    return not _RESTRICTION.match(piece, piece.find(item) + len(item))


def action_phrase(text: str) -> str:
    """Return the verb phrase at the start of the text, or "" if it is too long."""
    phrase = re.split(
        r"[;:!?()\n\"]|\.(?=\s|\Z)|,| (?:because|but|so that|if|when|although)\b", text, maxsplit=1
    )[0]
    words = phrase.split()
    return " ".join(words) if 0 < len(words) <= LONGEST_ACTION and words[0].isalpha() else ""


_DETERMINERS: Final = frozenset("the a an that this my your his her their our some".split())


def planned_action(text: str) -> str:
    """Return an action that is more than talk."""
    action = action_phrase(text)
    words = action.lower().split()
    if (
        len(words) < 2
        or words[0] in _TALK
        or words[0] in _DETERMINERS
        or action[0].isupper()
        or words[-1] in {"it", "that", "this", "them", "there"}
    ):
        return ""
    return "" if words[1] in POINTING - {"her"} else action
