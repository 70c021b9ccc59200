"""
Secrets that are never stored as said: keys, passwords, numbers of cards, papers and accounts.

An own table, because the usual detector is made for files of code: `detect-secrets` takes 0.2 s to
import, 1 ms a line, calls plain words "high entropy" outside quotes, and knows neither passwords
said in words nor check digits. Its token shapes are the model for those of the data.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

from memcli.language.data import read_data
from memcli.language.secrets.answers import answered
from memcli.language.secrets.check_digits import CHECKS, iban_length, is_iban
from memcli.language.secrets.rules import phrases, shapes
from memcli.language.secrets.seed_phrases import bare_seed_phrases


class Secret(NamedTuple):
    """A secret of some kind at text[start:end], without the words around it."""

    kind: str
    start: int
    end: int


# As long as a number of an account, and as a token: too long for a word.
_DIGITS = re.compile(r"\d(?:[ \u00a0.-]?\d){7}")
_RUN = re.compile(r"[A-Za-z0-9_+/=.-]{16}")
LONGEST_WORD: Final = 16
MARK: Final = "mark"
_MARK = re.compile(r"\[secret[: ][\w -]{1,40}\]")
# Letters that the anchors of other languages than English have.
_FOREIGN = re.compile(r"[\u00c0-\u024f\u0400-\u04ff\u2e80-\u9fff\uac00-\ud7af]")


def find_secrets(text: str, before: str = "") -> list[Secret]:
    """
    Return the secrets in a text by place, none overlapping; text without a hint costs µs.

    before: the turn before, which may have asked for one.
    """
    return _apart(text, [*_found(text), *(Secret(*each) for each in answered(text, before))])


def _apart(text: str, found: Sequence[Secret]) -> list[Secret]:
    """Return by place, of secrets that overlap, the longest."""
    # What stands in the place of a secret is none.
    chosen = [Secret(MARK, *mark.span()) for mark in _MARK.finditer(text)] if found else []
    # The longest of overlapping ones says most; the order of the rules settles ties.
    for secret in sorted(found, key=lambda s: s.start - s.end):
        place = bisect(chosen, secret.start, key=lambda s: s.start)
        is_free = place == 0 or chosen[place - 1].end <= secret.start
        if is_free and (place == len(chosen) or secret.end <= chosen[place].start):
            chosen.insert(place, secret)
    return [secret for secret in chosen if secret.kind is not MARK]


def find_tokens(text: str) -> list[Secret]:
    """Return the secrets in a name or id: only what is one by its own shape."""
    return _apart(text, [*_blocks(text), *_tokens(text)])


def has_secret(text: str) -> bool:
    """Tell whether there is a secret in a text, or one was taken out of it."""
    return _MARK.search(text) is not None or bool(find_secrets(text))


def mark_of(kind: str) -> str:
    """Return what stands in the place of a secret."""
    return f"[secret:{kind.replace(' ', '-')}]"


def redact(text: str, secrets: Sequence[Secret], mark: str | None = None) -> str:
    """
    Replace each secret by `mark`, or by `[secret:kind]`.

    The spans are those of `find_secrets(text)`.
    """
    kept, at = [], 0
    for secret in sorted(secrets, key=lambda s: s.start):
        kept += [text[at : secret.start], mark or mark_of(secret.kind)]
        at = secret.end
    return "".join([*kept, text[at:]])


def _found(text: str) -> Iterator[Secret]:
    """Yield what the rules find, overlapping."""
    yield from _blocks(text)
    yield from _tokens(text)
    if _has_run(text) or _DIGITS.search(text):
        yield from _checked(text)
    folded = fold(text)
    for index in phrases()[: 2 if _FOREIGN.search(text) else 1]:
        yield from (Secret(*each) for each in index.found_in(text, folded))
    yield from (Secret("seed phrase", *place) for place in bare_seed_phrases(text))


def _tokens(text: str) -> Iterator[Secret]:
    """Yield what is a token by its own shape."""
    if _has_run(text):
        yield from (Secret(*each) for each in shapes().found_in(text, text))


def _has_run(text: str) -> bool:
    """Tell whether there is a run of characters too long for a word."""
    longest = max(map(len, text.split()), default=0)
    return longest >= LONGEST_WORD and _RUN.search(text) is not None


def fold(text: str) -> str:
    """Return a text in lower case, with straight apostrophes, each character at its place."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(character.lower()[0] for character in text)
    return lowered.replace("\u2019", "'")


def _blocks(text: str) -> Iterator[Secret]:
    """Yield what stands between two lines; one that is cut off counts to the end of the text."""
    for kind, (begins, ends) in _block_patterns():
        at = 0
        while begin := begins.search(text, at):
            end = ends.search(text, begin.end())
            at = end.end() if end else len(text)
            yield Secret(kind, begin.start(), at)


def _checked(text: str) -> Iterator[Secret]:
    """Yield numbers whose check digits are right."""
    for kind, pattern, check in _checked_patterns():
        for match in pattern.finditer(text):
            said = _account(match[0]) if check == "iban" else match[0]
            if said and CHECKS[check](re.sub(r"[^A-Za-z0-9]", "", said)):
                yield Secret(kind, match.start(), match.start() + len(said))


def _account(run: str) -> str:
    """Return the account number that a run begins with: words may follow it in the same form."""
    wanted, said = iban_length(run[:2]), ""
    for end, character in enumerate(run, 1):
        said += character if character.isalnum() else ""
        if len(said) == wanted:
            return run[:end] if is_iban(said) else ""
    return ""


@cache
def _block_patterns() -> Sequence[tuple[str, tuple[re.Pattern[str], re.Pattern[str]]]]:
    blocks = read_data("secrets")["blocks"].items()
    return [(kind, (re.compile(begins), re.compile(ends))) for kind, (begins, ends) in blocks]


@cache
def _checked_patterns() -> Sequence[tuple[str, re.Pattern[str], str]]:
    rows = read_data("secrets")["checked"]
    return [(row["kind"], re.compile(row["pattern"]), row["check"]) for row in rows]
