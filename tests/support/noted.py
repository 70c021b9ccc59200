"""
Notes with questions: twenty files each of a house, of a web app and its maker, of an institute.

questions.tsv: a question, in other words than the note for the most part; the file; a piece of the
paragraph, the item or the row that answers. All is made up, and free to be used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from memcli.memory.filters import Filters
from memcli.search.retriever import Retriever
from tests.support.paths import ROOT

SETS = ROOT / "tests" / "data" / "documents"


class Question(NamedTuple):
    """A question, the file that answers it, and words that only the answer has."""

    text: str
    file: str
    answer: str


def questions(name: str) -> Iterator[Question]:
    """Yield the questions of a set."""
    for line in (SETS / name / "questions.tsv").read_text("utf-8").splitlines():
        yield Question(*line.split("\t"))


def right_first(name: str, retriever: Retriever) -> int:
    """Return how many questions of a set have their answer as the first hit."""
    hits = ((asked, retriever.search(asked.text, 1, Filters())) for asked in questions(name))
    return sum(asked.answer.lower() in hit.text.lower() for asked, (hit, *_) in hits)
