"""
Keywords of a text, and the broad topics that it touches.

Words are ranked by length and place, as in the simplest of the keyword extractors that hold up
without training (TF-IDF with a position term; YAKE, Campos et al. 2020). Topics come from a compact
general lexicon of stems.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from Stemmer import Stemmer

from memcli.language.words import FUNCTION_WORDS

__all__ = ["keywords", "tags"]

LONGEST_TEXT: Final = 20_000  # characters; what comes later adds no keyword
MOST_KEYWORDS: Final = 6
MOST_TAGS: Final = 4
# A word at the end of the text counts this much of one at its beginning.
LAST_PLACE: Final = 0.6
REPEATED: Final = 0.3  # added per repetition, up to three

_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_EMPTY: Final = frozenset(
    """
    user assistant also really just like get got getting go going gone come came make made making
    thing things stuff lot lots bit way ways much many one two good great nice awesome amazing cool
    best better new old big little long time times day days today yesterday tomorrow week month year
    know think thought want wanted need needed see saw seen say said tell told take took taken give
    gave let put use used using feel felt try tried keep kept look looked looking seem sure yes no
    yeah well ok okay oh wow hey hi hello thanks thank please sorry maybe actually definitely pretty
    even still always never ever now back around away another every each something anything
    everything nothing someone anyone everyone people kind sort may will would could should might
    must shall can can't don't doesn't didn't isn't wasn't won't i'm i've i'll it's that's there's
    haven't hasn't last let's you're we're they're he's she's what's lol haha etc via
    per yet since though although
    """.split()
)
_SKIPPED: Final = FUNCTION_WORDS | _EMPTY

# Stems: a word counts when it begins with one that ends in *, or equals one without.
_LEXICON: Final[dict[str, str]] = {
    "work": "work works worked working job jobs career* office boss colleague* coworker* client*"
    " meeting* project* deadline* manager* salar* promot* interview* startup* business* compan*"
    " employ* hire* hired freelanc* internship* profession* resign*",
    "family": "family families mother* father* mom mum dad sister* brother* son sons daughter*"
    " husband* wife wives kid kids child* baby babies parent* grand* aunt* uncle* cousin* niece*"
    " nephew* sibling* married marriage wedding* spouse*",
    "friends": "friend* buddy neighbor* neighbour* roommate* partner* boyfriend* girlfriend*"
    " dating",
    "health": "health* doctor* hospital* medic* sick* ill illness* allerg* pain* injur* surger*"
    " therap* clinic* symptom* diabet* asthma* diet* sleep* insomni* migraine* headache* dentist*"
    " nurse* vaccin* pregnan* anxi* depress* diagnos* disease* pill pills blood",
    "food": "food* eat eats eating ate cook* recipe* restaurant* dinner* lunch* breakfast* coffee*"
    " tea vegan* vegetarian* bake* baking meal* pizza* pasta* sushi* cake* chocolate* fruit*"
    " vegetable* salad* cheese* bread* dessert* drink* wine* beer* snack* delicious tast* soup*"
    " chicken* meat* seafood* kitchen* cuisine*",
    "travel": "travel* trip trips flight* fly flew flying hotel* vacation* holiday* airport*"
    " passport*"
    " visa* tour tours tourist* beach* luggage* itinerar* backpack* cruise* roadtrip* abroad"
    " sightsee*",
    "money": "money* bank* budget* price* pay pays paid payment* cost costs rent rents loan* debt*"
    " invest* saving* salar* tax taxes mortgage* insurance* expens* cash* income* financ* invoice*",
    "home": "home homes house* apartment* flat flats move* moved moving landlord* furniture*"
    " garden*"
    " room rooms bedroom* renovat* roof* neighborhood* neighbourhood* rent rents lease*",
    "education": "school* universit* college* class classes course* exam* study stud* homework*"
    " teacher* professor* degree* graduat* thesis* learn* lesson* tutor* scholarship* semester*",
    "sport": "sport* gym gyms run runs running runner* marathon* football* soccer* basketball*"
    " tennis*"
    " swim* cycl* bike* biking yoga* workout* training train hik* climb* ski skiing match matches"
    " team teams coach* athlet* fitness* exercis* golf* surf* volleyball* baseball*",
    "music": "music* song* band bands concert* guitar* piano* violin* sing sings singing singer*"
    " album* drum* orchestra* playlist* melod* choir*",
    "reading": "book* read reads reading novel* author* librar* poem* poet* literatur* bookshop*",
    "film and games": "movie* film* cinema* series show shows netflix game games gaming gamer*"
    " videogame* console* episode* actor* actress*",
    "art": "art arts artist* paint* draw* sculpt* museum* galler* photo* craft* potter* design*",
    "pets": "pet pets dog dogs cat cats puppy puppies kitten* vet vets hamster* rabbit* parrot*"
    " leash* aquarium*",
    "nature": "nature* forest* mountain* river* lake* ocean* sea flower* plant* tree trees weather*"
    " rain* snow* sunset* camping* wildlife* park parks",
    "plans": "plan plans planned planning goal goals intend* schedul* upcoming appointment* reserv*"
    " organiz* organis* deadline* resolution* dream* hope hopes hoping",
    "feelings": "happy happi* sad sadness* angry anger* excit* nervous* worri* afraid scared fear*"
    " love loves loved lonely stress* proud* upset* grateful* frustrat* disappoint* joy* cried cry"
    " miss misses missed anxi* overwhelm*",
    "technology": "comput* laptop* software* app apps phone* code coding program* server* website*"
    " internet* data database* api apis algorithm* robot* ai python* javascript* bug bugs deploy*"
    " cloud* gadget* tech technolog* wifi",
    "community": "volunteer* charit* donat* communit* fundrais* shelter* activis* campaign* church*"
    " nonprofit*",
    "celebration": "birthday* party parties celebrat* anniversar* wedding* gift* christmas*"
    " ceremon*",
    "shopping": "buy buys buying bought shop shops shopping store stores purchas* order ordered"
    " clothes* clothing dress dresses shoes sale",
}


def _tables() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return whole words and beginnings of words -> topics."""
    whole: dict[str, list[str]] = {}
    begins: dict[str, list[str]] = {}
    for topic, words in _LEXICON.items():
        for word in words.split():
            table = begins if word.endswith("*") else whole
            table.setdefault(word.rstrip("*"), []).append(topic)
    return whole, begins


_WHOLE, _BEGINS = _tables()
_STEM_LENGTHS: Final = tuple(sorted({len(stem) for stem in _BEGINS}))


def keywords(text: str) -> list[str]:
    """
    Return up to MOST_KEYWORDS content words of the text in lower case, the most telling first.

    Longer words count as rarer. Of words with one stem, by Snowball's stemmer for English, the
    first is kept. Two capitalised words in a row are one keyword.
    """
    found: dict[str, tuple[str, float, int]] = {}
    stem_of = _stemmer().stemWord
    words = _content(text[:LONGEST_TEXT])
    for index, (word, is_name) in enumerate(words):
        stem = stem_of(word)
        if stem in found:
            first, score, times = found[stem]
            found[stem] = (first, score, times + 1)
            continue
        place = 1.0 - (1.0 - LAST_PLACE) * index / max(len(words) - 1, 1)
        found[stem] = (word, _weight(word, is_name) * place, 0)
    ranked = sorted(found.values(), key=lambda w: -w[1] * (1 + REPEATED * min(w[2], 3)))
    return [word for word, _, _ in ranked[:MOST_KEYWORDS]]


@cache
def _stemmer() -> Stemmer:
    return Stemmer("english")


def stems(words: Iterable[str]) -> set[str]:
    """Stems of words in lower case, as they are compared: "allergies" and "allergy" are one."""
    return set(_stemmer().stemWords(list(words)))


def tags(text: str) -> list[str]:
    """Return up to MOST_TAGS broad topics of a text, by number of words."""
    counts: dict[str, int] = {}
    for match in _WORD.finditer(text[:LONGEST_TEXT].lower()):
        for topic in _topics(match[0]):
            counts[topic] = counts.get(topic, 0) + 1
    return sorted(counts, key=lambda topic: -counts[topic])[:MOST_TAGS]


def _topics(word: str) -> list[str]:
    """Return the topics of a word: its own, or those of the longest stem that it begins with."""
    if word in _WHOLE:
        return _WHOLE[word]
    for length in reversed(_STEM_LENGTHS):
        topics = _BEGINS.get(word[:length]) if length <= len(word) else None
        if topics:
            return topics
    return []


def _content(text: str) -> list[tuple[str, bool]]:
    """Return the content words in lower case, names of two words joined, and whether a name."""
    found: list[tuple[str, bool]] = []
    end, after_name = 0, False
    for match in _WORD.finditer(text):
        word = match[0]
        is_name = word[0].isupper() and match.start() > 0
        plain = word.casefold().removesuffix("'s").removesuffix("\u2019s")
        if plain in _SKIPPED or len(plain) < 2 or (plain.isdigit() and len(plain) < 4):
            after_name = False
            continue
        if is_name and after_name and text[end : match.start()] == " ":
            found[-1] = (f"{found[-1][0]} {plain}", True)
            is_name = False
        else:
            found.append((plain, is_name))
        end, after_name = match.end(), is_name
    return found


def _weight(word: str, is_name: bool) -> float:
    return min(len(word), 10) / 10 * (1.2 if is_name else 1.0)
