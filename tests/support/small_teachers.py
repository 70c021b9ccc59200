"""A teacher of sixty words for tests: loads at once, puts special tokens around a text."""

import json
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from memcli.algorithms.distillation import quantize
from memcli.models.distillation.static_model import model_bytes

SPECIAL = ("[UNK]", "[CLS]", "[SEP]")
WORDS = tuple(
    f"{first}{second}" for first in "bdfgklmnprst" for second in ("a", "e", "i", "o", "u")
)


def make_teacher(folder: Path, dimension: int = 24, words=WORDS, special: bool = True) -> Path:
    """Write the encoder folder of a teacher whose words are near those of like beginnings."""
    folder.mkdir()
    chance = np.random.default_rng(1)
    themes = {first: chance.normal(size=dimension) for first in sorted({w[0] for w in words})}
    rows = [0.3 * chance.normal(size=dimension) for _ in SPECIAL]
    rows += [themes[word[0]] + 0.5 * chance.normal(size=dimension) for word in words]
    (folder / "model.onnx").write_bytes(model_bytes(*quantize(np.array(rows, np.float32))))
    tokenizer_of(words).save(str(folder / "tokenizer.json"))
    about = {"name": folder.name, "max_tokens": 32, "add_special_tokens": special}
    (folder / "model.json").write_text(json.dumps(about))
    return folder


def tokenizer_of(words=WORDS) -> Tokenizer:
    """Return a tokenizer of whole words with special tokens around a text."""
    vocabulary = {word: id_ for id_, word in enumerate((*SPECIAL, *words))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=SPECIAL[0]))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    return tokenizer


def make_texts(n: int, seed: int = 0) -> list[str]:
    """Return texts of some words each, most of them of one beginning."""
    chance = np.random.default_rng(seed)
    texts = []
    for _ in range(n):
        theme = 5 * int(chance.integers(len(WORDS) // 5))
        near = [WORDS[theme + int(i)] for i in chance.integers(5, size=4)]
        texts.append(" ".join([*near, *(WORDS[int(i)] for i in chance.integers(60, size=3))]))
    return texts
