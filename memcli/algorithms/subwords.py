"""
Subwords: a word cut into the tokens of a vocabulary.

WordPiece (Wu et al. 2016) takes the longest token that fits, again and again; the unigram model
(Kudo, "Subword regularization", ACL 2018) the cut whose tokens are likeliest together, by Viterbi.
"""

from __future__ import annotations

from collections.abc import Mapping

# How much less likely than any token an unknown character is, as SentencePiece has it.
UNKNOWN_PENALTY = 10.0


def wordpiece(word: str, ids: Mapping[str, int], unknown: int, prefix: str = "##") -> list[int]:
    """Return the tokens of a word, longest first; `unknown` alone where a part of it is none."""
    whole = ids.get(word)
    if whole is not None:
        return [whole]
    found, start = [], 0
    while start < len(word):
        opening = prefix if start else ""
        for end in range(len(word), start, -1):
            token = ids.get(opening + word[start:end])
            if token is not None:
                break
        else:
            return [unknown]
        found.append(token)
        start = end
    return found


def unigram(
    word: str, scores: Mapping[str, float], longest: int, unknown_score: float
) -> list[str]:
    """
    Return the likeliest cut of a word into tokens, by their log probabilities.

    longest: of the tokens, in characters. A character that is no token is one with unknown_score;
    those that follow one another are one part.
    """
    best = [0.0] + [float("-inf")] * len(word)
    starts, known = [0] * (len(word) + 1), [True] * (len(word) + 1)
    for start in range(len(word)):
        for end in range(start + 1, min(start + longest, len(word)) + 1):
            score = scores.get(word[start:end], unknown_score if end == start + 1 else None)
            if score is not None and best[start] + score > best[end]:
                best[end], starts[end] = best[start] + score, start
                known[end] = end > start + 1 or word[start] in scores
    return _parts(word, starts, known)


def _parts(word: str, starts: list[int], known: list[bool]) -> list[str]:
    """Return the parts of the best path, which is followed from its end."""
    parts: list[str] = []
    end, unknown = len(word), ""
    while end > 0:
        part = word[starts[end] : end]
        if known[end]:
            parts += [unknown, part] if unknown else [part]
            unknown = ""
        else:
            unknown = part + unknown
        end = starts[end]
    return [*([unknown] if unknown else []), *reversed(parts)]
