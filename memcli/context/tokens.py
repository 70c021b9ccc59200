"""Token counts: by the store's encoder, or characters and a factor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Final, Protocol

from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.models.encoder import Encoder

MOST_PER_CHARACTER: Final = 100


class Meter(Protocol):
    """
    Measures texts in units of its own, of which a number of tokens allows so many.

    With some tokenizers, the units of lines are more or fewer than those of the whole.
    """

    @property
    def is_additive(self) -> bool:
        """Whether the units of lines add up to those of the whole."""

    def units(self, texts: Sequence[str]) -> list[int]:
        """Return the units of each text."""

    def limit(self, max_tokens: int) -> int:
        """Return how many units that many tokens allow."""

    def tokens(self, units: int) -> int:
        """Return how many tokens some units are."""


@dataclass(frozen=True)
class EncoderMeter:
    """Units are tokens of the store's encoder, which may still be loading."""

    encoder: Callable[[], Encoder]
    is_additive: bool = False

    def units(self, texts: Sequence[str]) -> list[int]:
        """Return the tokens of each text, without truncation."""
        return self.encoder().count_tokens(texts)

    def limit(self, max_tokens: int) -> int:
        """Return the tokens themselves."""
        return max_tokens

    def tokens(self, units: int) -> int:
        """Return the tokens themselves."""
        return units


@dataclass(frozen=True)
class CharacterMeter:
    """Units are characters; a token is counted for every 1 / `per_character` of them begun."""

    per_character: Fraction
    is_additive: bool = True

    def units(self, texts: Sequence[str]) -> list[int]:
        """Return the characters of each text."""
        return [len(text) for text in texts]

    def limit(self, max_tokens: int) -> int:
        """Return the most characters that are not more tokens than that."""
        return floor(max_tokens / self.per_character)

    def tokens(self, units: int) -> int:
        """Return the tokens of some characters, the last of them begun."""
        return ceil(units * self.per_character)


def character_meter(per_character: str) -> CharacterMeter:
    """Return a meter for a factor as it was typed; BadUsage unless it is a number above 0."""
    try:
        factor = Fraction(per_character)
    except (ValueError, ZeroDivisionError):
        factor = Fraction(0)
    if not 0 < factor <= MOST_PER_CHARACTER:
        raise BadUsage(
            f"--tokens-per-char {per_character!r} is not a number above 0 and up to "
            f"{MOST_PER_CHARACTER}",
            "0.25 is common for English",
        )
    return CharacterMeter(factor)
