"""The words that names are told by: openers, given names, places, titles and endings."""

from __future__ import annotations

import re
from typing import Final

from memcli.language.data import read_data, words
from memcli.language.words import FUNCTION_WORDS

_DATA: Final = read_data("names")

UPPER: Final = (
    "A-Z\u00c0-\u00d6\u00d8-\u00de\u0100\u0106\u010c\u010e\u0110\u0118\u011a\u011e\u0130\u0141\u0143"
    "\u0147\u0150\u0158\u015a\u015e\u0160\u0164\u016e\u0170\u0179\u017b\u017d\u0391-\u03a9\u0410-\u042f"
)
WEEKDAYS: Final = words("names", "weekdays")
MONTHS: Final = words("names", "months")
NEVER_NAMES: Final = (
    (FUNCTION_WORDS - {"the", "of"}) | WEEKDAYS | MONTHS | words("names", "abbreviations")
)
NOT_NAMES: Final = NEVER_NAMES | FUNCTION_WORDS | words("names", "openers")
GIVEN_NAMES: Final = words("names", "given_names")
PLACES: Final = frozenset(" ".join(name.split()) for name in _DATA["places"].split(","))
NATIONALITY_WORDS: Final = words("names", "nationalities")
_ISH = re.compile(r"(?:span|engl|brit|ir|scott|pol|dan|swed|finn|turk|jew|kurd)ish\Z")
_ESE = re.compile(r"(?:chin|japan|portugu|vietnam|malt|leban|taiwan|nepal|sudan|burm)ese\Z")
TITLES: Final = words("names", "titles")
KIN: Final = "|".join(_DATA["kin"].split())
TYPE_OF_LAST: Final = {
    word: kind for kind, listed in _DATA["last_words"].items() for word in listed.split()
}
PARTICLES: Final = "|".join(_DATA["particles"].split())
PARTICLE_SET: Final = frozenset(PARTICLES.split("|")) | {"the"}


def is_place(name: str) -> bool:
    """Tell a country or large city, or a name that ends like a place."""
    parts = name.casefold().split()
    return " ".join(parts) in PLACES or bool(parts and TYPE_OF_LAST.get(parts[-1]) == "place")


def is_nationality(word: str) -> bool:
    """Tell an adjective of a country, which is often a language, or of a religion."""
    plain = word.casefold()
    return plain in NATIONALITY_WORDS or bool(_ISH.match(plain) or _ESE.match(plain))
