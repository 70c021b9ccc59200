"""
Plain tokenizers: tokenizer.json read without the tokenizers library.

To import the library and let it build its vocabulary takes longer than to cut a question and the
words of what it found. The two kinds that the bundled tables have are known, WordPiece after BERT
and unigrams; each gives the tokens that the library would, or None where that is not sure.
"""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from memcli.algorithms.subwords import UNKNOWN_PENALTY, unigram, wordpiece
from memcli.models.piece_tokens import PieceTokens
from memcli.models.spelling import APOSTROPHES, BETWEEN, BLANKS, SPACE, Speller, is_mark

if TYPE_CHECKING:
    from memcli.algorithms.unigram_lattice import UnigramLattice
    from memcli.models.tokens import Tokens

# The settings that are known, as tokenizer.json has them.
BERT: Final = {
    "normalizer": {
        "type": "BertNormalizer",
        "clean_text": True,
        "handle_chinese_chars": True,
        "strip_accents": None,
        "lowercase": True,
    },
    "pre_tokenizer": {"type": "BertPreTokenizer"},
}
UNIGRAM: Final = {
    "normalizer": {
        "type": "Sequence",
        "normalizers": [
            {"type": "NFKC"},
            {"type": "Lowercase"},
            {"type": "Replace", "pattern": {"Regex": "['\u2019`\u00b4]"}, "content": " "},
            {"type": "Replace", "pattern": {"String": "\u00df"}, "content": "ss"},
            {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "},
        ],
    },
    "pre_tokenizer": {
        "type": "Sequence",
        "pretokenizers": [
            {
                "type": "Metaspace",
                "replacement": "\u2581",
                "prepend_scheme": "always",
                "split": True,
            },
            {"type": "Punctuation", "behavior": "Isolated"},
        ],
    },
}
# Characters that are cut into unigrams at once: the arrays of more are so large that the system
# clears their pages anew each time, and other threads wait for it.
CHARACTERS_AT_ONCE: Final = 1 << 15
# Of so many characters most marks recur, and are set apart sooner one kind after the other.
MANY_CHARACTERS: Final = 1_000
_BLANK = re.compile(f"[{BLANKS}]+")
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
# What BERT's normalizer sets apart, each character a word.
_IDEOGRAPH: Final = (
    "([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002ceaf"
    "\U0002f800-\U0002fa1f])"
)
# Words of more characters are unknown to WordPiece.
LONGEST_WORD: Final = 100
# Other characters are left to the library: controls, and what not every version of Unicode has.
_KNOWN: Final = (
    "[\t\n\r\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0373\u0386-\u052f\u05d0-\u05ea\u0621-\u064a"
    "\u0660-\u06d3\u0904-\u0939\u0e01-\u0e3a\u0e3f-\u0e5b\u1e00-\u1fbc\u2010-\u2027\u2030-\u205e"
    "\u20a0-\u20b5\u2100-\u218b\u2190-\u23f3\u2460-\u27bf\u3001-\u303f\u3041-\u3096\u3099-\u30ff"
    "\u3105-\u312d\u3220-\u32fe\u3300-\u33ff\u3400-\u4db5\u4e00-\u9fcc\uac00-\ud7a3\ufe0f"
    "\uff01-\uff5e\uffe0-\uffe6\U0001f300-\U0001f64f\U0001f680-\U0001f6c5\U0001f910-\U0001f9ff]*"
)


class PlainTokenizer(ABC):
    """Cuts texts into the tokens of one vocabulary."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = settings

    def tokens(self, text: str) -> list[int] | None:
        """Return the token ids of a whole text, or None for one that is left to the library."""
        return self._tokens(text) if self.is_sure(text) else None

    def is_sure(self, text: str) -> bool:
        """Say whether a text is spelled here as the library would spell it."""
        return _is_known(text) and not any(word in text for word in self._added)

    @cached_property
    def _added(self) -> list[str]:
        """What is a token wherever it stands in a text."""
        return [added["content"] for added in self._settings.get("added_tokens") or ()]

    @abstractmethod
    def _tokens(self, text: str) -> list[int]: ...

    @abstractmethod
    def many_tokens(self, texts: Sequence[str]) -> Tokens:
        """Return the token ids of texts, whole, each of which is sure and not empty."""


class WordPieceTokenizer(PlainTokenizer):
    """WordPiece tokenizer, as of BERT without case."""

    @cached_property
    def _ids(self) -> dict[str, int]:
        return dict(self._settings["model"]["vocab"])

    @cached_property
    def _unknown(self) -> int:
        return self._ids[self._settings["model"]["unk_token"]]

    def _tokens(self, text: str) -> list[int]:
        if text.isascii() and text.isalnum():
            return self.piece_tokens(text.lower())
        words = _bert_spelled(text).split()
        return [token for word in words for token in self.piece_tokens(word)]

    def piece_tokens(self, piece: str) -> list[int]:
        """Return the token ids of a word or mark."""
        if len(piece) > LONGEST_WORD:
            return [self._unknown]
        return wordpiece(piece, self._ids, self._unknown)

    def many_tokens(self, texts: Sequence[str]) -> Tokens:
        """Return the token ids of texts, whole, each of which is sure and not empty."""
        from memcli.models.tokens import Tokens

        parts = _bert_spelled(BETWEEN.join(texts)).split(BETWEEN) if texts else []
        return Tokens.of(self._pieces.tokens([part.split() for part in parts]))

    @cached_property
    def _pieces(self) -> PieceTokens:
        """What remembers the tokens of words and marks."""
        return PieceTokens(self.piece_tokens)


class UnigramTokenizer(PlainTokenizer):
    """Unigram tokenizer, as of SentencePiece, of text in lower case."""

    @cached_property
    def _scores(self) -> dict[str, float]:
        return dict(self._settings["model"]["vocab"])

    @cached_property
    def _ids(self) -> dict[str, int]:
        return dict(zip(self._scores, range(len(self._scores)), strict=True))

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._scores))

    @cached_property
    def _unknown_score(self) -> float:
        return min(self._scores.values()) - UNKNOWN_PENALTY

    def _tokens(self, text: str) -> list[int]:
        pieces = _metaspace_spelled(text).split()
        return [token for piece in pieces for token in self.piece_tokens(piece)]

    def piece_tokens(self, piece: str) -> list[int]:
        """Return the token ids of what stands between two blanks or marks, or of a part of it."""
        unknown = self._settings["model"]["unk_id"]
        parts = unigram(piece, self._scores, self._longest, self._unknown_score)
        return [self._ids.get(part, unknown) for part in parts]

    def many_tokens(self, texts: Sequence[str]) -> Tokens:
        """Return the token ids of texts, whole, each of which is sure and not empty."""
        from memcli.models.tokens import Tokens

        return Tokens.joined([self._cut(some) for some in blocks(texts)])

    def _cut(self, texts: Sequence[str]) -> Tokens:
        import numpy as np

        from memcli.models.tokens import Tokens

        codes, joins, starts = self._speller.spelled(texts)
        places, ids = self._lattice.cut(codes, joins)
        bounds = np.searchsorted(places, [*starts.tolist(), len(codes)])
        return Tokens(ids, np.diff(bounds))

    @cached_property
    def _speller(self) -> Speller:
        return Speller()

    @cached_property
    def _lattice(self) -> UnigramLattice:
        from memcli.algorithms.unigram_lattice import UnigramLattice

        unknown = self._settings["model"]["unk_id"]
        return UnigramLattice(self._scores, unknown, self._unknown_score)


def blocks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the texts in lists of about CHARACTERS_AT_ONCE."""
    start = size = 0
    for end, text in enumerate(texts, 1):
        size += len(text)
        if size > CHARACTERS_AT_ONCE or end == len(texts):
            yield texts[start:end]
            start, size = end, 0


def read_plain_tokenizer(path: Path) -> PlainTokenizer | None:
    """Return the tokenizer of a tokenizer.json; None for one that is of no known kind."""
    try:
        settings = msgspec.json.decode(path.read_bytes())
        kind = settings["model"]["type"]
        given = {key: settings[key] for key in BERT}
    except (OSError, msgspec.MsgspecError, KeyError, TypeError, UnicodeDecodeError):
        return None
    model = settings["model"]
    if kind == "WordPiece" and given == BERT and model.get("max_input_chars_per_word") == 100:
        return WordPieceTokenizer(settings)
    if kind == "Unigram" and given == UNIGRAM and not model.get("byte_fallback"):
        return UnigramTokenizer(settings)
    return None


def _is_known(text: str) -> bool:
    # The pattern, whose compilation takes milliseconds, is seldom needed.
    plain = text.isascii() and text.isprintable()
    return plain or re.fullmatch(_KNOWN, text) is not None


class _Apart(dict[int, str]):
    """What stands for each letter, worked out once."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = f" {letter} " if is_mark(letter) else letter
        return self[code]


_APART: Final = _Apart()


def _isolated(text: str) -> str:
    """Return a text with its punctuation set apart by blanks."""
    if text.isalnum():
        return text
    if len(text) < MANY_CHARACTERS:
        return text.translate(_APART)
    for mark in filter(is_mark, set(text)):
        text = text.replace(mark, f" {mark} ")
    return text


def _lower(text: str) -> str:
    """Return a text in lower case, letter by letter: a sigma is the same wherever it stands."""
    return "".join(map(str.lower, text)) if "\u03a3" in text else text.lower()


def _compatible(text: str) -> str:
    """
    Return a text that is sure in normal form NFKC.

    Without a mark that belongs to the letter before it, the form is that of each letter: most of a
    text in Chinese has it, and a few signs have not.
    """
    letters = set(text)
    if any(map(unicodedata.combining, letters)):
        return unicodedata.normalize("NFKC", text)
    for letter in letters:
        if (form := unicodedata.normalize("NFKC", letter)) != letter:
            text = text.replace(letter, form)
    return text


def _bert_spelled(text: str) -> str:
    """Return a text with blanks between its words and marks, in lower case, without accents."""
    if not text.isascii():
        text = unicodedata.normalize("NFD", re.sub(_IDEOGRAPH, r" \1 ", text))
        for mark in {x for x in set(text) if unicodedata.category(x) == "Mn"}:
            text = text.replace(mark, "")
    return _isolated(_lower(text))


def _metaspace_spelled(text: str) -> str:
    """
    Return a text with blanks between what stands between its blanks and marks.

    A piece with a blank before it begins with SPACE. It may be several texts, joined by BETWEEN.
    """
    if not text:
        return text
    text = _lower(_compatible(text))
    text = _BLANK.sub(" ", _APOSTROPHE.sub(" ", text).replace("\u00df", "ss"))
    # Where a text does not begin with a blank it begins as if one were there.
    first, began = f"{BETWEEN}{SPACE}", f"{BETWEEN}{text}".replace(" ", SPACE)
    text = began.replace(BETWEEN, first).replace(f"{first}{SPACE}", first)
    return _isolated(text[1:].replace(SPACE, f" {SPACE}"))
