"""First and second person into third: I, you, we and their forms."""

from __future__ import annotations

import re
from typing import Final

from memcli.language.lexicon.verbs import is_adverb, is_finite
from memcli.language.persons.agreement import agree, contracted, is_inverted
from memcli.language.persons.antecedents import Gender
from memcli.language.persons.rewriting import Line, possessive

__all__ = ["Interlocutors", "has_verb"]

_BOTH = re.compile(
    r"\b(?:you and (?:i|me)|(?:me|i) and you|we both|both of us|the two of us"
    r"|we(?:'ve)? (?:\w+ )?(?:agreed|discussed"
    r"|talked|chatted|spoke|spoken|caught up|last (?:spoke|talked|met|chatted))|our (?:last "
    r"|previous )?(?:chat|conversation"
    r"|talk|discussion|call))\b",
    re.IGNORECASE,
)
_JOINT_WORK = re.compile(
    r"\b(?:we|we've|we'd) (?:\w+ ){0,2}?(?:finalized?|outlined|drafted|established|covered"
    r"|set up|mapped|reviewed|defined"
    r"|planned|decided|continue|left off|proceed|start|need|should|can|look at|build|go over"
    r"|were)\b",
    re.IGNORECASE,
)
_FIXED: Final = frozenset("thank thanks bless see miss love".split())
_PLURAL_YOU: Final = frozenset("guys all both two folks".split())
_TAKES_OBJECT: Final = frozenset(
    """
    to for with of about from at on by than tell told give gave giving show showed help helped
    helping let make made makes
    see saw seeing thank love miss ask asked teach send sent bring join call text want wanted meet
    met wish support
    offer offered get hear heard hearing show keep kept between near like proud without behind
    """.split()
)
_PRONOUN_OF: Final[dict[Gender | None, str]] = {"f": "her", "m": "his", None: "their"}
# Tokens before a pronoun in which the other half of "my wife and I" may stand.
_REACH: Final = 14
_NOUNS: Final = r"(?:[\w'-]+ ){0,3}"
_JOINED_BEFORE = re.compile(
    rf"(?:^|[,;.!] |\b(?:that|because|when|so|if|but|where|while|since|after|before) )"
    rf"(?P<who>(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er|[Tt]heir|[Tt]he|[Yy]our|[\w-]+'s) {_NOUNS}|[Mm]e "
    rf"|[Yy]ou "
    r"|(?:[A-Z][\w-]+,? )+)and $"
)
_JOINED_AFTER = re.compile(
    r" and (?:my|our|his|her|their|the|I\b|me\b|you\b|some|a|[A-Z][\w-]+)(?: [\w'-]+)?", re.ASCII
)


def has_verb(phrase: str) -> bool:
    """Tell whether a stretch that begins with a determiner is more than a noun phrase."""
    return any(is_finite(word) for word in phrase.lower().split()[1:])


def _turned(auxiliary: str) -> str:
    """Return an auxiliary in the third person, its capital kept."""
    forms = {
        "am": "is",
        "are": "is",
        "were": "was",
        "do": "does",
        "have": "has",
        "don't": "doesn't",
    }
    new = forms.get(auxiliary.lower().replace("\u2019", "'"), auxiliary)
    return new.capitalize() if auxiliary[0].isupper() else new


class Interlocutors(Line):
    """Names the speaker and the addressee; each pronoun has a method that replaces it."""

    def _own(self, at: int, name: str, word: str, ending: str, subject: bool) -> None:
        """Replace "I" or "you", with what is contracted to it, and mend its verbs."""
        new = name
        if ending:
            verb = contracted(ending, self.tokens, at + 1)
            new = f"{name} {verb}"
        joined = self._is_joined(at)
        self._put(at, new)
        self._mention(name)
        if ending in ("m", "re", "ve"):
            agree(self.tokens, at + 1, verb_known=True)
        elif not ending and subject and not joined:
            self._mend(at, word)

    def _mend(self, at: int, word: str) -> None:
        if is_inverted(self.tokens, at):
            before = at - 1
            while self.tokens[before].isspace():
                before -= 1
            self.tokens[before] = _turned(self.tokens[before])
        else:
            agree(self.tokens, at + 1)

    def _mention(self, name: str) -> None:
        self.last = name
        self.named.add(name)

    def _is_joined(self, at: int) -> bool:
        """Tell whether the pronoun is part of a plural subject: "my wife and I", "you and Tom"."""
        before = "".join(self.tokens[max(0, at - _REACH) : at])
        couple = _JOINED_BEFORE.search(before[-80:])
        if couple and not has_verb(couple["who"]):
            self.group = self.group or "they"
            return True
        after = "".join(self.tokens[at + 1 : at + 8])
        joined = bool(_JOINED_AFTER.match(after))
        if joined:
            self.group = self.group or "they"
        return joined

    def first(self, at: int, word: str, ending: str) -> None:
        """I, I'm ..., but not the numeral of "Act I, Scene II"."""
        if not ending and self._is_numeral(at):
            return
        self._own(at, self.name, word, ending, subject=True)

    def _is_numeral(self, at: int) -> bool:
        before = self.tokens[at - 2] if at > 1 and self.tokens[at - 1].isspace() else ""
        named = before.istitle() and before not in self.named and len(before) > 1
        return named and not is_adverb(before.lower()) and not self._word(at, 1)[:1].isalpha()

    def me(self, at: int, _word: str, _ending: str) -> None:
        """Me."""
        self._is_joined(at)
        self._put(at, self.name)
        self._mention(self.name)

    def my(self, at: int, _word: str, _ending: str) -> None:
        """My."""
        self._owned(at, self.name)

    def _owned(self, at: int, name: str) -> None:
        short = self.last == name
        new = _PRONOUN_OF[self.gender.get(name)] if short else possessive(name)
        self._put(at, new)
        self._mention(name)

    def mine(self, at: int, _word: str, _ending: str) -> None:
        """Mine."""
        self._put(at, possessive(self.name))

    def myself(self, at: int, _word: str, _ending: str) -> None:
        """Myself."""
        self._reflexive(at, self.name)

    def _reflexive(self, at: int, name: str) -> None:
        reflexive = {"f": "herself", "m": "himself"}.get(self.gender.get(name) or "", "themselves")
        self._put(at, reflexive if name in self.named else name)

    def you(self, at: int, word: str, ending: str) -> None:
        """you, you're ..."""
        before, after = self._word(at, -1), self._word(at, 1)
        if before in _FIXED and not ending and not is_finite(after):
            return
        if not self.other or after in _PLURAL_YOU or self.anyone:
            self.clear = False
            return
        subject = before not in _TAKES_OBJECT
        self._own(at, self.other, word, ending, subject)

    def your(self, at: int, _word: str, _ending: str) -> None:
        """Your."""
        if self.other and not self.anyone:
            self._owned(at, self.other)
        else:
            self.clear = False

    def yourself(self, at: int, word: str, _ending: str) -> None:
        """yourself, yours."""
        if not self.other or self.anyone:
            self.clear = False
        elif word == "yours":
            self._put(at, possessive(self.other))
        else:
            self._reflexive(at, self.other)

    def we(self, at: int, word: str, ending: str) -> None:
        """we, us and what is contracted to them."""
        again = "them" if word == "us" else "they"
        group = again if self.group else self._company()
        self.group = "they"
        verb = {"re": " are", "ve": " have", "ll": " will"}.get(ending, "")
        if ending == "d":
            verb = f" {contracted('d', self.tokens, at + 1)}"
        self._put(at, group + verb)
        self.last = "they"

    def _company(self) -> str:
        roles = self.name == "the assistant" or self.other == "the assistant"
        both = _BOTH.search(self.text) or (roles and _JOINT_WORK.search(self.text))
        if self.other and (both or self.name == "the assistant"):
            pair = (
                (self.other, self.name) if self.name == "the assistant" else (self.name, self.other)
            )
            return " and ".join(pair)
        return f"{self.name} and others"

    def our(self, at: int, word: str, _ending: str) -> None:
        """our, ours, ourselves."""
        if word == "ourselves":
            self._put(at, "themselves")
        elif self.last == "they":
            self._put(at, "their" if word == "our" else "theirs")
        else:
            self._put(at, possessive(self.name))
            self._mention(self.name)
