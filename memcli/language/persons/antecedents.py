"""Who and what a pronoun may stand for: people and things that earlier sentences brought up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

__all__ = ["KIN", "KIN_GENDER", "Antecedent", "aged", "antecedents_of", "chosen"]

Gender = Literal["f", "m"]
Number = Literal["one", "many"]

FEMALE: Final = (
    "sister wife mother mom mum mama girlfriend daughter aunt auntie grandma grandmother"
    " granddaughter niece fiancée stepmother stepsister stepdaughter mother-in-law"
    " sister-in-law girl woman lady bridesmaid"
)
MALE: Final = (
    "brother husband father dad papa boyfriend son uncle grandpa grandfather grandson"
    " nephew fiancé stepfather stepbrother stepson father-in-law brother-in-law boy man guy"
    " gentleman"
)
EITHER: Final = (
    "friend boss manager colleague coworker co-worker neighbor neighbour cousin partner"
    " spouse roommate flatmate doctor dentist therapist teacher coach tutor mentor trainer"
    " instructor professor client landlord kid child baby teammate classmate supervisor"
    " assistant agent lawyer accountant nurse"
)
PLURAL: Final = (
    "sisters brothers siblings daughters sons kids children parents grandparents grandkids"
    " twins friends colleagues coworkers neighbors neighbours cousins aunts uncles nieces"
    " nephews roommates teammates classmates students clients family folks in-laws team"
)
KIN_GENDER: Final[dict[str, Gender | None]] = {
    **dict.fromkeys(EITHER.split()),
    **dict.fromkeys(FEMALE.split(), "f"),
    **dict.fromkeys(MALE.split(), "m"),
}
KIN: Final = frozenset(KIN_GENDER) | frozenset(PLURAL.split())
_PLURALS: Final = frozenset(PLURAL.split())
_KIN_WORD: Final = "|".join(sorted(KIN, key=len, reverse=True))
_ADJECTIVES: Final = r"(?:(?!and\b|or\b|is\b|was\b|has\b)[a-z-]+ ){0,2}"
# "Mara's older sister Ana", "the user's parents", "their boss" are people; "a guy" too.
_RELATIVE = re.compile(
    rf"(?P<owner>(?:[Tt]he )?(?<!\w)[^\W\d_][\w.'-]{{0,40}}'s?|[Tt]heir|[Hh]er|[Hh]is|[Aa]n?|[Tt]he"
    rf"|[Ss]ome) {_ADJECTIVES}"
    rf"(?P<kin>{_KIN_WORD})\b(?! of\b|-|'s? )(?:,? (?P<name>[A-Z][\w'-]+)\b)?"
)
_DETERMINER: Final = (
    r"(?:(?:[Tt]he )?(?<!\w)[^\W\d_][\w.-]{0,40}'s"
    r"|\b(?:[Aa]n?|[Tt]he|[Tt]heir|[Hh]er|[Hh]is|[Tt]his))"
)
_ANY_PHRASE = re.compile(rf"{_DETERMINER} [a-z]")
# Only what someone gets, makes, has or visits is what the next sentence is about.
_GOT = re.compile(
    r"\b(?:bought|got|adopted|made|wrote|painted|built|started|opened|launched|owns?|has"
    r"|received|visited|tried|found|joined"
    rf"|published|finished|watched"
    rf"|purchased) (?P<owner>{_DETERMINER}) (?P<thing>(?:[a-z-]+ ){{0,2}}?[a-z]{{3,}})"
    r"(?= (?:at|in|on|for|from|with|last|yesterday|today|this|and|that|to|called|named)\b|[.,!;]|$)"
)
_MONTHS_DAYS: Final = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Mon|Tues|Wednes"
    r"|Thurs|Fri|Satur|Sun)day)s?$"
)
_NO_NOUN_ENDS: Final = ("ing", "ly", "ed", "s")
_NO_THING: Final = frozenset(
    "lot bit time way while few day week month year couple kind sort chance".split()
)
REACH: Final = 2
_MAX_CHARS: Final = 4000


@dataclass(frozen=True, slots=True)
class Antecedent:
    """Someone or something mentioned `distance` sentences ago; gender None is unknown."""

    name: str
    gender: Gender | None = None
    number: Number = "one"
    person: bool = True
    distance: int = 0


def antecedents_of(sentence: str, resolved_text: str, names: Sequence[str]) -> list[Antecedent]:
    """
    Return whom and what a resolved sentence brings up, at distance 0, each name once.

    `names` are the names known to be people's. `sentence` is the text as it was said: a question
    brings up people, but no thing. Nothing in quotation marks counts.
    """
    text = _unquoted(resolved_text[:_MAX_CHARS]).replace("\u2019", "'")
    found = [*_relatives(text), *_named(text, names)]
    if not sentence.rstrip().endswith("?"):
        found.extend(_things(text))
    return list({each.name: each for each in reversed(found)}.values())[::-1]


def aged(antecedents: Iterable[Antecedent], by: int = 1) -> list[Antecedent]:
    """Return the antecedents `by` sentences further away, without those out of reach."""
    older = (replace(each, distance=each.distance + by) for each in antecedents)
    return [each for each in older if each.distance <= REACH]


def chosen(
    antecedents: Sequence[Antecedent], gender: Gender | None, number: Number, person: bool = True
) -> Antecedent | None:
    """
    Return the one antecedent that fits a pronoun; None where none or several do.

    Someone of unknown gender may be either, and so makes a pronoun unclear.
    """
    fitting: dict[str, Antecedent] = {}
    for each in antecedents:
        fits = each.number == number and each.person == person and each.distance <= REACH
        if fits and (gender is None or each.gender in (None, gender)):
            fitting.setdefault(each.name, each)
    return next(iter(fitting.values())) if len(fitting) == 1 else None


def _unquoted(text: str) -> str:
    return (
        re.sub(r"\"[^\"]*\"|\u201c[^\u201d]*\u201d", " ", text)
        if '"' in text or "\u201c" in text
        else text
    )


def _relatives(text: str) -> list[Antecedent]:
    found = []
    for match in _RELATIVE.finditer(text):
        kin, name = match["kin"], match["name"]
        gender = KIN_GENDER.get(kin)
        number: Number = "many" if kin in _PLURALS else "one"
        if name and number == "one" and not _MONTHS_DAYS.match(name):
            found.append(Antecedent(name.removesuffix("'s"), gender))
        elif match["owner"].lower() not in ("their", "her", "his"):
            end = match.end("kin")
            phrase = text[match.start() : end]
            phrase = re.sub(r"^(?:an?|some|the) ", "the ", phrase, flags=re.IGNORECASE)
            found.append(Antecedent(phrase, gender, number))
    return found


def _named(text: str, names: Sequence[str]) -> list[Antecedent]:
    return [
        Antecedent(name)
        for name in names
        if name.lower() not in ("", "user", "assistant")
        and re.search(rf"(?<!\w){re.escape(name)}(?!\w|'s)", text)
    ]


def _things(text: str) -> list[Antecedent]:
    """Return the one thing that a sentence brings up; nothing where there are several."""
    if len(_ANY_PHRASE.findall(text)) != 1:
        return []
    match = _GOT.search(text)
    words = match["thing"].split() if match else []
    if (
        match is None
        or words[-1] in KIN
        or words[-1] in _NO_THING
        or words[-1].endswith(_NO_NOUN_ENDS)
    ):
        return []
    owner = match["owner"]
    determiner = owner if owner.endswith("'s") else "the"
    return [Antecedent(f"{determiner} {match['thing']}", None, "one", person=False)]
