"""
Near-duplicates: texts that say the same in nearly the same words, without all pairs.

MinHash (Broder, 1997) over the words and pairs of adjacent words of each text; bands of the
signature are the keys under which texts that share much meet (locality-sensitive hashing; Leskovec,
Rajaraman and Ullman, "Mining of massive datasets", chapter 3). What meets is then checked exactly,
see `same_statement`: a number, a name or a "not" is a small difference in words and a large one
in what is said. Hashes are of BLAKE2 and fixed constants: equal in every process and release.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from memcli.language.data import read_data, words

HashArray = NDArray[np.uint64]
SignatureArray = NDArray[np.uint32]
KeyArray = NDArray[np.int64]

N_HASHES = 64
# With 16 bands of 4, texts that share 0.7 of their shingles meet with probability 0.99, 0.5: 0.64.
ROWS = 4
# Texts of one pattern that are no duplicates ("your parcel for NAME ...") must not be compared all
# with all: so many of them are compared under one key.
BUCKET = 32

# Kana, Han, Hangul and Thai: written without spaces, so each sign counts as a word.
_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_NUMBER = re.compile(r"[-\u2212]?\d+(?:[.,:/-]\d+)*[%\u2030\u00b0]?|[$\u20ac\u00a3\u00a5\u20b9]")
_CONTRACTION = re.compile(r"\b(?:can't|cannot|won't|shan't)\b|n't\b|'(?:m|re|ll|ve)\b", re.I)
_FULL_FORMS: dict[str, str] = read_data("near_duplicates")["full_forms"]

# What changes who, when, how many or whether: two texts must have the same of these.
TELLING = words("near_duplicates", "telling")
# What may come and go, or stand elsewhere, without a change of meaning.
NEUTRAL = words("near_duplicates", "neutral")

_MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15
Check = Callable[[int, int], bool]


class Profile(NamedTuple):
    """A text as the check sees it.

    words: case-folded, in order, contractions in full ("I'm" is i, am); names: those of `words`
    that look like a name; details: what must be equal, comparable and hashable.
    """

    words: tuple[str, ...]
    names: frozenset[str]
    details: tuple[tuple[str, ...], frozenset[str], bool]


def _plain(text: str) -> str:
    """Put compatibility forms, apostrophes and contractions right, keeping capitals."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text).replace("\u2019", "'")
    if "'" not in plain and "annot" not in plain:
        return plain
    return _CONTRACTION.sub(lambda found: _FULL_FORMS[found[0].lower()], plain)


def signatures(words: Sequence[Sequence[str]], n_hashes: int) -> SignatureArray:
    """Return the MinHash signature of each text, which is split into words, uint32 [n, n_hashes].

    The share of equal places of two signatures estimates the Jaccard similarity of the sets of
    words and pairs of adjacent words. A text without words has the largest number everywhere.
    """
    result = np.full((len(words), n_hashes), np.iinfo(np.uint32).max, dtype=np.uint32)
    lengths = np.array([len(each) for each in words], dtype=np.int64)
    filled = np.flatnonzero(lengths)
    if not len(filled):
        return result
    ends = np.cumsum(lengths[filled])
    single = _word_hashes(words)
    pairs = single.copy()
    pairs[:-1] = _mixed(single[:-1] * np.uint64(3) + single[1:])
    # The last word of a text has none after it.
    pairs[ends - 1] = single[ends - 1]
    starts = ends - lengths[filled]
    for j, (factor, summand) in enumerate(_coefficients(n_hashes)):
        lowest = (
            np.minimum.reduceat((shingles * factor + summand) >> np.uint64(32), starts)
            for shingles in (single, pairs)
        )
        result[filled, j] = np.minimum(*lowest)
    return result


def _word_hashes(texts: Sequence[Sequence[str]]) -> HashArray:
    """Hash the words of all texts one after the other, uint64 [sum of lengths]."""
    codes: dict[str, int] = {}
    places = [codes.setdefault(word, len(codes)) for word in chain.from_iterable(texts)]
    # A lone surrogate is no text, but nothing to fail at either.
    raw = (word.encode("utf-8", "surrogatepass") for word in codes)
    digests = b"".join(blake2b(word, digest_size=8).digest() for word in raw)
    table = np.frombuffer(digests, dtype="<u8").astype(np.uint64)
    return table[np.array(places, dtype=np.int64)]


def _coefficients(n: int) -> Iterator[tuple[np.uint64, np.uint64]]:
    """Yield odd factors and summands of multiply-shift hashing (Dietzfelbinger et al., 1997)."""
    seeds = _mixed(np.array([(_STEP * i) & _MASK for i in range(1, 2 * n + 1)], dtype=np.uint64))
    return zip(seeds[:n] | np.uint64(1), seeds[n:], strict=True)


def _mixed(values: HashArray) -> HashArray:
    """Spread the bits of uint64 values (the finalizer of SplitMix64); any shape."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def bands(signatures_: SignatureArray, rows: int = ROWS) -> KeyArray:
    """Return a key for every `rows` places of the signatures: int64 [n, n_hashes // rows], >= 0.

    The band's number is part of its key, so keys of different bands are different.
    """
    n, n_hashes = signatures_.shape
    count = n_hashes // rows
    parts = signatures_[:, : count * rows].reshape(n, count, rows).astype(np.uint64)
    keys = _mixed(np.tile(np.arange(1, count + 1, dtype=np.uint64), (n, 1)))
    for row in range(rows):
        keys = _mixed(keys * np.uint64(5) + parts[:, :, row])
    return (keys >> np.uint64(1)).astype(np.int64)


def profile(text: str) -> Profile:
    """Prepare a text for `same_statement`."""
    plain = _plain(text)
    original = _WORD.findall(plain)
    words = tuple([word.casefold() for word in original])
    others = [word for word in original if not word.islower()]
    names = frozenset([word.casefold() for word in others if _looks_like_name(word)])
    details = (tuple(_NUMBER.findall(plain)), TELLING.intersection(words), "?" in plain)
    return Profile(words, names, details)


def _looks_like_name(word: str) -> bool:
    """Whether a word may be a name: by a capital, or because its script has none to tell by."""
    return word != word.lower() or (word.lower() == word.upper() and word.isalpha())


def same_statement(a: Profile, b: Profile, threshold: float) -> bool:
    """Tell whether two texts say the same in nearly the same words.

    Their sets of words have a Jaccard similarity of `threshold` or more; numbers, negations,
    pronouns and the other TELLING words are equal, and so is being a question; one text may add
    words, but not replace any (NEUTRAL ones aside), and none that looks like a name; the words
    that they share stand in the same order. Texts without words are never duplicates.
    """
    if a.details != b.details or not a.words or not b.words:
        return False
    left, right = set(a.words), set(b.words)
    shared = left & right
    if len(shared) < threshold * len(left | right):
        return False
    added, lacking = left - shared - NEUTRAL, right - shared - NEUTRAL
    if (added and lacking) or added & a.names or lacking & b.names:
        return False
    carrying = shared - NEUTRAL
    return [w for w in a.words if w in carrying] == [w for w in b.words if w in carrying]


def near_duplicate_groups(
    texts: Sequence[str], threshold: float = 0.8, check: Check | None = None
) -> list[list[int]]:
    """Group texts that are near-duplicates of the group's first text.

    threshold: see `same_statement`; check: a further condition on the indices of the
    first text and a member.
    Returns groups of two or more ascending indices, by their first; no index is in two of them.
    A text joins the earliest first text that it equals, else the earliest that it resembles, so a
    chain of small differences does not drift. Texts of low similarity may fail to meet (see ROWS).
    """
    leaders = _Leaders(texts, threshold, check)
    groups: dict[int, list[int]] = {}
    for i in range(len(texts)):
        groups.setdefault(leaders.find_or_add(i), []).append(i)
    return [group for group in groups.values() if len(group) > 1]


class _Leaders:
    """The first texts of the groups so far, by their words and by their bands."""

    def __init__(self, texts: Sequence[str], threshold: float, check: Check | None) -> None:
        self._threshold, self._check = threshold, check
        self._profiles = [profile(text) for text in texts]
        self._keys = _keys_with_details(self._profiles).tolist()
        self._equal: dict[Profile, int] = {}
        self._similar: dict[int, list[int]] = {}

    def find_or_add(self, i: int) -> int:
        """Return the leader of text i, which is i itself where there is none yet."""
        own = self._profiles[i]
        if not own.words:
            return i
        equal = self._equal.get(own)
        if equal is not None and self._passes(equal, i):
            return equal
        met = [self._similar[key] for key in self._keys[i] if key in self._similar]
        for leader in sorted(set(chain.from_iterable(met))):
            alike = same_statement(self._profiles[leader], own, self._threshold)
            if alike and self._passes(leader, i):
                return leader
        self._add(i)
        return i

    def _add(self, i: int) -> None:
        self._equal.setdefault(self._profiles[i], i)
        for key in self._keys[i]:
            bucket = self._similar.setdefault(key, [])
            if len(bucket) < BUCKET:
                bucket.append(i)

    def _passes(self, leader: int, i: int) -> bool:
        return self._check is None or self._check(leader, i)


def _keys_with_details(profiles: Sequence[Profile]) -> KeyArray:
    """Return the bands' keys, different where details differ: int64 [n, bands].

    Texts of one pattern differ in just these, and are not to meet.
    """
    codes: dict[object, int] = {}
    numbered = [codes.setdefault(each.details, len(codes)) for each in profiles]
    salt = (_mixed(np.array(numbered, dtype=np.uint64)) >> np.uint64(1)).astype(np.int64)
    return bands(signatures([each.words for each in profiles], N_HASHES)) ^ salt[:, None]
