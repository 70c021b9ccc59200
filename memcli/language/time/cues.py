"""
Tense of a clause that is not parsed, from its verbs and auxiliaries: of questions, and of texts.

The nearest cue before the place within its clause decides, then the nearest after it, then the
nearest before it in the sentence. A verb of one form for present and past (put, cut) is no cue.
"""

from __future__ import annotations

import re
from typing import Final

from memcli.language.data import read_data
from memcli.language.time.tense import Tense

# How far a sentence is followed to either side, so that a text without full stops stays cheap.
REACH: Final = 240

_SENTENCE_END = re.compile(r"[.!?;](?=[\s\"')*]|$)|\n")
_CLAUSE_SEAM = re.compile(
    r",\s|\s[-\u2013\u2014]+\s|\b(?:but|because|while|whereas|although|though|then|that"
    r"|(?:and|so)\s+(?:i|we|he|she|they|you|it|that|there)(?=['\u2019\s]))\b"
)
_CUES: Final = read_data("time")["cues"]


def _any(key: str) -> str:
    listed = _CUES[key]
    words = listed.split() if isinstance(listed, str) else listed
    return "(?:" + "|".join(words).replace(" ", r"\s+").replace("'", "['\u2019]") + ")"


_BE = r"(?:\b(?:am|is|are|isn['\u2019]t|aren['\u2019]t)|['\u2019](?:m|s|re))"
_HAVE = r"(?:\b(?:have|has|haven['\u2019]t|hasn['\u2019]t)|['\u2019](?:ve|s))"
_ADVERBS = r"\s+(?:(?:not|also|just|still|all|really|\w{2,12}ly)\s+)?"
_NOT_ATTRIBUTE = "".join(rf"(?<!\b{word}\s)" for word in _CUES["before_attribute"].split())
_CUE = re.compile(
    rf"(?P<polite>\b{_any('polite')}\b)"
    rf"|(?P<past>\b(?:{_any('past')}|used\s+to)\b"
    rf"|{_HAVE}{_ADVERBS}(?:(?!\w{{1,3}}ed\b)\w+ed|{_any('participles')})\b)"
    rf"|(?P<future>\b{_any('future')}\b|['\u2019]ll\b|{_BE}{_ADVERBS}\w+ing\b(?<!being))"
    rf"|(?P<present>{_BE}(?:{_ADVERBS}\w+ed\b)?|\b{_any('present')}\b|['\u2019]d\b)"
    rf"|(?P<weak>\b{_any('weak')}\b)"
    rf"|(?P<verb>\b{_NOT_ATTRIBUTE}(?:(?!{_any('not_past')}\b)\w{{2,16}}ed"
    rf"|{_any('irregular_past')})\b)"
)


def sentence_around(text: str, place: int) -> tuple[int, int]:
    """Return where the sentence around a place starts and ends, at most REACH characters away."""
    low = max(0, place - REACH)
    ends = [found.end() for found in _SENTENCE_END.finditer(text, low, place)]
    after = _SENTENCE_END.search(text, place, min(len(text), place + REACH))
    return (ends[-1] if ends else low), (after.start() if after else min(len(text), place + REACH))


def clause_around(lowered: str, start: int, end: int) -> tuple[int, int]:
    """Return where the clause around [start, end) starts and ends within its sentence."""
    low, high = sentence_around(lowered, start)
    seams = [seam.end() for seam in _CLAUSE_SEAM.finditer(lowered, low, start)]
    # The comma after "This weekend, we ..." ends no clause.
    after = end + lowered.startswith(",", end)
    seam = _CLAUSE_SEAM.search(lowered, after, max(after, high))
    return (seams[-1] if seams else low), (seam.start() if seam else max(after, high))


def tense_at(lowered: str, start: int, end: int) -> Tense:
    """Return the tense of the clause around [start, end) of a lower-case text."""
    low, high = sentence_around(lowered, start)
    clause, clause_end = clause_around(lowered, start, end)
    before = list(_CUE.finditer(lowered, low, start))
    inside = [cue for cue in before if cue.start() >= clause]
    if inside:
        return _of_clause(inside)
    after = _CUE.search(lowered, end, max(end, high))
    if after and (after.start() < clause_end or not before):
        return _tense(after)
    return _of_clause(before) if before else "unknown"


def _of_clause(cues: list[re.Match[str]]) -> Tense:
    """Return what the last cue says; "did I do" is past: a plain verb follows its auxiliary."""
    strong = [cue for cue in cues if not cue["weak"]]
    return _tense((strong or cues)[-1])


def _tense(cue: re.Match[str]) -> Tense:
    if cue["past"] or cue["verb"]:
        return "past"
    return "future" if cue["future"] else "present"
