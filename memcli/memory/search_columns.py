"""Search columns: the words and the vector by which a memory is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from memcli.language.stemming import foreign_keys, many_foreign_keys
from memcli.language.words import name_words
from memcli.memory.folds import LEVEL, folded_words
from store.bigrams import count_keys, index_text, index_texts, key_counts

if TYPE_CHECKING:
    import pyarrow as pa

# Search keys of rows: texts, or a column of Arrow's.
KeysColumn: TypeAlias = "list[str] | pa.Array"
# What gives the search keys of texts and their speakers.
KeysOf: TypeAlias = Callable[[Sequence[str], Sequence[str | None]], KeysColumn]


def search_keys(text: str, speaker: str | None) -> str:
    """
    Return the words by which a memory is found: who speaks, what is said, CJK pairs.

    Text in another language than English is found by its stems, or split words, too.
    """
    return " ".join([*_name_words(speaker or ""), index_text(text), *foreign_keys(text)])


def many_search_keys(texts: Sequence[str], speakers: Sequence[str | None]) -> list[str]:
    """Return the `search_keys` of many texts and their speakers, in less time than one by one."""
    return [
        " ".join([*_name_words(speaker or ""), said, *words])
        for speaker, said, words in zip(
            speakers, index_texts(texts), many_foreign_keys(texts), strict=True
        )
    ]


def search_columns(row: dict[str, Any]) -> dict[str, Any]:
    """
    Return the columns by which full-text search finds a memory that is given as a row.

    Turns and what is derived from them have a column each: the words of one kind are no measure
    of how rare a word is in the other. A segment is found by the words of its turns, which are its
    keywords, once each; a fold by those of what it stands for beside its own.
    """
    text, words = row["text"], row.get("keywords") or []
    columns = {"keys": None, "derived_keys": None, "n_words": count_words(text)}
    if row["level"] == 0:
        above = row.get("context") or heading_of(row.get("metadata"))
        named = " ".join(filter(None, [row.get("attribute"), above, text]))
        return columns | {"keys": search_keys(named, row.get("speaker"))}
    if row["level"] == 1:
        found = " ".join(filter(None, [text, row.get("context"), *words]))
    else:
        found = " ".join(words) or with_folded(text, row)
    return columns | {"derived_keys": search_keys(found, row.get("speaker"))}


def heading_of(metadata: Any) -> str:
    """Return the headings above a note, or the subject of a mail, from a turn's metadata."""
    if isinstance(metadata, str):
        metadata = msgspec.json.decode(metadata) if '"heading"' in metadata else None
    heading = metadata.get("heading") if isinstance(metadata, dict) else None
    return heading if isinstance(heading, str) else ""


def embedding_text(row: dict[str, Any]) -> str:
    """Return what the encoder gets of a memory: its text and the context that it needs."""
    context = row.get("context")
    said = f"{context} {row['text']}" if context else str(row["text"])
    return with_folded(said, row) if row.get("level") == LEVEL else said


def with_folded(text: str, row: dict[str, Any]) -> str:
    """Return a text of a row and, of a fold, the words of what it stands for."""
    return " ".join(filter(None, [text, folded_words(row.get("metadata"))]))


@lru_cache(maxsize=1_024)
def _name_words(speaker: str) -> list[str]:
    """Return the words of a speaker's name; a conversation has few, and many turns of each."""
    return name_words(speaker)


def count_words(text: str) -> int:
    """Return how many words a text has; characters of CJK scripts count half a word each."""
    return len(text.split()) + count_keys(text) // 4


def many_counts_of_words(texts: Sequence[str]) -> list[int]:
    """Return the `count_words` of many texts, in less time than one by one."""
    counts = key_counts(texts)
    return [len(text.split()) + n // 4 for text, n in zip(texts, counts, strict=True)]


def vector_column(vectors: Any, schema: pa.Schema) -> pa.Array:
    """Return float [n, dimension] as the column `vector` of a schema."""
    import numpy as np
    import pyarrow as pa

    dimension = schema.field("vector").type.list_size
    flat = np.ascontiguousarray(vectors, np.float16).reshape(-1)
    # For an array of NumPy's, pa.array imports numpy.ma: a tenth of the time that a note takes.
    values = pa.Array.from_buffers(pa.float16(), len(flat), [None, pa.py_buffer(flat)])
    return pa.FixedSizeListArray.from_arrays(values, dimension)
