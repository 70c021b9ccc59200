"""Rank the candidates of one query by words, meaning, speaker, neighbours and session."""

import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from memcli.algorithms.contiguity import contiguity_kernel, session_support, spread
from memcli.algorithms.fusion import Fused, fuse, length_factor, relative, scaled

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_WORD = re.compile(r"\w+")

# The closed classes of English (articles, pronouns, prepositions, auxiliaries, question words),
# after the Snowball stop list. The shorter lists of search engines leave most of them in, where
# they only add noise. "may" and "will" are not here: they are also a month and a name.
FUNCTION_WORDS = frozenset(
    _WORD.findall(
        """
        a about above after again against all am an and any are as at be because been before
        being below between both but by can could d did do does doing done down during each few
        for from further had has have having he her here hers herself him himself his how i if
        in into is it its itself just ll m me might mine more most must my myself no nor not of
        off on once only or other our ours ourselves out over own re s same shall she should so
        some such t than that the their theirs them themselves then there these they this those
        through to too under until up us ve very was we were what when where which while who
        whom whose why with would you your yours yourself yourselves
        """
    )
)

_CAMEL_SEAM = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Kana, Han and Hangul: names in these scripts stand in a sentence with no space around them.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")


@dataclass(frozen=True)
class Weights:
    """What each signal counts, from the middle of plateaus over three unlike sets of conversations.

    dense, lexical, speaker: weights of the evidence of the turn itself.
    forward, backward, decay, window: the contiguity kernel, in parts of the neighbour's evidence.
    session, session_turns: weight of the mean of the session's best turns, and of how many turns.
    sharpness: power on relative dense and lexical scores.
    words: scale of the discount on short turns, see `length_factor`.
    superseded: factor in [0, 1] on statements that a newer one replaced: they stay findable, below
    their equals.
    dormant: factor in [0, 1] on what has faded.
    statement_lexical, statement_dense, segment: weights of what the keys of a turn say of it, where
    there are keys.
    """

    dense: float = 1.0
    lexical: float = 1.2
    speaker: float = 0.4
    forward: float = 0.3
    backward: float = 0.2
    decay: float = 0.6
    window: int = 2
    session: float = 0.75
    session_turns: int = 4
    sharpness: float = 2.5
    words: float = 10.0
    superseded: float = 0.5
    dormant: float = 0.97
    statement_lexical: float = 0.5
    statement_dense: float = 0.3
    segment: float = 0.3

    def __post_init__(self) -> None:
        """Refuse values with which scores would leave [0, 1]."""
        factors = (self.superseded, self.dormant)
        if min(astuple(self)) < 0 or self.session_turns < 1 or max(factors) > 1:
            raise ValueError(f"weights out of range: {self}")


DEFAULT_WEIGHTS = Weights()


@dataclass(frozen=True)
class Candidates:
    """The rows that one query brought up, as arrays [n] in any order.

    lexical: BM25, 0 where the row is no lexical hit; cosine: of query and row, for every row.
    session: a code per session of a namespace, below 0 outside sessions; seq: place in the session.
    speaker_match: in [0, 1], from `speaker_match`; superseded: a newer statement replaced it.
    words: number of words of the text.
    statement_lexical, statement_cosine, segment_lexical: the best BM25 and cosine of the statements
    made from the row, BM25 of the segment it is in; None where the store has nothing of the kind.
    heirs: for a superseded row the index of the row that says what holds now, else -1.
    dormant: it has faded; None where nothing has.
    """

    lexical: NDArray[np.floating]
    cosine: NDArray[np.floating]
    session: NDArray[np.integer]
    seq: NDArray[np.integer]
    speaker_match: NDArray[np.floating]
    superseded: NDArray[np.bool_]
    words: NDArray[np.integer]
    statement_lexical: NDArray[np.floating] | None = None
    statement_cosine: NDArray[np.floating] | None = None
    segment_lexical: NDArray[np.floating] | None = None
    heirs: NDArray[np.integer] | None = None
    dormant: NDArray[np.bool_] | None = None


class Ranking(NamedTuple):
    """The candidates' order and scores.

    order: int [n], indices of the candidates, best first; scores: float [n], in [0, 1].
    shares: of dense, lexical, speaker, contiguity and session, float [n]; they sum to the score.
    Scores and shares keep the order of the candidates.
    """

    order: IntArray
    scores: FloatArray
    shares: dict[str, FloatArray]


def rank_candidates(candidates: Candidates, weights: Weights = DEFAULT_WEIGHTS) -> Ranking:
    """Order candidates by their own evidence, that of their neighbours and that of their session.

    Scores compare within one query only, because evidence is relative to the best candidate's.
    Equal scores come in the order of session code and seq.
    """
    evidence = in_context(own_evidence(candidates, weights), candidates, weights)
    demotion = np.where(candidates.superseded, weights.superseded, 1.0)
    if candidates.dormant is not None:
        demotion = demotion * np.where(candidates.dormant, weights.dormant, 1.0)
    inherited = succession(evidence.score, candidates.heirs)
    score, shares = scaled(evidence.shares | inherited, demotion)
    order = np.lexsort((candidates.seq, candidates.session, -score))
    return Ranking(order, score, shares)


def succession(scores: FloatArray, heirs: NDArray[np.integer] | None) -> dict[str, FloatArray]:
    """
    Return what heirs lack to stand where what they replaced would have stood, as a share [n].

    Who asks where someone lives wants what holds now, in whatever words it was said.
    """
    if heirs is None or not (heirs >= 0).any():
        return {}
    old = np.flatnonzero(heirs >= 0)
    wanted = scores.copy()
    np.maximum.at(wanted, heirs[old], scores[old])
    return {"succession": wanted - scores}


def own_evidence(candidates: Candidates, weights: Weights) -> Fused:
    """
    Score what a candidate's own text, its speaker and its keys say.

    The shares are dense, lexical and speaker and, where there are keys, statement_lexical,
    statement_dense and segment, each [n].
    """
    signals = {
        "dense": relative(candidates.cosine, weights.sharpness),
        "lexical": relative(candidates.lexical, weights.sharpness),
        "speaker": np.clip(candidates.speaker_match, 0.0, 1.0),
    }
    keys = {
        "statement_lexical": candidates.statement_lexical,
        "statement_dense": candidates.statement_cosine,
        "segment": candidates.segment_lexical,
    }
    signals |= {
        name: relative(values, weights.sharpness)
        for name, values in keys.items()
        if values is not None and values.any()
    }
    each = {name: float(getattr(weights, name)) for name in signals}
    return scaled(fuse(signals, each).shares, length_factor(candidates.words, weights.words))


def in_context(own: Fused, candidates: Candidates, weights: Weights) -> Fused:
    """Add what the neighbours and the session say, as the shares contiguity and session [n].

    The sum is divided by the most that it can reach, so that it stays in [0, 1].
    """
    place = (candidates.session, candidates.seq)
    kernel = contiguity_kernel(weights.forward, weights.backward, weights.decay, weights.window)
    shares = own.shares | {
        "contiguity": spread(own.score, *place, kernel),
        "session": weights.session * session_support(own.score, *place, weights.session_turns),
    }
    return scaled(shares, 1.0 / (1.0 + sum(kernel.weights) + weights.session))


def speaker_match(query: str, speakers: Sequence[str]) -> FloatArray:
    """Tell whether the query names the speaker of each row.

    Returns float [n]: 1 where a word of the name is a whole word of the query in any case, else 0.
    """
    asked = set(name_words(query))
    known = {name: _is_named(name, query, asked) for name in set(speakers)}
    return np.array([known[name] for name in speakers], dtype=np.float64)


def _is_named(name: str, query: str, asked: set[str]) -> bool:
    if _UNSPACED.search(name):
        return name.casefold() in query.casefold()
    # A single letter is an initial or what an apostrophe left over, not a name.
    return any(len(word) > 1 and word in asked for word in name_words(name))


def name_words(text: str) -> list[str]:
    """Split into lower-case words, joined names both ways: "LiHua" gives li, hua and lihua.

    The words of a speaker's name are also the keys under which full-text search finds the row.
    """
    words = _WORD.findall(_CAMEL_SEAM.sub(" ", text)) + _WORD.findall(text)
    return list(dict.fromkeys(word.casefold() for word in words))


def lexical_query(query: str) -> str:
    """Keep the words of a query that are worth looking up; all of it if none is.

    Words in capitals stay: "US", "WHO" and the D of "vitamin D" are not the words they look like.
    """
    return " ".join(word for word in _WORD.findall(query) if _is_content(word)) or query


def _is_content(word: str) -> bool:
    capitals = word.isupper() and word not in ("A", "I")
    return capitals or word.lower() not in FUNCTION_WORDS
