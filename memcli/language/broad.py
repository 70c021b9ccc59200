"""Broad questions: those that ask for the whole ("what has been going on?") and not for a thing."""

from __future__ import annotations

import re

from memcli.language.data import read_data, words
from memcli.language.words import FUNCTION_WORDS, compared_words


def is_broad(question: str) -> bool:
    """Say whether a question asks for an overview: by how it asks, or as it names nothing."""
    folded = " ".join(compared_words(question))
    cues = (" ".join(compared_words(cue)) for cue in read_data("questions")["broad"])
    return any(f" {cue} " in f" {folded} " for cue in cues) or not told_words(question)


def asks_overview(question: str) -> bool:
    """Say whether a question is for a whole conversation and not for one thing said in it."""
    folded = " ".join(question.casefold().split())
    return any(re.search(rf"\b{cue}", folded) for cue in read_data("questions")["overview"])


def topic_words(question: str, names_time: bool) -> set[str]:
    """Words that say what an overview is asked of, in lower case; a time is not what it is of."""
    told = told_words(question) - words("questions", "overview_words")
    if names_time:
        told -= words("questions", "calendar") | {word for word in told if word[0].isdigit()}
    return told


def asks_of_oneself(question: str) -> bool:
    """Say whether a question is about the one who asks: "what can I eat?"."""
    return not words("questions", "own").isdisjoint(compared_words(question))


def told_words(question: str) -> set[str]:
    """Words of a question that say what it is about, in lower case."""
    return {word for word in compared_words(question) if word not in FUNCTION_WORDS}
