"""
LanceDB's rerankers, by class or short name: `lancedb:rrf`, `lancedb:CohereReranker?top_n=20`.

Those that read texts get the hits in the order of the search; those that only fuse two searches get
the hits by meaning and by words. lancedb is imported here only, and only when one is asked for.
Secrets are not shown to any: many send what they get to a service.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

import pyarrow as pa

from memcli.algorithms.reranking import spread_out
from memcli.language.secrets import find_secrets, redact
from memcli.search.reranking.base import passage
from store.errors import BadUsage, InvalidAnswer, RerankerUnavailable

if TYPE_CHECKING:
    from memcli.records import Hit

__all__ = ["LanceScorer", "open_lancedb"]

OURS: Final = ("column", "return_score")
MAX_QUOTED: Final = 300
_SECRET = re.compile(r"(?:key|token|secret|password)$", re.IGNORECASE)


class LanceScorer:
    """Judges hits with one of LanceDB's rerankers; `label` names it in messages."""

    def __init__(self, reranker: Any, label: str) -> None:
        self.reranker, self.label = reranker, label
        self._reads_texts = _has_own(type(reranker), "rerank_vector")

    def usage(self) -> str | None:
        """Return None: what a service bills is not known here."""
        return None

    def score(self, query: str, hits: Sequence[Hit]) -> list[float]:
        """
        Return the reranker's score of each hit, NaN for those that it leaves out.

        Raises RerankerUnavailable where it lacks a package or a key or fails, and InvalidAnswer
        where what it gives back cannot be told to belong to the hits.
        """
        texts = [passage(hit, redact(hit.text, find_secrets(hit.text))) for hit in hits]
        try:
            if self._reads_texts:
                result = self.reranker.rerank_vector(query, _by_meaning(hits, texts))
            else:
                found = (_by_meaning(hits, texts, ordered=True), _by_words(hits, texts))
                result = self.reranker.rerank_hybrid(query, *found)
        except ImportError as error:
            raise RerankerUnavailable(
                f"{self.label} needs a package: {_cut_line(error)}", "install it beside memcli"
            ) from error
        except Exception as error:  # whatever a third party's client raises
            raise RerankerUnavailable(
                f"{self.label} failed: {_cut_line(error)}",
                "see what it needs: a key in the environment, a network, an argument",
            ) from error
        return _scores_of(result, texts, self.label)


def open_lancedb(spec: str) -> LanceScorer:
    """
    Return a reranker of LanceDB by `NAME` or `NAME?argument=value&...`.

    NAME is the class or its short form, in any case: rrf, mrr, linear-combination, cohere ...
    Raises BadUsage for a name or an argument that it does not have, RerankerUnavailable where it
    needs a package that is not installed.
    """
    name, _, query = spec.partition("?")
    known = _classes()
    wanted = known.get(_short_name(name))
    if wanted is None:
        raise BadUsage(f"lancedb has no reranker {name!r}", f"one of {', '.join(known)}")
    label = f"lancedb:{wanted.__name__}"
    arguments = _arguments(wanted, query, label)
    try:
        return LanceScorer(wanted(**arguments), label)
    except ImportError as error:
        raise RerankerUnavailable(
            f"{label} needs a package: {_cut_line(error)}", "install it beside memcli"
        ) from error
    except (TypeError, ValueError) as error:
        raise BadUsage(f"{label}: {_cut_line(error)}", "give it after ?, name=value&...") from error
    except Exception as error:  # a model that cannot be fetched, and the like
        raise RerankerUnavailable(f"{label} failed: {_cut_line(error)}") from error


def _classes() -> dict[str, Any]:
    """Return the rerankers of the lancedb that is installed by short name, in order of names."""
    try:
        from lancedb import rerankers
    except ImportError as error:
        raise RerankerUnavailable(
            f"cannot import lancedb: {_cut_line(error)}", "install it again"
        ) from error
    found = {
        _short_name(name): kind
        for name, kind in vars(rerankers).items()
        if inspect.isclass(kind)
        and issubclass(kind, rerankers.Reranker)
        and kind is not rerankers.Reranker
    }
    return dict(sorted(found.items()))


def _short_name(name: str) -> str:
    """Return the short form of a name: LinearCombinationReranker gives linearcombination."""
    plain = re.sub(r"[-_\s]", "", name).lower()
    return re.sub(r"rerankers?$", "", plain) or plain


def _arguments(kind: Any, query: str, label: str) -> dict[str, Any]:
    """Return the arguments in a query string, of the types that the class wants; BadUsage."""
    takes = inspect.signature(kind).parameters
    open_ended = any(each.kind is each.VAR_KEYWORD for each in takes.values())
    named = [name for name, each in takes.items() if each.kind is not each.VAR_KEYWORD]
    arguments: dict[str, Any] = {}
    for name, text in _pairs(query, label):
        if _SECRET.search(name):
            # Other users of the machine can read a command line.
            raise BadUsage(f"{label}: {name} on a command line", "put it into the environment")
        if name in OURS or (name not in named and not open_ended):
            usable = [each for each in named if each not in OURS and not _SECRET.search(each)]
            raise BadUsage(f"{label} has no argument {name!r}", f"one of {', '.join(usable)}")
        arguments[name] = _value(text, name, takes, label)
    if "trust_remote_code" in takes:
        # What is downloaded must not run as a program unless that is asked for.
        arguments.setdefault("trust_remote_code", False)
    return arguments


def _pairs(query: str, label: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, strict_parsing=True) if query else []
    except ValueError as error:
        raise BadUsage(f"{label}: {error}", "write name=value&name=value") from error


def _value(text: str, name: str, takes: Mapping[str, inspect.Parameter], label: str) -> Any:
    """Return an argument as its parameter wants it: text, or a number or truth value."""
    parameter = takes.get(name)
    default = parameter.default if parameter else None
    if isinstance(default, str) or (parameter and "str" in str(parameter.annotation)):
        return text
    value: Any = text
    with suppress(ValueError):
        value = json.loads(text.lower() if text in ("True", "False", "None") else text)
    kind = type(default)
    is_bool = isinstance(value, bool)
    is_whole, is_number = isinstance(value, int) and not is_bool, isinstance(value, int | float)
    fits = {bool: is_bool, int: is_whole, float: is_number and not is_bool}
    if not fits.get(kind, True):
        raise BadUsage(f"{label}: {name} is no {kind.__name__}: {text!r}")
    return value


def _has_own(kind: type, method: str) -> bool:
    """Say whether a class has a method that is not only the refusal of LanceDB's base class."""
    from lancedb.rerankers import Reranker

    return getattr(kind, method) is not getattr(Reranker, method)


# ---------------------------------------------------------------- the hits as tables and back


def _by_meaning(hits: Sequence[Hit], texts: Sequence[str], ordered: bool = False) -> pa.Table:
    """Return the hits as LanceDB's search for vectors would; `ordered`, nearest first."""
    cosines = [hit.signals.get("cosine", 0.0) for hit in hits]
    places = list(range(len(hits)))
    if ordered:
        places.sort(key=lambda place: -cosines[place])
    distances = 1.0 - spread_out(cosines)
    return _table(texts, places, "_distance", distances)


def _by_words(hits: Sequence[Hit], texts: Sequence[str]) -> pa.Table:
    """Return the hits that share words with the question as LanceDB's text search would."""
    scores = [hit.signals.get("bm25", 0.0) for hit in hits]
    places = [place for place in range(len(hits)) if scores[place] > 0.0]
    places.sort(key=lambda place: -scores[place])
    # LanceDB stretches both over [0, 1] before it fuses them; so do we.
    relative = spread_out([score if score > 0.0 else float("nan") for score in scores])
    return _table(texts, places, "_score", relative)


def _table(texts: Sequence[str], places: Sequence[int], name: str, values: Any) -> pa.Table:
    return pa.table(
        {
            "_rowid": pa.array(places, pa.uint64()),
            "text": pa.array([texts[place] for place in places], pa.string()),
            name: pa.array([float(values[place]) for place in places], pa.float32()),
        }
    )


def _scores_of(result: Any, texts: Sequence[str], label: str) -> list[float]:
    """Return the score of each hit, read back by row; InvalidAnswer where that is not possible."""
    names = ("_rowid", "text", "_relevance_score")
    if not isinstance(result, pa.Table) or not set(names) <= set(result.column_names):
        raise InvalidAnswer(f"{label} gave no table of rows, texts and scores")
    values = [float("nan")] * len(texts)
    columns = (result.column(name).to_pylist() for name in names)
    for row, text, score in zip(*columns, strict=True):
        if score is not None:
            values[_hit_index(row, text, texts, label)] = float(score)
    return values


def _hit_index(row: Any, text: str | None, texts: Sequence[str], label: str) -> int:
    """Return which hit a row is. LanceDB's prompt for OpenAI moves texts without their row ids."""
    if isinstance(row, int) and 0 <= row < len(texts) and texts[row] == text:
        return row
    if text in texts:
        return texts.index(text)
    raise InvalidAnswer(f"{label} gave back a text that it was not given")


def _cut_line(error: Exception) -> str:
    line = " ".join(str(error).split()) or type(error).__name__
    return line if len(line) <= MAX_QUOTED else f"{line[:MAX_QUOTED]}..."
