"""
Dependency parser of sentences: a folder with model.onnx, tokenizer.json and model.json.

The English one is bundled (see README.md beside this). One graph gives parts of speech, lemmas,
dependencies and names of a batch; sentences of like length run together, on all cores.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from memcli.language.data import PACKAGE
from memcli.language.syntax import Parse, Token, Word, tokenize
from memcli.models.encoder import (
    default_threads,
    file_hash,
    load_session,
    load_tokenizer,
    read_about,
)
from memcli.models.inference import padded_batches
from store.errors import EncoderUnavailable

if TYPE_CHECKING:
    import numpy as np

DEFAULT_PARSER: Final = "english-parser"
OUTPUTS: Final = ("upos", "xpos", "lemma", "name", "head", "deprel", "arc_scores")
# Pieces a batch: what a core works on stays in its cache.
BATCH_TOKENS: Final = 1_024
BATCH_SENTENCES: Final = 128
# What is parsed at a time: bounds the memory that a long turn takes.
SENTENCES_A_CALL: Final = 2_048
MAX_WORDS: Final = 120


@dataclass(frozen=True, slots=True)
class _Encoded:
    """One sentence as the graph takes it, and its place among those that were asked for."""

    place: int
    tokens: list[Token]
    ids: list[int]
    starts: list[int]


class Parser:
    """Reads the grammar of sentences; called with sentences, it returns their parses."""

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        about = read_about(folder)
        if about.get("kind") != "parser" or not (folder / "model.onnx").is_file():
            raise EncoderUnavailable(
                f"no parser at {folder}", "give a folder with model.onnx and model.json of one"
            )
        self.folder = folder
        self.name = str(about["name"])
        self.language = str(about.get("language") or "en")
        self._labels: dict[str, list[str]] = about["labels"]
        self._max_tokens = int(about.get("max_tokens") or 200)
        self._tokenizer = load_tokenizer(folder, self._max_tokens)
        self._tokenizer.no_truncation()
        self._vocabulary = frozenset(self._tokenizer.get_vocab())
        self._threads = threads or default_threads()
        self._session: Any = load_session(folder, 1)

    @classmethod
    def load(cls, name: str = DEFAULT_PARSER, threads: int | None = None) -> Parser:
        """Load the bundled parser, or one from a folder; EncoderUnavailable where there is none."""
        bundled = name == DEFAULT_PARSER
        return cls(PACKAGE / "models" / name if bundled else Path(name), threads)

    def require_hash(self) -> None:
        """Raise EncoderUnavailable where the weights are not those that model.json names."""
        expected = read_about(self.folder).get("sha256")
        if expected and file_hash(self.folder / "model.onnx") != expected:
            raise EncoderUnavailable(
                f"{self.folder}/model.onnx does not have the hash in model.json", "reinstall it"
            )

    def __call__(self, sentences: Sequence[str]) -> list[Parse]:
        """Return the parse of each sentence, in order; without words where it is too long."""
        from concurrent.futures import ThreadPoolExecutor

        parses = [Parse(text) for text in sentences]
        with ThreadPoolExecutor(self._threads) as threads:
            for start in range(0, len(sentences), SENTENCES_A_CALL):
                some = list(self._encode(sentences[start : start + SENTENCES_A_CALL], start))
                lengths = [len(each.ids) for each in some]
                order = sorted(range(len(some)), key=lengths.__getitem__)
                cut = padded_batches(order, lengths, BATCH_TOKENS, BATCH_SENTENCES)
                batches = [[some[i] for i in batch] for batch in cut]
                outputs = threads.map(self._run, batches)
                for batch, output in zip(batches, outputs, strict=True):
                    for row, each in enumerate(batch):
                        words = self._words(sentences[each.place], each.tokens, output, row)
                        parses[each.place] = Parse(sentences[each.place], words)
        return parses

    def _encode(self, sentences: Sequence[str], first: int) -> Iterator[_Encoded]:
        """Yield the sentences that are short enough, as pieces."""
        tokens = [tokenize(text) for text in sentences]
        forms = [[token.form for token in each[: MAX_WORDS + 1]] for each in tokens]
        encodings = self._tokenizer.encode_batch(forms, is_pretokenized=True)
        for place, (words, encoding) in enumerate(zip(tokens, encodings, strict=True), first):
            starts: dict[int, int] = {}
            for piece, word in enumerate(encoding.word_ids):
                if word is not None:
                    starts.setdefault(word, piece)
            # A word without a piece, of control characters say, has no place in the graph.
            known = [token for i, token in enumerate(words[:MAX_WORDS]) if i in starts]
            if 0 < len(words) <= MAX_WORDS and known and len(encoding.ids) <= self._max_tokens:
                yield _Encoded(place, known, encoding.ids, list(starts.values()))

    def _run(self, batch: Sequence[_Encoded]) -> dict[str, np.ndarray]:
        """Run one batch: each output by its name."""
        ids, mask = _padded([each.ids for each in batch])
        starts, words = _padded([each.starts for each in batch])
        feeds = {
            "input_ids": ids,
            "attention_mask": mask,
            "word_starts": starts,
            "word_mask": words,
        }
        return dict(zip(OUTPUTS, self._session.run(list(OUTPUTS), feeds), strict=True))

    def _words(
        self, text: str, tokens: Sequence[Token], output: dict[str, np.ndarray], row: int
    ) -> tuple[Word, ...]:
        """Return the words of one sentence of a batch."""
        n = len(tokens)
        heads = _heads(output, row, n)
        sure = _certainties(output, row, heads)
        labels = {
            name: [self._labels[name][i] for i in output[name][row, :n].tolist()]
            for name in ("upos", "xpos", "lemma", "name", "deprel")
        }
        return tuple(
            Word(
                index=i + 1,
                text=text[token.start : token.end],
                start=token.start,
                end=token.end,
                lemma=self._lemma(token.form.lower(), labels["lemma"][i]),
                upos=labels["upos"][i],
                xpos=labels["xpos"][i],
                head=heads[i],
                relation="root" if heads[i] == 0 else labels["deprel"][i],
                name=labels["name"][i],
                sure=sure[i],
            )
            for i, token in enumerate(tokens)
        )

    def _lemma(self, form: str, label: str) -> str:
        """Return a lemma from its label "n|s": cut n letters off the form, add s."""
        cut, _, added = label.partition("|")
        if added and not added.replace("'", "").isalpha():
            return form
        lemma = form[: len(form) - int(cut)] + added
        # "moved" is cut to "mov", "planned" to "plann" at times: the tokenizer knows the words.
        doubled = lemma[:-1] if lemma[-2:-1] == lemma[-1:] else lemma
        known = (each for each in (lemma, f"{lemma}e", doubled) if each in self._vocabulary)
        return next(known, lemma)


def _heads(output: dict[str, np.ndarray], row: int, n: int) -> list[int]:
    """Return the head of each word: the best one each, or the best tree where that is none."""
    from memcli.algorithms.spanning_tree import has_circle, spanning_tree

    heads = output["head"][row, :n]
    if has_circle(heads):
        heads = spanning_tree(output["arc_scores"][row, :n, : n + 1].astype(float))
    found: list[int] = heads.tolist()
    return found


def _certainties(output: dict[str, np.ndarray], row: int, heads: Sequence[int]) -> list[float]:
    """Return the probability of the head that each word was given, in [0, 1]."""
    import numpy as np

    scores = output["arc_scores"][row, np.arange(len(heads)), heads]
    found: list[float] = np.exp(scores.astype(float)).tolist()
    return found


def _padded(rows: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return rows of numbers as int64 [n, longest], zeros behind, and the mask of what is real."""
    import numpy as np

    lengths = np.array([len(row) for row in rows])
    mask = np.arange(lengths.max()) < lengths[:, None]
    values = np.zeros(mask.shape, np.int64)
    values[mask] = np.concatenate([np.asarray(row, np.int64) for row in rows])
    return values, mask.astype(np.int64)
