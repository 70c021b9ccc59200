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

_CUES: Final = read_data("time")["cues"]


def _any(found: re.Match[str]) -> str:
    """Return an alternation of the words of a list in the data."""
    listed = _CUES[found[1]]
    words = listed.split() if isinstance(listed, str) else listed
    return "(?:" + "|".join(words).replace(" ", r"\s+").replace("'", "['\u2019]") + ")"


_SENTENCE_END, _CLAUSE_SEAM, _CUE = (
    re.compile(re.sub(r"\{([a-z_]+)\}", _any, _CUES[name]), re.VERBOSE)
    for name in ("sentence_end", "clause_seam", "cue")
)


def sentence_around(text: str, place: int) -> tuple[int, int]:
    """Return where the sentence around a place starts and ends, at most REACH characters away."""
    low, high = max(0, place - REACH), min(len(text), place + REACH)
    ends = [found.end() for found in _SENTENCE_END.finditer(text, low, place)]
    after = _SENTENCE_END.search(text, place, high)
    return (ends[-1] if ends else low), (after.start() if after else high)


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
    after = _CUE.search(lowered, end, max(end, high))
    inside = [cue for cue in before if cue.start() >= clause]
    if not inside and after and (after.start() < clause_end or not before):
        return _tense(after)
    # "did I do" is past: a plain verb follows its auxiliary.
    cues = inside or before
    strong = [cue for cue in cues if cue.lastgroup != "weak"]
    return _tense((strong or cues)[-1]) if cues else "unknown"


def _tense(cue: re.Match[str]) -> Tense:
    if cue.lastgroup in ("past", "verb"):
        return "past"
    return "future" if cue.lastgroup == "future" else "present"
