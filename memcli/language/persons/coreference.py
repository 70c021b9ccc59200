"""Third-person pronouns into the names that they stand for, where one antecedent fits."""

from __future__ import annotations

import re
from typing import Final

from memcli.language.lexicon.verbs import AUXILIARIES, is_adverb, is_finite
from memcli.language.persons.agreement import contracted
from memcli.language.persons.antecedents import Antecedent, Gender, chosen
from memcli.language.persons.rewriting import Line, possessive

__all__ = ["PERSONAL", "POINTING", "Referents"]

_NO_NOUN: Final = frozenset(
    """
    a an the to for with of about from at on by in into and or but so because that when while if as
    than then up out
    off over down again today yesterday tomorrow too all how what where why who is was were i he
    she they we you not
    """.split()
)
_EXPLETIVE = re.compile(
    r"\bit(?:'s| is| was| has been|'ll be| will be| would be"
    r"|'d be)? (?:been )?(?:\w+ly )?(?:(?:so|very|really|also|always|just|not"
    r"|too|quite|pretty) )*(?:raining|snowing|sunny|cold|hot|warm|late|early|time|important|hard"
    r"|easy|great|nice|good|fun|amazing"
    r"|tough|difficult|possible|clear|true|like|seems?|seemed|takes?|took|depends|turns? out"
    r"|feels?|felt|looks? like|a (?:long"
    r" time|while|pleasure|shame|joy)|been|\d+|(?:mon|tues|wednes|thurs|fri|satur|sun)day|worth"
    r"|wonderful|awesome|means|makes)\b",
    re.IGNORECASE,
)
POINTING: Final = frozenset("this that these those".split())
_HE: Final = frozenset("he him his himself".split())
_SHE: Final = frozenset("she her hers herself".split())
_THEY: Final = frozenset("they them their theirs".split())
PERSONAL: Final = _HE | _SHE | _THEY


class Referents(Line):
    """Replaces he, she, it and they; notes where that cannot be told."""

    def third(self, at: int, word: str, ending: str) -> None:
        """he, she, they and their forms."""
        self.last = None
        if word in _THEY:
            known = self.seen_many or bool(self.group)
            found = None if known else chosen(self.antecedents, None, "many")
            self._replace(at, word, ending, found, known or (word == "their" and bool(self.named)))
            self.seen_many = True
            return
        gender: Gender = "f" if word in _SHE else "m"
        known = any(each in (None, gender) for each in self.seen_people)
        found = None if known else chosen(self.antecedents, gender, "one")
        self._replace(at, word, ending, found, known)
        self.seen_people.append(gender)

    def _replace(
        self, at: int, word: str, ending: str, found: Antecedent | None, known: bool
    ) -> None:
        if found is None or word.endswith(("self", "hers", "theirs")):
            self.clear &= known
            return
        name = found.name
        many = found.number == "many"
        if word in ("his", "their") or (word == "her" and self._owns(at)):
            name = possessive(name, many)
        elif ending == "re":
            name += " are"
        elif ending == "ve":
            name += " have"
        elif ending:
            name += f" {contracted(ending, self.tokens, at + 1)}"
        self._put(at, name)

    def _owns(self, at: int) -> bool:
        """Tell whether "her" is followed by what is hers."""
        after = self._word(at, 1)
        return bool(after) and after[0].isalpha() and after not in _NO_NOUN and not is_adverb(after)

    def it(self, at: int, word: str, ending: str) -> None:
        """it, it's, its."""
        if self.seen_thing or _EXPLETIVE.search(self.text):
            self.seen_thing = True
            return
        opens = self._opens(at)
        near = [each for each in self.antecedents if each.distance <= 1]
        found = chosen(near, None, "one", person=False) if opens else None
        if found is None:
            self.clear = False
            self.seen_thing = True
            return
        if word == "its":
            new = possessive(found.name)
        else:
            new = found.name + (f" {contracted(ending, self.tokens, at + 1)}" if ending else "")
        self._put(at, new)
        self.seen_thing = True

    def pointing(self, at: int, word: str, ending: str) -> None:
        """Demonstratives: unclear where they stand alone as the subject of the sentence."""
        opens = self._opens(at)
        after = self._word(at, 1)
        if opens and (ending or after in AUXILIARIES or (after and is_finite(after))):
            self.clear = False
        if word == "that":
            self.last = None
