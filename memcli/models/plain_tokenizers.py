"""
Plain tokenizers: tokenizer.json read without the tokenizers library, for a few texts.

To import the library and let it build its vocabulary takes longer than to cut a question and the
words of what it found. The two kinds that the bundled tables have are known, WordPiece after BERT
and unigrams; each gives the tokens that the library would, or None where that is not sure.
"""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import msgspec

from memcli.algorithms.subwords import UNKNOWN_PENALTY, unigram, wordpiece

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
SPACE: Final = "\u2581"
_BLANKS: Final = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_BLANK = re.compile(f"[{_BLANKS}]+")
_APOSTROPHE = re.compile("['\u2019`\u00b4]")
# What BERT's normalizer sets apart, each character a word.
_IDEOGRAPH: Final = (
    "([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002ceaf"
    "\U0002f800-\U0002fa1f])"
)
_SYMBOLS: Final = frozenset("$+<=>^`|~")
# Words of more characters are unknown to WordPiece.
LONGEST_WORD: Final = 100
# Other characters are left to the library: controls, and what not every version of Unicode has.
_KNOWN: Final = (
    "[\t\n\r\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0373\u0386-\u052f\u05d0-\u05ea\u0621-\u064a"
    "\u0660-\u06d3\u0904-\u0939\u0e01-\u0e3a\u0e3f-\u0e5b\u1e00-\u1fbc\u2010-\u2027\u2030-\u205e"
    "\u2100-\u218b\u2190-\u23f3\u2500-\u26ff\u3001-\u303f\u3041-\u3096\u3099-\u30ff\u3400-\u4db5"
    "\u4e00-\u9fcc\uac00-\ud7a3\uff01-\uff5e]*"
)


class PlainTokenizer(ABC):
    """Cuts texts into the tokens of one vocabulary."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = settings

    def tokens(self, text: str) -> list[int] | None:
        """Return the token ids of a whole text, or None for one that is left to the library."""
        if not _is_known(text):
            return None
        for word in self._added:
            if word in text:
                return None
        return self._tokens(text)

    @cached_property
    def _added(self) -> list[str]:
        """What is a token wherever it stands in a text."""
        return [added["content"] for added in self._settings.get("added_tokens") or ()]

    @abstractmethod
    def _tokens(self, text: str) -> list[int]: ...


class WordPieceTokenizer(PlainTokenizer):
    """WordPiece tokenizer, as of BERT without case."""

    @cached_property
    def _ids(self) -> dict[str, int]:
        return dict(self._settings["model"]["vocab"])

    @cached_property
    def _unknown(self) -> int:
        return self._ids[self._settings["model"]["unk_token"]]

    def _tokens(self, text: str) -> list[int]:
        ids, unknown = self._ids, self._unknown
        found: list[int] = []
        if text.isascii() and text.isalnum() and len(text) <= LONGEST_WORD:
            return wordpiece(text.lower(), ids, unknown)
        for word in _bert_words(text):
            long = len(word) > LONGEST_WORD
            found += [unknown] if long else wordpiece(word, ids, unknown)
        return found


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
        unknown = self._settings["model"]["unk_id"]
        return [
            self._ids.get(part, unknown)
            for piece in _metaspace_pieces(text)
            for part in unigram(piece, self._scores, self._longest, self._unknown_score)
        ]


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


def _is_punctuation(letter: str) -> bool:
    return letter in _SYMBOLS or unicodedata.category(letter).startswith("P")


class _Apart(dict[int, str]):
    """What stands for each letter, worked out once."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = f" {letter} " if _is_punctuation(letter) else letter
        return self[code]


_APART: Final = _Apart()


def _isolated(text: str) -> str:
    """Return a text with its punctuation set apart by blanks."""
    if text.isalnum():
        return text
    return text.translate(_APART)


def _bert_words(text: str) -> list[str]:
    """Return the words and the marks of a text, without accents and in lower case."""
    if not text.isascii():
        text = unicodedata.normalize("NFD", re.sub(_IDEOGRAPH, r" \1 ", text))
        text = "".join(x for x in text if unicodedata.category(x) != "Mn")
    return _isolated("".join(map(str.lower, text))).split()


def _metaspace_pieces(text: str) -> list[str]:
    """Return what stands between blanks and marks; a piece with a blank before it begins with ▁."""
    text = "".join(map(str.lower, unicodedata.normalize("NFKC", text)))
    text = _BLANK.sub(" ", _APOSTROPHE.sub(" ", text).replace("\u00df", "ss"))
    text = text.replace(" ", SPACE)
    if text and not text.startswith(SPACE):
        text = SPACE + text
    return _isolated(text.replace(SPACE, f" {SPACE}")).split()
