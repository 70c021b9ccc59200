"""Mend the verbs that agreed with "I" or "you" once a name takes their place."""

from __future__ import annotations

import re
from typing import Final

from memcli.language.lexicon.verbs import (
    AUXILIARIES,
    BARE_VERBS,
    MODALS,
    has_unchanged_past,
    is_adverb,
    is_bare,
    is_participle,
    is_past,
    third_person,
)

__all__ = ["agree", "contracted", "is_inverted", "tokens_of"]

TOKEN: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\s+|.", re.DOTALL)

_FORMS: Final = {
    "am": "is",
    "are": "is",
    "were": "was",
    "have": "has",
    "do": "does",
    "haven't": "hasn't",
    "don't": "doesn't",
    "dont": "doesn't",
    "aren't": "isn't",
    "weren't": "wasn't",
    "ain't": "isn't",
    "havent": "hasn't",
    "'m": "is",
    "wanna": "wants to",
    "gonna": "is gonna",
    "gotta": "has to",
}
_INVERTING: Final = frozenset(
    """
    am are was were do did have had can could will would shall should must may might don't didn't
    haven't can't
    couldn't won't wouldn't shouldn't aren't weren't wasn't hadn't does has
    """.split()
)
_NOT_VERBS: Final = frozenset(
    """
    a an the and or but of in on at to for from with by as if that this these those my your his her
    its our
    their who whom whose which what when where why how too so than because about into over after
    before
    i me you he him she it we us they them both alone myself yourself especially who's up out not no
    """.split()
)
_SEAMS: Final = frozenset("and or but then".split())
_ENDS: Final = frozenset(
    """
    that which who because when if while since where although though until unless what how i we you
    he
    she they it whenever wherever why whether as
    """.split()
)
_AFTER_VERB: Final = frozenset(
    """
    a an the my your his her its our their this that these those some any every all me you him them
    us it in on at
    to for from with by as about into over up out down back off around when if how what
    """.split()
)
# After "and" these are verbs whatever follows.
_ONLY_VERBS: Final = frozenset(
    "hate prefer enjoy teach eat speak write bake own collect keep make spend sing".split()
)
_HABIT: Final = frozenset(
    "always usually often sometimes never every rarely seldom typically generally".split()
)


def tokens_of(text: str) -> list[str]:
    """Return words (with apostrophes and hyphens), runs of space and single other characters."""
    return TOKEN.findall(text)


def _next_word(tokens: list[str], at: int) -> int:
    """Return the index of the next token that is not space; len(tokens) if there is none."""
    while at < len(tokens) and tokens[at].isspace():
        at += 1
    return at


def _past_adverbs(tokens: list[str], at: int) -> int:
    """Return the index of the next token that is neither space nor an adverb before a verb."""
    at = _next_word(tokens, at)
    while at < len(tokens) and is_adverb(_lower(tokens[at])):
        at = _next_word(tokens, at + 1)
    return at


def _lower(token: str) -> str:
    return token.lower().replace("\u2019", "'")


def is_inverted(tokens: list[str], at: int) -> bool:
    """Tell whether an auxiliary stands right before the subject at `at`: "do I", "have you"."""
    before = at - 1
    while before >= 0 and tokens[before].isspace():
        before -= 1
    return before >= 0 and _lower(tokens[before]) in _INVERTING and _is_opening(tokens, before)


def _is_opening(tokens: list[str], at: int) -> bool:
    """Tell whether no subject stands before an auxiliary, so that it opens its clause."""
    before = at - 1
    while before >= 0 and tokens[before].isspace():
        before -= 1
    return before < 0 or not tokens[before][0].isalpha() or _lower(tokens[before]) in _OPENERS


_OPENERS: Final = frozenset(
    "so neither nor what how where when why who which and but or only".split()
)


def contracted(ending: str, tokens: list[str], at: int) -> str:
    """
    Return the verb that a contraction stands for in the third person, from what follows.

    `ending` is m, re, ve, ll, d or s; `at` is the index after the contraction.
    """
    if ending in ("m", "re"):
        return "is"
    if ending == "ve":
        return "has"
    if ending == "ll":
        return "will"
    follower = _past_adverbs(tokens, at)
    word = _lower(tokens[follower]) if follower < len(tokens) else ""
    perfect = word in ("been", "had", "got", "better", "gotten") or is_participle(word)
    if ending == "d":
        return "had" if perfect else "would"
    return "has" if word in ("been", "had", "got", "gotten") else "is"


def agree(tokens: list[str], at: int, verb_known: bool = False) -> None:
    """
    Change in place the verbs of which a subject just before `at` is the subject.

    `verb_known`: the subject's own verb is done (it was contracted); only verbs that "and" joins to
    it remain: "I'm a nurse and live here".
    """
    first = at if verb_known else _past_adverbs(tokens, at)
    if first >= len(tokens):
        return
    if not verb_known:
        word = _lower(tokens[first])
        if not word[0].isalpha() or word in _NOT_VERBS:
            return
        if word in MODALS or word in ("did", "didn't", "do", "don't") or word in _OTHER_AUXILIARIES:
            tokens[first] = _FORMS.get(word, tokens[first])
            return
        tokens[first] = _inflected(tokens, first)
    # "I will do what you say and tell you": what "and" joins may belong to the verb before.
    if any(token in MODALS or token == "to" for token in tokens[:at]):
        return
    _agree_joined(tokens, first + (0 if verb_known else 1))


_OTHER_AUXILIARIES: Final = frozenset(
    w for w in AUXILIARIES if w.endswith("n't") and w not in _FORMS
)


def _inflected(tokens: list[str], at: int) -> str:
    """Return the third person of the verb at `at`, or the verb itself where it is past or none."""
    token = tokens[at]
    word = _lower(token)
    if word in _FORMS:
        return _FORMS[word]
    if word in AUXILIARIES or word.endswith("ing") or word in ("used", "gotta"):
        return token
    if has_unchanged_past(word):
        return third_person(token) if _is_habit(tokens) else token
    if (is_past(word) and not is_bare(word)) or not token.isascii() or token.isupper():
        return token
    if word in BARE_VERBS or is_bare(word) or not word.endswith("s"):
        return third_person(token.lower() if token.istitle() else token)
    return token


def _is_habit(tokens: list[str]) -> bool:
    return any(token.lower() in _HABIT for token in tokens)


def _agree_joined(tokens: list[str], at: int) -> None:
    """Mend verbs that a conjunction joins to a finished one, until the clause ends."""
    joined = False
    while at < len(tokens):
        word = _lower(tokens[at])
        if _ends_clause(tokens, at, word):
            return
        if joined and not word.isspace() and not is_adverb(word):
            if _is_joined_verb(tokens, at):
                tokens[at] = _inflected(tokens, at)
            joined = False
        if word in _SEAMS:
            joined = True
        at += 1


def _ends_clause(tokens: list[str], at: int, word: str) -> bool:
    """Tell whether verbs after this word have another subject, or none."""
    if word == "to":
        follower = _past_adverbs(tokens, at + 1)
        return follower < len(tokens) and is_bare(_lower(tokens[follower]))
    return word in _ENDS or word in MODALS or word in '.;:?!()\u2014"' or word == "let's"


def _is_joined_verb(tokens: list[str], at: int) -> bool:
    """Tell whether the word after "and" is a finite verb, not a noun or an infinitive."""
    word = _lower(tokens[at])
    if word in _FORMS:
        return True
    if word not in BARE_VERBS or has_unchanged_past(word):
        return False
    follower = _next_word(tokens, at + 1)
    after = _lower(tokens[follower]) if follower < len(tokens) else "."
    return word in _ONLY_VERBS or after in _AFTER_VERB or after.endswith("ing")
