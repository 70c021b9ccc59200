"""
Whom a statement is about: the person who is its grammatical subject, and what it says of them.

Statements are in the third person, with names in place of pronouns (see `persons`), so the subject
can be read off the words in front: "Last May, Ada's cousin Jo moved" is about Jo, and about Ada's
people. A statement whose subject is a pronoun or a thing is about nobody: it cannot be read alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from memcli.language.facts.words import NOUN_ATTRIBUTES
from memcli.language.lexicon.roles import ASSISTANT
from memcli.language.names.forms import name_key

__all__ = ["KIN_NOUN", "About", "NameIndex", "subjects_of"]


class About(NamedTuple):
    """
    One person that a statement is about.

    person: the value of the name that was found; predicate: what follows the name; noun: what of
    theirs the statement is about ("cousin Jo" in "Ada's cousin Jo moved"), empty where it is about
    themselves; together: others are subjects too ("Ada and Jo moved").
    """

    person: str
    predicate: str
    noun: str = ""
    together: bool = False


# The subject stands near the beginning; what comes later is an object or another clause.
REACH: Final = 90
LONGEST_OPENER: Final = 60
LONGEST_NAME: Final = 4
_KIN_KINDS: Final = frozenset("spouse partner mother father sibling child friend relative".split())
_OTHER_KIN: Final = (
    "kids children sons daughters sisters brothers parents siblings cousins nieces nephews uncles"
    " aunts grandparents grandma grandpa granny twins family wife husband in-laws friends buddy"
    " pal boss manager colleague colleagues coworker coworkers co-worker co-workers teammate"
    " teammates mentor roommate roommates flatmate neighbor neighbors neighbour neighbours coach"
    " fianc\u00e9 fianc\u00e9e classmate classmates bandmate bandmates supervisor landlord"
).split()
KIN_NOUN: Final = "|".join(
    sorted({n for n, kind in NOUN_ATTRIBUTES.items() if kind in _KIN_KINDS} | set(_OTHER_KIN))
)
_WORD = re.compile(r"\S+")
_EDGES: Final = '.,;:!?()[]"\u201c\u201d*_-\u2013\u2014'
_POSSESSIVE = re.compile(r"(?:['\u2019]s|(?<=s)['\u2019])\Z")
# Words that begin a clause of its own: the name after it is not the subject of the whole.
_CLAUSE = re.compile(
    r"\b(?:it|they|that|this|these|those|he|she|there|we|you|who|which|what|if|unless|though|how"
    r"|why|whether|is|are|was|were|has|have|had|do|does|did|can|could|will|would|should|may|might)\b"
    r"|['\u2019](?:s|re|m|ll|ve|d)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(
    r"\W*(?:when(?:ever)?|since|after|before|while|as|because|even though|although|once|until)\b",
    re.IGNORECASE,
)
# What may stand between the last comma, or the beginning, and the subject.
_OPENER = re.compile(
    r"(?:and|but|so|or|also|plus|yes|yeah|yep|no|oh|ah|wow|hey|hi|well|ok|okay|anyway|btw|honestly|now"
    r"|then|later|earlier|soon|still|too|today|tonight|tomorrow|yesterday|last|next|this|past|every|each"
    r"|in|on|at|during|over|for|by|from|since|about|around|the|a|an|few|couple|of|ago|back|once|first"
    r"|second|finally|mornings?|afternoons?|evenings?|nights?|days?|weeks?|weekends?|months?|years?"
    r"|springs?|summers?|autumn|fall|winters?|time|times|half|early|late|mid|end|beginning"
    r"|mon|tues?|wed|thu|thurs|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
    r"|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t|tember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|am|pm|a\.m|p\.m|like|and|currently|recently|lately"
    r"|maybe|perhaps|one|two|three|four|five|six|seven|eight|nine|ten|\d[\d:.,/-]*(?:st|nd|rd|th|s)?"
    r"|(?!family|only|apply|reply|ally|bully|rely|supply|fly|july)\w{3,}ly)\Z",
    re.IGNORECASE,
)
_OWNER = re.compile(
    rf"(?:\A|(?<=[\s,]))[\w.-]+(?: [\w.-]+)?['\u2019]s? (?:[\w-]+ ){{0,2}}?"
    rf"(?P<kin>{KIN_NOUN}),? \Z",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\s*(?:and|&)\s+(?P<who>others|(?:(?:their|his|her|the) )?[\w.'-]+)\s*(?P<all>both |all )?"
)
_NOUN = re.compile(
    r"\s*(?P<noun>(?:[\w'\u2019&+-]+ ){0,5}?[\w'\u2019&+-]+?)(?P<rest>[,.!]?\s+"
    r"(?:is|are|was|were|has|have|had|will|would|can|could|loves?|likes?|wants?|includes?|\w{3,}ed|\w{3,}(?<!s)s|got|gave|went"
    r"|made|took|came|kept|\w+n['\u2019]t)\b.*|[.!]?\s*)\Z",
    re.IGNORECASE | re.DOTALL,
)


class _Mention(NamedTuple):
    person: str
    start: int
    end: int
    owns: bool


class NameIndex:
    """
    The names to look for.

    names: what to call a person by each of their spellings, as `name_key` folds these.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = dict(names)
        # Most words begin no name, and to know that costs one look.
        self._firsts = {name.partition(" ")[0] for name in names}

    def begins(self, word: str) -> bool:
        """Tell whether a name can begin with a word, as it stands in a text."""
        bare = _POSSESSIVE.sub("", word.strip(_EDGES))
        return (bare.casefold() if bare.isascii() else name_key(bare)) in self._firsts

    def get(self, name: str) -> str | None:
        """Return the person that a name means, if any."""
        return self._names.get(name_key(name))


def subjects_of(text: str, names: NameIndex) -> list[About]:
    """Return whom a statement is about, each once, the main one first; none where it is nobody."""
    found: dict[str, About] = {}
    for mention in _mentions(text, names):
        about = _judged(text, mention)
        if about is not None:
            found.setdefault(about.person, about)
            _add_others(text, mention, about, names, found)
            if not about.noun:
                break
    return list(found.values())


def _mentions(text: str, names: NameIndex) -> list[_Mention]:
    """Return the names within reach of the beginning, from left to right, the longest each."""
    words = [(m.start(), m.end()) for m in _WORD.finditer(text[: REACH + 60])]
    mentions: list[_Mention] = []
    at = 0
    while at < len(words) and words[at][0] <= REACH:
        starts = names.begins(text[slice(*words[at])])
        mention = _longest(text, words, at, names) if starts else None
        mentions += [mention] if mention else []
        last = mention.end if mention else words[at][1]
        while at < len(words) and words[at][0] < last:
            at += 1
    return mentions


def _longest(text: str, words: list[tuple[int, int]], at: int, names: NameIndex) -> _Mention | None:
    for upto in range(min(len(words), at + LONGEST_NAME), at, -1):
        raw = text[words[at][0] : words[upto - 1][1]]
        start = words[at][0] + len(raw) - len(raw.lstrip(_EDGES))
        bare = raw.strip(_EDGES)
        name = _POSSESSIVE.sub("", bare)
        person = names.get(name)
        # "will" and "may" are names only with a capital.
        if person is not None and (name != name.lower() or " " in name or not name.isascii()):
            return _Mention(person, start, start + len(name), name != bare)
    return None


def _judged(text: str, mention: _Mention) -> About | None:
    """Return what a statement says of a person who is named, if they are its subject."""
    before, after = text[: mention.start], text[mention.end :]
    if not _leads(before):
        return None
    if mention.owns:
        found = _NOUN.match(_POSSESSIVE_HEAD.sub("", after, count=1))
        noun = found["noun"] if found else after[2:40]
        return About(mention.person, found["rest"].strip(" ,") if found else "", noun.strip())
    if not after[:1].isspace():
        return None
    group = _OTHERS.match(after)
    if group and group["who"] == ASSISTANT:
        return None  # what they do in the chat, not in life
    rest = after[group.end() :] if group else after
    own = re.compile(rf"\b{re.escape(text[mention.start : mention.end])}['\u2019]s(?!\w)")
    return About(mention.person, own.sub("their", rest).strip(), "", group is not None)


_POSSESSIVE_HEAD = re.compile(r"\A['\u2019]s?")


def _leads(before: str) -> bool:
    """Tell whether the words before a name leave it the subject: openers, times, the addressee."""
    owner = _OWNER.search(before)
    if owner:
        before = before[: owner.start()]
    clause, comma, last = before.rpartition(",")
    if _SUBORDINATE.match(clause if comma else before):
        # "When Ada came, Jo left" is about Jo; within the first clause nobody is the subject.
        return bool(comma) and _opens(last)
    return len(before) <= LONGEST_OPENER and not _CLAUSE.search(clause) and _opens(last)


def _opens(words: str) -> bool:
    return all(_OPENER.match(word) for word in re.findall(r"[\w.:/'\u2019-]*\w", words))


def _add_others(
    text: str, mention: _Mention, about: About, names: NameIndex, found: dict[str, About]
) -> None:
    """Add the second of two subjects: "Ada and Jo moved"."""
    if about.noun or not about.together:
        return
    group = _OTHERS.match(text[mention.end :])
    other = names.get(group["who"]) if group else None
    if other is not None:
        found.setdefault(other, about._replace(person=other))
