"""
Sentences of a chat turn, whatever mixture of prose and Markdown it is.

Two passes: lines become blocks (prose, list item, heading, code, block quote), after the block
structure of CommonMark; then each block is cut at sentence ends, after the rules of Grefenstette
and Tapanainen, "What is a word, what is a sentence?" (1994): a full stop ends a sentence unless an
abbreviation, an initial or a number says otherwise. Everything is one left-to-right scan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["Kind", "Sentence", "split_sentences"]

Kind = Literal["prose", "item", "heading", "code", "quote"]

# Longer than any sentence that people write: a run without a stop is cut at a space below this.
MAX_CHARS: Final = 1000
# A line shorter than this was ended by its writer, not by a margin.
_WRAPPED_FROM: Final = 40

_FENCE = re.compile(r"\s{0,8}(`{3,}|~{3,})")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+")
_BOLD_LINE = re.compile(r"\s*(?:\d{1,3}[.)]\s*)?(\*\*|__)(?=\S)[^*_\n]{1,200}\1:?\s*$")
_ITEM = re.compile(
    r"\s*(?:[-*+\u2022\u25cf\u2013]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\(?[A-Z]\))(?:\s+\[[ xX]\])?\s+"
)
_QUOTE = re.compile(r"\s{0,3}(?:>\s?)+")
_RULE = re.compile(r"\s*(?:[-*_=]\s*){3,}$")
_TABLE_RULE = re.compile(r"\s*\|?[\s:|-]*-[\s:|-]*$")

_EMOJI: Final = (
    "\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2190-\u21ff\ufe0f\u200d\u20e3"
    "\U000e0020-\U000e007f"
)
_CLOSERS: Final = "\"')\\]\u201d\u2019\u00bb*_`"
_STOPS: Final = ".!?\\u2026\\u061f\\u06d4\\u0964"
# The look-behinds keep a run of marks from being tried again at each of its characters.
_END = re.compile(
    rf"(?<![{_STOPS}])[{_STOPS}]+[{_CLOSERS}]{{0,8}}(?=\s|$|[{_EMOJI}])"
    r"|[\u3002\uff01\uff1f\uff61]+[\u300d\u300f\u201d\uff09\u2019]*"
    rf"|(?<![{_EMOJI}])[{_EMOJI}]+(?=\s+[^\W\d_a-z])"
)
_TAIL = re.compile(rf"(?:[ \t]*[{_EMOJI}]+)+")
_LAST_WORD = re.compile(r"(?:[^\W_]|[.'\u2019&])+$")
_ABBREVIATIONS: Final = frozenset(
    """
    mr mrs ms dr prof sr jr st mt ft gen col lt sgt capt rev hon gov sen rep pres vs etc e.g i.e eg
    ie cf al approx dept est fig inc ltd co corp bros no nos vol pp ed eds ch sec jan feb mar apr
    jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun a.m p.m ph.d b.a
    m.a b.sc m.sc u.s u.k u.n e.u d.c min max hr hrs tel ext ave blvd rd apt
    """.split()
)
# What may end a sentence too: it does when a capital follows.
_OFTEN_LAST: Final = frozenset(
    """
    etc a.m p.m inc ltd co corp ph.d b.a m.a b.sc m.sc u.s u.k u.n e.u d.c hr hrs min max ave blvd
    rd jr sr al ed no mon tue wed thu fri sat sun jan feb mar apr jun jul aug sep oct nov dec ext
    """.split()
)

_LINK = re.compile(r"!?\[([^\]\n]{1,300})\]\(([^()\s]{1,500})\)")
_STRONG = re.compile(r"\*{2,3}|(?<!\w)__|__(?!\w)|~~")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]{1,300})(?<=\S)\1(?![\w*])")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence cleaned of Markdown; `start` and `end` are offsets into the original text."""

    text: str
    start: int
    end: int
    kind: Kind = "prose"


@dataclass(slots=True)
class _Block:
    start: int
    end: int
    kind: Kind


def split_sentences(text: str) -> list[Sentence]:
    """
    Return the sentences of a text in order; their spans never overlap.

    A code block is one sentence of kind `code`, its text as it stands, fences included.
    `text` has neither bullets, heading marks nor emphasis, and single spaces only.
    """
    found: list[Sentence] = []
    for block in _blocks(text):
        if block.kind == "code":
            found.append(Sentence(text[block.start : block.end], block.start, block.end, "code"))
            continue
        for start, end in _spans(text, block.start, block.end):
            cleaned = _cleaned(text[start:end], block.kind)
            if cleaned:
                found.append(Sentence(cleaned, start, end, block.kind))
    return found


def _blocks(text: str) -> Iterator[_Block]:
    """Group the lines of a text; a block's span leaves out the marks at its beginning."""
    block: _Block | None = None
    fence = ""
    for start, end in _lines(text):
        line = text[start:end]
        mark = _FENCE.match(line)
        if fence:
            assert block is not None
            block.end = end
            if mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
                fence = ""
                yield block
                block = None
        elif block and not mark and _goes_on(text, block, line):
            block.end = end
        else:
            if block:
                yield block
            fence = mark[1] if mark else ""
            block = _Block(start, end, "code") if mark else _opened(line, start, end)
    if block:
        yield block


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, start + len(line.rstrip("\r\n"))
        start += len(line)


def _opened(line: str, start: int, end: int) -> _Block | None:
    """Return the block that a line begins; None for an empty line or a rule."""
    if not line.strip() or _RULE.match(line) or _TABLE_RULE.match(line):
        return None
    if _BOLD_LINE.match(line):
        return _Block(start, end, "heading")
    forms: tuple[tuple[re.Pattern[str], Kind], ...] = (
        (_HEADING, "heading"),
        (_QUOTE, "quote"),
        (_ITEM, "item"),
    )
    for form, kind in forms:
        mark = form.match(line)
        if mark:
            return _Block(start + mark.end(), end, kind)
    kind = "item" if line.lstrip().startswith("|") else "prose"
    return _Block(start, end, kind)


def _goes_on(text: str, block: _Block, line: str) -> bool:
    """Tell whether a line carries on the sentence that a margin broke off in the block before."""
    if block.kind not in ("prose", "item") or block.end - block.start < _WRAPPED_FROM:
        return False
    first = line.lstrip()[:1]
    return first.islower() and not _ITEM.match(line) and text[block.end - 1] not in ".!?:;"


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the span of each sentence in a block, without the space around it."""
    here = start
    for mark in _END.finditer(text, start, end):
        if mark.start() < here or not _ends(text, mark, here, end):
            continue
        tail = _TAIL.match(text, mark.end(), end)
        stop = tail.end() if tail else mark.end()
        yield from _bounded(text, here, stop)
        here = stop
    yield from _bounded(text, here, end)


def _ends(text: str, mark: re.Match[str], here: int, end: int) -> bool:
    """Tell whether a mark ends the sentence that began at `here`."""
    following = text[mark.end() : min(end, mark.end() + 8)].lstrip()[:1]
    found = mark[0]
    if following.islower() and (
        found[0] in "\u2026" or found.startswith("..") or found[-1] in "\"\u201d')"
    ):
        return False
    if found[0] != "." or len(found) > 1:
        return True
    word = _LAST_WORD.search(text, max(here, mark.start() - 24), mark.start())
    return word is None or not _abbreviates(word[0], following, word.start() == here)


def _abbreviates(word: str, following: str, leads: bool) -> bool:
    """Tell whether the stop after `word` belongs to it; `following` is the next character."""
    lower = word.strip("'\u2019").lower()
    if len(word) == 1:
        # "J. Smith" and a list mark such as "1. " do not end; "plan B." at the end of a text does.
        return bool(following) and (leads or (word.isupper() and word != "I"))
    if lower == "no":
        return following.isdigit()
    if lower not in _ABBREVIATIONS and not (leads and word.isdigit()):
        return False
    return lower not in _OFTEN_LAST or not following.isupper()


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a span without the space around it, in pieces of at most MAX_CHARS."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_CHARS:
        cut = _last_break(text, start, start + MAX_CHARS)
        yield start, cut
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def _last_break(text: str, start: int, limit: int) -> int:
    """Return the best place to cut before `limit`: after a comma, at a space, else there."""
    middle = start + MAX_CHARS // 2
    comma = max(text.rfind(mark, middle, limit) for mark in (", ", "; ", "\uff0c", "\u3001"))
    if comma > 0:
        return comma + 1
    space = text.rfind(" ", middle, limit)
    return space if space > 0 else limit


def _cleaned(raw: str, kind: Kind) -> str:
    """Strip emphasis, link targets and table bars; collapse white space."""
    text = raw
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    if "*" in text or "_" in text or "~" in text:
        text = _EMPHASIS.sub(r"\2", _STRONG.sub("", text))
    text = text.replace("`", "")
    if kind == "item" and text.lstrip().startswith("|"):
        text = text.strip(" |").replace("|", ", ")
    text = _SPACE.sub(" ", text).strip()
    if kind == "heading":
        text = text.rstrip("# ")
    return text if any(ch.isalnum() for ch in text) or _TAIL.fullmatch(text) else ""
