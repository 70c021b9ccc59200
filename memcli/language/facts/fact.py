"""What a sentence states of somebody or something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Polarity = Literal["positive", "negative"]
Effect = Literal["state", "end", "past", "correct"]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Fact:
    """
    A fact: subject, attribute, value, and where it stands in its sentence.

    effect: `end` where the value holds no longer, `past` where it held once ("used to"), `correct`
    where it takes the place of `replaces`, or of what was said last if that is None; a correction
    that does not say of what ("I meant 8:30, not 7:30") has no attribute. place: [start, end) of
    the clause; since and until: of the time expression that dates it; is_aside: it is only said by
    the way ("my wife"), and the sentence states something else.
    """

    subject: str
    attribute: str
    value: str
    polarity: Polarity = "positive"
    effect: Effect = "state"
    is_single: bool = False
    place: Place = (0, 0)
    since: Place | None = None
    until: Place | None = None
    replaces: str | None = None
    is_aside: bool = False
