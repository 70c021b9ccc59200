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
from functools import cache, lru_cache
from typing import Final, NamedTuple

from memcli.language.data import read_data
from memcli.language.patterns import lazy_pattern
from memcli.language.secrets.addresses import found_in_addresses
from memcli.language.secrets.answers import answered, answered_within
from memcli.language.secrets.around import is_amount, is_counted
from memcli.language.secrets.check_digits import CHECKS, card_lengths, iban_length, is_card, is_iban
from memcli.language.secrets.dials import told_of_dials
from memcli.language.secrets.evidence import Evidence, found_by_evidence
from memcli.language.secrets.letters import spelled_out, told_in_numbers
from memcli.language.secrets.places import is_figure, told_in_places
from memcli.language.secrets.questions import answers_to_questions
from memcli.language.secrets.rules import ascii_phrases, phrases, shapes
from memcli.language.secrets.runs import found_in_runs
from memcli.language.secrets.seed_phrases import bare_seed_phrases
from memcli.language.secrets.spoken import told_aloud
from memcli.language.secrets.tables import cells_of_tables


class Secret(NamedTuple):
    """A secret of some kind at text[start:end], without the words around it."""

    kind: str
    start: int
    end: int


class _Checked(NamedTuple):
    """What a number with check digits looks like; is_spaced: spaces may stand in it."""

    kind: str
    pattern: re.Pattern[str]
    check: str
    is_spaced: bool


# As long as a number of an account, and as a token: too long for a word.
_DIGITS = lazy_pattern(r"\d(?:[ \u00a0.-]?\d){7}")
_RUN = lazy_pattern(r"[A-Za-z0-9_+/=.-]{16}")
LONGEST_WORD: Final = 16
# The shortest number with check digits that has no spaces.
LEAST_UNSPACED: Final = 9
_DIGIT, _NO_DIGIT = lazy_pattern(r"\d"), lazy_pattern(r"\D+")
CARD: Final = "card number"
# What follows a card: its date, and what stands on its back.
BEHIND_CARD: Final = 60
_BEHIND = lazy_pattern(
    r"(?<![A-Za-z0-9_/.,:#-])(?<![/.,:#-]\s)\d{3}(?=\s{0,2}(?:[.!,;?)\n\u3002\uff0c]|$))"
)
LONGEST_REMEMBERED: Final = 1000
MARK: Final = "mark"
_MARK = lazy_pattern(r"\[secret[: ][\w -]{1,40}\]")
# Letters that the anchors of other languages than English have.
_FOREIGN = lazy_pattern(r"[\u00c0-\u024f\u0400-\u04ff\u2e80-\u9fff\uac00-\ud7af]")


def find_secrets(text: str, before: str = "") -> list[Secret]:
    """
    Return the secrets in a text by place, none overlapping; text without a hint costs µs.

    before: the turn before, which may have asked for one.
    """
    look = _remembered if len(text) + len(before) <= LONGEST_REMEMBERED else _looked_for
    return list(look(text, before))


def _looked_for(text: str, before: str) -> tuple[Secret, ...]:
    folded = fold(text)
    found = [*_found(text, folded), *_answers(text, before), *_weighed(text, folded, before)]
    return tuple(_apart(text, found))


# A sentence is looked at when its turn is read, when it is parsed, stated, summed up and shown.
_remembered = lru_cache(maxsize=2048)(_looked_for)


def _answers(text: str, before: str) -> Iterator[Secret]:
    yield from (Secret(*each) for each in answered(text, before))
    yield from (Secret(*each) for each in answered_within(text))


def _weighed(text: str, folded: str, before: str) -> Iterator[Secret]:
    """Yield what enough evidence says to be secret, of a text with nothing in place of marks."""
    if _MARK.search(text):
        text, folded = (_MARK.sub(lambda mark: " " * len(mark[0]), each) for each in (text, folded))
    evidence = Evidence(text, folded, before)
    for find in _FINDERS if evidence.is_telling else ():
        yield from (Secret(*each) for each in find(evidence))


_FINDERS: Final = (
    found_by_evidence,
    told_of_dials,
    told_in_places,
    told_aloud,
    answers_to_questions,
    spelled_out,
    told_in_numbers,
    found_in_runs,
)


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


def _found(text: str, folded: str) -> Iterator[Secret]:
    """Yield what the rules find, overlapping."""
    yield from _blocks(text)
    yield from _tokens(text)
    if _has_run(text) or _DIGITS.search(text):
        checked = list(_checked(text))
        yield from checked
        yield from _behind_cards(text, [secret for secret in checked if secret.kind == CARD])
    is_foreign = not text.isascii() and _FOREIGN.search(text) is not None
    for index in phrases() if is_foreign else (ascii_phrases(),):
        for kind, start, end in index.found_in(text, folded):
            if kind in _CODES:
                is_none = is_counted(folded, start) or is_amount(folded, end)
            else:
                is_none = is_figure(text, start, end)
            if not is_none:
                yield Secret(kind, start, end)
    yield from (Secret(*each) for each in found_in_addresses(text))
    yield from (Secret("seed phrase", *place) for place in bare_seed_phrases(text, folded))
    yield from _in_tables(text)


# What is a number that may be one of something.
_CODES: Final = frozenset(("code", "pin", "one-time code"))


def _in_tables(text: str) -> Iterator[Secret]:
    """Yield the cells that are secrets as what follows the head of their column."""
    for heading, start, end in cells_of_tables(text):
        if not _names_secret(heading):
            continue
        lead = f"{heading}: "
        for index in phrases():
            line = lead + text[start:end]
            for kind, first, last in index.found_in(line, fold(line)):
                if first >= len(lead):
                    yield Secret(kind, start + first - len(lead), start + last - len(lead))


@lru_cache(maxsize=256)
def _names_secret(heading: str) -> bool:
    """Tell whether a heading has a word that a secret may follow."""
    folded = fold(heading)
    return any(root in folded for index in phrases() for root, _ in index.roots)


def _tokens(text: str) -> Iterator[Secret]:
    """Yield what is a token by its own shape."""
    if _has_run(text):
        yield from (Secret(*each) for each in shapes().found_in(text, text))


def _has_run(text: str) -> bool:
    """Tell whether there is a run of characters too long for a word."""
    return _longest(text) >= LONGEST_WORD and _RUN.search(text) is not None


@lru_cache(maxsize=1)
def _longest(text: str) -> int:
    """Return the length of the longest run without a space; it is asked for several times."""
    return max(map(len, text.split()), default=0)


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
    patterns = _checked_patterns()
    if _longest(text) < LEAST_UNSPACED:
        patterns = [each for each in patterns if each.is_spaced]
    for kind, pattern, check, _ in patterns:
        for match in pattern.finditer(text):
            said = _CUT[check](match[0]) if check in _CUT else match[0]
            if said and CHECKS[check](re.sub(r"[^A-Za-z0-9]", "", said)):
                yield Secret(kind, match.start(), match.start() + len(said))


def _behind_cards(text: str, cards: Sequence[Secret]) -> Iterator[Secret]:
    """Yield three digits alone that follow a number of a card: its check number."""
    for card in cards:
        if found := _BEHIND.search(text, card.end, card.end + BEHIND_CARD):
            yield Secret("pin", *found.span())


def _account(run: str) -> str:
    """Return the account number that a run begins with: words may follow it in the same form."""
    wanted, said = iban_length(run[:2]), ""
    for end, character in enumerate(run, 1):
        said += character if character.isalnum() else ""
        if len(said) == wanted:
            return run[:end] if is_iban(said) else ""
    return ""


def _card(run: str) -> str:
    """Return the card number that a run begins with: its date may follow in the same form."""
    digits = _NO_DIGIT.sub("", run)
    for length in card_lengths(digits):
        if length <= len(digits) and is_card(digits[:length]):
            end = [match.end() for match in _DIGIT.finditer(run)][length - 1]
            if not run[end : end + 1].isdigit():
                return run[:end]
    return ""


# What of a run is the number, where more may follow it.
_CUT: Final = {"iban": _account, "card": _card}


@cache
def _block_patterns() -> Sequence[tuple[str, tuple[re.Pattern[str], re.Pattern[str]]]]:
    blocks = read_data("secrets")["blocks"].items()
    return [(kind, (re.compile(begins), re.compile(ends))) for kind, (begins, ends) in blocks]


@cache
def _checked_patterns() -> Sequence[_Checked]:
    return [
        _Checked(row["kind"], re.compile(row["pattern"]), row["check"], row.get("is_spaced", False))
        for row in read_data("secrets")["checked"]
    ]
