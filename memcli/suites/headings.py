"""Headings: a document names a thing in a heading, and its lines say only "it"."""

from __future__ import annotations

from random import Random
from typing import Final

from memcli.suites.cases import Case, Round, Suite, entries

PLACES: Final = 12
MOST: Final = 200


def headings(seed: int, cases: int) -> Suite:
    """Suite of questions on sheets, many of which say the same but for a number."""
    chance = Random(seed)
    told, asked = Round(), list[Case]()
    numbers = iter(chance.sample(range(1_000, 9_999), MOST))
    for sheet in entries("sheet"):
        parts = []
        for place in chance.sample(range(10, 99), PLACES):
            lines = []
            for line, question in zip(sheet["lines"], sheet["asked"], strict=True):
                value = str(next(numbers))
                lines.append(line.format(value))
                asked.append(Case("heading", question.format(place), wanted=value))
            title = sheet["title"].format(place)
            parts.append(f"## {title}\n\n" + "\n\n".join(lines) + "\n")
        kind = sheet["title"].split()[0].lower()
        told.documents[f"{kind}s.md"] = f"# {kind.capitalize()}s\n\n" + "\n".join(parts)
    return Suite([told], asked[:cases])
