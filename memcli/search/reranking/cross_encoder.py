"""
Cross-encoder: a folder with model.onnx, tokenizer.json and, at will, model.json.

The model takes input_ids and attention_mask, and token_type_ids where it has types, as integers
[n, t], and gives logits: [n] or [n, 1], or [n, 2] for "not relevant" and "relevant", as in the
exports of sequence classification models. Nothing but numpy, onnxruntime and tokenizers is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from memcli.models.encoder import (
    MAX_CHARACTERS_PER_TOKEN,
    TRANSFORMER_BATCH,
    default_threads,
    load_session,
    read_about,
)
from memcli.models.inference import padded_batches
from memcli.search.reranking.base import FORMS, passage
from store.errors import RerankerUnavailable

if TYPE_CHECKING:
    from memcli.records import Hit

__all__ = ["CrossEncoder"]

INPUTS: Final = ("input_ids", "attention_mask", "token_type_ids")
INTEGERS: Final[dict[str, np.dtype[Any]]] = {
    "tensor(int64)": np.dtype(np.int64),
    "tensor(int32)": np.dtype(np.int32),
}
# What BERT and its kin can take.
DEFAULT_MAX_TOKENS: Final = 512
LEAST_MAX_TOKENS: Final = 16


class CrossEncoder:
    """Judges pairs of a question and a text; RerankerUnavailable where the folder has no such."""

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        self.folder = folder
        for name in ("model.onnx", "tokenizer.json"):
            if not (folder / name).is_file():
                raise RerankerUnavailable(
                    f"no cross-encoder at {folder}: {name} is missing",
                    f"give {FORMS}",
                )
        self._tokenizer = self._load_tokenizer()
        self.max_tokens = self._max_tokens()
        self._session: Any = load_session(folder, threads or default_threads())
        self._types = self._input_types()
        self._output = self._output_name()
        # Whatever is wrong with the model shows here, before there is a question.
        self._batch_logits(self._tokenizer.encode_batch_fast([("a", "b"), ("a", "b")]))

    def score(self, query: str, hits: Sequence[Hit]) -> NDArray[np.float64]:
        """Return the logit of each hit as "speaker: text", float [n]."""
        return self.score_texts(query, [passage(hit) for hit in hits])

    def usage(self) -> str | None:
        """Return None: it runs here."""
        return None

    def score_texts(self, query: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """
        Return the logit of each text as an answer to a question, float [n], in their order.

        Texts are cut where the pair gets too long for the model, a question where it would take
        more than half of that. Pairs of like length run together.
        """
        asked = self._cut(query)
        longest = self.max_tokens * MAX_CHARACTERS_PER_TOKEN
        self._tokenizer.enable_truncation(self.max_tokens, strategy="only_second")
        pairs = self._tokenizer.encode_batch_fast([(asked, text[:longest]) for text in texts])
        logits = np.full(len(texts), np.nan)
        lengths = [len(pair.ids) for pair in pairs]
        order = sorted(range(len(pairs)), key=lengths.__getitem__)
        for batch in padded_batches(order, lengths, *TRANSFORMER_BATCH):
            logits[batch] = self._batch_logits([pairs[i] for i in batch])
        return logits

    def _cut(self, query: str) -> str:
        """Return the beginning of a question that leaves at least half of the room to the text."""
        room = self.max_tokens - self._tokenizer.num_special_tokens_to_add(True)
        self._tokenizer.enable_truncation(max(1, room // 2))
        start = query[: self.max_tokens * MAX_CHARACTERS_PER_TOKEN]
        found = self._tokenizer.encode(start, add_special_tokens=False)
        return start[: found.offsets[-1][1]] if found.overflowing else start

    def _batch_logits(self, pairs: Sequence[Any]) -> NDArray[np.float64]:
        """Return the logits of one batch of tokenized pairs, float [n]."""
        lengths = np.array([len(pair.ids) for pair in pairs])
        mask = np.arange(max(1, int(lengths.max()))) < lengths[:, None]
        known = {
            "input_ids": _padded(mask, [pair.ids for pair in pairs]),
            "attention_mask": mask.astype(np.int64),
            "token_type_ids": _padded(mask, [pair.type_ids for pair in pairs]),
        }
        feeds = {name: known[name].astype(kind) for name, kind in self._types.items()}
        try:
            logits = np.asarray(self._session.run([self._output], feeds)[0], np.float64)
        except Exception as error:  # the library's exceptions share no public base
            raise self._unfit(f"cannot run: {_first_line(error)}") from error
        return self._relevance(logits, len(pairs))

    def _relevance(self, logits: NDArray[np.float64], n: int) -> NDArray[np.float64]:
        """Return one logit a pair: what is given, or relevant minus not relevant of two classes."""
        if logits.shape in ((n,), (n, 1)):
            return logits.reshape(n)
        if logits.shape == (n, 2):
            difference: NDArray[np.float64] = logits[:, 1] - logits[:, 0]
            return difference
        raise self._unfit(
            f"gives {list(logits.shape)} for {n} pairs, not one score or two classes each"
        )

    def _input_types(self) -> dict[str, np.dtype[Any]]:
        """Return the integer type of each input that the model takes."""
        types = {str(node.name): str(node.type) for node in self._session.get_inputs()}
        foreign = [n for n, kind in types.items() if n not in INPUTS or kind not in INTEGERS]
        if foreign or "input_ids" not in types:
            takes = ", ".join(types) or "nothing"
            raise self._unfit(f"takes {takes}, not the integers {', '.join(INPUTS)}")
        return {name: INTEGERS[kind] for name, kind in types.items()}

    def _output_name(self) -> str:
        names = [str(node.name) for node in self._session.get_outputs()]
        return "logits" if "logits" in names else names[0]

    def _unfit(self, why: str) -> RerankerUnavailable:
        return RerankerUnavailable(
            f"{self.folder}/model.onnx {why}", "export a cross-encoder, not an encoder of texts"
        )

    def _load_tokenizer(self) -> Any:
        """Load tokenizer.json, leaving padding to us."""
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        except Exception as error:  # the library raises bare Exception
            raise RerankerUnavailable(
                f"cannot load {self.folder}/tokenizer.json: {_first_line(error)}",
                "copy it again from where the model comes from",
            ) from error
        tokenizer.no_padding()
        return tokenizer

    def _max_tokens(self) -> int:
        """Return the most tokens of a pair, by model.json, else by tokenizer.json, else BERT's."""
        by_tokenizer = (self._tokenizer.truncation or {}).get("max_length")
        given = read_about(self.folder).get("max_tokens", by_tokenizer or DEFAULT_MAX_TOKENS)
        if not isinstance(given, int) or given < LEAST_MAX_TOKENS:
            raise RerankerUnavailable(
                f"{self.folder}/model.json: max_tokens is {given!r}",
                f"a number of {LEAST_MAX_TOKENS} or more",
            )
        return given


def _padded(mask: NDArray[np.bool_], rows: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """Return rows of integers as int64 [n, t], 0 where the mask is off."""
    padded = np.zeros(mask.shape, np.int64)
    padded[mask] = np.concatenate([np.asarray(row, np.int64) for row in rows])
    return padded


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__
