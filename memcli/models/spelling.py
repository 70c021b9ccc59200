"""
Spelling of many texts at once as a unigram vocabulary has it: code points in an array.

Most characters stand for one other, wherever they are, and are looked up in a table, each worked
out when it is met first. The few that stand for several are replaced before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import numpy as np

# What of a character is known: that it was looked at, belongs to the letter before it, stands for
# several, or is set apart.
MET, COMBINING, SEVERAL, MARK = 1, 2, 4, 8
SPACE: Final = "\u2581"
# Stands between texts that are spelled all at once: a control, which is in none that is sure.
BETWEEN: Final = "\0"
N_CODES: Final = 0x110000
BLANKS: Final = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
APOSTROPHES: Final = "'\u2019`\u00b4"
_SYMBOLS: Final = frozenset("$+<=>^`|~")


def is_mark(letter: str) -> bool:
    """Say whether a character is punctuation, as the tokenizers library has it."""
    return letter in _SYMBOLS or unicodedata.category(letter).startswith("P")


class Spelled(NamedTuple):
    """
    Texts as a vocabulary spells them, one after the other.

    codes: uint32 [n]; joins: whether a token may have both a character and the next, bool [n];
    starts: where each text begins, int64 [texts].
    """

    codes: np.ndarray
    joins: np.ndarray
    starts: np.ndarray


class Speller:
    """Spells texts in lower case and compatible forms; blanks begin pieces, marks are set apart."""

    def __init__(self) -> None:
        import numpy as np

        # Of what is zero the system gives memory where it is written to.
        self._forms, self._kinds = np.zeros(N_CODES, np.uint32), np.zeros(N_CODES, np.uint8)
        self._several: dict[str, str] = {}

    def spelled(self, texts: Sequence[str]) -> Spelled:
        """Return texts, none of which has a control in it, as they are spelled."""
        import numpy as np

        codes = self._one_for_one(f"{BETWEEN}{BETWEEN.join(texts)}")
        begins, is_blank, is_space = codes == 0, codes == ord(" "), codes == ord(SPACE)
        # Of several blanks one is left, and none where a text begins, which has one anyhow.
        stays = np.ones(len(codes), bool)
        stays[1:] = ~(is_blank[1:] & (is_blank | begins)[:-1] | is_space[1:] & begins[:-1])
        codes[begins | is_blank] = ord(SPACE)
        opens, codes = (begins | is_blank | is_space)[stays], codes[stays]
        apart = (self._kinds[codes] & MARK) > 0
        joins = np.zeros(len(codes), bool)
        joins[:-1] = ~(opens[1:] | apart[1:] | apart[:-1])
        return Spelled(codes, joins, np.flatnonzero(begins[stays]))

    def _one_for_one(self, text: str) -> np.ndarray:
        """Return the form of each character of a text, uint32 [n]; texts begin with a 0."""
        import numpy as np

        codes, kinds = self._looked_up(text)
        if (kinds & COMBINING).any():
            text = unicodedata.normalize("NFKC", text)
            codes, kinds = self._looked_up(text)
        several = codes[(kinds & SEVERAL) > 0]
        if len(several):
            for letter in map(chr, np.unique(several).tolist()):
                text = text.replace(letter, self._several[letter])
            codes, kinds = self._looked_up(text)
        forms: np.ndarray = self._forms[codes]
        return forms

    def _looked_up(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the code points of a text and what is known of each, after a look at all."""
        import numpy as np

        codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
        kinds = self._kinds[codes]
        if not kinds.all():
            for code in np.unique(codes[kinds == 0]).tolist():
                self._meet(chr(code))
            kinds = self._kinds[codes]
        return codes, kinds

    def _meet(self, letter: str) -> None:
        """Work out what a character stands for."""
        form = unicodedata.normalize("NFKC", letter)
        # Letter by letter: a sigma is the same wherever it stands.
        form = "".join(map(str.lower, form)).replace("\u00df", "ss")
        form = re.sub(f"[{BLANKS}{APOSTROPHES}]", " ", form)
        kind = MET | COMBINING * (unicodedata.combining(letter) > 0) | MARK * is_mark(letter)
        if len(form) > 1:
            kind |= SEVERAL
            self._several[letter] = form
        else:
            self._forms[ord(letter)] = ord(form)
            if form != letter and not self._kinds[ord(form)]:
                self._meet(form)
        self._kinds[ord(letter)] = kind  # last: another thread takes what has a kind as known
